// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// fused with frequencies, angles and tables that are its own numbers gives its own bits.
#include <gtest/gtest.h>

#include <functional>
#include <vector>

#include "impls/cpu/fused/rotation.hpp"
#include "impls/cpu/fused/turns.hpp"
#include "impls/kernel/handle.hpp"
#include "impls/loaded_plugin.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::fused {
namespace {

using impls::Tensor;

constexpr std::int64_t rows = 40, pairs = 8;
const std::vector<std::int64_t> positions{0, 1, 2, 17, 38, 39, 5};

kernel::Model<double> model_of(const rope_spec& spec) {
  kernel::Model<double> model;
  model.spec = spec;
  model.inv_freq = kernel::inv_freq_of<kernel::CarefulArithmetic>(spec);
  return model;
}

class Supplied : public testing::TestWithParam<rope_dtype> {
 protected:
  Supplied() : q(GetParam(), {1, 7, 3, 16}) { q.randomize(7); }

  Tensor rotated(const rope_spec& spec, rope_direction direction) const {
    Tensor in = q, out(q.dtype(), q.shape());
    rotate(Means{}, model_of(spec),
           impls::call_of(in.view(), out.view(), impls::token_positions(positions), direction));
    return out;
  }

  Tensor q;
};

/// cos of the pairs, then sin, in binary64.
std::vector<double> turns_at(const rope_spec& spec, std::int64_t position) {
  const kernel::Model<double> model = model_of(spec);
  rope_call call{};
  call.direction = ROPE_FORWARD;
  call.positions.kind = ROPE_POSITIONS_OFFSET;
  call.positions.offset = position;
  std::vector<double> out(Turns<double>::numbers_per_token(spec));
  Turns<double>(kernels(Isa::baseline), model, call, false, false).write(0, 0, out.data());
  return out;
}

using Entries = std::function<double(std::int64_t row, std::int64_t column, std::size_t from)>;

impls::Tables tables_of(impls::TableForm form, const Entries& entries, std::size_t sines_from) {
  return {form, rows, pairs, [&](auto row, auto column) { return entries(row, column, 0); },
          [&](auto row, auto column) { return entries(row, column, sines_from); }};
}

TEST_P(Supplied, TablesOfItsOwnTurnsGiveItsOwnBits) {
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    const rope_spec spec = impls::usual_spec(pairing);
    std::vector<std::vector<double>> turns;
    for (std::int64_t row = 0; row < rows; ++row) turns.push_back(turns_at(spec, row));
    for (const bool joined : {false, true}) {
      for (const bool full : {false, true}) {
        const Entries entries = [&](std::int64_t row, std::int64_t column, std::size_t from) {
          const std::int64_t pair = full ? impls::pair_of_column(pairing, pairs, column) : column;
          return turns[static_cast<std::size_t>(row)][from + static_cast<std::size_t>(pair)];
        };
        const impls::Tables tables = tables_of({ROPE_F64, joined, full}, entries, row_of(spec));
        for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
          EXPECT_TRUE(rotated(tables.in(spec), direction).same_elements(rotated(spec, direction)));
        }
      }
    }
  }
}

TEST_P(Supplied, ItsOwnFrequenciesGiveItsOwnBits) {
  rope_spec spec = impls::usual_spec(ROPE_HALF_SPLIT);
  spec.attention_factor = 1.1386294361119891;
  const std::vector<double> f = model_of(spec).inv_freq;
  impls::Matrix frequencies(ROPE_F64, 1, pairs, 2);
  for (std::int64_t i = 0; i < pairs; ++i) frequencies.set(0, i, f[static_cast<std::size_t>(i)]);
  const rope_spec by_frequency = impls::with_matrix(spec, ROPE_SOURCE_INV_FREQ, frequencies);
  EXPECT_TRUE(rotated(by_frequency, ROPE_FORWARD).same_elements(rotated(spec, ROPE_FORWARD)));
}

// An angle that is given has no second factor: below 16 nothing else has one either.
TEST_P(Supplied, ItsOwnAnglesGiveItsOwnBits) {
  const rope_spec spec = impls::usual_spec(ROPE_INTERLEAVED);
  const std::vector<double> f = model_of(spec).inv_freq;
  impls::Matrix angles(ROPE_F64, rows, pairs, 2);
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < pairs; ++i) {
      angles.set(row, i, static_cast<double>(row) * f[static_cast<std::size_t>(i)]);
    }
  }
  const Tensor given = rotated(impls::with_matrix(spec, ROPE_SOURCE_ANGLES, angles), ROPE_BACKWARD);
  const Tensor own = rotated(spec, ROPE_BACKWARD);
  own.for_each([&](Tensor::Index at) {
    if (positions[static_cast<std::size_t>(at[1])] < 16) {
      EXPECT_EQ(given.get(at), own.get(at));
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Fused, Supplied, testing::Values(ROPE_F32, ROPE_F16, ROPE_BF16), [](const auto& dtype) {
  return dtype.param == ROPE_F32 ? "fp32" : dtype.param == ROPE_F16 ? "fp16" : "bf16";
});

}  // namespace
}  // namespace rope::fused
