// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A line that is written over, and a descriptor that another program reads.
#include "reference/bench/while_measuring.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

namespace rope::bench {

void show_progress(std::string_view what, int round, int rounds) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r\x1b[K{}: {}", what,
             round < 0 ? std::string("warming up") : fmt::format("round {} of {}", round + 1, rounds));
  std::fflush(stderr);
}

void end_progress() {
  if (isatty(STDERR_FILENO) != 0) fmt::print(stderr, "\r\x1b[K");
}

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "the JSON form cannot be handed over");
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace rope::bench
