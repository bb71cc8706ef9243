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
  } else if (const auto* dynamic = std::get_if<DynamicNtkFamily>(&request.spec.family)) {
    wire.factor = dynamic->factor;
    wire.original_max_position = dynamic->original_max_position;
    wire.sequence_length = dynamic->sequence_length;
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
                                                           const std::vector<std::int64_t>& positions, PositionsAs as) {
  const bool run = consecutive(positions);
  const auto claims = [&](rope_position_kind kind) {
    return (description.position_kinds & ROPE_POSITION_KIND_BIT(kind)) != 0;
  };
  const auto holds = [&](rope_dtype dtype) { return (description.position_dtypes & ROPE_DTYPE_BIT(dtype)) != 0; };
  if (as == PositionsAs::any) {
    const bool token = claims(ROPE_POSITIONS_TOKEN);
    if (!token && !run) {
      return fmt::format("{} takes no position for each token, and these are not consecutive", description.name);
    }
    if (!token && !claims(ROPE_POSITIONS_OFFSET) && !claims(ROPE_POSITIONS_BATCH_OFFSET)) {
      return fmt::format("{} does not claim a position kind that the suite uses", description.name);
    }
    as = token ? (holds(ROPE_I64) ? PositionsAs::token_int64 : PositionsAs::token_int32)
               : (claims(ROPE_POSITIONS_OFFSET) ? PositionsAs::offset : PositionsAs::batch_offset);
  }
  PositionChoice choice;
  const bool each = as == PositionsAs::token_int64 || as == PositionsAs::token_int32;
  choice.wire.kind = each                        ? ROPE_POSITIONS_TOKEN
                     : as == PositionsAs::offset ? ROPE_POSITIONS_OFFSET
                                                 : ROPE_POSITIONS_BATCH_OFFSET;
  if (!claims(choice.wire.kind)) {
    return fmt::format("{} does not claim {}", description.name,
                       each                        ? "positions for each token"
                       : as == PositionsAs::offset ? "a position offset"
                                                   : "position offsets by row");
  }
  if (!each && !run) return std::string("positions that are not consecutive have no offset");
  const std::int64_t first = positions.empty() ? 0 : positions.front();
  if (as == PositionsAs::offset) {
    choice.wire.offset = first;
    return choice;
  }
  const bool wide = as == PositionsAs::token_int64 || (as == PositionsAs::batch_offset && holds(ROPE_I64));
  if (!holds(wide ? ROPE_I64 : ROPE_I32)) {
    return fmt::format("{} does not claim {} positions", description.name,
                       as == PositionsAs::batch_offset ? "int32 or int64"
                       : wide                          ? "int64"
                                                       : "int32");
  }
  const std::vector<std::int64_t> numbers = each ? positions : std::vector<std::int64_t>{first};
  choice.wire.token_stride = each ? 1 : 0;
  choice.wire.batch_stride = 0;  // one row
  choice.wire.dtype = wide ? ROPE_I64 : ROPE_I32;
  for (const std::int64_t number : numbers) {
    if (!wide &&
        (number < std::numeric_limits<std::int32_t>::min() || number > std::numeric_limits<std::int32_t>::max())) {
      return fmt::format("{} takes int32 positions only, and {} is not one", description.name, number);
    }
    const auto narrow = static_cast<std::int32_t>(number);
    const auto* const bytes =
        wide ? reinterpret_cast<const std::byte*>(&number) : reinterpret_cast<const std::byte*>(&narrow);
    choice.data.insert(choice.data.end(), bytes, bytes + (wide ? sizeof number : sizeof narrow));
  }
  return choice;
}

}  // namespace rope::conformance
