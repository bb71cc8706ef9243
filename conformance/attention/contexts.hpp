// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Scores, weights and outputs of single attention heads over contexts of growing length.
#pragma once

#include <cstdint>
#include <vector>

#include "conformance/attention/heads.hpp"
#include "conformance/attention/ways.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

/// Tokens of a context that follow one another.
struct KeyRun {
  std::int64_t from = 0;
  std::int64_t count = 0;
};

/// Which tokens the queries at the end of a context see: all, or, where those are more than `most_keys`, at most so
/// many: half of them the last ones, some around the middle, the rest in blocks of 64 from the first to the last. In
/// order, none twice.
std::vector<KeyRun> keys_seen(std::int64_t tokens, std::int64_t most_keys);

/// The last eight queries of each context are looked at; model and dtype are left to the caller. Contexts rise, and
/// none is longer than the heads. Where the implementation does not answer (ways.failure()), those that were whole
/// before are there.
std::vector<reports::AttentionEffect> attention_in_contexts(Ways& ways, const Probe& probe, const Heads& heads,
                                                            const std::vector<std::int64_t>& contexts,
                                                            std::int64_t most_keys);

}  // namespace rope::conformance
