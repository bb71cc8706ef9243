// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A cell is screened in binary64 with limits that are too low and an error that is too high; only what passes none of
// the screens is judged in full, in double-double. So the outcome is that of judging every cell in full.
#include "conformance/exhaustive/sweep_verifier.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <exception>
#include <limits>
#include <numbers>
#include <optional>
#include <type_traits>

#include "conformance/checks/rotated_pair.hpp"
#include "conformance/exhaustive/element_value.hpp"

namespace rope::conformance {
namespace {

// Rows whose truth is held at once: 64 of 64 pairs are 64 KiB of cosines and sines.
constexpr std::size_t block_rows = 64;

constexpr std::size_t q_heads = 2;

/// Everything the rows of one block share.
template <DType dtype>
class Block {
 public:
  Block(const CertifiedTable& table, const Judge& judge, const QuickLimits& limits, std::int64_t angle_from,
        std::int64_t angle_to, const SweepChunk& chunk)
      : table_(table),
        judge_(judge),
        declared_(judge.declared_truth().get()),
        limits_(limits),
        angle_from_(angle_from),
        angle_to_(angle_to),
        chunk_(chunk),
        pairs_(table.pairs()),
        factor_(std::fabs(table.spec().attention_factor)),
        unit_(unit_roundoff(dtype) * factor_),
        // Last cast: half the smallest number for each component.
        floor_(std::numbers::sqrt2 / 2 * ulp(dtype, 0)) {
    for (auto* values : {&cos_, &sin_}) values->resize(block_rows * pairs_);
    if (declared_ != nullptr) {
      for (auto* values : {&declared_cos_, &declared_sin_}) values->resize(block_rows * pairs_);
    }
    cos_bits_.resize(block_rows * pairs_);
    sin_bits_.resize(block_rows * pairs_);
    const Spec& spec = table.spec();
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      for (int element = 0; element < 2; ++element) {
        offsets_[static_cast<std::size_t>(element)].push_back(
            static_cast<std::size_t>(spec.dim_offset + element_of_pair(chunk.pairing, spec.rotary_dim, pair, element)));
      }
    }
  }

  void verify(std::size_t first, std::size_t last, SweepFindings& findings) {
    const std::int64_t from = chunk_.first + static_cast<std::int64_t>(first);
    const std::size_t rows = last - first;
    table_.values(from, rows, cos_.data(), sin_.data());
    if (declared_ != nullptr) declared_->table().values(from, rows, declared_cos_.data(), declared_sin_.data());
    round(from, rows);
    const auto head_dim = static_cast<std::size_t>(table_.spec().head_dim);
    for (std::size_t row = 0; row < rows; ++row) {
      const std::int64_t position = from + static_cast<std::int64_t>(row);
      const std::size_t values = row * pairs_;
      const double* const c_row = cos_.data() + values;
      const double* const s_row = sin_.data() + values;
      limits_.row(position, c_row, s_row, declared_ != nullptr ? declared_cos_.data() + values : c_row,
                  declared_ != nullptr ? declared_sin_.data() + values : s_row, limit_);
      const std::size_t at = (first + row) * head_dim;
      const std::uint32_t* const q = chunk_.q_out.data() + at * q_heads;
      const std::uint32_t* const k = chunk_.k_out.data() + at;
      const std::uint32_t* const k_in = chunk_.k_in.data() + at;
      for (std::size_t pair = 0; pair < pairs_; ++pair) {
        const std::size_t cell = row * pairs_ + pair;
        const double c = cos_[cell];
        const double s = sin_[cell];
        const std::size_t o0 = offsets_[0][pair];
        const std::size_t o1 = offsets_[1][pair];
        constexpr std::uint32_t sign = std::uint32_t{1} << (8 * format(dtype).bytes - 1);
        const std::uint32_t cb = cos_bits_[cell];
        const std::uint32_t sb = sin_bits_[cell];
        one(findings.table, {Head::e1, position, pair, cell}, {1, 0}, {one_bits, 0}, {q[o0], q[o1]}, {c, s}, {cb, sb});
        const std::uint32_t* const e2 = q + head_dim;
        one(findings.table, {Head::e2, position, pair, cell}, {0, 1}, {0, one_bits}, {e2[o0], e2[o1]}, {-s, c},
            {sb ^ sign, cb});
        const std::array<std::uint32_t, 2> in{k_in[o0], k_in[o1]};
        const double x = element_value<dtype>(in[0]);
        const double y = element_value<dtype>(in[1]);
        random(findings.rotation, {Head::random_k, position, pair, cell}, {x, y}, in, {k[o0], k[o1]},
               {x * c - y * s, x * s + y * c});
        if (position >= angle_from_ && position < angle_to_) {
          angle(findings.table, element_value<dtype>(q[o0]), element_value<dtype>(q[o1]), c, s);
        }
      }
    }
  }

