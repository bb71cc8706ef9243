// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One row of one head for each position, dense.
#include "conformance/checks/probe.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <utility>

#include "conformance/checks/response.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {

RotateRequest request_for(const Probe& probe, const Rows& rows, std::uint32_t tail) {
  RotateRequest request;
  request.spec = probe.fixture.spec;
  request.spec.pairing = probe.pairing;
  request.pairing = probe.pairing;
  request.dtype = probe.dtype;
  request.max_position = probe.fixture.spec.max_position;
  request.positions = rows.positions;
  request.q_heads = 1;
  request.q.assign(rows.positions.size() * static_cast<std::size_t>(request.spec.head_dim), tail);
  scatter(request.spec, probe.pairing, rows.q, 0, 1, request.q);
  return request;
}

std::vector<std::uint32_t> rotated_rows(const Probe& probe, const RotateAnswer& answer) {
  return gather(probe.fixture.spec, probe.pairing, answer.q, 0, 1);
}

Rows random_rows(const Probe& probe, const char* stream, std::vector<std::int64_t> positions) {
  Rows rows;
  const std::uint64_t number = fixtures::stream(stream);
  const std::size_t elements = positions.size() * 2 * probe.fixture.pairs();
  for (std::size_t index = 0; index < elements; ++index) {
    rows.q.push_back(fixtures::random_element(probe.fixture.seed, number, index, probe.dtype));
  }
  rows.positions = std::move(positions);
  return rows;
}

std::vector<std::int64_t> spread_positions(std::int64_t limit) {
  std::vector<std::int64_t> out;
  for (std::int64_t p = 0; p < std::min<std::int64_t>(limit, 8); ++p) out.push_back(p);
  for (std::int64_t p = 16; p < limit; p *= 2) {
    for (std::int64_t near : {p - 1, p, p + 1, p + p / 3}) {
      if (near < limit) out.push_back(near);
    }
  }
  if (limit > 8) out.push_back(limit - 1);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

TableSize table_size(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair) {
  // The angle of a position below 2^40 is good to 2^-53 of itself here; 1e-9 covers it below 2^20, and beyond that the
  // largest values stand in for the true ones.
  const double angle = static_cast<double>(position) * fixture.inv_freq[static_cast<std::size_t>(pair)].hi;
  const double a = bounds.attention_factor();
  if (std::fabs(angle) > 0x1p20) return {a, a};
  return {a * std::min(1.0, std::fabs(std::cos(angle)) + 1e-9), a * std::min(1.0, std::fabs(std::sin(angle)) + 1e-9)};
}

double rounding_bound(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair) {
  const TableSize size = table_size(bounds, fixture, position, pair);
  return bounds.rounding(size.cos, size.sin);
}

double same_frequency_bound(const Bounds& bounds, const fixtures::Fixture& fixture, std::int64_t position, int pair,
                            GradeLimit factors) {
  const double turned = std::min(factors.alpha * bounds.product_near(position, pair), std::numbers::pi);
  return bounds.attention_factor() * 2 * std::sin(turned / 2) +
         factors.beta * rounding_bound(bounds, fixture, position, pair);
}

}  // namespace rope::conformance
