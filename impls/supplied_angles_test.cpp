// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies, angles and tables that the caller supplies: a plug-in's own numbers give its own bits, any others what
// the formulas of rope_impl.h say, in both directions.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "impls/bundled_plugin_test.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::impls {
namespace {

constexpr std::int64_t rows = 40, pairs = 8;
const std::vector<std::int64_t> positions{0, 1, 2, 17, 38, 39, 5};

class SuppliedAngles : public BundledPlugin {};

/// Of those whose angle is one product and whose cos and sin are the C library's; what gives fused its own bits is in
/// cpu/fused/supplied_test.cpp, what device-arithmetic has in kernel/.
class SuppliedOwnNumbers : public BundledPlugin {
 protected:
  bool is_careful() const { return GetParam().plugin == "careful"; }

  std::vector<double> own_inv_freq() const {
    std::vector<double> f(pairs);
    Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
    EXPECT_EQ(plugin.api().export_inv_freq(prepared.handle(), f.data(), f.size()), ROPE_OK);
    return f;
  }

  /// The plug-in's own angle and cos, in its Real: all are exact in binary64.
  double own_angle(std::int64_t row, double f) const {
    return is_careful() ? static_cast<double>(row) * f : static_cast<float>(row) * static_cast<float>(f);
  }
  double own_cos(double angle) const { return is_careful() ? std::cos(angle) : std::cos(static_cast<float>(angle)); }
  double own_sin(double angle) const { return is_careful() ? std::sin(angle) : std::sin(static_cast<float>(angle)); }

  /// Formats that hold the plug-in's own numbers.
  std::vector<rope_dtype> own_formats() const {
    return is_careful() ? std::vector<rope_dtype>{ROPE_F64} : std::vector<rope_dtype>{ROPE_F32, ROPE_F64};
  }
};

TEST_P(SuppliedOwnNumbers, TablesOfItsOwnCosAndSinGiveItsOwnBits) {
  const Tensor q = random_tensor({2, 7, 3, 16});
  const std::vector<double> f = own_inv_freq();
  std::vector<rope_dtype> formats = own_formats();
  if (GetParam().plugin == "usual") {
    formats.push_back(dtype);  // its table is rounded to the tensor's dtype in any case
  }
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
      const Tensor expected = rotated(plugin, usual_spec(pairing), q, positions, direction);
      for (const rope_dtype format : formats) {
        for (const bool joined : {false, true}) {
          for (const bool full : {false, true}) {
            const auto angle = [&](std::int64_t row, std::int64_t column) {
              return own_angle(row,
                               f[static_cast<std::size_t>(full ? pair_of_column(pairing, pairs, column) : column)]);
            };
            const Tables tables(
                {format, joined, full}, rows, pairs, [&](auto r, auto c) { return own_cos(angle(r, c)); },
                [&](auto r, auto c) { return own_sin(angle(r, c)); });
            EXPECT_TRUE(
                rotated(plugin, tables.in(usual_spec(pairing)), q, positions, direction).same_elements(expected))
                << format << (joined ? " joined" : " split") << (full ? " full" : " half");
          }
        }
      }
    }
  }
}

