// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The start-up canary: is this thread's floating-point arithmetic the one every bound and conversion here assumes?
#pragma once

#include <optional>
#include <string>

namespace rope {

/// Nothing where fp32 and fp64 arithmetic of the calling thread rounds to nearest, ties to even, and subnormal numbers
/// are flushed neither on output (FTZ) nor on input (DAZ); otherwise what was found, and what usually causes it.
std::optional<std::string> fp_environment_problem();

}  // namespace rope
