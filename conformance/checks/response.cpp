// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Lays the fixture's rows out as the tensors of one call and takes the outputs apart again.
#include "conformance/checks/response.hpp"

#include <algorithm>
#include <utility>

namespace rope::conformance {
namespace {

constexpr int q_heads = 4;
constexpr int k_heads = 2;
static_assert(q_heads + k_heads == static_cast<int>(head_count));

std::size_t element_index(const Spec& spec, Pairing pairing, int heads, std::size_t row, int head, int pair,
                          int element) {
  const auto offset =
      static_cast<std::size_t>(spec.dim_offset + element_of_pair(pairing, spec.rotary_dim, pair, element));
  return (row * static_cast<std::size_t>(heads) + static_cast<std::size_t>(head)) *
             static_cast<std::size_t>(spec.head_dim) +
         offset;
}

RotateRequest request_of(const fixtures::Fixture& fixture, DType dtype, Pairing pairing, std::int64_t max_position,
                         Response& response) {
  RotateRequest request;
  request.spec = fixture.spec;
  request.spec.pairing = pairing;
  request.max_position = max_position;
  request.dtype = dtype;
  request.pairing = pairing;
  const auto end = std::lower_bound(fixture.positions.begin(), fixture.positions.end(), max_position);
  request.positions.assign(fixture.positions.begin(), end);
  response.rows = request.positions.size();
  response.pairs = fixture.pairs();
  const std::size_t row_elements = response.pairs * 2;
  const std::uint32_t one = static_cast<std::uint32_t>(round_to_bits(dtype, 1.0));
  const auto& golden = fixture.rotation[tensor_index(dtype)];
  for (Head head : {Head::e1, Head::e2}) {
    auto& rows = response.input[static_cast<std::size_t>(head)];
    rows.assign(response.rows * row_elements, 0);
    for (std::size_t n = head == Head::e1 ? 0 : 1; n < rows.size(); n += 2) rows[n] = one;
  }
  const auto taken = static_cast<std::ptrdiff_t>(response.rows * row_elements);
  for (Head head : all_heads) {
    if (head == Head::e1 || head == Head::e2) continue;
    const auto& rows = has_q_row(head) ? golden.q : golden.k;
    response.input[static_cast<std::size_t>(head)].assign(rows.begin(), rows.begin() + taken);
  }
  request.q_heads = q_heads;
  request.k_heads = k_heads;
  const std::size_t head_dim = static_cast<std::size_t>(fixture.spec.head_dim);
  request.q.assign(response.rows * q_heads * head_dim, 0);
  request.k.assign(response.rows * k_heads * head_dim, 0);
  for (int head = 0; head < q_heads; ++head) {
    scatter(request.spec, pairing, response.input[static_cast<std::size_t>(head)], head, q_heads, request.q);
  }
  for (int head = 0; head < k_heads; ++head) {
    scatter(request.spec, pairing, response.input[static_cast<std::size_t>(q_heads + head)], head, k_heads, request.k);
  }
  return request;
}

}  // namespace

std::string_view name(Head head) {
  constexpr std::array<std::string_view, head_count> names{"e1",       "e2",           "random q", "random k as q",
                                                           "random k", "random q as k"};
  return names[static_cast<std::size_t>(head)];
}

void scatter(const Spec& spec, Pairing pairing, const std::vector<std::uint32_t>& pair_order, int head, int heads,
             std::vector<std::uint32_t>& tensor) {
  const std::size_t row_elements = static_cast<std::size_t>(spec.rotary_dim);
  for (std::size_t row = 0; row * row_elements < pair_order.size(); ++row) {
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      for (int element = 0; element < 2; ++element) {
        tensor[element_index(spec, pairing, heads, row, head, pair, element)] =
            pair_order[row * row_elements + static_cast<std::size_t>(2 * pair + element)];
      }
    }
  }
}

std::vector<std::uint32_t> gather(const Spec& spec, Pairing pairing, const std::vector<std::uint32_t>& tensor, int head,
                                  int heads) {
  const std::size_t rows = tensor.size() / (static_cast<std::size_t>(heads) * static_cast<std::size_t>(spec.head_dim));
  std::vector<std::uint32_t> pair_order;
  pair_order.reserve(rows * static_cast<std::size_t>(spec.rotary_dim));
  for (std::size_t row = 0; row < rows; ++row) {
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      for (int element = 0; element < 2; ++element) {
        pair_order.push_back(tensor[element_index(spec, pairing, heads, row, head, pair, element)]);
      }
    }
  }
  return pair_order;
}

Response respond(Driver& driver, const fixtures::Fixture& fixture, DType dtype, Pairing pairing) {
  Response response;
  response.dtype = dtype;
  response.pairing = pairing;
  RotateRequest request = request_of(fixture, dtype, pairing, fixture.extent, response);
  RotateAnswer answer = driver.rotate(request);
  if (answer.status == RotateAnswer::Status::unsupported && fixture.spec.max_position < fixture.extent) {
    const std::string refusal = answer.message;
    request = request_of(fixture, dtype, pairing, fixture.spec.max_position, response);
    answer = driver.rotate(request);
    if (answer.status == RotateAnswer::Status::ok) response.limited = refusal;
  }
  response.status = answer.status;
  response.message = answer.message;
  response.used = answer.used;
  response.memory_faults = std::move(answer.memory_faults);
  response.fp_environment_changed = answer.fp_environment_changed;
  response.seconds = answer.seconds;
  if (answer.status != RotateAnswer::Status::ok) return response;
  for (int head = 0; head < q_heads; ++head) {
    response.output[static_cast<std::size_t>(head)] = gather(request.spec, pairing, answer.q, head, q_heads);
  }
  for (int head = 0; head < k_heads; ++head) {
    response.output[static_cast<std::size_t>(q_heads + head)] = gather(request.spec, pairing, answer.k, head, k_heads);
  }
  return response;
}

}  // namespace rope::conformance
