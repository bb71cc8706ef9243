// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The calling thread's floating-point environment: seen, described, put back. The only file that knows the control
// registers (MXCSR on x86-64, FPCR on aarch64).
#pragma once

#include <cfenv>
#include <string>

namespace rope::conformance::worker {

class FpEnvironment {
 public:
  /// The environment as it is now.
  FpEnvironment();

  /// What differs now, in words ("flush-to-zero on, rounding upward"), empty where nothing does; puts it back. Sticky
  /// exception flags do not count.
  std::string restore() const;

 private:
  std::fenv_t saved_;
};

}  // namespace rope::conformance::worker
