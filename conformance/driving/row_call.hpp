// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The rows of a batch as calls of their own, so that several threads can make them at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

/// Why the call's rows cannot be made at once, in a sentence; nothing where they can. `run_by_run`: it is several calls
/// already. `alignment`: what the implementation asks for, in bytes; 0: nothing.
std::optional<std::string> why_no_rows(const protocol::WireCall& call, bool run_by_run, std::uint32_t alignment);

/// Bytes from one row's workspace to the next one's, where each has `bytes`; every address is aligned to this
/// alignment.
inline constexpr std::uint64_t workspace_alignment = 256;
constexpr std::uint64_t workspace_step(std::uint64_t bytes) {
  return (bytes + workspace_alignment - 1) / workspace_alignment * workspace_alignment;
}

/// Row `row` of the call. In a query, which has no places, any row's. Workspaces lie behind one another.
protocol::WireCall row_of(const protocol::WireCall& call, int row);

}  // namespace rope::conformance
