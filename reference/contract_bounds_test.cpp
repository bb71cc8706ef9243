// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The stages of a contract that the usual pipeline does not have: what the emulator makes of them stays within their
// bounds, and outside those of the contract without them. So each of their terms is needed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <numbers>
#include <ostream>
#include <random>
#include <string>
#include <vector>

#include "reference/bounds.hpp"
#include "reference/exact.hpp"
#include "reference/pipeline/pipeline.hpp"
#include "reference/spec_of.hpp"

namespace rope {
namespace {

Contract parsed(const std::string& text, DType dtype) {
  const auto result = parse_contract(text, dtype);
  if (const auto* error = std::get_if<ContractError>(&result)) throw std::invalid_argument(error->message);
  return for_tensor(std::get<Contract>(result), Tensor::q, Direction::forward);
}

std::vector<double> exact_frequencies(const Exact& exact) {
  std::vector<double> out;
  for (int pair = 0; pair < exact.spec().pairs(); ++pair) out.push_back(exact.inv_freq(pair).hi);
  return out;
}

struct Case {
  std::string name;
  DType dtype;
  std::string with, without;  // without: empty where only the bound is held
  Spec spec;
  bool tiny = false;  // elements around the smallest numbers of the dtype
  int pairs = 1 << 10;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::vector<Case> cases() {
  const std::string sharp = "freq=f64:cr angle=f64:mul trig=f64:cr table=none rotate=f64:mul out=f32:rn";
  const std::string exact_pair = "trig=f64:cr table=none rotate=f64:mul out=f32:rn";
  const std::string f32 = " angle=f64:mul " + exact_pair;
  const Spec plain = spec_of(80, 5e5), factor = spec_of(128, 5e5, DefaultFamily{}, 1.2079441541679836);
  // Halfway between numbers of fp32, of fp16.
  const Spec hard_factor = spec_of(128, 5e5, DefaultFamily{}, 1 + 0x1.8p-23);
  const Spec hard_factor_f16 = spec_of(128, 5e5, DefaultFamily{}, 1 + 0x1.8p-10);
  const Spec ntk = spec_of(96, 1e4, DynamicNtkFamily{3.3, 5003, 23456});
  const Spec llama = spec_of(128, 5e5, Llama3Family{6.7, 1.3, 4.9, 10007});
  const std::string bf16_sharp = "freq=f64:cr angle=f64:mul trig=f64:cr table=none";
  return {
      {"in_bf16", DType::f32, sharp + " in=bf16", sharp, plain},
      {"in_f32_of_bf16_is_exact", DType::bf16, bf16_sharp + " in=f32 rotate=f32:mul out=bf16:rn", "", plain},
      {"factor_with_the_stored_table", DType::f32,
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f32:rn af=f32@stored rotate=f64:mul out=f32:rn",
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f32:rn rotate=f64:mul out=f32:rn", factor},
      {"factor_in_bf16", DType::bf16, bf16_sharp + " af=bf16@trig rotate=f64:mul out=bf16:rn",
       bf16_sharp + " rotate=f64:mul out=bf16:rn", factor},
      {"factor_with_the_elements", DType::f32, sharp + " q.af=f32@q k.af=f32@k", sharp, hard_factor},
      {"factor_with_the_elements_in_bf16", DType::bf16,
       "freq=f64:cr angle=f64:mul trig=f64:cr table=bf16:rn rotate=bf16:mul q.af=f32@q k.af=f32@k", "", factor},
      {"factor_with_the_output", DType::f32, sharp + " af=f32@out", sharp, hard_factor},
      {"factor_with_the_output_in_f16", DType::f16, bf16_sharp + " rotate=f64:mul out=f16:rn af=f16@out",
       bf16_sharp + " rotate=f64:mul out=f16:rn", hard_factor_f16},
      {"product_with_the_output_in_f16", DType::f16,
       "freq=f64:cr angle=f64:mul trig=f64:cr table=none rotate=f16:mul af=f16@out", "", factor},
      {"position_divided", DType::f32, "pos=f32:div(3) " + sharp, sharp, plain},
      {"position_multiplied", DType::f32, "pos=f32:mul(0.25) " + sharp, sharp, plain},
      {"position_in_f16", DType::f32, "pos=f16 " + sharp, sharp, plain},
      {"matrix_product_in_f16", DType::f32, "freq=f64:cr angle=f16:einsum " + exact_pair,
       "freq=f64:cr angle=f16:mul " + exact_pair, plain},
      {"matrix_product_in_bf16", DType::f32, "freq=f64:cr angle=bf16:einsum " + exact_pair,
       "freq=f64:cr angle=bf16:mul " + exact_pair, plain},
      {"matrix_product_in_f32", DType::f32, "freq=f64:cr angle=f32:einsum " + exact_pair,
       "freq=f64:cr angle=f32:mul " + exact_pair, plain},
      {"angle_in_two_words", DType::f32, "freq=f32:cr angle=f32x2:mul trig=f32:cr table=none rotate=f64:mul out=f32:rn",
       "", plain},
      {"angle_iterated", DType::f32, "freq=f64:cr angle=f32:iter " + exact_pair,
       "freq=f64:cr angle=f32:mul " + exact_pair, plain},
      {"angle_iterated_by_ggmls_factor", DType::f32, "freq=f32:pow(glibc) angle=f64:iter " + exact_pair,
       "freq=f64:pow(glibc) angle=f64:iter " + exact_pair, plain},
      {"angle_iterated_of_dynamic_ntk", DType::f32, "freq=f32:pow(glibc) angle=f32:iter " + exact_pair,
       "freq=f32:pow(glibc) angle=f32:mul " + exact_pair, ntk},
      {"frequency_iterated", DType::f32, "freq=f32:iter(glibc)" + f32, "freq=f32:pow(glibc)" + f32, spec_of(128, 5e5)},
      {"frequency_iterated_llama3", DType::f32, "freq=f32:iter(cr)" + f32, "freq=f32:rpow(cr)" + f32, llama},
      {"frequency_by_exp", DType::f32, "freq=f32:exp(glibc)" + f32, "freq=f32:pow(cr)" + f32, plain},
      {"frequency_by_exp2", DType::f32, "freq=f32:exp2(glibc)" + f32, "freq=f32:pow(cr)" + f32, plain},
      {"frequency_by_exp_cr", DType::f32, "freq=f32:exp(cr)" + f32, "freq=f32:pow(cr)" + f32, spec_of(128, 1e4)},
      {"frequency_by_exp2_cr", DType::f32, "freq=f32:exp2(cr)" + f32, "freq=f32:pow(cr)" + f32, spec_of(128, 1e4)},
      {"frequency_by_exp_of_dynamic_ntk", DType::f32, "freq=f32:exp(glibc)" + f32, "", ntk},
      {"frequency_rpow_of_dynamic_ntk", DType::f32, "freq=f32:rpow(glibc)" + f32, "freq=f32:cr" + f32, ntk},
      {"frequency_rpow_of_llama3", DType::f32, "freq=f32:rpow(glibc)" + f32, "freq=f32:cr" + f32, llama},
      {"operands_in_bf16", DType::bf16, bf16_sharp + " rotate=bf16/f32:mul out=bf16:rn",
       bf16_sharp + " rotate=f32:mul out=bf16:rn", plain},
      {"sums_in_f32_are_better_than_in_f16", DType::f16,
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul",
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16/f32:mul out=f16:rn", plain},
      {"ties_away", DType::f16, bf16_sharp + " rotate=f32:mul out=f16:rna", "", plain},
      {"truncated", DType::f16, bf16_sharp + " rotate=f32:mul out=f16:rz", bf16_sharp + " rotate=f32:mul out=f16:rna",
       plain},
      {"fused_x", DType::f32, "freq=f64:cr angle=f64:mul trig=f64:cr table=f32:rn rotate=f32:fma(xc,xs)", "", plain},
      {"fused_y", DType::f32, "freq=f64:cr angle=f64:mul trig=f64:cr table=f32:rn rotate=f32:fma(ys,yc)", "", plain},
      {"flushed_results", DType::f16, "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul sub=ftz",
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul", plain, true},
      {"flushed_operands", DType::f16, "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul sub=daz",
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul", plain, true},
      {"flushed_operands_of_a_table", DType::f16,
       "freq=f64:cr angle=f64:mul trig=f64:cr table=f16:rn rotate=f16:mul sub=daz", "", plain},
      {"elements_rounded_below_the_normal_range", DType::f32, sharp + " in=bf16", sharp, plain, true},
  };
}

class StageBounds : public testing::TestWithParam<Case> {};

TEST_P(StageBounds, HoldWithTheStageAndNotWithout) {
  const Case& c = GetParam();
  const Exact exact(c.spec);
  const std::vector<double> w = exact_frequencies(exact);
  const Contract contract = parsed(c.with, c.dtype);
  const Pipeline pipeline(c.spec, contract, c.dtype);
  const Bounds with(c.spec, contract, c.dtype, w);
  std::unique_ptr<const Bounds> without;
  if (!c.without.empty()) {
    without = std::make_unique<const Bounds>(c.spec, parsed(c.without, c.dtype), c.dtype, w);
  }
  std::mt19937_64 bits(11);
  const auto uniform = [&] { return std::ldexp(static_cast<double>(bits() >> 11), -53); };
  const auto element = [&] {
    double x = 2 * uniform() - 1;
    if (c.tiny) x *= std::ldexp(4.0, format(c.dtype).min_exponent);
    return static_cast<std::uint32_t>(round_to_bits(c.dtype, x));
  };
  double worst = 0, worst_without = 0;
  for (int n = 0; n < 4000; ++n) {
    const int pair = static_cast<int>(bits() % static_cast<unsigned>(c.spec.pairs()));
    auto position = static_cast<std::int64_t>(bits() % (std::uint64_t{1} << (1 + n % 17)));
    if (n % 7 == 0) position = -position;
    const std::uint32_t b0 = element(), b1 = element();
    const double x0 = to_double(c.dtype, b0), x1 = to_double(c.dtype, b1), r = std::hypot(x0, x1);
    const Exact::At at = exact.at(position, pair);
    const double cos = at.trig().cos.value.hi, sin = at.trig().sin.value.hi;
    const auto want = at.rotate(c.dtype, x0, x1, Direction::forward);
    const Pipeline::Stages stages = pipeline.stages(position, pair);
    const auto got = pipeline.rotate(stages.table_cos, stages.table_sin, b0, b1, Direction::forward);
    const double error =
        std::hypot(to_double(c.dtype, got[0]) - want[0].value, to_double(c.dtype, got[1]) - want[1].value);
    if (!std::isfinite(error)) {  // the position is past fp16, and the contract says nothing here
      ASSERT_GE(with.angle(position, pair), std::numbers::pi);
      continue;
    }
    const double limit = r * with.rotation(position, pair, cos, sin, 1, 1) + with.underflow();
    ASSERT_LE(error, limit) << "position " << position << " pair " << pair << " (" << x0 << ", " << x1 << ")";
    if (limit > 0) worst = std::max(worst, error / limit);
    if (without != nullptr) {
      const double less = r * without->rotation(position, pair, cos, sin, 1, 1) + without->underflow();
      worst_without = std::max(worst_without, error / less);
    }
  }
  RecordProperty("error_over_bound", std::to_string(worst));
  EXPECT_GT(worst, 0.01) << "a bound that nothing comes near";
  if (without != nullptr) {
    EXPECT_GT(worst_without, 1) << "the bound without the stage holds too; with it " << worst;
  }
}

INSTANTIATE_TEST_SUITE_P(Contracts, StageBounds, testing::ValuesIn(cases()),
                         [](const auto& one) { return one.param.name; });

/// Both factors cut to 11 bits, as some hardware does.
double cut(double x) {
  const double step = ulp(DType::f32, x) * 0x1p13;
  return std::trunc(x / step) * step;
}

TEST(StageBounds, Tf32AnglesMayBeTruncatedOrRounded) {
  const Spec spec = spec_of(128, 5e5);
  const Exact exact(spec);
  const std::vector<double> w = exact_frequencies(exact);
  const Bounds both(spec, parsed("freq=f32:cr angle=tf32:einsum", DType::f32), DType::f32, w);
  const Bounds single(spec, parsed("freq=f32:cr angle=f32:einsum", DType::f32), DType::f32, w);
  const Bounds position_only(spec, parsed("pos=tf32 freq=f32:cr", DType::f32), DType::f32, w);
  double largest = 0, largest_position = 0;
  bool needed = false;
  for (int pair = 0; pair < 64; ++pair) {
    const double f = round_to(DType::f32, w[static_cast<std::size_t>(pair)]);
    for (std::int64_t p : {1, 2047, 2049, 4095, 5000, 65535, 100001, 131071}) {
      const auto held = static_cast<double>(p);
      const double exact_angle = held * w[static_cast<std::size_t>(pair)];
      const double error = std::fabs(round_to(DType::f32, cut(held) * cut(f)) - exact_angle);
      const double error_position = std::fabs(round_to(DType::f32, cut(held) * f) - exact_angle);
      EXPECT_LE(error, both.angle(p, pair)) << p << " " << pair;
      EXPECT_LE(error_position, position_only.angle(p, pair)) << p << " " << pair;
      if (error > 0) largest = std::max(largest, error / both.angle(p, pair));
      if (error_position > 0)
        largest_position = std::max(largest_position, error_position / position_only.angle(p, pair));
      needed = needed || error > single.angle(p, pair);
    }
  }
  EXPECT_GT(largest, 0.8);
  EXPECT_GT(largest_position, 0.8);
  EXPECT_TRUE(needed);
}

TEST(StageBounds, ErrorsOfTrigonometryInAllUnits) {
  const Spec spec = spec_of(128, 5e5);
  const Exact exact(spec);
  const std::vector<double> w = exact_frequencies(exact);
  const std::string rest = " table=none rotate=f64:mul out=f32:rn freq=f64:cr angle=f64";
  const auto bound = [&](const std::string& terms, std::int64_t position, int pair) {
    const Bounds bounds(spec, parsed("trig=f64~" + terms + rest, DType::f32), DType::f32, w);
    const Exact::Trig t = exact.trig(position, pair);
    return bounds.rotation(position, pair, t.cos.value.hi, t.sin.value.hi, 1, 1);
  };
  const double none = bound("0ulp", 1000, 3);
  const double angle = 1000 * w[3];
  const auto near = [&](const std::string& terms, double more) {
    EXPECT_NEAR(bound(terms, 1000, 3) - none, more, more * 1e-4) << terms;
  };
  near("1e-3abs", 1e-3 * std::numbers::sqrt2);
  near("1e8u", 1e8 * 0x1p-53);
  near("3arg", 3 * angle * 0x1p-24 * std::numbers::sqrt2);
  near("3arg+1e-3abs", (3 * angle * 0x1p-24 + 1e-3) * std::numbers::sqrt2);
  // Where the angle is not known the error may be anything.
  const Bounds fast(spec, parsed("trig=f32:fast~1arg table=none", DType::f32), DType::f32, w);
  EXPECT_GT(fast.rounding(0.6, 0.8), 2);
}

TEST(StageBounds, StochasticRoundingMayTruncate) {
  const Spec spec = spec_of(128, 5e5);
  const std::vector<double> w = exact_frequencies(Exact(spec));
  const auto bound = [&](const char* out) {
    return Bounds(spec, parsed(std::string("table=none rotate=f32:mul out=bf16:") + out, DType::bf16), DType::bf16, w)
        .rounding(0.6, 0.8);
  };
  EXPECT_EQ(bound("sr"), bound("rz"));
  EXPECT_EQ(bound("rna"), bound("rn"));
  EXPECT_LT(bound("rn"), 0.6 * bound("rz"));
}

TEST(StageBounds, OfSidesThatDifferAreThoseOfTheLoosest) {
  const Spec spec = spec_of(128, 5e5);
  const std::vector<double> w = exact_frequencies(Exact(spec));
  const auto bounds = [&](const std::string& text) {
    return Bounds(spec, std::get<Contract>(parse_contract(text, DType::bf16)), DType::bf16, w);
  };
  const std::string fine = "table=none rotate=f32:mul out=bf16:rn";
  const Bounds mixed = bounds(fine + " k.rotate=bf16:mul backward.out=bf16:rz");
  EXPECT_GT(bounds("rotate=bf16:mul table=none out=bf16:rn").rounding(0.6, 0.8), bounds(fine).rounding(0.6, 0.8));
  EXPECT_GE(mixed.rounding(0.6, 0.8), bounds("rotate=bf16:mul table=none").rounding(0.6, 0.8));
  EXPECT_GE(mixed.rounding(0.6, 0.8), bounds("rotate=f32:mul table=none out=bf16:rz").rounding(0.6, 0.8));
  EXPECT_GE(mixed.underflow(), bounds(fine).underflow());
  EXPECT_GE(mixed.two_rotations(0.6, 0.8), bounds(fine).two_rotations(0.6, 0.8));
}

}  // namespace
}  // namespace rope
