// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests only: every reference value a second time, by Arb's balls. From reference/ it takes the names of things
// (Spec, DType) and nothing that computes: formulas, formats and rounding are written here and in arb_numbers.hpp
// again, and differently.
//
// A new family is one overload of `inv_freq` below.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "reference/arb_numbers.hpp"
#include "reference/spec.hpp"

namespace rope::oracle {

/// Nothing where this precision cannot tell which branch holds.
inline std::optional<Number> inv_freq(const At& at, const DefaultFamily&, const Spec& spec, int pair) {
  return at.power(spec.theta, -2 * pair, static_cast<ulong>(spec.rotary_dim));
}

// By wavelengths.
inline std::optional<Number> inv_freq(const At& at, const Llama3Family& f, const Spec& spec, int pair) {
  const Number w = *inv_freq(at, DefaultFamily{}, spec, pair);
  const Number wavelength = at.div(at.mul(std::int64_t{2}, at.pi()), w);
  const Number context = f.original_max_position;
  const Number shortest = at.div(context, f.high_freq_factor);
  const Number longest = at.div(context, f.low_freq_factor);
  if (arb_lt(wavelength.get(), shortest.get())) return w;
  if (arb_gt(wavelength.get(), longest.get())) return at.div(w, f.factor);
  if (!arb_ge(wavelength.get(), shortest.get()) || !arb_le(wavelength.get(), longest.get())) return std::nullopt;
  const Number t =
      at.div(at.sub(at.div(context, wavelength), f.low_freq_factor), at.sub(f.high_freq_factor, f.low_freq_factor));
  return at.mul(w, at.add(t, at.div(at.sub(1.0, t), f.factor)));
}

// The base of this length first.
inline std::optional<Number> inv_freq(const At& at, const DynamicNtkFamily& f, const Spec& spec, int pair) {
  const Number stretch = at.div(std::max(f.sequence_length, f.original_max_position), f.original_max_position);
  const Number growth = at.sub(at.mul(f.factor, stretch), at.sub(f.factor, 1.0));
  const auto d = static_cast<ulong>(spec.rotary_dim);
  const Number base = at.mul(spec.theta, at.power(growth, spec.rotary_dim, d - 2));
  return at.power(base, -2 * pair, d);
}

inline std::optional<Number> inv_freq(const At& at, const NtkFamily& f, const Spec& spec, int pair) {
  const auto d = static_cast<ulong>(spec.rotary_dim);
  return at.power(at.mul(spec.theta, at.power(f.alpha, spec.rotary_dim, d - 2)), -2 * pair, d);
}

inline std::optional<Number> inv_freq(const At& at, const NtkFixedFamily& f, const Spec& spec, int pair) {
  const auto d = static_cast<ulong>(spec.rotary_dim);
  return at.div(at.power(at.mul(spec.theta, f.factor), -2 * pair, d), at.power(f.factor, 2, d));
}

inline std::optional<Number> inv_freq(const At& at, const NtkMixedFamily& f, const Spec& spec, int pair) {
  const Number a = at.div(at.log(f.factor), at.power(Number(std::int64_t{spec.rotary_dim / 2}), Number(f.b)));
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair),
                at.exp(at.mul(a, at.power(Number(std::int64_t{pair + 1}), Number(f.b)))));
}

inline std::optional<Number> inv_freq(const At& at, const LinearFamily& f, const Spec& spec, int pair) {
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), f.factor);
}

inline std::optional<Number> inv_freq(const At& at, const LengthScaledFamily& f, const Spec& spec, int pair) {
  const std::int64_t longest = std::max(f.original_max_position, f.sequence_length);
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), at.div(longest, f.original_max_position));
}

inline std::optional<Number> inv_freq(const At& at, const LongRopeFamily& f, const Spec& spec, int pair) {
  const auto& factors = f.sequence_length <= f.original_max_position ? f.short_factor : f.long_factor;
  const Number slowed = at.mul(factors.at(static_cast<std::size_t>(pair)),
                               at.power(spec.theta, 2 * pair, static_cast<ulong>(spec.rotary_dim)));
  return at.div(std::int64_t{1}, slowed);
}

