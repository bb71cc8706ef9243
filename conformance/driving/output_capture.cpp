// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Head and tail of a stream of any length.
#include "conformance/driving/output_capture.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/protocol/foreign_text.hpp"

namespace rope::conformance {

void OutputCapture::append(std::string_view bytes) {
  const std::size_t to_head = std::min(bytes.size(), head_bytes - head_.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > tail_bytes) {
    left_out_ += bytes.size() - tail_bytes;
    bytes.remove_prefix(bytes.size() - tail_bytes);
  }
  tail_.append(bytes);
  if (tail_.size() > tail_bytes) {
    left_out_ += tail_.size() - tail_bytes;
    tail_.erase(0, tail_.size() - tail_bytes);
  }
}

std::string OutputCapture::text() const {
  constexpr std::size_t limit = 60 * 1024;  // escapes can lengthen text; with the mark below 64 KiB
  if (left_out_ == 0) return printable(head_ + tail_, limit);
  return printable(head_, limit * 2 / 3) + fmt::format("\n[... {} bytes left out ...]\n", left_out_) +
         printable(tail_, limit / 3);
}

std::string OutputCapture::end(std::size_t max_bytes) const {
  std::string all = tail_.size() >= max_bytes ? tail_ : head_ + tail_;
  while (!all.empty() && (all.back() == '\n' || all.back() == '\r')) all.pop_back();
  if (all.size() > max_bytes) all.erase(0, all.size() - max_bytes);
  return printable(all, max_bytes);
}

}  // namespace rope::conformance
