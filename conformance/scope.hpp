// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How much of the computation was the implementation's own, in words: what the suite supplied was not tested.
#pragma once

#include <string>
#include <vector>

#include "conformance/driving/arrangement.hpp"

namespace rope::conformance {

/// `used`: how the calls were arranged that the golden checks look at, nothing in them open.
std::string scope_of(const std::vector<Arrangement>& used);

}  // namespace rope::conformance
