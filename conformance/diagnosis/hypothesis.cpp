// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The list of faults, each seen in a public implementation (docs/diagnosis.md names where).
#include "conformance/diagnosis/hypothesis.hpp"

#include <fmt/format.h>

#include <cmath>
#include <utility>

#include "reference/dtype.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

double as_is(std::int64_t position) {
  return static_cast<double>(position);
}

std::vector<double> rounded(std::vector<double> inv_freq, DType dtype) {
  for (double& f : inv_freq) f = round_to(dtype, round_to(DType::f32, f));
  return inv_freq;
}

std::vector<double> unscaled(const Spec& spec, double theta) {
  std::vector<double> out;
  for (int pair = 0; pair < spec.pairs(); ++pair) out.push_back(std::pow(theta, -2.0 * pair / spec.rotary_dim));
  return out;
}

/// Of a spec that is the model's but for its family.
std::vector<double> of_family(Spec spec, Family family) {
  spec.family = std::move(family);
  const Exact exact(spec);
  std::vector<double> out;
  for (int pair = 0; pair < spec.pairs(); ++pair) out.push_back(exact.inv_freq(pair).hi);
  return out;
}

/// (w / s)(1 - t) + w t where (w / s) t + w (1 - t) is asked for.
std::vector<double> with_ramp_reversed(const Spec& spec, const YarnFamily& yarn, const std::vector<double>& exact) {
  std::vector<double> out = unscaled(spec, spec.theta);
  for (std::size_t i = 0; i < out.size(); ++i) out[i] += out[i] / yarn.factor - exact[i];
  return out;
}

std::vector<double> multiplied(std::vector<double> inv_freq, const std::vector<double>& factors) {
  for (std::size_t i = 0; i < inv_freq.size(); ++i) inv_freq[i] *= factors[i];
  return inv_freq;
}

std::vector<double> over_the_rotating_part(const Spec& spec, const ProportionalFamily& family) {
  const int turning = rotating_pairs(family, spec.rotary_dim);
  std::vector<double> out(static_cast<std::size_t>(spec.pairs()), 0);
  for (int pair = 0; pair < turning; ++pair) {
    out[static_cast<std::size_t>(pair)] = std::pow(spec.theta, -1.0 * pair / turning) / family.factor;
  }
  return out;
}

std::vector<double> without_band(const Spec& spec, const Llama3Family& family, bool kept) {
  std::vector<double> out = unscaled(spec, spec.theta);
  const double limit = kept ? family.low_freq_factor : family.high_freq_factor;
  for (double& f : out) {
    const double turns = static_cast<double>(family.original_max_position) * f / (2 * M_PI);
    if (turns < limit) f /= family.factor;
  }
  return out;
}

/// By how much the family stretches; nothing where it has no such number.
std::optional<double> factor_of(const Family& family) {
  if (const auto* llama3 = std::get_if<Llama3Family>(&family)) return llama3->factor;
  if (const auto* yarn = std::get_if<YarnFamily>(&family)) return yarn->factor;
  if (const auto* dynamic = std::get_if<DynamicNtkFamily>(&family)) return dynamic->factor;
  return std::nullopt;
}

}  // namespace

Hypothesis right_function(const fixtures::Fixture& fixture) {
  return {"", "", false, 1, as_is, fixture.frequencies(), fixture.spec.attention_factor};
}