inline std::optional<Number> inv_freq(const At& at, const ProportionalFamily& f, const Spec& spec, int pair) {
  if (pair + 1 > static_cast<int>(f.proportion * spec.rotary_dim / 2)) return Number(0.0);
  return at.div(*inv_freq(at, DefaultFamily{}, spec, pair), f.factor);
}

// The ramp by its two ends' distances.
inline std::optional<Number> inv_freq(const At& at, const YarnFamily& f, const Spec& spec, int pair) {
  const Number turn = at.mul(std::int64_t{2}, at.pi()), d = std::int64_t{spec.rotary_dim};
  const auto index = [&](double rotations) {
    const Number wavelength = at.div(f.original_max_position, at.mul(rotations, turn));
    return at.div(at.mul(d, at.log(wavelength)), at.mul(2.0, at.log(spec.theta)));
  };
  Number low = index(f.beta_fast), high = index(f.beta_slow);
  if (f.truncate) {
    arb_floor(low.get(), low.get(), at.bits);
    arb_ceil(high.get(), high.get(), at.bits);
    if (!arb_is_exact(low.get()) || !arb_is_exact(high.get())) return std::nullopt;  // on an integer's both sides
  }
  const Number zero = 0.0, last = std::int64_t{spec.rotary_dim} - 1, i = std::int64_t{pair};
  if (arb_lt(low.get(), zero.get())) low = zero;
  if (arb_gt(high.get(), last.get())) high = last;
  if (f.beta_fast == f.beta_slow && !f.truncate) high = at.add(high, 0.001);
  const Number w = *inv_freq(at, DefaultFamily{}, spec, pair);
  if (arb_le(i.get(), low.get())) return w;
  if (arb_ge(i.get(), high.get())) return at.div(w, f.factor);
  if (!arb_gt(i.get(), low.get()) || !arb_lt(i.get(), high.get())) return std::nullopt;
  const Number width = at.sub(high, low);
  return at.add(at.mul(at.div(at.sub(high, i), width), w), at.mul(at.div(at.sub(i, low), width), at.div(w, f.factor)));
}

inline std::optional<Number> inv_freq(const At&, const GivenFamily& f, const Spec&, int pair) {
  return Number(f.inv_freq[static_cast<std::size_t>(pair)]);
}

struct Trig {
  Pair64 cos, sin;
  std::vector<std::uint64_t> cos_bits, sin_bits;  // by tensor_dtypes
};

struct Output {
  std::uint64_t value = 0, bits = 0;
};

/// The values of one spec. Precision doubles until everything asked for is decided; past `cap` it throws.
class Oracle {
  static constexpr slong first = 192, cap = 8192;

  template <class Attempt>
  auto decide(const Attempt& attempt) {
    for (slong bits = first; bits <= cap; bits *= 2) {
      if (auto result = attempt(At{bits})) return *result;
    }
    throw std::runtime_error("undecided at the oracle's highest precision");
  }

 public:
  explicit Oracle(Spec spec) : spec_(std::move(spec)) {}

  Pair64 inv_freq(int pair) {
    return decide([&](const At& at) -> std::optional<Pair64> {
      const auto w = frequency(at, pair);
      if (!w) return std::nullopt;
      return pair64(at, *w, Interval(*w));
    });
  }

  Trig trig(std::int64_t position, int pair) {
    return decide([&](const At& at) -> std::optional<Trig> {
      const auto cs = cos_sin(at, position, pair);
      if (!cs) return std::nullopt;
      Trig out;
      const bool decided = value(at, cs->first, out.cos, out.cos_bits) && value(at, cs->second, out.sin, out.sin_bits);
      return decided ? std::optional(out) : std::nullopt;
    });
  }

  std::pair<Output, Output> rotate(std::int64_t position, int pair, DType dtype, double x0, double x1, bool backward) {
    return decide([&](const At& at) -> std::optional<std::pair<Output, Output>> {
      const auto y = rotated(at, backward ? -position : position, pair, x0, x1);
      if (!y) return std::nullopt;
      const auto a = output(y->first, dtype);
      const auto b = output(y->second, dtype);
      if (!a || !b) return std::nullopt;
      return std::pair(*a, *b);
    });
  }

