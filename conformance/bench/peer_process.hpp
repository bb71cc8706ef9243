// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A Python worker (peers/worker.py): a line goes in, a line comes out, or it is ended.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "conformance/bench/descriptor.hpp"

namespace rope::bench::kernels {

class PeerProcess {
 public:
  /// `arguments` follow the interpreter; `inherited` are descriptors that it has under the numbers 3, 4, ...
  PeerProcess(const std::string& python, const std::vector<std::string>& arguments, const std::vector<int>& inherited);
  ~PeerProcess();
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  /// Throws std::runtime_error where no line comes within that time, the process is ended then, or where it has ended;
  /// what() says so, and what it printed last.
  std::string ask(const std::string& line, double seconds);

 private:
  void write_line(const std::string& line, double seconds);
  std::string read_line(double seconds);
  [[noreturn]] void ended();
  [[noreturn]] void late(double seconds);
  std::string last_words() const;
  int reap();

  pid_t child_ = -1;
  Descriptor requests_, answers_, printed_;
  std::string rest_;  ///< read, and not yet a line
};

}  // namespace rope::bench::kernels
