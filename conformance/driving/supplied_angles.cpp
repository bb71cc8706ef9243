// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rows from the certified table, a thousand at a time, scattered into the columns of the form.
#include "conformance/driving/supplied_angles.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "conformance/driving/description.hpp"
#include "reference/certified/table.hpp"
#include "reference/dtype.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t rows_at_a_time = 1024;
constexpr std::int64_t gap_columns = 16;  // of padded rows: a multiple, so that rows stay aligned for vector loads

std::size_t bytes_of(DType dtype) {
  return static_cast<std::size_t>(format(dtype).bytes);
}

/// A number of `dtype` as its bytes.
void store(DType dtype, double value, std::byte* to) {
  if (dtype == DType::f32) {
    const auto single = static_cast<float>(value);
    std::memcpy(to, &single, sizeof single);
    return;
  }
  const std::uint64_t bits = round_to_bits(dtype, value);
  std::memcpy(to, &bits, bytes_of(dtype));  // little-endian
}

// Each step is a bijection of the sum, so a change of one word changes it.
constexpr std::uint64_t with_word(std::uint64_t sum, std::uint64_t word) {
  sum = (sum ^ word) * 0x9E3779B97F4A7C15u;
  return sum ^ sum >> 32;
}

std::uint64_t checksum(std::span<const std::byte> bytes) {
  // Four sums, as a step takes longer than a word comes; the memory is whole pages.
  std::array<std::uint64_t, 4> sums{};
  for (std::size_t at = 0; at + sizeof sums <= bytes.size(); at += sizeof sums) {
    std::array<std::uint64_t, 4> words{};
    std::memcpy(words.data(), bytes.data() + at, sizeof words);
    for (std::size_t n = 0; n < sums.size(); ++n) sums[n] = with_word(sums[n], words[n]);
  }
  std::uint64_t sum = 0;
  for (const std::uint64_t one : sums) sum = with_word(sum, one);
  return sum;
}

void fill_with_nan(DType dtype, std::span<std::byte> bytes) {
  std::array<std::byte, 8> pattern{};
  for (std::size_t at = 0; at < 8; at += bytes_of(dtype)) store(dtype, std::nan(""), pattern.data() + at);
  for (std::size_t at = 0; at < bytes.size(); at += 8) std::memcpy(bytes.data() + at, pattern.data(), 8);
}

/// Rows of cos and sin in `dtype`, half width, one after the other.
void table_rows(const CertifiedTable& table, DType dtype, std::int64_t first, std::size_t rows, std::byte* cos,
                std::byte* sin) {
  switch (dtype) {
    case DType::f64:
      table.round_f64(first, rows, reinterpret_cast<double*>(cos), reinterpret_cast<double*>(sin));
      break;
    case DType::f32:
      table.round_f32(first, rows, reinterpret_cast<float*>(cos), reinterpret_cast<float*>(sin));
      break;
    case DType::f16:
      table.round_f16(first, rows, reinterpret_cast<std::uint16_t*>(cos), reinterpret_cast<std::uint16_t*>(sin));
      break;
    case DType::bf16:
      table.round_bf16(first, rows, reinterpret_cast<std::uint16_t*>(cos), reinterpret_cast<std::uint16_t*>(sin));
      break;
  }
}

struct Shape {
  std::int64_t rows = 0, columns = 0, row_stride = 0;
  bool two = false;
};

Shape shape_of(const SuppliedKind& kind) {
  const std::int64_t pairs = kind.spec.pairs();
  Shape shape;
  shape.rows = kind.source == AngleSource::inv_freq ? 1 : kind.spec.max_position;
  shape.columns = pairs;
  if (kind.source == AngleSource::tables) {
    shape.columns *= (*kind.form.full_width ? 2 : 1) * (*kind.form.joined ? 2 : 1);
    shape.two = !*kind.form.joined;
  }
  shape.row_stride = shape.columns + (kind.form.padded_rows ? gap_columns : 0);
  return shape;
}

/// Copies half-width rows into the columns of the form.
class Scatter {
 public:
  Scatter(const SuppliedKind& kind, const Shape& shape, std::array<std::byte*, 2> matrices)
      : kind_(kind), shape_(shape), matrices_(matrices), bytes_(bytes_of(*kind.form.dtype)) {}

  /// The second elements' values may come from other rows than the first ones'.
  void row(std::int64_t row, const std::byte* cos, const std::byte* sin, const std::byte* second_cos,
           const std::byte* second_sin) const {
    const std::int64_t pairs = kind_.spec.pairs();
    const std::int64_t width = *kind_.form.full_width ? 2 * pairs : pairs;
    std::byte* const cos_to = matrices_[0] + static_cast<std::size_t>(row * shape_.row_stride) * bytes_;
    std::byte* const sin_to = *kind_.form.joined
                                  ? cos_to + static_cast<std::size_t>(width) * bytes_
                                  : matrices_[1] + static_cast<std::size_t>(row * shape_.row_stride) * bytes_;
    if (!*kind_.form.full_width) {
      std::memcpy(cos_to, cos, static_cast<std::size_t>(pairs) * bytes_);
      std::memcpy(sin_to, sin, static_cast<std::size_t>(pairs) * bytes_);
      return;
    }
    const auto put = [&](std::byte* to, const std::byte* from, int pair, int element) {
      const auto column =
          static_cast<std::size_t>(element_of_pair(kind_.spec.pairing, kind_.spec.rotary_dim, pair, element));
      std::memcpy(to + column * bytes_, from + static_cast<std::size_t>(pair) * bytes_, bytes_);
    };
    for (int pair = 0; pair < pairs; ++pair) {
      put(cos_to, cos, pair, 0);
      put(cos_to, second_cos, pair, 1);
      put(sin_to, sin, pair, 0);
      put(sin_to, second_sin, pair, 1);
    }
  }

