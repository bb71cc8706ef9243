// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the driver's tests share: paths from the build, a request, an odd plug-in by name, and a look at the processes.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "conformance/driving/driver.hpp"

namespace rope::conformance {

/// ROPE_ODD for the processes started while this lives.
class Odd {
 public:
  explicit Odd(const char* name);
  ~Odd();
  Odd(const Odd&) = delete;
  Odd& operator=(const Odd&) = delete;
};

DriverOptions worker_options(double timeout_scale = 1);

/// Libraries of the build: "usual", "hostile/crash-in-apply".
std::string plugin(const std::string& name);
std::string odd_plugin();
std::string odd_worker();

/// fp32, head_dim 8, two q heads and one k head, positions 0, 1 and 5; q and k are small distinct numbers.
RotateRequest small_request(DType dtype = DType::f32);

/// Exact rotation of the request's q, rounded once to its dtype.
std::vector<std::uint32_t> exact_q(const RotateRequest& request);

/// Processes whose parent is this one, zombies too.
std::vector<pid_t> children();

/// A process with that number exists and is no zombie.
bool runs(pid_t process);

}  // namespace rope::conformance
