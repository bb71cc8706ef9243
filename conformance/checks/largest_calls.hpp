// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The largest calls that a check of the interface makes: what lies past them a report names as not tested.
#pragma once

#include <cstdint>

namespace rope::conformance {

/// Heads of q and of k (gqa).
inline constexpr int most_heads = 128;

/// Rows of a batch (batch-invariance).
inline constexpr int most_rows_at_once = 257;

/// Tokens of one row (decode-equals-prefill).
inline constexpr std::int64_t longest_call = 4099;

}  // namespace rope::conformance