TEST_P(SuppliedAngles, AnyTablesAreUsedAsTheFormulasSay) {
  // Four roundings at most to u_T or better, of a table entry, a product, a sum and the result, and a fused arithmetic
  // has its small ones in the room that is left: each is relative to no more than |x c| + |x' s|.
  const double u = dtype == ROPE_F32 ? 0x1p-24 : dtype == ROPE_F16 ? 0x1p-11 : 0x1p-8;
  const Tensor q = random_tensor({1, 7, 2, 16});
  std::mt19937 generator(3);
  for (const rope_dtype format : {ROPE_F32, ROPE_F64, ROPE_F16, ROPE_BF16}) {
    for (const bool joined : {false, true}) {
      for (const bool full : {false, true}) {
        // No two entries alike, so that each wrong one shows; exact in every format.
        std::vector<double> entries(static_cast<std::size_t>(rows * 4 * pairs));
        for (double& x : entries) {
          x = (generator() % 2 == 0 ? 1 : -1) * (128 + static_cast<double>(generator() % 128)) / 128;
        }
        const auto cos = [&](std::int64_t row, std::int64_t column) {
          return entries[static_cast<std::size_t>(row * 4 * pairs + column)];
        };
        const auto sin = [&](std::int64_t row, std::int64_t column) { return cos(row, 2 * pairs + column); };
        const Tables tables({format, joined, full}, rows, pairs, cos, sin);
        for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
          const Tensor forward = rotated(plugin, tables.in(usual_spec(pairing)), q, positions);
          const Tensor backward = rotated(plugin, tables.in(usual_spec(pairing)), q, positions, ROPE_BACKWARD);
          const auto expect = [&](const Tensor& y, Tensor::Index at, double a, double b) {
            EXPECT_NEAR(y.value(at), a + b, 4 * u * (std::abs(a) + std::abs(b)));
          };
          for (std::int64_t s = 0; s < 7; ++s) {
            for (std::int64_t i = 0; i < pairs; ++i) {
              const std::int64_t e0 = pairing == ROPE_HALF_SPLIT ? i : 2 * i;
              const std::int64_t e1 = pairing == ROPE_HALF_SPLIT ? i + pairs : 2 * i + 1;
              const std::int64_t p = positions[static_cast<std::size_t>(s)];
              const std::int64_t c0 = full ? e0 : i, c1 = full ? e1 : i;
              const Tensor::Index first{0, s, 1, e0}, second{0, s, 1, e1};
              const double x0 = q.value(first), x1 = q.value(second);
              expect(forward, first, x0 * cos(p, c0), -x1 * sin(p, c0));
              expect(forward, second, x1 * cos(p, c1), x0 * sin(p, c1));
              expect(backward, first, x0 * cos(p, c0), x1 * sin(p, c1));
              expect(backward, second, x1 * cos(p, c1), -x0 * sin(p, c0));
            }
          }
        }
      }
    }
  }
}

TEST_P(SuppliedOwnNumbers, ItsOwnFrequenciesAndAnglesGiveItsOwnBits) {
  const Tensor q = random_tensor({1, 7, 3, 16});
  const std::vector<double> f = own_inv_freq();
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  spec.attention_factor = 1.1386294361119891;  // YaRN's for a factor of 4: the kernel applies it here
  const Tensor expected = rotated(plugin, spec, q, positions);
  for (const rope_dtype format : own_formats()) {
    Matrix frequencies(format, 1, pairs, 2), angles(format, rows, pairs, 2);
    for (std::int64_t i = 0; i < pairs; ++i) {
      frequencies.set(0, i, f[static_cast<std::size_t>(i)]);
      for (std::int64_t row = 0; row < rows; ++row) {
        angles.set(row, i, own_angle(row, f[static_cast<std::size_t>(i)]));
      }
    }
    const rope_spec by_frequency = with_matrix(spec, ROPE_SOURCE_INV_FREQ, frequencies);
    const rope_spec by_angle = with_matrix(spec, ROPE_SOURCE_ANGLES, angles);
    EXPECT_TRUE(rotated(plugin, by_frequency, q, positions).same_elements(expected)) << format;
    EXPECT_TRUE(rotated(plugin, by_angle, q, positions).same_elements(expected)) << format;

    std::vector<double> exported(pairs);
    Prepared frequency(plugin, by_frequency), angle(plugin, by_angle);
    EXPECT_EQ(plugin.api().export_inv_freq(frequency.handle(), exported.data(), pairs), ROPE_OK);
    EXPECT_EQ(exported, f);
    EXPECT_EQ(plugin.api().export_inv_freq(angle.handle(), exported.data(), pairs), ROPE_UNSUPPORTED);
  }
}

TEST_P(SuppliedAngles, OnlyPositionsWithARowAreInRange) {
  const Tensor q = random_tensor({1, 1, 1, 16});
  const Matrix angles = [] {
    Matrix m(ROPE_F32, rows, pairs, 0);
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t i = 0; i < pairs; ++i) m.set(row, i, 0);
    }
    return m;
  }();
  const Tables tables(
      {ROPE_F32, true, false}, rows, pairs, [](auto, auto) { return 1.0; }, [](auto, auto) { return 0.0; });
  for (const rope_spec& spec : {with_matrix(usual_spec(1), ROPE_SOURCE_ANGLES, angles), tables.in(usual_spec(1))}) {
    EXPECT_TRUE(rotated(plugin, spec, q, {rows - 1}).same_elements(q));
    for (const std::int64_t position : {std::int64_t{-1}, rows}) {
      Tensor in = q, out(dtype, q.shape());
      const Tensor before = out;
      Prepared prepared(plugin, spec);
      EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), token_positions({position}))), ROPE_INVALID_ARGUMENT);
      EXPECT_NE(prepared.error().find("is not in [0, 40)"), std::string::npos) << prepared.error();
      EXPECT_EQ(out, before);
    }
  }
}

