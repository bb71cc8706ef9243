// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C ends a run between two cases, with the partial report written.
#pragma once

#include <csignal>

namespace rope::conformance {

/// While it lives, SIGINT and SIGTERM wait to be asked about. Made before any other thread.
class Interruption {
 public:
  Interruption();
  ~Interruption();
  Interruption(const Interruption&) = delete;
  Interruption& operator=(const Interruption&) = delete;

  bool requested() const;

 private:
  sigset_t before_{};
};

}  // namespace rope::conformance
