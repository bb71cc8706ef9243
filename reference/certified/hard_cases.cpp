// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The search: the certified table lists what is open within a window, double-double thins that out, Exact measures the
// rest. The window grows until the list is certainly complete.
//
// Completeness. Let U be the largest ulp that a value of the table has, and let every value within D·U of a midpoint
// (absolute) be a candidate. A value that is none is more than D·U / U = D ulp from every midpoint, for its own ulp is
// at most U. So if `count` candidates lie within D ulp, the nearest `count` of all are among the candidates.
#include "reference/certified/hard_cases.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <future>
#include <iterator>
#include <limits>
#include <optional>
#include <stdexcept>
#include <tuple>

namespace rope {
namespace {

constexpr std::int64_t rows_of_part = std::int64_t{1} << 13;

bool nearer(const HardCase& a, const HardCase& b) {
  return std::tie(a.distance, a.position, a.pair, a.sine) < std::tie(b.distance, b.position, b.pair, b.sine);
}

/// Past this |value| there are no two neighbours to lie between.
double end_of_range(DType dtype) {
  return std::ldexp(1.0, format(dtype).max_exponent + 1);
}

/// The largest ulp of a value of the spec: all are below its attention factor in size.
double largest_ulp(const Spec& spec, DType dtype) {
  return ulp(dtype, std::nextafter(std::min(spec.attention_factor, end_of_range(dtype)), 0.0));
}

/// The ulp of the binade that holds v, which is below hi where hi is a power of two and lo leads back across it.
double ulp_around(DType dtype, DoubleDouble v) {
  const bool back = v.hi != 0 && v.lo != 0 && std::signbit(v.lo) != std::signbit(v.hi);
  return ulp(dtype, back ? std::nextafter(v.hi, 0.0) : v.hi);
}

/// In ulp. Exact but for one rounding: dividing by a power of two, floor and the differences with 1/2 lose nothing.
double from_midpoint(DoubleDouble v, double ulp) {
  const double hi = std::abs(v.hi) / ulp;
  const double lo = (std::signbit(v.hi) ? -v.lo : v.lo) / ulp;
  const double distance = std::abs((hi - std::floor(hi) - 0.5) + lo);
  return distance <= 0.5 ? distance : 1 - distance;  // hi is a number of the dtype and lo leads below it
}

/// What level 2 knows of a candidate's distance.
struct Candidate {
  NearMidpoint where;
  double least = 0, most = std::numeric_limits<double>::infinity();
};

/// Nothing where the value is certainly too large: its distance would mean nothing, and push others out.
std::optional<Candidate> look_at(const CertifiedTable& table, DType dtype, const NearMidpoint& near) {
  const CertifiedTable::Pair pair = table.at(near.position, near.pair);
  const DoubleDouble v = near.sine ? pair.sin : pair.cos;
  if (std::abs(v.hi) >= end_of_range(dtype)) {
    // Twice the error, for the rounding of this sum.
    if (std::abs(v.hi) >= end_of_range(dtype) + 2 * table.double_double_error()) return {};
    return Candidate{near};
  }
  const double unit = ulp_around(dtype, v);
  const double error = table.double_double_error() / unit;
  if (error > 0x1p-10) return Candidate{near};  // near 0 the ulp is as small as the error: level 2 knows nothing
  // Where the error hides on which side of a power of two the value is, it may be 2·error of the other binade: the
  // distance is near 1/2 on either side. 4·error covers that, and 2^-50 this function's own roundings.
  const double distance = from_midpoint(v, unit);
  const double slack = 4 * error + 0x1p-50 * distance;
  return Candidate{near, distance - slack, distance + slack};
}

/// Leaves what may be among the nearest `count`.
void thin_out(std::vector<Candidate>& candidates, std::size_t count) {
  if (candidates.size() <= count) return;
  std::vector<double> most;
  most.reserve(candidates.size());
  for (const Candidate& candidate : candidates) most.push_back(candidate.most);
  const auto last = most.begin() + static_cast<std::ptrdiff_t>(count - 1);
  std::nth_element(most.begin(), last, most.end());
  const double limit = *last;
  candidates.erase(
      std::remove_if(candidates.begin(), candidates.end(), [=](const Candidate& c) { return c.least > limit; }),
      candidates.end());
}

void keep_nearest(std::vector<HardCase>& cases, std::size_t count) {
  std::sort(cases.begin(), cases.end(), nearer);
  cases.resize(std::min(cases.size(), count));
}

/// The nearest `count` of the rows' candidates within ±window.
std::vector<HardCase> nearest_of_rows(const CertifiedTable& table, DType dtype, std::size_t count, double window,
                                      std::int64_t from, std::int64_t rows) {
  std::vector<Candidate> candidates;
  for (const NearMidpoint& near : table.near_midpoints(dtype, from, static_cast<std::size_t>(rows), window)) {
    if (const auto candidate = look_at(table, dtype, near)) candidates.push_back(*candidate);
  }
  thin_out(candidates, count);
  std::vector<HardCase> cases;
  for (const Candidate& candidate : candidates) {
    const NearMidpoint& at = candidate.where;
    const Exact::Trig trig = table.exact().trig(at.position, at.pair);
    const ExactValue& exact = at.sine ? trig.sin : trig.cos;
    if (std::abs(exact.value.hi) >= end_of_range(dtype)) continue;
    cases.push_back({at.position, at.pair, at.sine, from_midpoint(exact.value, ulp_around(dtype, exact.value)),
                     exact.bits[tensor_index(dtype)]});
  }
  keep_nearest(cases, count);
  return cases;
}

/// The same of the whole table, in parts: whichever thread does one, the parts are the same.
std::vector<HardCase> nearest_within(const CertifiedTable& table, DType dtype, std::size_t count, double window,
                                     int threads) {
  std::atomic<std::int64_t> next{0};
  const auto work = [&] {
    std::vector<HardCase> mine;
    for (std::int64_t row = next.fetch_add(rows_of_part); row < table.count(); row = next.fetch_add(rows_of_part)) {
      const std::int64_t rows = std::min(rows_of_part, table.count() - row);
      const auto part = nearest_of_rows(table, dtype, count, window, table.first() + row, rows);
      mine.insert(mine.end(), part.begin(), part.end());
      keep_nearest(mine, count);
    }
    return mine;
  };
  std::vector<std::future<std::vector<HardCase>>> others;
  for (int i = 1; i < threads; ++i) others.push_back(std::async(std::launch::async, work));
  std::vector<HardCase> cases = work();
  for (auto& other : others) {
    const auto part = other.get();
    cases.insert(cases.end(), part.begin(), part.end());
  }
  keep_nearest(cases, count);
  return cases;
}

void require(bool holds, const std::string& what) {
  if (!holds) throw std::invalid_argument(what);
}

void require_request(DType dtype, std::size_t count, int threads) {
  require(dtype != DType::f64, "dtype is fp64; expected fp32, fp16 or bf16");
  require(count >= 1, "count is 0; expected 1 or more");
  require(threads >= 1, fmt::format("threads is {}; expected 1 or more", threads));
}

}  // namespace

std::vector<HardCase> hardest(const CertifiedTable& table, DType dtype, std::size_t count, int threads) {
  require_request(dtype, count, threads);
  const double largest = largest_ulp(table.spec(), dtype);
  // Distances are spread about evenly over 0 to 1/2 ulp. The first window is for 4 times the count and some more;
  // narrower ones than level 1 can tell apart are no faster.
  const double values = 2 * static_cast<double>(table.count()) * static_cast<double>(table.pairs());
  double reach = std::max((4 * static_cast<double>(count) + 16) / (2 * values), table.value_error() / largest);
  while (true) {
    // 2^-20 more, for the error of level 2: it is below 2^-50 of level 1's, and so of the window.
    const double window = reach * largest * (1 + 0x1p-20);
    std::vector<HardCase> cases = nearest_within(table, dtype, count, window, threads);
    if (cases.size() == count && cases.back().distance <= reach) return cases;
    if (reach >= 1) return cases;  // 1 ulp either way is every value
    reach *= 8;
  }
}

std::vector<HardCase> hardest(const Spec& spec, std::int64_t extent, DType dtype, std::size_t count, int threads,
                              const HardCaseProgress& progress) {
  require_request(dtype, count, threads);
  require(extent >= 1, fmt::format("extent is {}; expected 1 or more", extent));
  std::vector<HardCase> cases;
  for (std::int64_t first = 0; first < extent; first += CertifiedTable::longest) {
    const std::int64_t rows = std::min(CertifiedTable::longest, extent - first);
    const std::vector<HardCase> part = hardest(CertifiedTable(spec, first, rows), dtype, count, threads);
    cases.insert(cases.end(), part.begin(), part.end());
    keep_nearest(cases, count);
    if (progress) progress(first + rows, extent);
  }
  return cases;
}

}  // namespace rope
