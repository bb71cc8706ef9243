// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One row of one head for each position, dense.
#include "conformance/checks/probe.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "conformance/checks/response.hpp"
#include "fixtures/random.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::size_t heads = property_q_heads + property_k_heads;

bool claims_positions(const Probe& probe, std::uint64_t kinds) {
  return probe.description == nullptr || (probe.description->position_kinds & kinds) != 0;
}

}  // namespace

Probe about(const Probe& probe, const fixtures::Fixture& fixture) {
  Probe out{probe.rotate, fixture, probe.judge, probe.dtype, probe.pairing};
  out.accept_declared = probe.accept_declared;
  out.in_place_only = probe.in_place_only;
  out.bits_required = probe.bits_required;
  out.description = probe.description;
  out.asked = probe.asked;
  return out;
}

bool takes_any_positions(const Probe& probe) {
  return claims_positions(probe, ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN));
}

bool takes_rows_apart(const Probe& probe) {
  return claims_positions(
      probe, ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN) | ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET));
}

RotateRequest request_of(const Probe& probe) {
  RotateRequest request;
  request.spec = probe.fixture.spec;
  request.spec.pairing = probe.pairing;
  request.pairing = probe.pairing;
  request.dtype = probe.dtype;
  request.max_position = probe.fixture.spec.max_position;
  return request;
}

RotateRequest request_for(const Probe& probe, const Rows& rows) {
  RotateRequest request = request_of(probe);
  const std::size_t tokens = rows.positions.size() / heads;
  request.positions.assign(rows.positions.begin(), rows.positions.begin() + static_cast<std::ptrdiff_t>(tokens));
  request.q_heads = property_q_heads;
  request.k_heads = property_k_heads;
  const std::size_t elements = tokens * static_cast<std::size_t>(request.spec.head_dim);
  request.q.assign(elements * property_q_heads, 0);
  request.k.assign(elements * property_k_heads, 0);
  const auto each = static_cast<std::ptrdiff_t>(rows.values.size() / heads);
  auto from = rows.values.begin();
  for (int head = 0; head < property_q_heads; ++head, from += each) {
    scatter(request.spec, probe.pairing, {from, from + each}, head, property_q_heads, request.q);
  }
  for (int head = 0; head < property_k_heads; ++head, from += each) {
    scatter(request.spec, probe.pairing, {from, from + each}, head, property_k_heads, request.k);
  }
  return request;
}

std::vector<std::uint32_t> rotated_rows(const Probe& probe, const RotateAnswer& answer) {
  std::vector<std::uint32_t> rows;
  const auto append = [&](const std::vector<std::uint32_t>& tensor, int count) {
    for (int head = 0; head < count; ++head) {
      const std::vector<std::uint32_t> one = gather(probe.fixture.spec, probe.pairing, tensor, head, count);
      rows.insert(rows.end(), one.begin(), one.end());
    }
  };
  append(answer.q, property_q_heads);
  append(answer.k, property_k_heads);
  return rows;
}

std::vector<std::int64_t> for_each_head(const std::vector<std::int64_t>& positions) {
  std::vector<std::int64_t> out;
  for (std::size_t head = 0; head < heads; ++head) out.insert(out.end(), positions.begin(), positions.end());
  return out;
}

Rows random_rows(const Probe& probe, const char* stream, const std::vector<std::int64_t>& positions) {
  Rows rows;
  rows.positions = for_each_head(positions);
  const std::uint64_t number = fixtures::stream(stream);
  const std::size_t elements = rows.positions.size() * 2 * probe.fixture.pairs();
  for (std::size_t index = 0; index < elements; ++index) {
    rows.values.push_back(fixtures::random_element(probe.fixture.seed, number, index, probe.dtype));
  }
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

double rounding_bound(const Bounds& bounds) {
  return bounds.largest_rounding();
}

double same_frequency_bound(const Bounds& bounds, std::int64_t position, int pair, GradeLimit factors) {
  const double turned = std::min(factors.alpha * bounds.product_near(position, pair), std::numbers::pi);
  return bounds.attention_factor() * 2 * std::sin(turned / 2) + factors.beta * rounding_bound(bounds);
}

}  // namespace rope::conformance