  /// Both vectors rotated, then multiplied. At m = n the rotations cancel: there the sum is exact and may be a tie.
  std::uint64_t inner_product(std::int64_t m, std::span<const double> q, std::int64_t n, std::span<const double> k) {
    return decide([&](const At& at) -> std::optional<std::uint64_t> {
      Number sum;
      for (int pair = 0; pair < spec_.pairs(); ++pair) {
        const auto i = 2 * static_cast<std::size_t>(pair);
        const auto a = rotated(at, m == n ? 0 : m, pair, q[i], q[i + 1]);
        const auto b = rotated(at, m == n ? 0 : n, pair, k[i], k[i + 1]);
        if (!a || !b) return std::nullopt;
        sum = at.add(sum, at.add(at.mul(a->first, b->first), at.mul(a->second, b->second)));
      }
      return Interval(sum).bits(DType::f64);
    });
  }

  /// |p| of the best approximations p/k of (pi/2)/inv_freq with p <= largest: there cos or sin is nearest to 0.
  std::vector<std::int64_t> near_quarter_turns(int pair, std::int64_t largest) {
    const At at{512};
    std::vector<std::int64_t> out;
    const auto w = frequency(at, pair);
    if (!w || arb_is_zero(w->get())) return out;
    Number x = at.div(at.pi(), at.mul(2.0, *w));
    std::int64_t before = 0, now = 1;  // numerators of the continued fraction
    Integer term;
    for (;;) {
      Number floor;
      arb_floor(floor.get(), x.get(), at.bits);
      const std::int64_t most = largest / std::max<std::int64_t>(now, 1);
      if (!arb_get_unique_fmpz(term.get(), floor.get()) || fmpz_cmp_si(term.get(), most) > 0) return out;
      const std::int64_t next = fmpz_get_si(term.get()) * now + before;
      before = std::exchange(now, next);
      if (now > largest) return out;
      if (now > 0) out.push_back(now);
      x = at.div(1.0, at.sub(x, floor));
    }
  }

 private:
  const std::optional<Number>& frequency(const At& at, int pair) {
    const auto [entry, is_new] = frequencies_.try_emplace({at.bits, pair});
    if (is_new) {
      entry->second =
          std::visit([&](const auto& family) { return oracle::inv_freq(at, family, spec_, pair); }, spec_.family);
    }
    return entry->second;
  }

  std::optional<std::pair<Number, Number>> cos_sin(const At& at, std::int64_t position, int pair) {
    const auto& w = frequency(at, pair);
    if (!w) return std::nullopt;
    std::pair<Number, Number> cs;
    arb_sin_cos(cs.second.get(), cs.first.get(), at.mul(position, *w).get(), at.bits);
    return std::pair(at.mul(spec_.attention_factor, cs.first), at.mul(spec_.attention_factor, cs.second));
  }

  std::optional<std::pair<Number, Number>> rotated(const At& at, std::int64_t position, int pair, double x0,
                                                   double x1) {
    const auto cs = cos_sin(at, position, pair);
    if (!cs) return std::nullopt;
    return std::pair(at.sub(at.mul(x0, cs->first), at.mul(x1, cs->second)),
                     at.add(at.mul(x0, cs->second), at.mul(x1, cs->first)));
  }

  static bool value(const At& at, const Number& v, Pair64& pair, std::vector<std::uint64_t>& bits) {
    const Interval ends(v);
    const auto hi_lo = pair64(at, v, ends);
    if (!hi_lo) return false;
    pair = *hi_lo;
    for (const DType dtype : tensor_dtypes) {
      const auto b = ends.bits(dtype);
      if (!b) return false;
      bits.push_back(*b);
    }
    return true;
  }

  static std::optional<Output> output(const Number& v, DType dtype) {
    const Interval ends(v);
    const auto value = ends.bits(DType::f64);
    const auto bits = ends.bits(dtype);
    if (!value || !bits) return std::nullopt;
    return Output{*value, *bits};
  }

  Spec spec_;
  std::map<std::pair<slong, int>, std::optional<Number>> frequencies_;
};

}  // namespace rope::oracle
