// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What an implementation says of itself: checked, and held against a request.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "conformance/driving/driver.hpp"
#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

rope_dtype abi_dtype(DType dtype);
rope_pairing abi_pairing(Pairing pairing);
rope_direction abi_direction(Direction direction);
/// 0 for given inv_freq, which is a source of its own and no parametric family.
rope_family abi_family(const Family& family);

/// The description, or the rule of rope_impl.h that it breaks: bits without a meaning, an impossible alignment, ...
std::variant<Description, std::string> checked_description(const protocol::Information& information);

/// What of the request the implementation does not claim; nothing where it claims all of it.
std::optional<std::string> not_claimed(const Description& description, const RotateRequest& request);

}  // namespace rope::conformance