TEST_P(SuppliedAngles, WhatDoesNotFitIsRefusedWithAReason) {
  const Tables split(
      {ROPE_F32, false, true}, rows, pairs, [](auto, auto) { return 1.0; }, [](auto, auto) { return 0.0; });
  struct Change {
    void (*make)(rope_spec&);
    const char* reason;
  };
  const std::vector<Change> changes{
      {[](rope_spec&) {}, ""},
      {[](rope_spec& s) { s.angles.second.row_stride = 0; }, ""},
      {[](rope_spec& s) { s.max_position = 41; }, "max_position rows"},
      {[](rope_spec& s) { s.angles.second.rows = 39; }, "max_position rows"},
      {[](rope_spec& s) { s.angles.full_width = 0; }, "a column for each pair"},
      {[](rope_spec& s) { s.angles.full_width = 2; }, "full_width must be"},
      {[](rope_spec& s) { s.angles.second = rope_matrix{}; }, "joined tables twice as many"},
      {[](rope_spec& s) { s.angles.first = rope_matrix{}; }, "is absent"},
      {[](rope_spec& s) { s.angles.first.dtype = ROPE_I32; }, "fp32, fp64, fp16 or bf16"},
      {[](rope_spec& s) { s.angles.second.memory = ROPE_DEVICE; }, "host memory"},
      {[](rope_spec& s) { s.attention_factor = 2; }, "they contain it"},
      {[](rope_spec& s) { s.angles.source = ROPE_SOURCE_INV_FREQ; }, "frequencies one row"},
  };
  Tensor q = random_tensor({1, 1, 1, 16}), out = q;
  const rope_call call = call_of(q.view(), out.view(), token_positions({0}));
  for (const Change& change : changes) {
    rope_spec spec = split.in(usual_spec(ROPE_HALF_SPLIT));
    change.make(spec);
    const std::string reason = reason_against(plugin, spec, call);
    EXPECT_NE(reason.find(change.reason), std::string::npos) << reason;
    Prepared prepared(plugin, spec);
    EXPECT_EQ(prepared.status == ROPE_OK, change.reason[0] == '\0') << change.reason;
    EXPECT_EQ(prepared.error(), reason);
  }
  rope_spec spec = split.in(usual_spec(ROPE_HALF_SPLIT));
  spec.angles.second.data = nullptr;
  Prepared without(plugin, spec);
  EXPECT_EQ(without.status, ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(without.error(), "supplied angles must have data");
}

TEST(SuppliedFrequencies, ThatAreNotFiniteAreRefused) {
  for (const double bad : {HUGE_VAL, -HUGE_VAL, static_cast<double>(NAN)}) {
    Matrix frequencies(ROPE_F32, 1, pairs, 0);
    for (std::int64_t i = 0; i < pairs; ++i) frequencies.set(0, i, i == 5 ? bad : 1);
    const rope_spec spec = with_matrix(usual_spec(ROPE_HALF_SPLIT), ROPE_SOURCE_INV_FREQ, frequencies);
    for (const char* name : {"one-rounding", "device-arithmetic"}) {
      const LoadedPlugin plugin(name);
      Prepared prepared(plugin, spec);
      EXPECT_EQ(prepared.status, ROPE_INVALID_ARGUMENT) << name;
      EXPECT_EQ(prepared.error(), "supplied inv_freq must be finite") << name;
    }
  }
}

std::vector<PluginAndDtype> with_library_functions() {
  std::vector<PluginAndDtype> some = bundled_plugins();
  std::erase_if(some, [](const auto& one) { return one.plugin == "fused" || one.plugin == "device-arithmetic"; });
  return some;
}

INSTANTIATE_TEST_SUITE_P(Plugins, SuppliedAngles, testing::ValuesIn(bundled_plugins()), readable);
INSTANTIATE_TEST_SUITE_P(Plugins, SuppliedOwnNumbers, testing::ValuesIn(with_library_functions()), readable);

}  // namespace
}  // namespace rope::impls
