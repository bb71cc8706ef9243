// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// POSIX terminals; NO_COLOR as at no-color.org.
#include "conformance/terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace rope::conformance {

Terminal look_at_terminal() {
  Terminal terminal;
  terminal.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.err_is_terminal = isatty(STDERR_FILENO) == 1;
  const char* const no_colour = std::getenv("NO_COLOR");
  const char* const kind = std::getenv("TERM");
  const bool dumb = kind == nullptr || std::string(kind) == "dumb";
  terminal.colour = terminal.out_is_terminal && !dumb && (no_colour == nullptr || *no_colour == '\0');
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    terminal.columns = std::clamp(static_cast<int>(size.ws_col), 60, 120);
  }
  return terminal;
}

ProgressLine::ProgressLine(const Terminal& terminal, bool quiet)
    : shown_(terminal.err_is_terminal && !quiet), columns_(terminal.columns) {}

ProgressLine::~ProgressLine() {
  clear();
}

void ProgressLine::show(const std::string& text) {
  if (!shown_) return;
  std::fprintf(stderr, "\r\x1b[K%s", text.substr(0, static_cast<std::size_t>(columns_ - 1)).c_str());
  std::fflush(stderr);
  dirty_ = true;
}

void ProgressLine::clear() {
  if (!dirty_) return;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
  dirty_ = false;
}

std::string pass_text(const std::string& pass, std::int64_t at, std::int64_t of, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(at) / seconds : 0;
  std::string text = fmt::format("{}: {}/{}", pass, at, of);
  if (rate > 0) {
    text += fmt::format(", {:.2g} M/s, {:.0f} s left", rate / 1e6, static_cast<double>(of - at) / rate);
  }
  return text;
}

}  // namespace rope::conformance