std::vector<Hypothesis> hypotheses(const fixtures::Fixture& fixture) {
  const Spec& spec = fixture.spec;
  const std::vector<double> exact = fixture.frequencies();
  std::vector<Hypothesis> out;
  const auto add = [&](std::string id, std::string sentence) -> Hypothesis& {
    out.push_back({std::move(id), std::move(sentence), false, 1, as_is, exact, spec.attention_factor});
    return out.back();
  };
  add("pair-swapped", "the other pairing: interleaved pairs are rotated where half-split is asked for, or the reverse")
      .other_pairing = true;
  add("sign-flip", "the rotation goes backwards: the sign of the angle (or of both sines) is flipped").direction = -1;
  add("pos-off-by-one", "positions are one too large: they start at 1").position = [](std::int64_t p) {
    return static_cast<double>(p + 1);
  };
  add("pos-one-less", "positions are one too small").position = [](std::int64_t p) {
    return static_cast<double>(p - 1);
  };
  add("pos-ignored", "positions are ignored: every token is rotated as at position 0").position = [](std::int64_t) {
    return 0.0;
  };
  add("pos-bf16", "positions are rounded to bf16: whole numbers are exact up to 256 only").position =
      [](std::int64_t p) { return round_to(DType::bf16, static_cast<double>(p)); };
  add("pos-fp16", "positions are rounded to fp16: whole numbers are exact up to 2048 only").position =
      [](std::int64_t p) { return round_to(DType::f16, static_cast<double>(p)); };
  add("freq-bf16", "inv_freq is rounded to bf16").inv_freq = rounded(exact, DType::bf16);
  add("freq-fp16", "inv_freq is rounded to fp16").inv_freq = rounded(exact, DType::f16);
  if (spec.attention_factor != 1) {
    add("factor-ignored",
        fmt::format("the attention factor {:.6g} is taken for 1: cos and sin are not multiplied by it",
                    spec.attention_factor))
        .attention_factor = 1;
  }
  // Given inv_freq have no base that could be another.
  if (std::holds_alternative<GivenFamily>(spec.family)) return out;
  if (!std::holds_alternative<DefaultFamily>(spec.family)) {
    add("scale-ignored", "the frequency scaling (rope_type " + std::string(name(spec.family)) +
                             ") is ignored: plain theta^(-2i/d) is used")
        .inv_freq = unscaled(spec, spec.theta);
  }
  if (const auto factor = factor_of(spec.family); factor && *factor > 1) {
    add("scale-linear",
        fmt::format("every frequency is divided by the factor {}, as rope_type linear does; rope_type {} "
                    "leaves some alone",
                    *factor, name(spec.family)))
        .inv_freq = of_family(spec, LinearFamily{*factor});
  }
  if (const auto* yarn = std::get_if<YarnFamily>(&spec.family)) {
    YarnFamily other = *yarn;
    other.truncate = !yarn->truncate;
    add("yarn-ramp", "YaRN's ramp falls where it must rise: the high frequencies are divided, the low ones kept")
        .inv_freq = with_ramp_reversed(spec, *yarn, exact);
    const std::vector<double> inv_freq = of_family(spec, other);
    if (inv_freq != exact) {
      add("yarn-truncate", yarn->truncate ? "YaRN's correction dims are used without floor and ceil (truncate false)"
                                          : "YaRN's correction dims are made integers by floor and ceil; the model has "
                                            "truncate false")
          .inv_freq = inv_freq;
    }
  }
  if (const auto* longrope = std::get_if<LongRopeFamily>(&spec.family)) {
    const bool is_long = longrope->sequence_length > longrope->original_max_position;
    LongRopeFamily other = *longrope;
    other.sequence_length = is_long ? longrope->original_max_position : longrope->original_max_position + 1;
    add("longrope-list", is_long
                             ? "LongRoPE's short_factor is used where the sequence is longer than the original length"
                             : "LongRoPE's long_factor is used within the original length")
        .inv_freq = of_family(spec, other);
    add("longrope-multiplied", "LongRoPE's factors multiply the frequencies that they must divide").inv_freq =
        multiplied(unscaled(spec, spec.theta), factors_in_force(*longrope));
  }
  if (const auto* proportional = std::get_if<ProportionalFamily>(&spec.family);
      proportional && rotating_pairs(*proportional, spec.rotary_dim) < spec.pairs()) {
    add("proportional-exponent",
        "proportional RoPE's exponents are divided by the elements that turn, as those of partial rotary are, and not "
        "by "
        "the whole head")
        .inv_freq = over_the_rotating_part(spec, *proportional);
  }
  if (const auto* llama3 = std::get_if<Llama3Family>(&spec.family)) {
    add("llama3-band", "Llama 3's scaling has no smooth band: frequencies between the two limits are kept").inv_freq =
        without_band(spec, *llama3, true);
    add("llama3-band", "Llama 3's scaling has no smooth band: frequencies between the two limits are divided")
        .inv_freq = without_band(spec, *llama3, false);
  }
  if (spec.theta != 10000) {
    add("base-default", "the base is 10000 where the model's rope_theta is another").inv_freq = unscaled(spec, 10000);
  }
  return out;
}

}  // namespace rope::conformance
