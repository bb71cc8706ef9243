// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every term of every bound is needed: without it some honest implementation, one that only rounds where its contract
// says so, exceeds the bound; with it none does. Searched pseudo-randomly, from fixed seeds; what is found is confirmed
// by Exact.
//
// Terms that always stand beside larger ones of the same sum have no such implementation; that they are smaller is
// shown instead (docs/numerics.md, "Which terms are needed").
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "reference/bounds.hpp"
#include "reference/exact.hpp"
#include "reference/frequency_error.hpp"
#include "reference/honest_cases.hpp"

namespace rope {
namespace {

using namespace honest;

// ---- the search -----------------------------------------------------------------------------------------------------

struct Outcome {
  double error, bound, without;
};

/// `confirm`: with the exact value from Exact, otherwise from binary64.
Outcome outcome(const Case& c, const Sample& s, bool confirm) {
  const Contract contract = contract_of(s);
  const honest::Pipeline pipeline(s.spec, contract, s.choices);
  const Formulas with(s.spec, contract, s.dtype), without(s.spec, contract, s.dtype, c.term);
  std::unique_ptr<const Exact> exact;
  if (confirm) exact = std::make_unique<const Exact>(s.spec);
  const double w = confirm ? exact->inv_freq(s.pair).hi : with.frequency(s.pair).value;
  const double f = pipeline.inv_freq(s.pair, w);
  if (c.frequency_alone) return {std::fabs(f - w), with.frequency(s.pair).error, without.frequency(s.pair).error};

  const double angle = static_cast<double>(s.position) * w;
  double cos = std::cos(angle) * s.spec.attention_factor, sin = std::sin(angle) * s.spec.attention_factor;
  std::array<double, 2> want{s.x0 * cos - s.x1 * sin, s.x0 * sin + s.x1 * cos};
  if (confirm) {
    const Exact::At at = exact->at(s.position, s.pair);
    cos = at.trig().cos.value.hi;
    sin = at.trig().sin.value.hi;
    const auto y = at.rotate(s.dtype, s.x0, s.x1, Direction::forward);
    want = {y[0].value, y[1].value};
  }
  const auto got = pipeline.rotate(pipeline.table(pipeline.angle(s.position, f)), s.x0, s.x1);
  const double r = std::hypot(s.x0, s.x1);
  return {std::hypot(got[0] - want[0], got[1] - want[1]),
          r * with.rotation(s.position, s.pair, cos, sin) + with.underflow(),
          r * without.rotation(s.position, s.pair, cos, sin) + without.underflow()};
}

class TermsNeeded : public testing::TestWithParam<Case> {};

TEST_P(TermsNeeded, HonestArithmeticExceedsTheBoundWithoutAndNeverWith) {
  const Case& c = GetParam();
  Random random(7);
  constexpr int at_least = 2000, at_most = 1000000;
  constexpr double close = 1 - 0x1p-10;  // binary64 is not trusted nearer to a limit than that
  double worst = 0, best = 0;
  bool found = false;
  for (int i = 0; i < at_most && (i < at_least || !found); ++i) {
    const Sample s = c.sample(random);
    Outcome o = outcome(c, s, false);
    if (o.error > o.bound * close) o = outcome(c, s, true);
    ASSERT_LE(o.error, o.bound) << "theta " << s.spec.theta << " d " << s.spec.rotary_dim << " pair " << s.pair
                                << " position " << s.position << " (" << s.x0 << ", " << s.x1 << ")";
    worst = std::max(worst, o.error / o.bound);
    const double ratio = o.error > 0 ? o.error / o.without : 0;
    best = std::max(best, ratio);
    if (!found && o.error > o.without) {
      const Outcome confirmed = outcome(c, s, true);
      found = confirmed.error > confirmed.without && confirmed.error <= confirmed.bound;
    }
  }
  EXPECT_TRUE(found) << "the largest error is " << best << " of the bound without the term, " << worst << " with it";
  RecordProperty("error_over_bound", std::to_string(worst));
  RecordProperty("error_over_bound_without", std::to_string(best));
}

INSTANTIATE_TEST_SUITE_P(Bounds, TermsNeeded, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

/// What leaving a term out takes from the error of inv_freq.
double part(const Sample& s, Term term) {
  const Contract contract = contract_of(s);
  return Formulas(s.spec, contract, s.dtype).frequency(s.pair).error -
         Formulas(s.spec, contract, s.dtype, term).frequency(s.pair).error;
}

TEST(TermsNotNeededAlone, AreSmallerThanTheirNeighbours) {
  constexpr double differences = 1 + 0x1p-20;  // of binary64 numbers above
  Random random(5);
  double limits = 0, smooth = 0, length = 0;
  for (int i = 0; i < 20000; ++i) {
    Sample s = random.below(2) == 0 ? limits_rounded(random)
                                    : between(random, Band{8, random.uniform(0.001, 1), random.uniform(1, 5), false});
    const double turns = part(s, Term::turns_roundings);
    limits = std::max(limits, part(s, Term::limits) / turns);
    smooth = std::max(smooth, part(s, Term::smooth_roundings) / turns);
    auto& family = std::get<Llama3Family>(s.spec.family);
    const double wider = std::ldexp(1.0, 14) + random.uniform(0, 1);  // past 2^24, where fp32 does not hold it
    family.low_freq_factor *= wider;
    family.high_freq_factor *= wider;
    family.original_max_position = std::llround(static_cast<double>(family.original_max_position) * wider);
    length = std::max(length, part(s, Term::turns_length) / part(s, Term::turns_roundings));
  }
  EXPECT_LE(limits, 2.0 / 5 * differences);
  EXPECT_LE(smooth, 3.0 / 5 * differences);
  EXPECT_LE(length, 1.0 / 5 * differences);
  EXPECT_GT(std::min({limits, smooth, length}), 0);

  for (const DType dtype : {DType::f16, DType::bf16}) {
    const std::string held = dtype == DType::f16 ? "f16:rn" : "bf16:rn";
    const auto contract = std::get<Contract>(parse_contract("table=" + held + " rotate=f32:any out=" + held, dtype));
    const Spec spec = spec_of(128, 5e5);
    const Formulas all(spec, contract, dtype);
    const auto without = [&](Term term) { return Formulas(spec, contract, dtype, term); };
    EXPECT_LE(all.rounding(0.6, 0.8) - without(Term::rotation).rounding(0.6, 0.8),
              0x1p-12 * (all.rounding(0.6, 0.8) - without(Term::output).rounding(0.6, 0.8)));
    EXPECT_LE(without(Term::underflow_output).underflow(),
              (1 + 0x1p-7) * 0x1p-15 * without(Term::underflow_arithmetic).underflow());
  }
}

/// What PyTorch makes of 2i/d on a GPU loses more than a division only where d is no power of two; and of pairs that
/// are powers of two nothing more.
TEST(ExponentByReciprocal, CostsNothingWhereDOrThePairIsAPowerOfTwo) {
  const Contract usual = contract_of({spec_of(128, 1e4), DType::f32, "freq=f32:rpow~2ulp"});
  for (const int d : {4, 32, 64, 80, 96, 112, 128, 192, 256}) {
    const Spec spec = spec_of(d, 1e4);
    const Formulas divided(spec, usual, DType::f32, Term::exponent_reciprocal);
    const std::vector<double> error = frequency_error(spec, usual);
    for (int pair = 1; pair < spec.pairs(); ++pair) {
      const bool same = (d & (d - 1)) == 0 || (pair & (pair - 1)) == 0;
      const double ratio = error[static_cast<std::size_t>(pair)] / divided.frequency(pair).error;
      if (same) {
        EXPECT_NEAR(ratio, 1, 0x1p-40) << d << " " << pair;
      } else {
        EXPECT_GT(ratio, 1 + 0x1p-7) << d << " " << pair;
      }
    }
  }
}

/// A contract with a library says that 2i/d is divided, and is held to that.
TEST(ExponentByReciprocal, IsNotWhatAPinnedContractAllows) {
  const Llama3Family llama31{8, 1, 4, 8192};
  for (const Spec& spec :
       {spec_of(112, 1e4), spec_of(96, 5e5, llama31), spec_of(112, 1e4, DynamicNtkFamily{2, 64, 100})}) {
    for (const char* formula : {"rpow", "pow"}) {
      const auto of = [&](const std::string& rest) {
        const std::string text = std::string("freq=f32:") + formula + rest;
        return frequency_error(spec, contract_of({spec, DType::f32, text}));
      };
      const std::vector<double> pinned = of("(glibc)"), bound = of("~0.82ulp");
      for (std::size_t pair = 1; pair < pinned.size(); ++pair) {
        const bool same = (pair & (pair - 1)) == 0;
        EXPECT_LE(pinned[pair], bound[pair]) << formula << " " << pair;
        EXPECT_EQ(pinned[pair] < bound[pair], !same) << formula << " " << pair;
      }
    }
  }
}

/// The formulas of this test are those of Bounds: otherwise the above would say nothing about it. Bounds adds 2^-40 for
/// its own evaluation, up to three times.
TEST(Formulas, AreThoseOfBounds) {
  const auto expect_same = [](double bounds, double formulas) {
    EXPECT_LE(std::fabs(bounds - formulas), (4 * 0x1p-40) * formulas) << bounds << " and " << formulas;
  };
  for (const Case& c : cases()) {
    SCOPED_TRACE(c.name);
    Random random(3);
    for (int i = 0; i < 30; ++i) {
      Sample s = c.sample(random);
      if (i % 3 == 2 && s.contract == sharp_power) s.contract = "freq=f32:rpow(glibc)";
      const Contract contract = contract_of(s);
      const Formulas mine(s.spec, contract, s.dtype);
      std::vector<double> w;
      for (int pair = 0; pair < s.spec.pairs(); ++pair) w.push_back(mine.frequency(pair).value);
      const Bounds bounds(s.spec, contract, s.dtype, w);
      for (int pair = 0; pair < s.spec.pairs(); ++pair) {
        expect_same(bounds.frequency(pair), mine.frequency(pair).error);
        expect_same(bounds.angle(s.position, pair), mine.angle(s.position, pair));
        const double angle = static_cast<double>(s.position) * w[static_cast<std::size_t>(pair)];
        const double cos = s.spec.attention_factor * std::cos(angle), sin = s.spec.attention_factor * std::sin(angle);
        expect_same(bounds.rounding(cos, sin), mine.rounding(cos, sin));
        expect_same(bounds.rotation(s.position, pair, cos, sin, 1, 1), mine.rotation(s.position, pair, cos, sin));
      }
      expect_same(bounds.underflow(), mine.underflow());
    }
  }
}

}  // namespace
}  // namespace rope
