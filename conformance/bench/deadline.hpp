// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A library is loaded into the measuring process itself, so one that hangs can only be ended with it, and of one that
// crashes another process has to say what was running.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace rope::bench::kernels {

/// While a Step lives, the process has this long; then it says which step it was and ends with the step's exit code.
class Deadline {
 public:
  /// `step_file`: a descriptor whose file holds the text of the running step, for whoever sees this process end; -1:
  /// none.
  explicit Deadline(double seconds, int step_file = -1);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  /// One at a time.
  class Step {
   public:
    /// `what`: "libfoo.so, apply". It may take `times` the deadline.
    Step(Deadline& deadline, const std::string& what, int exit_code, int times = 1);
    ~Step();
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    Deadline& deadline_;
  };

 private:
  struct Running {
    std::string what;
    int exit_code;
    double seconds;
    std::chrono::steady_clock::time_point end;
  };
  void watch();
  void tell(const std::string& step) const;

  double seconds_;
  int step_file_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Running> running_;
  bool over_ = false;
  std::thread watcher_;
};

}  // namespace rope::bench::kernels
