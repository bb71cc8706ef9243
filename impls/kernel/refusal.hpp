// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Saying no: the status to return and the reason in one sentence.
#pragma once

#include "rope_impl.h"

namespace rope::kernel {

/// False where accepted; otherwise `reason` is a string literal, so that query can hand it out.
struct Refusal {
  rope_status status = ROPE_OK;
  const char* reason = nullptr;
  explicit operator bool() const { return reason != nullptr; }
};

}  // namespace rope::kernel
