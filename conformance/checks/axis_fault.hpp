// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names what was done with several position axes, where one slip explains every output.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "conformance/checks/truth.hpp"

namespace rope::conformance {

/// A call with several axes, and what came of it.
struct AskedAxes {
  RotateRequest request;
  RotateAnswer answer;
};

struct AxisFault {
  std::string id;
  std::string sentence;
};

/// The one slip with which every output is within its limits of every call with as many axes as some are wrong with;
/// nothing where none is, where two are, or where nothing is wrong.
std::optional<AxisFault> name_axis_fault(const Probe& probe, const Truth& truth, const std::vector<AskedAxes>& calls);

}  // namespace rope::conformance
