// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Supplied numbers against the exact ones, column by column, in each form and dtype; NaN where no number belongs.
#include "conformance/driving/supplied_angles.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

SuppliedKind kind_of(AngleSource source, DType dtype, bool joined = false, bool full = false) {
  SuppliedKind kind;
  kind.spec.head_dim = kind.spec.rotary_dim = 12;
  kind.spec.theta = 10000;
  kind.spec.attention_factor = source == AngleSource::tables ? 1.25 : 1;
  kind.spec.max_position = 1500;
  kind.source = source;
  kind.form.dtype = dtype;
  if (source == AngleSource::tables) {
    kind.form.joined = joined;
    kind.form.full_width = full;
  }
  return kind;
}

std::uint64_t bits_at(const SharedMemory& memory, DType dtype, std::int64_t element) {
  const auto bytes = static_cast<std::size_t>(format(dtype).bytes);
  std::uint64_t bits = 0;
  std::memcpy(&bits, memory.bytes().data() + static_cast<std::size_t>(element) * bytes, bytes);
  return bits;
}

constexpr DType dtypes[] = {DType::f32, DType::f16, DType::bf16, DType::f64};
constexpr std::int64_t rows[] = {0, 1, 1023, 1024, 1499};  // both sides of a piece's end

TEST(SuppliedTables, AreCorrectlyRoundedInEveryForm) {
  for (const DType dtype : dtypes) {
    for (const bool joined : {false, true}) {
      for (const bool full : {false, true}) {
        for (const bool padded : {false, true}) {
          for (const Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
            SuppliedKind kind = kind_of(AngleSource::tables, dtype, joined, full);
            kind.form.padded_rows = padded;
            kind.spec.pairing = pairing;
            const SuppliedAngles supplied(kind);
            const Exact exact(kind.spec);
            const std::int64_t width = full ? 12 : 6;
            const std::int64_t stride = width * (joined ? 2 : 1) + (padded ? 16 : 0);
            ASSERT_EQ(supplied.memory(1) == nullptr, joined);
            for (const std::int64_t row : rows) {
              for (std::int64_t column = 0; column < width; ++column) {
                int pair = static_cast<int>(column);
                if (full) pair = static_cast<int>(pairing == Pairing::half_split ? column % 6 : column / 2);
                const Exact::Trig trig = exact.trig(row, pair);
                const auto rounded = [&](const ExactValue& value) -> std::uint64_t {
                  if (dtype == DType::f64) return round_to_bits(DType::f64, value.value.hi);
                  return value.bits[tensor_index(dtype)];
                };
                EXPECT_EQ(bits_at(*supplied.memory(0), dtype, row * stride + column), rounded(trig.cos));
                const std::uint64_t sin = joined ? bits_at(*supplied.memory(0), dtype, row * stride + width + column)
                                                 : bits_at(*supplied.memory(1), dtype, row * stride + column);
                EXPECT_EQ(sin, rounded(trig.sin));
              }
            }
            const auto is_nan = [&](std::int64_t element) {
              return std::isnan(to_double(dtype, bits_at(*supplied.memory(0), dtype, element)));
            };
            EXPECT_TRUE(is_nan(1500 * stride));  // behind the last row
            EXPECT_EQ(is_nan(stride - 1), padded);
            EXPECT_TRUE(supplied.unchanged());
          }
        }
      }
    }
  }
}

TEST(SuppliedTables, UnevenHalvesAreThoseOfTheNextPosition) {
  SuppliedKind kind = kind_of(AngleSource::tables, DType::f32, false, true);
  kind.form.uneven_halves = true;
  kind.spec.pairing = Pairing::interleaved;
  const SuppliedAngles supplied(kind);
  const Exact exact(kind.spec);
  for (const std::int64_t row : rows) {
    for (int pair = 0; pair < 6; ++pair) {
      EXPECT_EQ(bits_at(*supplied.memory(0), DType::f32, row * 12 + 2 * pair), exact.trig(row, pair).cos.bits[0]);
      EXPECT_EQ(bits_at(*supplied.memory(0), DType::f32, row * 12 + 2 * pair + 1),
                exact.trig(row + 1, pair).cos.bits[0]);
      EXPECT_EQ(bits_at(*supplied.memory(1), DType::f32, row * 12 + 2 * pair + 1),
                exact.trig(row + 1, pair).sin.bits[0]);
    }
  }
}

TEST(SuppliedProducts, AreWithinHalfAnUlp) {
  for (const DType dtype : dtypes) {
    for (const AngleSource source : {AngleSource::inv_freq, AngleSource::angles}) {
      const SuppliedKind kind = kind_of(source, dtype);
      const SuppliedAngles supplied(kind);
      const Exact exact(kind.spec);
      ASSERT_EQ(supplied.memory(1), nullptr);
      for (const std::int64_t row : rows) {
        if (source == AngleSource::inv_freq && row > 0) break;
        for (int pair = 0; pair < 6; ++pair) {
          const DoubleDouble f = exact.inv_freq(pair);
          const long double p = source == AngleSource::inv_freq ? 1 : static_cast<long double>(row);
          const long double value = p * (static_cast<long double>(f.hi) + static_cast<long double>(f.lo));
          const double got = to_double(dtype, bits_at(*supplied.memory(0), dtype, row * 6 + pair));
          const double u = std::ldexp(1.0, -format(dtype).precision);
          EXPECT_LE(std::fabs(static_cast<double>(got - value)), 1.001 * u * static_cast<double>(value))
              << name(dtype) << " " << row << " " << pair;
        }
      }
    }
  }
}

TEST(SuppliedAngles, AChangeOfOneBitIsSeen) {
  const SuppliedAngles supplied(kind_of(AngleSource::tables, DType::f16, true, true));
  const std::span<std::byte> bytes = supplied.memory(0)->bytes();
  for (const std::size_t at : {std::size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    bytes[at] ^= std::byte{0x40};
    EXPECT_FALSE(supplied.unchanged()) << at;
    bytes[at] ^= std::byte{0x40};
    EXPECT_TRUE(supplied.unchanged());
  }
}

}  // namespace
}  // namespace rope::conformance
