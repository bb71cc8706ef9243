// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every term of dynamic NTK's S1 is needed: without it some honest implementation, one that only rounds where its
// contract says so, exceeds the bound; with it none does. Searched pseudo-randomly, from fixed seeds, where the term is
// large and the rest of the sum is small or used up; what is found is confirmed by Exact.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "reference/exact.hpp"
#include "reference/frequency_error.hpp"
#include "reference/honest_cases.hpp"
#include "reference/honest_dynamic_ntk.hpp"

namespace rope::dynamic_ntk {
namespace {

using honest::Random;

constexpr const char* sharp = "freq=f32:rpow~0.5ulp";  // both powers are correctly rounded

/// One implementation's inv_freq of one pair.
struct Sample {
  Spec spec;
  Contract contract;
  Choices choices = {};
  int pair = 0;
};

struct Case {
  std::string name;
  Term term;
  std::function<Sample(Random&)> sample;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

Contract contract_of(const char* text) {
  return std::get<Contract>(parse_contract(text, DType::f32));
}

/// theta is a number of fp32, d a power of two.
Sample sample_of(Random& random, const DynamicNtkFamily& family, const char* contract = sharp, int d = 128) {
  Sample s;
  s.spec = spec_of(d, std::round(std::exp2(random.uniform(10, 23))), family);
  s.contract = contract_of(contract);
  s.pair = d / 2 - 1;
  return s;
}

// ---- the difference cancels: g is near 1, so whatever t loses is lost `factor` times, and the rest hardly matters
// -----

/// A number of fp32 that is not an integer, just above 2^e, where a rounding loses most; times the divisor below it is
/// so too.
double just_above(Random& random, int e) {
  return std::ldexp(1 + 0x1p-10 + (2 * random.below(1 << 13) + 1) * 0x1p-23, e);
}

/// A little less than a power of two; the reciprocal is rounded down and loses nearly all that one can: 0.9985 u.
constexpr std::int64_t lossy_divisor = (1 << 20) - 991;

Sample divided(Random& random, double factor, bool reciprocals) {
  const std::int64_t m = lossy_divisor << random.below(4);
  Sample s = sample_of(random, {factor, m, m + random.below(static_cast<int>(static_cast<double>(m) / factor))});
  s.choices.reciprocals = reciprocals;
  return s;
}

/// s loses half an ulp of s - 1, which is half an ulp of its own below the power of two that s is above.
Sample factor_rounded(Random& random) {
  const int e = 1 + random.below(8);
  const double step = std::ldexp(1.0, e - 23);
  const double fraction = (random.below(1 << (22 - e)) + random.uniform(0, 1)) * step;
  return sample_of(random, {std::ldexp(1.0, e) + fraction, 4096, 4096 + random.below(64)});
}

/// Past 2^24 fp32 does not hold every length.
Sample length_rounded(Random& random) {
  const int m = 1 << 24;
  return sample_of(random, {std::ldexp(1.0, 4 + random.below(8)), m, m + 1 + random.below(1000)});
}

Sample original_rounded(Random& random) {
  const std::int64_t m = (1 << 24) + 1 + 2 * random.below(1 << 14);
  Sample s = sample_of(random, {std::ldexp(1.0, 7 + random.below(2)), m, m + 1 + 2 * random.below(1 << 14)});
  s.choices.reciprocals = true;
  return s;
}

Sample product_rounded(Random& random) {
  return sample_of(random, {just_above(random, 4 + random.below(8)), 4096, 4096 + random.below(512)});
}

/// So much cancels that the first order is too little, by one part in a hundred: all roundings must be large and agree.
Sample large_error(Random& random) {
  return divided(random, just_above(random, 15), true);
}

/// The frequency lies just below a power of two, and the error of the base takes it beyond, where an ulp is twice that.
Sample beyond_a_power_of_two(Random& random) {
  Sample s = divided(random, just_above(random, 8), true);
  s.contract = contract_of("freq=f32:pow~39.5ulp");
  s.choices.growth_ulp = -39;
  s.choices.power_ulp = 39;
  const double target = std::ldexp(1.0, -(10 + random.below(10))) * (1 - random.uniform(1, 3) * 0x1p-16);
  const Exactly v(s.spec, s.pair);
  s.spec.theta = round_to(DType::f32, s.spec.theta * std::pow(v.frequency / target, 1 / v.x));
  return s;
}

// ---- nothing cancels ------------------------------------------------------------------------------------------------

/// A factor and an original length that are powers of two: t is exact, and with a length of at most 24 bits so is g.
Sample exact_growth(Random& random, const char* contract = sharp, int d = 128) {
  const int m = 1 << (4 + random.below(8));
  return sample_of(random, {2, m, m + static_cast<std::int64_t>(std::exp2(random.uniform(8, 23)))}, contract, d);
}

/// t is an even number of fp32 past 2^24, so that 1 less is halfway between two. At d = 4 no exponent is rounded. theta
/// is just above a power of two, and so is all that comes of it: there a rounding loses most.
Sample difference_rounded(Random& random) {
  constexpr std::int64_t m = 16;
  const std::int64_t half_t = (std::int64_t{1} << 23) + random.below(1 << 18);
  Sample s = sample_of(random, {2, m, half_t * m}, sharp, 4);
  s.spec.theta = std::ldexp(1 + random.below(1 << 16) * 0x1p-23, 10 + random.below(13));
  return s;
}

/// And theta loses nearly all that it can.
Sample theta_rounded(Random& random) {
  Sample s = difference_rounded(random);
  s.spec.theta *= 1 + random.sign() * random.uniform(0.9, 1) * 0x1p-24;
  return s;
}

/// e = d/(d - 2) loses much, and a large growth makes much of it.
Sample growth_exponent_rounded(Random& random) {
  const int m = 16;
  return sample_of(random, {2, m, m * ((1 << 18) + static_cast<std::int64_t>(random.below(1 << 22)))}, sharp, 128);
}

Sample inaccurate_growth(Random& random) {
  Sample s = exact_growth(random, "freq=f32:rpow~20.5ulp");
  s.choices.growth_ulp = 20 * random.sign();
  s.choices.power_ulp = 20 * random.sign();
  return s;
}

/// The error of the base hardly enters a pair of high frequency.
Sample first_pairs(Random& random, const char* contract) {
  Sample s = exact_growth(random, contract);
  s.pair = 1 + random.below(4);
  return s;
}

Sample exponent_rounded(Random& random, int d, bool reciprocals) {
  Sample s = exact_growth(random, sharp, d);
  s.pair = 1 + random.below(d / 2 - 1);
  s.choices.reciprocals = reciprocals;
  return s;
}

std::vector<Case> cases() {
  using R = Random;
  return {
      {"factor", Term::factor, factor_rounded},
      {"length", Term::length, length_rounded},
      {"original", Term::original, original_rounded},
      {"product", Term::product, product_rounded},
      {"quotient", Term::quotient, [](R& r) { return divided(r, std::ldexp(1.0, 4 + r.below(8)), false); }},
      {"quotient_beside_product", Term::quotient, [](R& r) { return divided(r, just_above(r, 8), true); }},
      {"reciprocal", Term::reciprocal, [](R& r) { return divided(r, std::ldexp(1.0, 4 + r.below(8)), true); }},
      {"reciprocal_beside_product", Term::reciprocal, [](R& r) { return divided(r, just_above(r, 8), true); }},
      {"less_one", Term::less_one, factor_rounded},
      {"difference", Term::difference, difference_rounded},
      {"not_first_order", Term::not_first_order, large_error},
      {"growth_exponent", Term::growth_exponent, growth_exponent_rounded},
      {"growth_power", Term::growth_power, difference_rounded},
      {"growth_power_inaccurate", Term::growth_power, inaccurate_growth},
      {"base", Term::base, theta_rounded},
      {"base_product", Term::base_product, difference_rounded},
      {"power", Term::power, [](R& r) { return first_pairs(r, sharp); }},
      {"division", Term::division, [](R& r) { return first_pairs(r, sharp); }},
      {"whole_formula", Term::whole_formula, [](R& r) { return first_pairs(r, "freq=f32:pow~0.5ulp"); }},
      {"exponent_at_d_80", Term::exponent, [](R& r) { return exponent_rounded(r, 80, false); }},
      {"exponent_at_d_96", Term::exponent, [](R& r) { return exponent_rounded(r, 96, false); }},
      {"exponent_reciprocal_at_d_80", Term::exponent_reciprocal, [](R& r) { return exponent_rounded(r, 80, true); }},
      {"exponent_reciprocal_at_d_96", Term::exponent_reciprocal, [](R& r) { return exponent_rounded(r, 96, true); }},
      {"exponent_reciprocal_at_d_112", Term::exponent_reciprocal, [](R& r) { return exponent_rounded(r, 112, true); }},
      {"stored", Term::stored, [](R& r) { return first_pairs(r, "freq=bf16:rpow~0.5ulp"); }},
      {"moved", Term::moved, beyond_a_power_of_two},
  };
}

struct Outcome {
  double error, bound, without;
};

/// `confirm`: with the exact value from Exact, otherwise from binary64.
Outcome outcome(const Sample& s, Term term, bool confirm) {
  const double exact = confirm ? Exact(s.spec).inv_freq(s.pair).hi : Exactly(s.spec, s.pair).frequency;
  return {std::fabs(inv_freq(s.spec, s.contract, s.choices, s.pair) - exact), Formula(s.spec, s.contract).error(s.pair),
          Formula(s.spec, s.contract, term).error(s.pair)};
}

std::string text_of(const Sample& s) {
  const auto& f = std::get<DynamicNtkFamily>(s.spec.family);
  char text[256];
  std::snprintf(text, sizeof text, "theta %.17g d %d factor %.17g M %lld L %lld pair %d%s", s.spec.theta,
                s.spec.rotary_dim, f.factor, static_cast<long long>(f.original_max_position),
                static_cast<long long>(f.sequence_length), s.pair, s.choices.reciprocals ? " reciprocals" : "");
  return text;
}

class DynamicNtkTermsNeeded : public testing::TestWithParam<Case> {};

TEST_P(DynamicNtkTermsNeeded, HonestArithmeticExceedsTheBoundWithoutAndNeverWith) {
  const Case& c = GetParam();
  Random random(11);
  constexpr int at_least = 2000, at_most = 2000000;
  constexpr double close = 1 - 0x1p-10;  // binary64 is not trusted nearer to a limit than that
  double worst = 0, best = 0;
  std::string witness;
  for (int i = 0; i < at_most && (i < at_least || witness.empty()); ++i) {
    const Sample s = c.sample(random);
    Outcome o = outcome(s, c.term, false);
    if (o.error > o.bound * close) o = outcome(s, c.term, true);
    ASSERT_LE(o.error, o.bound) << text_of(s);
    worst = std::max(worst, o.error / o.bound);
    if (o.error > 0) best = std::max(best, o.error / o.without);
    if (witness.empty() && o.error > o.without) {
      const Outcome confirmed = outcome(s, c.term, true);
      if (confirmed.error > confirmed.without && confirmed.error <= confirmed.bound) witness = text_of(s);
    }
  }
  EXPECT_NE(witness, "") << "the largest error is " << best << " of the bound without the term, " << worst
                         << " with it";
  RecordProperty("error_over_bound", std::to_string(worst));
  RecordProperty("error_over_bound_without", std::to_string(best));
  RecordProperty("witness", witness);
}

INSTANTIATE_TEST_SUITE_P(Bounds, DynamicNtkTermsNeeded, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

/// Any setting, any order that the bound speaks of.
Sample anything(Random& random) {
  constexpr int d[] = {4, 6, 20, 64, 66, 80, 96, 112, 128, 256};
  constexpr const char* contracts[] = {sharp, "freq=f32:pow~0.5ulp", "freq=f32:rpow~2.5ulp", "freq=bf16:rpow~0.5ulp"};
  const auto number = [&random](double most) {  // whole, a power of two, or neither
    const double v = std::exp2(random.uniform(0, most));
    const int kind = random.below(3);
    return kind == 0 ? std::round(v) : kind == 1 ? std::exp2(std::round(std::log2(v))) : v;
  };
  const double m = std::round(number(26));
  const double longer = std::min(m * std::exp2(random.uniform(-20, 10)), 0x1p36);
  const DynamicNtkFamily family{number(16), std::llround(m), std::llround(m + longer)};
  const int which = random.below(4);
  Sample s = sample_of(random, family, contracts[which], d[random.below(10)]);
  s.spec.theta = number(23);
  s.pair = 1 + random.below(s.spec.pairs() - 1);
  s.choices = {random.below(2) == 0, random.below(2) == 0, random.below(2) == 0};
  if (which == 2) s.choices.growth_ulp = 2 * random.sign(), s.choices.power_ulp = 2 * random.sign();
  return s;
}

TEST(DynamicNtkTerms, AreEnoughEverywhere) {
  Random random(17);
  double worst = 0;
  for (int i = 0; i < 300000; ++i) {
    const Sample s = anything(random);
    if (s.spec.theta <= 1 || Exactly(s.spec, s.pair).base > 0x1p126) continue;  // fp32 holds no such base
    Outcome o = outcome(s, Term::none, false);
    if (o.error > o.bound * (1 - 0x1p-10)) o = outcome(s, Term::none, true);
    ASSERT_LE(o.error, o.bound) << text_of(s);
    worst = std::max(worst, o.error / o.bound);
  }
  EXPECT_GE(worst, 0.9);
  RecordProperty("error_over_bound", std::to_string(worst));
}

/// The formula of this test is that of frequency_error: otherwise the above would say nothing about it.
TEST(DynamicNtkFormula, IsThatOfFrequencyError) {
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    Random random(3);
    for (int i = 0; i < 30; ++i) {
      Sample s = c.sample(random);
      for (const char* text :
           {"", "freq=f32:pow~2ulp", "freq=f32:exp~20ulp", "freq=bf16:rpow~2ulp", "freq=f64:rpow~2ulp"}) {
        if (*text != '\0') s.contract = contract_of(text);
        const auto errors = frequency_error(s.spec, s.contract);
        for (int pair = 0; pair < s.spec.pairs(); ++pair) {
          const double expected = Formula(s.spec, s.contract).error(pair);
          EXPECT_NEAR(errors[static_cast<std::size_t>(pair)], expected, 0x1p-40 * expected)
              << text_of(s) << " " << text;
        }
      }
    }
  }
}

}  // namespace
}  // namespace rope::dynamic_ntk
