// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker as an operating-system process: started, listened to until a deadline, ended together with everything it
// started itself, and reaped.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "conformance/driving/output_capture.hpp"
#include "conformance/protocol/channel.hpp"
#include "conformance/protocol/file_descriptor.hpp"

namespace rope::conformance {

class WorkerProcess {
 public:
  using Clock = std::chrono::steady_clock;

  /// fork + exec of `executable` in a process group of its own: channel on descriptor 3, stdin from /dev/null, stdout
  /// and stderr captured, no other descriptor. Throws std::runtime_error where it cannot be started.
  explicit WorkerProcess(const std::filesystem::path& executable);

  /// Ends and reaps whatever is left.
  ~WorkerProcess();
  WorkerProcess(const WorkerProcess&) = delete;
  WorkerProcess& operator=(const WorkerProcess&) = delete;

  bool send(std::string_view text, int pass = -1) const;

  struct Event {
    enum class Kind {
      message,
      deadline,   ///< nothing came in time; the process still runs
      died,       ///< text says how, after "it": "was ended by SIGSEGV (Segmentation fault)"
      violation,  ///< not a message at all; text says what came
    } kind;
    std::string text;
  };
  /// The next message, or why there is none. Captures output meanwhile.
  Event wait(Clock::time_point deadline);

  /// Waits for the process to end by itself, at most until `deadline`, and reaps it. How it ended, after "it"; empty
  /// where with status 0, nothing where it still runs.
  std::optional<std::string> ended_by(Clock::time_point deadline);

  /// SIGKILL to the whole process group, then reaps. Afterwards neither the process nor any child that stayed in its
  /// group exists.
  void end();

  pid_t pid() const { return pid_; }

  /// Captures what is there to read and returns everything so far.
  const OutputCapture& output();

 private:
  bool has_died() const;  // and is not reaped yet
  void kill_group() const;
  std::string reap();   // how it ended, after "it"
  void capture_once();  // at most one pipe's worth
  void capture_rest();  // what is left after the end
  bool wait_for_death(Clock::time_point deadline);

  pid_t pid_ = -1;
  Channel channel_;
  FileDescriptor process_;  // pidfd; closed where the kernel has none
  FileDescriptor output_pipe_;
  OutputCapture output_;
};

}  // namespace rope::conformance
