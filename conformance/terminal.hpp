// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is known of the terminal, and the one progress line on it.
#pragma once

#include <string>

namespace rope::conformance {

struct Terminal {
  bool out_is_terminal = false;  ///< stdout
  bool err_is_terminal = false;  ///< stderr
  bool colour = false;           ///< stdout is a terminal and NO_COLOR is not set
  int columns = 80;
};
Terminal look_at_terminal();

/// A line on stderr that is written over again; nothing where stderr is no terminal. Not thread-safe.
class ProgressLine {
 public:
  ProgressLine(const Terminal& terminal, bool quiet);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  void show(const std::string& text);
  void clear();

 private:
  bool shown_;
  int columns_;
  bool dirty_ = false;
};

}  // namespace rope::conformance
