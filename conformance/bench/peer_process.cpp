// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Two pipes and a file for what it prints. It runs in a process group of its own, which is ended with it: compilers
// that it started go, too.
#include "conformance/bench/peer_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <system_error>

extern char** environ;

namespace rope::bench::kernels {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 20;
/// Above every number that the worker is to have them under.
constexpr int out_of_the_way = 64;
constexpr int first_inherited = 3;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A descriptor that no dup2 into the worker overwrites before it is used.
Descriptor aside(int number) {
  const int moved = fcntl(number, F_DUPFD_CLOEXEC, out_of_the_way);
  if (moved < 0) fail("no descriptor for a peer's worker");
  return Descriptor(moved);
}

struct Pipe {
  Descriptor read, write;
  Pipe() {
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) fail("a pipe cannot be created");
    const Descriptor low_read(ends[0]), low_write(ends[1]);
    read = aside(ends[0]);
    write = aside(ends[1]);
  }
};

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::clamp<long long>(left, 0, 1'000'000));
}

Clock::time_point in(double seconds) {
  return Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

}  // namespace

PeerProcess::PeerProcess(const std::string& python, const std::vector<std::string>& arguments,
                         const std::vector<int>& inherited) {
  signal(SIGPIPE, SIG_IGN);  // a worker that has ended is seen when its answer is read
  Pipe to, from;
  const Descriptor printed(memfd_create("peer-printed", MFD_CLOEXEC));
  if (printed.number() < 0) fail("no memory for what a peer prints");
  printed_ = aside(printed.number());

  std::vector<std::string> words{python};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);

  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, to.read.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, from.write.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, printed_.number(), STDERR_FILENO);
  std::vector<Descriptor> moved;
  for (const int number : inherited) {
    moved.push_back(aside(number));
    posix_spawn_file_actions_adddup2(&actions, moved.back().number(),
                                     first_inherited + static_cast<int>(moved.size()) - 1);
  }
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  posix_spawnattr_setpgroup(&attributes, 0);
  const int failed = posix_spawn(&child_, python.c_str(), &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) {
    child_ = -1;
    throw std::runtime_error(fmt::format("{} cannot be started: {}", python, std::generic_category().message(failed)));
  }
  requests_ = std::move(to.write);
  answers_ = std::move(from.read);
}

PeerProcess::~PeerProcess() {
  reap();
}

int PeerProcess::reap() {
  if (child_ < 0) return 0;
  kill(-child_, SIGKILL);
  int status = 0;
  while (waitpid(child_, &status, 0) < 0 && errno == EINTR) {
  }
  child_ = -1;
  return status;
}

std::string PeerProcess::last_words() const {
  std::string text(4096, '\0');
  const off_t size = lseek(printed_.number(), 0, SEEK_END);
  const off_t from = std::max<off_t>(0, size - static_cast<off_t>(text.size()));
  const ssize_t n = pread(printed_.number(), text.data(), text.size(), from);
  text.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  text.erase(0, text.find_last_of('\n') + 1);
  for (char& c : text) c = static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
  return text.empty() ? "" : "; it said: " + text.substr(0, 200);
}

void PeerProcess::ended() {
  if (child_ < 0) throw std::runtime_error("its worker had ended before");
  // It has closed its output: what it has not said by now it will not say, and a moment is enough to be gone.
  int status = 0;
  const Clock::time_point end = in(2);
  while (waitpid(child_, &status, WNOHANG) == 0 && Clock::now() < end) poll(nullptr, 0, 10);
  const bool gone = waitpid(child_, nullptr, WNOHANG) < 0;
  const std::string words = last_words();
  if (gone) kill(-child_, SIGKILL);
  if (!gone) status = reap();
  child_ = -1;
  const std::string how = WIFSIGNALED(status) ? fmt::format("signal {}", WTERMSIG(status))
                                              : fmt::format("exit code {}", WEXITSTATUS(status));
  throw std::runtime_error(fmt::format("its worker ended ({}){}", how, words));
}

void PeerProcess::late(double seconds) {
  const std::string words = last_words();
  reap();
  throw std::runtime_error(fmt::format(
      "its worker gave no answer within {:.3g} seconds and was ended; --timeout gives it longer{}", seconds, words));
}

void PeerProcess::write_line(const std::string& line, double seconds) {
  const std::string text = line + '\n';
  const Clock::time_point end = in(seconds);
  fcntl(requests_.number(), F_SETFL, O_NONBLOCK);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(requests_.number(), text.data() + at, text.size() - at);
    if (n > 0) {
      at += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      pollfd waiting{requests_.number(), POLLOUT, 0};
      if (poll(&waiting, 1, milliseconds_until(end)) == 0) late(seconds);
    } else if (errno != EINTR) {
      return;  // it has ended, which reading its answer shows
    }
  }
}

std::string PeerProcess::read_line(double seconds) {
  const Clock::time_point end = in(seconds);
  std::array<char, 4096> buffer{};
  for (;;) {
    const std::size_t at = rest_.find('\n');
    if (at != std::string::npos) {
      std::string line = rest_.substr(0, at);
      rest_.erase(0, at + 1);
      return line;
    }
    if (rest_.size() > longest_line) {
      reap();
      throw std::runtime_error("its worker's answer is no line, and it was ended");
    }
    pollfd waiting{answers_.number(), POLLIN, 0};
    const int ready = poll(&waiting, 1, milliseconds_until(end));
    if (ready == 0) late(seconds);
    if (ready < 0 && errno == EINTR) continue;
    const ssize_t n = ::read(answers_.number(), buffer.data(), buffer.size());
    if (n <= 0) ended();
    rest_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string PeerProcess::ask(const std::string& line, double seconds) {
  if (child_ < 0) throw std::runtime_error("its worker had ended before");
  write_line(line, seconds);
  return read_line(seconds);
}

}  // namespace rope::bench::kernels