 private:
  using Two = std::array<double, 2>;
  using Bits = std::array<std::uint32_t, 2>;
  struct At {
    Head head;
    std::int64_t position;
    std::size_t pair;
    std::size_t cell;  ///< in the rows' values
  };

  static constexpr double overflow = dtype == DType::f16 ? 0x1p16 : 0x1p128;
  static constexpr std::uint32_t one_bits = dtype == DType::f32    ? 0x3F80'0000U
                                            : dtype == DType::bf16 ? 0x3F80U
                                                                   : 0x3C00U;

  void round(std::int64_t from, std::size_t rows) {
    if constexpr (dtype == DType::f32) {
      cos_typed_.resize(cos_.size());
      sin_typed_.resize(cos_.size());
      table_.round_f32(from, rows, cos_typed_.data(), sin_typed_.data());
      for (std::size_t n = 0; n < rows * pairs_; ++n) {
        cos_bits_[n] = std::bit_cast<std::uint32_t>(cos_typed_[n]);
        sin_bits_[n] = std::bit_cast<std::uint32_t>(sin_typed_[n]);
      }
    } else {
      cos_typed_.resize(cos_.size());
      sin_typed_.resize(cos_.size());
      if constexpr (dtype == DType::f16) {
        table_.round_f16(from, rows, cos_typed_.data(), sin_typed_.data());
      } else {
        table_.round_bf16(from, rows, cos_typed_.data(), sin_typed_.data());
      }
      std::copy(cos_typed_.begin(), cos_typed_.end(), cos_bits_.begin());
      std::copy(sin_typed_.begin(), sin_typed_.end(), sin_bits_.begin());
    }
  }

  static bool same(std::uint32_t a, std::uint32_t b) {
    constexpr std::uint32_t magnitude = (std::uint32_t{1} << (8 * format(dtype).bytes - 1)) - 1;
    return a == b || ((a | b) & magnitude) == 0;  // the sign of zero is INFO
  }

  /// A unit vector: the correctly rounded bits are known.
  void one(SweepAccuracy& into, const At& at, Two in, Bits in_bits, Bits got, Two truth, Bits rounded) {
    const std::array<bool, 2> right{same(got[0], rounded[0]), same(got[1], rounded[1])};
    judge(into, at, in, in_bits, 1, got, {element_value<dtype>(got[0]), element_value<dtype>(got[1])}, truth,
          table_.value_error(), right);
  }

  void random(SweepAccuracy& into, const At& at, Two in, Bits in_bits, Bits got, Two truth) {
    // |x̂ĉ - ŷŝ - exact|: the table's error on either side of both, and three roundings of numbers up to N·A.
    const double size = std::fabs(in[0]) + std::fabs(in[1]);
    const double slack = size * (table_.value_error() + 0x1p-51 * factor_);
    const Two value{element_value<dtype>(got[0]), element_value<dtype>(got[1])};
    std::array<bool, 2> right{};
    std::optional<Bits> rounded;
    for (std::size_t n = 0; n < 2; ++n) {
      const double off = std::fabs(value[n] - truth[n]);
      // Nearer than half the smaller gap beside it: the right number. Further than half the larger: not. Else look.
      const HalfGaps gaps = half_gaps<dtype>(got[n]);
      if (off + slack < gaps.smaller) {
        right[n] = true;
      } else if (!(off - slack <= gaps.larger) && std::fabs(truth[n]) < overflow / 2) {
        right[n] = false;
      } else {
        if (!rounded) rounded = exact_bits(at, in);
        right[n] = same(got[n], (*rounded)[n]);
      }
    }
    judge(into, at, in, in_bits, std::sqrt(in[0] * in[0] + in[1] * in[1]), got, value, truth, slack, right);
  }

  Bits exact_bits(const At& at, Two in) const {
    return table_.rotate(at.position, static_cast<int>(at.pair), dtype, in[0], in[1], Direction::forward);
  }

