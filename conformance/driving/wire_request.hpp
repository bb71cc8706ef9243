// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A RotateRequest as the protocol's spec and positions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "conformance/driving/driver.hpp"
#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

/// Source parametric; call_plan.hpp puts another one in its place.
protocol::WireSpec wire_spec(const RotateRequest& request);

bool rows_are_consecutive(const RotateRequest& request);
bool rows_agree(const RotateRequest& request);

struct PositionChoice {
  protocol::WirePositions wire;
  std::vector<std::byte> data;  ///< empty for an offset
};

/// `as` is not `any`; the reason where it does not serve. With pair_axis: kind AXES.
std::variant<PositionChoice, std::string> choose_positions(const Description& description, const RotateRequest& request,
                                                           PositionsAs as);

}  // namespace rope::conformance