 private:
  const SuppliedKind& kind_;
  const Shape& shape_;
  std::array<std::byte*, 2> matrices_;
  std::size_t bytes_;
};

void fill_tables(const SuppliedKind& kind, const Shape& shape, std::array<std::byte*, 2> matrices) {
  const Scatter scatter(kind, shape, matrices);
  const DType dtype = *kind.form.dtype;
  const std::int64_t ahead = kind.form.uneven_halves ? 1 : 0;
  const std::size_t row_bytes = static_cast<std::size_t>(kind.spec.pairs()) * bytes_of(dtype);
  std::vector<std::byte> cos(static_cast<std::size_t>(rows_at_a_time + 1) * row_bytes), sin(cos.size());
  for (std::int64_t window = 0; window < shape.rows; window += CertifiedTable::longest - ahead) {
    const std::int64_t end = std::min(shape.rows, window + CertifiedTable::longest - ahead);
    const CertifiedTable table(kind.spec, window, end - window + ahead);
    for (std::int64_t first = window; first < end; first += rows_at_a_time) {
      const std::int64_t rows = std::min(rows_at_a_time, end - first);
      table_rows(table, dtype, first, static_cast<std::size_t>(rows + ahead), cos.data(), sin.data());
      for (std::int64_t r = 0; r < rows; ++r) {
        const std::size_t at = static_cast<std::size_t>(r) * row_bytes;
        const std::size_t second = static_cast<std::size_t>(r + ahead) * row_bytes;
        scatter.row(first + r, cos.data() + at, sin.data() + at, cos.data() + second, sin.data() + second);
      }
    }
  }
}

/// p (hi + lo) is rounded once from p hi, which is exact as a sum of two binary64 numbers. |p lo| <= 2^-53 |p hi|, so
/// what binary64 loses of the sum is below 2^-52 of it and moves a value by 2^-28 ulp of binary32 at most; a binary64
/// result is within half an ulp and 2^-20 more.
void fill_products(const SuppliedKind& kind, const Shape& shape, std::byte* matrix) {
  const Exact exact(kind.spec);
  const std::size_t bytes = bytes_of(*kind.form.dtype);
  std::vector<DoubleDouble> inv_freq;
  for (int pair = 0; pair < kind.spec.pairs(); ++pair) inv_freq.push_back(exact.inv_freq(pair));
  for (std::int64_t row = 0; row < shape.rows; ++row) {
    const double p = kind.source == AngleSource::inv_freq ? 1 : static_cast<double>(row);
    for (int pair = 0; pair < kind.spec.pairs(); ++pair) {
      const DoubleDouble& f = inv_freq[static_cast<std::size_t>(pair)];
      const double high = p * f.hi;
      const double low = std::fma(p, f.hi, -high) + p * f.lo;
      store(*kind.form.dtype, high + low, matrix + static_cast<std::size_t>(row * shape.row_stride + pair) * bytes);
    }
  }
}

}  // namespace

void describe_supplied(const SuppliedKind& kind, protocol::WireSpec& wire) {
  const Shape shape = shape_of(kind);
  wire.source = kind.source == AngleSource::inv_freq ? ROPE_SOURCE_INV_FREQ
                : kind.source == AngleSource::angles ? ROPE_SOURCE_ANGLES
                                                     : ROPE_SOURCE_TABLES;
  wire.first = {{}, abi_dtype(*kind.form.dtype), shape.rows, shape.columns, shape.row_stride};
  wire.second = shape.two ? wire.first : protocol::WireMatrix{};
  wire.full_width = kind.source == AngleSource::tables && *kind.form.full_width;
}

std::uint64_t supplied_bytes(const SuppliedKind& kind) {
  const Shape shape = shape_of(kind);
  return static_cast<std::uint64_t>(shape.rows) * static_cast<std::uint64_t>(shape.row_stride) *
         bytes_of(*kind.form.dtype) * (shape.two ? 2 : 1);
}

SuppliedAngles::SuppliedAngles(const SuppliedKind& kind) : kind_(kind) {
  const Shape shape = shape_of(kind_);
  const std::size_t bytes = static_cast<std::size_t>(shape.rows * shape.row_stride) * bytes_of(*kind_.form.dtype);
  std::array<std::byte*, 2> data{};
  for (std::size_t m = 0; m < (shape.two ? 2U : 1U); ++m) {
    memory_[m].emplace(std::max<std::size_t>(bytes, 1));
    fill_with_nan(*kind_.form.dtype, memory_[m]->bytes());
    data[m] = memory_[m]->bytes().data();
  }
  if (kind_.source == AngleSource::tables) {
    fill_tables(kind_, shape, data);
  } else {
    fill_products(kind_, shape, data[0]);
  }
  for (std::size_t m = 0; m < 2; ++m) {
    if (memory_[m]) checksum_[m] = checksum(memory_[m]->bytes());
  }
}

std::size_t SuppliedAngles::bytes() const {
  std::size_t all = 0;
  for (const auto& matrix : memory_) all += matrix ? matrix->bytes().size() : 0;
  return all;
}

bool SuppliedAngles::unchanged() const {
  for (std::size_t m = 0; m < 2; ++m) {
    if (memory_[m] && checksum(memory_[m]->bytes()) != checksum_[m]) return false;
  }
  return true;
}

}  // namespace rope::conformance
