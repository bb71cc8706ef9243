// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names the fault that explains a wrong response, from its outputs alone.
#pragma once

#include <optional>
#include <string>

#include "conformance/checks/response.hpp"

namespace rope::conformance {

struct Named {
  std::string id;
  std::string sentence;
  double fits = 0;  ///< share of outputs that the hypothesis explains
};

/// The one hypothesis that explains at least 99% of all outputs, of unit and random heads, of q and k; nothing where
/// none does, where two do, or where the right function does: never a guess.
std::optional<Named> diagnose(const Response& response, const fixtures::Fixture& fixture);

}  // namespace rope::conformance
