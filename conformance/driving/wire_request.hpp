// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A RotateRequest as the protocol's spec, tensors and positions, and its elements as the bytes of tensors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "conformance/driving/driver.hpp"
#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

/// Bit patterns in elements of 2 or 4 bytes, and back.
std::vector<std::byte> packed(const std::vector<std::uint32_t>& elements, std::size_t element_bytes);
std::vector<std::uint32_t> unpacked(std::span<const std::byte> bytes, std::size_t element_bytes);

protocol::WireSpec wire_spec(const RotateRequest& request);

/// Shape and strides of q or k; no place yet.
protocol::WireTensor wire_tensor(const RotateRequest& request, int heads);

struct PositionChoice {
  protocol::WirePositions wire;
  std::vector<std::byte> data;  ///< empty for an offset
};

/// The kind asked for, or the most general one that the implementation claims; the reason where none serves.
std::variant<PositionChoice, std::string> choose_positions(const Description& description,
                                                           const std::vector<std::int64_t>& positions,
                                                           PositionsAs as = PositionsAs::any);

}  // namespace rope::conformance
