// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Exit codes, and which one several implementations share.
#pragma once

#include <array>

namespace rope::conformance {

enum class ExitCode : int {
  conforms = 0,
  does_not_conform = 1,  ///< also: verify found a mismatch, diff a difference
  usage = 2,             ///< options, configuration, fixture unreadable
  not_loadable = 3,      ///< the implementation cannot be loaded
  suite_failed = 4,
  inconclusive = 5,
  interrupted = 130,
};

/// The worse of two implementations' codes, in the order 130, 4, 3, 1, 5, 0.
constexpr ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array<ExitCode, 6> order{ExitCode::interrupted,      ExitCode::suite_failed, ExitCode::not_loadable,
                                          ExitCode::does_not_conform, ExitCode::inconclusive, ExitCode::conforms};
  for (ExitCode code : order) {
    if (a == code || b == code) return code;
  }
  return a;
}

}  // namespace rope::conformance
