// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C ends a run between two cases, with the partial report written, or the making of its fixtures.
#pragma once

#include <csignal>
#include <exception>

namespace rope::conformance {

/// Thrown out of work that is asked to end and has nothing to show yet.
class Interrupted : public std::exception {
 public:
  const char* what() const noexcept override { return "interrupted"; }
};

/// While it lives, SIGINT and SIGTERM wait to be asked about. Made before any other thread, which then blocks them,
/// too: one that does not would be given the signal, and die of it with the whole process.
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
