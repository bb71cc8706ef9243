// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// families: every family of frequencies that is claimed, each on a small model of its own, held against the certified
// truth, whether or not a chosen model has it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/truth.hpp"
#include "conformance/driving/description.hpp"
#include "impls/include/rope_impl.h"

namespace rope::conformance {
namespace {

// A model that was extended from 2048 positions to four times that: past the original length everything that scales
// does, and a table of it is small.
constexpr std::int64_t original = 2048;
constexpr double factor = 4;
constexpr std::int64_t extended = 8192;

struct Form {
  std::string words;
  Family family;
  double attention_factor = 1;
};

LongRopeFamily longrope(int pairs, std::int64_t sequence_length) {
  LongRopeFamily family;
  for (int pair = 0; pair < pairs; ++pair) {
    const double share = static_cast<double>(pair) / pairs;
    family.short_factor.push_back(1 + share / 4);
    family.long_factor.push_back(1 + 8 * share * share);
  }
  family.original_max_position = original;
  family.sequence_length = sequence_length;
  return family;
}

/// Each family of rope_impl.h, with what it can be told: of those that depend on the sequence's length both sides of
/// the original one.
std::vector<Form> forms(int pairs) {
  const double yarn = yarn_magnitude(factor, 1);
  const double long_rope = std::sqrt(1 + std::log(factor) / std::log(static_cast<double>(original)));
  return {{"default", DefaultFamily{}},
          {"linear", LinearFamily{factor}},
          {"dynamic, within the original length", DynamicNtkFamily{factor, original, original}},
          {"dynamic, past the original length", DynamicNtkFamily{factor, original, extended}},
          {"yarn", YarnFamily{factor, 32, 1, original, true}, yarn},
          {"yarn, truncate false", YarnFamily{factor, 32, 1, original, false}, yarn},
          {"yarn, other betas", YarnFamily{factor, 8, 2, original, true}, yarn},
          {"longrope, within the original length", longrope(pairs, original), long_rope},
          {"longrope, past the original length", longrope(pairs, extended), long_rope},
          {"llama3", Llama3Family{factor, 1, 4, original}},
          {"proportional", ProportionalFamily{0.25, 1}},
          {"proportional, with a factor", ProportionalFamily{0.5, factor}}};
}

/// Rising, from the first to the last, near the powers of two that low precisions end at; or a run where no others are
/// taken.
std::vector<std::int64_t> positions_for(const Probe& probe) {
  if (!takes_any_positions(probe)) return run_positions(probe, 1, 12);
  return {0, 1, 2, 77, 257, 1023, 2047, 2049, 4099, 6001, extended - 2, extended - 1};
}

/// Nothing where the implementation is told parameters and claims the family.
std::string not_claimed(const Probe& probe, const Family& family) {
  if (probe.description == nullptr) return {};
  if ((probe.description->sources & ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC)) == 0) {
    return "it takes no parameters: whoever supplies frequencies, angles or tables makes the family";
  }
  if ((probe.description->families & ROPE_FAMILY_BIT(abi_family(family))) != 0) return {};
  return fmt::format("{} is not among its families", name(family));
}

}  // namespace

reports::Case families(const Probe& of_the_model) {
  // Heads of the model's size, all of which rotates.
  fixtures::Fixture small;
  small.spec.head_dim = small.spec.rotary_dim = of_the_model.fixture.spec.head_dim;
  small.spec.theta = 10000;
  small.spec.pairing = of_the_model.pairing;
  small.spec.max_position = extended;
  small.seed = of_the_model.fixture.seed;
  const Probe probe = about(of_the_model, small);
  Inquiry inquiry(probe, "families");
  const Tokens in = random_tokens(probe, "families", positions_for(probe));
  for (Form& form : forms(small.spec.pairs())) {
    if (const std::string reason = not_claimed(probe, form.family); !reason.empty()) {
      inquiry.refused(form.words, reason);
      continue;
    }
    RotateRequest request = request_for(probe, in);
    request.spec.family = std::move(form.family);
    request.spec.attention_factor = form.attention_factor;
    request.arrangement.source = AngleSource::parametric;
    // Of a few pairs none would rotate, say.
    if (const auto reason = problem(request.spec)) {
      inquiry.refused(form.words, *reason);
      continue;
    }
    const auto answer = inquiry.answer(request, form.words);
    if (!answer) continue;
    const Truth truth(request.spec, probe.dtype, probe.judge.contract());
    add_true(inquiry.deviations(), truth, request, *answer, form.words);
  }
  return inquiry.result("a family gives wrong values");
}

}  // namespace rope::conformance
