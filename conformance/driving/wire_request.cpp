// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One row, dense, bshd; of positions the most general kind that is claimed.
#include "conformance/driving/wire_request.hpp"

#include <fmt/format.h>

#include <cstring>
#include <limits>

#include "conformance/driving/description.hpp"

namespace rope::conformance {
namespace {

bool consecutive(const std::vector<std::int64_t>& positions) {
  for (std::size_t i = 1; i < positions.size(); ++i) {
    if (positions[i] != positions[i - 1] + 1) return false;
  }
  return true;
}

}  // namespace

std::vector<std::byte> packed(const std::vector<std::uint32_t>& elements, std::size_t element_bytes) {
  std::vector<std::byte> bytes(elements.size() * element_bytes);
  if (bytes.empty()) return bytes;
  if (element_bytes == 4) {
    std::memcpy(bytes.data(), elements.data(), bytes.size());
    return bytes;
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    const auto half = static_cast<std::uint16_t>(elements[i]);
    std::memcpy(bytes.data() + 2 * i, &half, 2);
  }
  return bytes;
}

std::vector<std::uint32_t> unpacked(std::span<const std::byte> bytes, std::size_t element_bytes) {
  std::vector<std::uint32_t> elements(bytes.size() / element_bytes);
  if (elements.empty()) return elements;
  if (element_bytes == 4) {
    std::memcpy(elements.data(), bytes.data(), bytes.size());
    return elements;
  }
  for (std::size_t i = 0; i < elements.size(); ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, bytes.data() + 2 * i, 2);
    elements[i] = half;
  }
  return elements;
}

protocol::WireSpec wire_spec(const RotateRequest& request) {
  protocol::WireSpec wire;
  wire.head_dim = static_cast<std::uint32_t>(request.spec.head_dim);
  wire.rotary_dim = static_cast<std::uint32_t>(request.spec.rotary_dim);
  wire.dim_offset = static_cast<std::uint32_t>(request.spec.dim_offset);
  wire.pairing_in = wire.pairing_out = abi_pairing(request.pairing);
  wire.attention_factor = request.spec.attention_factor;
  wire.max_position = request.max_position;
  wire.family = abi_family(request.spec.family);
  wire.base = request.spec.theta;
  if (const auto* llama3 = std::get_if<Llama3Family>(&request.spec.family)) {
    wire.factor = llama3->factor;
    wire.low_freq_factor = llama3->low_freq_factor;
    wire.high_freq_factor = llama3->high_freq_factor;
    wire.original_max_position = llama3->original_max_position;
  }
  return wire;
}

protocol::WireTensor wire_tensor(const RotateRequest& request, int heads) {
  const auto positions = static_cast<std::int64_t>(request.positions.size());
  const std::int64_t row = std::int64_t{heads} * request.spec.head_dim;
  protocol::WireTensor tensor;
  tensor.dtype = abi_dtype(request.dtype);
  tensor.layout = ROPE_BSHD;
  tensor.shape = {1, positions, heads, request.spec.head_dim};
  tensor.strides = {positions * row, row, request.spec.head_dim, 1};
  return tensor;
}

std::variant<PositionChoice, std::string> choose_positions(const Description& description,
                                                           const std::vector<std::int64_t>& positions) {
  const auto claims = [&](rope_position_kind kind) {
    return (description.position_kinds & ROPE_POSITION_KIND_BIT(kind)) != 0;
  };
  PositionChoice choice;
  const bool is_run = consecutive(positions);
  const std::int64_t first = positions.empty() ? 0 : positions.front();
  if (!claims(ROPE_POSITIONS_TOKEN)) {
    if (!is_run) {
      return fmt::format("{} takes no position for each token, and these are not consecutive", description.name);
    }
    if (claims(ROPE_POSITIONS_OFFSET)) {
      choice.wire.kind = ROPE_POSITIONS_OFFSET;
      choice.wire.offset = first;
      return choice;
    }
    if (!claims(ROPE_POSITIONS_BATCH_OFFSET)) {
      return fmt::format("{} does not claim a position kind that the suite uses", description.name);
    }
    choice.wire.kind = ROPE_POSITIONS_BATCH_OFFSET;
  }
  const std::vector<std::int64_t> numbers =
      choice.wire.kind == ROPE_POSITIONS_BATCH_OFFSET ? std::vector<std::int64_t>{first} : positions;
  choice.wire.token_stride = choice.wire.kind == ROPE_POSITIONS_TOKEN ? 1 : 0;
  choice.wire.batch_stride = 0;  // one row
  if ((description.position_dtypes & ROPE_DTYPE_BIT(ROPE_I64)) != 0) {
    choice.wire.dtype = ROPE_I64;
    choice.data.resize(numbers.size() * sizeof(std::int64_t));
    if (!numbers.empty()) std::memcpy(choice.data.data(), numbers.data(), choice.data.size());
    return choice;
  }
  if ((description.position_dtypes & ROPE_DTYPE_BIT(ROPE_I32)) == 0) {
    return fmt::format("{} claims neither int32 nor int64 positions", description.name);
  }
  choice.wire.dtype = ROPE_I32;
  choice.data.resize(numbers.size() * sizeof(std::int32_t));
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < std::numeric_limits<std::int32_t>::min() ||
        numbers[i] > std::numeric_limits<std::int32_t>::max()) {
      return fmt::format("{} takes int32 positions only, and {} is not one", description.name, numbers[i]);
    }
    const auto number = static_cast<std::int32_t>(numbers[i]);
    std::memcpy(choice.data.data() + i * sizeof number, &number, sizeof number);
  }
  return choice;
}

}  // namespace rope::conformance
