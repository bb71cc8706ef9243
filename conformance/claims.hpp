// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What an implementation says it does, in words.
#pragma once

#include <string>
#include <vector>

#include "conformance/driving/driver.hpp"

namespace rope::conformance {

/// "dtypes: fp32 bf16", "pairings: half-split", ...
std::vector<std::string> claims_of(const Description& description);

}  // namespace rope::conformance
