// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is known of the terminal, and the one progress line on it.
#pragma once

#include <cstdint>
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

/// Of an exhaustive pass, for that line: "llama-3.1-8b fp32 half-split: 409600/1048576, 1.2 M/s, 3 s left". The
/// longest names of the catalogue, the longest limits and an hour fit 80 columns.
std::string pass_text(const std::string& pass, std::int64_t at, std::int64_t of, double seconds);

}  // namespace rope::conformance
