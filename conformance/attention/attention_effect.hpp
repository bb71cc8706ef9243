// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// attention-effect: what the implementation's rotation does to attention. A report without a limit.
#pragma once

#include <vector>

#include "conformance/checks/probe.hpp"
#include "fixtures/qk_file.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

struct AttentionFinding {
  reports::Case record;
  std::vector<reports::AttentionEffect> effects;
};

/// How much is looked at: contexts to `tokens`, of which a query sees at most `keys`.
struct AttentionSize {
  std::int64_t tokens = 0;
  std::int64_t keys = 0;
};

/// On one model, dtype and pairing. `file`: heads of a real model, nullptr
/// where there are none; they are of the model's head_dim and inside its limit.
AttentionFinding attention_effect(const Probe& probe, AttentionSize size, const fixtures::QkFile* file);

/// Why q and k of the file are none of a model with this spec; nothing where they may be.
std::optional<std::string> does_not_fit(const fixtures::QkFile& file, const Spec& spec);

}  // namespace rope::conformance