  void judge(SweepAccuracy& into, const At& at, Two in, Bits in_bits, double norm, Bits got, Two value, Two truth,
             double slack, std::array<bool, 2> right) {
    const double d0 = value[0] - truth[0];
    const double d1 = value[1] - truth[1];
    double error = std::sqrt(d0 * d0 + d1 * d1);
    if (std::isnan(error)) error = HUGE_VAL;
    const double high = error + 2 * slack;
    const bool rounded = right[0] && right[1];

    ++into.cells;
    into.components += 2;
    into.correctly_rounded += (right[0] ? 1U : 0U) + (right[1] ? 1U : 0U);
    if (!rounded && !into.first_rounded_wrong) into.first_rounded_wrong = at.position;
    spread(into.ulps, at, in, d0, truth[0], slack, 0, value);
    spread(into.ulps, at, in, d1, truth[1], slack, 1, value);

    const std::size_t pair = at.pair;
    const auto within = [&](double limit, double worst) { return high <= worst * (limit * norm); };
    const bool quiet = within(limit_.equal[pair], into.equal_ratio) &&
                       within(limit_.looser[pair], into.failing_ratio) &&
                       (rounded || into.grade >= Grade::equal || within(limit_.better[pair], 1)) &&
                       inside_contract(into, at, in, value, norm, high, slack) && within(unit_, into.units);
    if (!rounded && into.grade == Grade::exact) into.grade = Grade::better;
    if (!quiet) in_full(into, at, in, in_bits, norm, got, value, rounded);
  }

  /// Not further off, as a share of the contract's bound, than the worst so far: seen from the truth that the contract
  /// is judged on.
  bool inside_contract(const SweepAccuracy& into, const At& at, Two in, Two value, double norm, double high,
                       double slack) const {
    if (limit_.contract.empty()) return true;
    if (declared_ != nullptr) {
      const double c = declared_cos_[at.cell];
      const double s = declared_sin_[at.cell];
      const double d0 = value[0] - (in[0] * c - in[1] * s);
      const double d1 = value[1] - (in[0] * s + in[1] * c);
      const double error = std::sqrt(d0 * d0 + d1 * d1);
      high = std::isnan(error) ? HUGE_VAL : error + 2 * slack;
    }
    return high <= into.contract_ratio * (limit_.contract[at.pair] * norm);
  }

  void in_full(SweepAccuracy& into, const At& at, Two in, Bits in_bits, double norm, Bits got, Two value,
               bool rounded) {
    const CertifiedTable::Pair factors = table_.at(at.position, static_cast<int>(at.pair));
    const std::array<DoubleDouble, 2> exact = rotated_pair(in, factors);
    double error = std::hypot(difference(value[0], exact[0]), difference(value[1], exact[1]));
    if (std::isnan(error)) error = HUGE_VAL;
    CellPlace place;
    place.position = at.position;
    place.pair = static_cast<int>(at.pair);
    place.cos = factors.cos.hi;
    place.sin = factors.sin.hi;
    place.input_norm = norm;
    const Judge::At bounds = judge_.at(place);
    const Score score = judge_.score(place, bounds, error, rounded);
    into.grade = std::max(into.grade, score.grade);

    SeenCell seen;
    seen.head = at.head;
    seen.position = at.position;
    seen.pair = static_cast<int>(at.pair);
    seen.in = in_bits;
    seen.got = got;
    seen.exact = {exact[0].hi, exact[1].hi};
    seen.error = error;
    seen.input_norm = norm;
    keep_larger(into.equal_ratio, into.worst_equal, score.equal_ratio, seen);
    keep_larger(into.failing_ratio, into.worst_failing, score.failing_ratio, seen);
    if (judge_.declared()) {
      const double ratio = judge_.contract_ratio(place, bounds, error, in, value);
      keep_larger(into.contract_ratio, into.worst_contract, ratio, seen);
      if (ratio > 1 && !into.first_contract) into.first_contract = at.position;
    }
    if (score.grade == Grade::fail && !into.first_failure) into.first_failure = at.position;
    // The absolute term counts against the error, so that units are what is left for the relative one.
    const double units = std::max(0.0, error - floor_) / (unit_ * norm);
    keep_larger(into.units, into.worst_units, std::isnan(units) ? 0 : units, seen);
    if (units > tier_a && !into.first_past_a) into.first_past_a = at.position;
    if (units > tier_b && !into.first_past_b) into.first_past_b = at.position;
  }

