// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Exact values by balls and Ziv's loop: each attempt computes a ball around the value at one precision and answers only
// where the whole ball rounds alike.
//
// Error, step by step, with P the precision (every bound is carried by the balls, ball.hpp):
//   inv_freq   relative 2^(9-P) for "default", a few bits more for others; proved in the family's file
//   angle      |p|·|inv_freq error| + half an ulp: grows with p, about p·w·2^(10-P) radians. At P = 191, p = 2^40 and
//              w = 1 that is 2^-141.
//   cos, sin   the angle's error (slopes are at most 1) + half an ulp
//   A·cos      two factors, A exact
//   rotation   two products, one sum
// Nothing depends on the size of p but through these bounds: MPFR reduces arguments exactly.
//
// Termination. For an algebraic angle that is not 0, cos, sin and every combination x0 cos - x1 sin with algebraic
// (x0, x1) not both 0 are transcendental (Lindemann-Weierstrass), so they are never ties and the loop ends at some
// precision. Angles that are exactly 0 give exact balls, which round exactly, ties included. Llama 3's smooth band is
// not algebraic: no theorem, but a passed test certifies its value without one, and the cap ends the rest.
#include "reference/exact.hpp"

#include <cmath>
#include <string>
#include <vector>

#include "reference/ball.hpp"
#include "reference/families.hpp"
#include "reference/mpfr_constants.hpp"
#include "reference/rounding.hpp"

namespace rope {
namespace {

constexpr std::int64_t position_limit = std::int64_t{1} << 60;  // the difference of two positions fits int64

void require(bool condition, const std::string& message) {
  if (!condition) throw std::invalid_argument(message);
}

void require_position(std::int64_t position) {
  require(position >= -position_limit && position <= position_limit,
          "position is " + std::to_string(position) + "; expected -2^60 to 2^60");
}

void require_pair(const Spec& spec, int pair) {
  require(pair >= 0 && pair < spec.pairs(),
          "pair is " + std::to_string(pair) + "; expected 0 to " + std::to_string(spec.pairs() - 1));
}

void require_tensor_dtype(DType dtype) {
  require(dtype != DType::f64, "dtype is fp64; expected fp32, fp16 or bf16");
}

double binary64(std::uint64_t bits) {
  return to_double(DType::f64, bits);
}

/// hi and lo as ExactValue defines them. Both are properties of the exact value, not of the precision it was found
/// with. |hi + lo - v| is 2^-53 |v - hi| <= 2^-106 |v| at most while lo is normal, which |v| > 2^-960 sees to, or
/// 2^(e-112) <= 2^-111 |v|.
template <class Real>
std::optional<DoubleDouble> certain_double_double(const Ball<Real>& ball, const Ends& ends) {
  if (is_exact_zero(ball)) return DoubleDouble{};
  if (mpfr_zero_p(raw(ball.middle)) != 0 || exponent(ball.middle) < -960) return std::nullopt;
  const auto hi = ends.bits(DType::f64);
  if (!hi) return std::nullopt;
  const Ball<Real> high = exact_ball<Real>(binary64(*hi));
  const Ball<Real> rest = ball - high;
  const Ball<Real> few_bits = scale(exact_ball<Real>(1.0), exponent(high.middle) - 112);
  const auto order = certain_order(mpfr_signbit(raw(rest.middle)) != 0 ? -rest : rest, few_bits);
  if (!order) return std::nullopt;
  if (*order <= 0) return DoubleDouble{binary64(*hi), 0};
  const auto lo = Ends(rest).bits(DType::f64);
  if (!lo) return std::nullopt;
  return DoubleDouble{binary64(*hi), binary64(*lo)};
}

template <class Real>
std::optional<ExactValue> certain_value(const Ball<Real>& ball) {
  const Ends ends(ball);
  const auto value = certain_double_double(ball, ends);
  if (!value) return std::nullopt;
  ExactValue result{*value, {}};
  for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
    const auto bits = ends.bits(tensor_dtypes[t]);
    if (!bits) return std::nullopt;
    result.bits[t] = static_cast<std::uint32_t>(*bits);
  }
  return result;
}

template <class Real>
std::optional<ExactOutput> certain_output(const Ball<Real>& ball, DType dtype) {
  const Ends ends(ball);
  const auto value = ends.bits(DType::f64);
  const auto bits = ends.bits(dtype);
  if (!value || !bits) return std::nullopt;
  return ExactOutput{binary64(*value), static_cast<std::uint32_t>(*bits)};
}

template <class Real>
struct CosSin {
  Ball<Real> cos, sin;  // attention factor included
};

template <class Real>
CosSin<Real> cos_sin_at(const Spec& spec, const Ball<Real>& inv_freq, std::int64_t position) {
  const auto [c, s] = cos_sin(exact_ball<Real>(position) * inv_freq);
  if (spec.attention_factor == 1) return {c, s};
  const Ball<Real> factor = exact_ball<Real>(spec.attention_factor);
  return {factor * c, factor * s};
}

std::string where(std::int64_t position, int pair) {
  return "position " + std::to_string(position) + ", pair " + std::to_string(pair);
}

}  // namespace

