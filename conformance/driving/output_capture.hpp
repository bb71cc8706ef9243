// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a process printed, in bounded memory: its beginning and its end.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rope::conformance {

class OutputCapture {
 public:
  /// Beginning and end are kept because a library introduces itself at the start and says why it dies at the end.
  static constexpr std::size_t head_bytes = 32 * 1024;
  static constexpr std::size_t tail_bytes = 16 * 1024;

  void append(std::string_view bytes);

  /// Valid UTF-8 without control characters; the middle, where it was left out, is named with its size.
  std::string text() const;

  /// The last lines, at most `max_bytes`.
  std::string end(std::size_t max_bytes) const;

 private:
  std::string head_;
  std::string tail_;  // at most 2 tail_bytes, cut back to tail_bytes
  std::uint64_t left_out_ = 0;
};

}  // namespace rope::conformance