  /// Adds |d| in ulp of the exact value, which is looked at in double-double where binary64 is too coarse for that.
  void spread(UlpHistogram& ulps, const At& at, Two in, double d, double truth, double slack, std::size_t n,
              Two value) const {
    constexpr Format f = format(dtype);
    const auto exponent = static_cast<int>((std::bit_cast<std::uint64_t>(truth) >> 52) & 0x7FF) - 1023;
    const int e = std::max(exponent, f.min_exponent) - (f.precision - 1);
    const double gap = std::bit_cast<double>(static_cast<std::uint64_t>(e + 1023) << 52);
    if (slack * 64 > gap) {
      const DoubleDouble exact = rotated_pair(in, table_.at(at.position, static_cast<int>(at.pair)))[n];
      ulps.add(std::fabs(difference(value[n], exact)) / ulp(dtype, exact.hi));
      return;
    }
    ulps.add(std::fabs(d) / gap);
  }

  /// The phase by which e1 went too far. tan is odd and grows, so a smaller quotient cannot be a larger angle.
  static void angle(SweepAccuracy& into, double gc, double gs, double c, double s) {
    const double across = std::fabs(gs * c - gc * s);
    const double along = gc * c + gs * s;
    if (along > 0 && across <= into.angle_error * along) return;
    const double phase = std::atan2(across, along);
    into.angle_error = std::max(into.angle_error, std::isnan(phase) ? HUGE_VAL : phase);
  }

  const CertifiedTable& table_;
  const Judge& judge_;
  const DeclaredTruth* declared_;
  const QuickLimits& limits_;
  std::int64_t angle_from_, angle_to_;
  const SweepChunk& chunk_;
  std::size_t pairs_;
  double factor_, unit_, floor_;
  std::vector<double> cos_, sin_, declared_cos_, declared_sin_;
  std::vector<std::uint32_t> cos_bits_, sin_bits_;
  using Typed = std::conditional_t<dtype == DType::f32, float, std::uint16_t>;
  std::vector<Typed> cos_typed_, sin_typed_;
  std::array<std::vector<std::size_t>, 2> offsets_;
  QuickLimits::Row limit_;
};

}  // namespace

void SweepFindings::append(const SweepFindings& later) {
  table.append(later.table);
  rotation.append(later.rotation);
}

SweepVerifier::SweepVerifier(const CertifiedTable& table, const Judge& judge, DType dtype, std::int64_t angle_from,
                             std::int64_t angle_to)
    : table_(table),
      judge_(judge),
      limits_(judge, table.pairs()),
      dtype_(dtype),
      angle_from_(angle_from),
      angle_to_(angle_to) {}

template <DType dtype>
SweepFindings SweepVerifier::verify_rows(const SweepChunk& chunk, std::size_t first, std::size_t last) const {
  SweepFindings findings;
  Block<dtype> block(table_, judge_, limits_, angle_from_, angle_to_, chunk);
  for (std::size_t row = first; row < last; row += block_rows) {
    block.verify(row, std::min(last, row + block_rows), findings);
  }
  return findings;
}

SweepFindings SweepVerifier::verify(const SweepChunk& chunk, int threads) const {
  const std::size_t parts = (chunk.rows + block_rows - 1) / block_rows;
  const std::size_t workers = std::min(static_cast<std::size_t>(std::max(threads, 1)), std::max<std::size_t>(parts, 1));
  std::vector<SweepFindings> found(workers);
  std::vector<std::exception_ptr> thrown(workers);  // an exception that left the region would end the program
#pragma omp parallel for num_threads(static_cast <int>(workers)) schedule(static)
  for (std::size_t n = 0; n < workers; ++n) {
    const std::size_t first = parts * n / workers * block_rows;
    const std::size_t last = std::min(chunk.rows, parts * (n + 1) / workers * block_rows);
    try {
      switch (dtype_) {
        case DType::f32:
          found[n] = verify_rows<DType::f32>(chunk, first, last);
          break;
        case DType::f16:
          found[n] = verify_rows<DType::f16>(chunk, first, last);
          break;
        default:
          found[n] = verify_rows<DType::bf16>(chunk, first, last);
          break;
      }
    } catch (...) {
      thrown[n] = std::current_exception();
    }
  }
  for (const std::exception_ptr& one : thrown) {
    if (one) std::rethrow_exception(one);
  }
  SweepFindings all;
  for (const SweepFindings& part : found) all.append(part);
  return all;
}

}  // namespace rope::conformance