int ziv_precision_cap() {
  return precision_bits<Real1021>;
}

// What does not depend on the position is kept at the precision where the loop begins, and only there.
template <class Real>
using Frequencies = std::vector<std::optional<Ball<Real>>>;  // nothing where Real cannot decide the family's branch

struct Exact::State {
  Spec spec;
  ZivStart start;
  Frequencies<Real191> inv_freq_first;  // by pair
  Frequencies<Real254> inv_freq_second;
  std::vector<DoubleDouble> inv_freq_value;

  template <class Real>
  std::optional<Ball<Real>> frequency(int pair) const {
    const auto i = static_cast<std::size_t>(pair);
    if constexpr (std::is_same_v<Real, Real191>) {
      if (start == ZivStart::first) return inv_freq_first[i];
    }
    if constexpr (std::is_same_v<Real, Real254>) {
      if (start == ZivStart::second) return inv_freq_second[i];
    }
    return inv_freq_ball<Real>(spec, pair);
  }

  template <class Real>
  std::optional<CosSin<Real>> at(std::int64_t position, int pair) const {
    const auto f = frequency<Real>(pair);
    if (!f) return std::nullopt;
    return cos_sin_at(spec, *f, position);
  }

  template <class Attempt, class What>
  auto certain(const Attempt& attempt, const What& what) const {
    return resolve(attempt, what, ziv_precision_cap(), start);
  }
};

struct Exact::At::Kept {
  const State& state;
  std::int64_t position;
  int pair;
  std::optional<CosSin<Real191>> first;
  std::optional<CosSin<Real254>> second;

  template <class Real>
  std::optional<CosSin<Real>> at() const {
    if constexpr (std::is_same_v<Real, Real191>) {
      if (state.start == ZivStart::first) return first;
    }
    if constexpr (std::is_same_v<Real, Real254>) {
      if (state.start == ZivStart::second) return second;
    }
    return state.at<Real>(position, pair);
  }

  Trig trig() const {
    return state.certain(
        [&]<class Real>() -> std::optional<Trig> {
          const auto cs = at<Real>();
          if (!cs) return std::nullopt;
          const auto c = certain_value(cs->cos);
          const auto s = certain_value(cs->sin);
          if (!c || !s) return std::nullopt;
          return Trig{*c, *s};
        },
        [&] { return "cos and sin at " + where(position, pair); });
  }

  std::array<ExactOutput, 2> rotate(DType dtype, double x0, double x1, Direction direction) const {
    require_tensor_dtype(dtype);
    require(std::isfinite(x0) && std::isfinite(x1), "an element to rotate is not finite; expected finite numbers");
    return state.certain(
        [&]<class Real>() -> std::optional<std::array<ExactOutput, 2>> {
          const auto cs = at<Real>();
          if (!cs) return std::nullopt;
          const Ball<Real> a = exact_ball<Real>(x0);
          const Ball<Real> b = exact_ball<Real>(x1);
          const Ball<Real> s = direction == Direction::forward ? cs->sin : -cs->sin;
          const auto y0 = certain_output(a * cs->cos - b * s, dtype);
          if (!y0) return std::nullopt;
          const auto y1 = certain_output(a * s + b * cs->cos, dtype);
          if (!y1) return std::nullopt;
          return std::array{*y0, *y1};
        },
        [&] { return "the rotation at " + where(position, pair); });
  }
};

Exact::Exact(const Spec& spec, ZivStart start) {
  if (const auto text = problem(spec)) throw std::invalid_argument(*text);
  release_constants_at_thread_exit();
  auto state = std::make_unique<State>();
  state->spec = spec;
  state->start = start;
  for (int pair = 0; pair < spec.pairs(); ++pair) {
    if (start == ZivStart::first) {
      state->inv_freq_first.push_back(inv_freq_ball<Real191>(spec, pair));
    } else {
      state->inv_freq_second.push_back(inv_freq_ball<Real254>(spec, pair));
    }
    state->inv_freq_value.push_back(state->certain(
        [&]<class Real>() -> std::optional<DoubleDouble> {
          const auto f = state->frequency<Real>(pair);
          if (!f) return std::nullopt;
          return certain_double_double(*f, Ends(*f));
        },
        [&] { return "inv_freq of pair " + std::to_string(pair); }));
  }
  state_ = std::move(state);
}

Exact::~Exact() = default;
Exact::Exact(Exact&&) noexcept = default;
Exact& Exact::operator=(Exact&&) noexcept = default;

const Spec& Exact::spec() const {
  return state_->spec;
}

DoubleDouble Exact::inv_freq(int pair) const {
  require_pair(state_->spec, pair);
  return state_->inv_freq_value[static_cast<std::size_t>(pair)];
}

Exact::At::At(std::unique_ptr<const Kept> kept) : kept_(std::move(kept)) {}
Exact::At::~At() = default;
Exact::At::At(At&&) noexcept = default;
Exact::At& Exact::At::operator=(At&&) noexcept = default;

Exact::Trig Exact::At::trig() const {
  return kept_->trig();
}

std::array<ExactOutput, 2> Exact::At::rotate(DType dtype, double x0, double x1, Direction direction) const {
  return kept_->rotate(dtype, x0, x1, direction);
}

Exact::At Exact::at(std::int64_t position, int pair) const {
  require_position(position);
  require_pair(state_->spec, pair);
  release_constants_at_thread_exit();
  At::Kept kept{*state_, position, pair, std::nullopt, std::nullopt};
  if (state_->start == ZivStart::first) {
    kept.first = state_->at<Real191>(position, pair);
  } else {
    kept.second = state_->at<Real254>(position, pair);
  }
  return At(std::make_unique<const At::Kept>(std::move(kept)));
}

Exact::Trig Exact::trig(std::int64_t position, int pair) const {
  return at(position, pair).trig();
}

std::array<ExactOutput, 2> Exact::rotate(std::int64_t position, int pair, DType dtype, double x0, double x1,
                                         Direction direction) const {
  return at(position, pair).rotate(dtype, x0, x1, direction);
}

// <R_m q, R_n k> = A² Σ (q0 k0 + q1 k1) cos δ + (q1 k0 - q0 k1) sin δ with δ = (n - m) inv_freq: the rotations depend
// on the difference alone. So m = n is exact: no cos² + sin² = 1 is left to rounding, where a tie could never be
// decided.
double Exact::inner_product(std::int64_t m, std::span<const double> q, std::int64_t n,
                            std::span<const double> k) const {
  const Spec& spec = state_->spec;
  require_position(m);
  require_position(n);
  const std::size_t elements = 2 * static_cast<std::size_t>(spec.pairs());
  require(q.size() == elements && k.size() == elements,
          "q has " + std::to_string(q.size()) + " and k " + std::to_string(k.size()) +
              " elements; expected rotary_dim = " + std::to_string(elements) + " of each");
  for (std::size_t i = 0; i < elements; ++i) {
    require(std::isfinite(q[i]) && std::isfinite(k[i]), "an element of q or k is not finite; expected finite numbers");
  }
  release_constants_at_thread_exit();
  return state_->certain(
      [&]<class Real>() -> std::optional<double> {
        std::vector<Ball<Real>> terms;
        terms.reserve(2 * elements);
        for (int pair = 0; pair < spec.pairs(); ++pair) {
          const std::size_t i = 2 * static_cast<std::size_t>(pair);
          const auto f = state_->frequency<Real>(pair);
          if (!f) return std::nullopt;
          const auto [c, s] = cos_sin(exact_ball<Real>(n - m) * *f);
          const Ball<Real> q0 = exact_ball<Real>(q[i]), q1 = exact_ball<Real>(q[i + 1]);
          const Ball<Real> k0 = exact_ball<Real>(k[i]), k1 = exact_ball<Real>(k[i + 1]);
          terms.push_back(q0 * k0 * c);
          terms.push_back(q1 * k1 * c);
          terms.push_back(q1 * k0 * s);
          terms.push_back(-(q0 * k1 * s));
        }
        const Ball<Real> factor = exact_ball<Real>(spec.attention_factor);
        const auto bits = Ends(factor * factor * sum<Real>(terms)).bits(DType::f64);
        if (!bits) return std::nullopt;
        return binary64(*bits);
      },
      [&] { return "the inner product at positions " + std::to_string(m) + " and " + std::to_string(n); });
}

}  // namespace rope
