// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The process is signalled only while it is unreaped, so that its number cannot belong to anybody else by then.
#include "conformance/driving/worker_process.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "conformance/protocol/messages.hpp"

namespace rope::conformance {
namespace {

constexpr int channel_number = 3;

// Above the numbers that are redirected in the child, so that no redirection overwrites the source of a later one.
FileDescriptor moved_up(int fd) {
  const FileDescriptor low(fd);
  FileDescriptor high(fcntl(fd, F_DUPFD_CLOEXEC, 10));
  if (!high.open()) throw std::system_error(errno, std::generic_category(), "a descriptor cannot be duplicated");
  return high;
}

std::pair<FileDescriptor, FileDescriptor> socket_pair() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    throw std::system_error(errno, std::generic_category(), "a socket pair cannot be created");
  }
  FileDescriptor first = moved_up(ends[0]);
  return {std::move(first), moved_up(ends[1])};
}

std::pair<FileDescriptor, FileDescriptor> output_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    throw std::system_error(errno, std::generic_category(), "a pipe cannot be created");
  }
  FileDescriptor read_end = moved_up(ends[0]);
  FileDescriptor write_end = moved_up(ends[1]);
  fcntl(read_end.get(), F_SETFL, O_NONBLOCK);
  return {std::move(read_end), std::move(write_end)};
}

// posix_spawn's two objects with their ends.
struct SpawnSettings {
  SpawnSettings(int channel, int output) {
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, 1);
    posix_spawn_file_actions_adddup2(&actions, output, 2);
    posix_spawn_file_actions_adddup2(&actions, channel, channel_number);
    posix_spawn_file_actions_addclosefrom_np(&actions, channel_number + 1);
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnSettings() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

int milliseconds_until(WorkerProcess::Clock::time_point deadline, bool notified_of_death) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - WorkerProcess::Clock::now()).count();
  // Without a pidfd the end of the process is looked for now and then.
  const auto longest = notified_of_death ? 60'000 : 20;
  return static_cast<int>(std::clamp<std::chrono::milliseconds::rep>(left, 0, longest));
}

}  // namespace

WorkerProcess::WorkerProcess(const std::filesystem::path& executable) {
  auto [ours, theirs] = socket_pair();
  auto [read_end, write_end] = output_pipe();
  const SpawnSettings settings(theirs.get(), write_end.get());
  std::string name = executable.string();
  std::string channel_option = "--channel";
  std::string channel_value = std::to_string(channel_number);
  std::string parent_option = "--parent";
  std::string parent_value = std::to_string(getpid());
  std::array<char*, 6> arguments{name.data(),          channel_option.data(), channel_value.data(),
                                 parent_option.data(), parent_value.data(),   nullptr};
  const int error =
      posix_spawn(&pid_, name.c_str(), &settings.actions, &settings.attributes, arguments.data(), environ);
  if (error != 0) {
    pid_ = -1;
    throw std::runtime_error(
        fmt::format("the worker {} cannot be started: {}. It is built beside rope-conform; rebuild or reinstall.", name,
                    std::strerror(error)));
  }
  channel_ = Channel(std::move(ours));
  output_pipe_ = std::move(read_end);
#if defined(SYS_pidfd_open)
  process_ = FileDescriptor(static_cast<int>(syscall(SYS_pidfd_open, pid_, 0)));
#endif
}

WorkerProcess::~WorkerProcess() {
  end();
}

bool WorkerProcess::send(std::string_view text, int pass) const {
  return channel_.open() && channel_.send(text, pass) == Channel::Sent::ok;
}

bool WorkerProcess::has_died() const {
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == pid_;
}

void WorkerProcess::capture_once() {
  if (!output_pipe_.open()) return;
  std::array<char, 64 * 1024> bytes;
  const ssize_t count = read(output_pipe_.get(), bytes.data(), bytes.size());
  if (count > 0) {
    output_.append({bytes.data(), static_cast<std::size_t>(count)});
  } else if (count == 0) {
    output_pipe_.reset();  // both stdout and stderr are closed
  }
}

void WorkerProcess::capture_rest() {
  // Bounded: a process that left the group may still be writing.
  for (int i = 0; i < 16 && output_pipe_.open(); ++i) {
    pollfd poll_output{output_pipe_.get(), POLLIN, 0};
    if (poll(&poll_output, 1, 0) <= 0) break;
    capture_once();
  }
}

WorkerProcess::Event WorkerProcess::wait(Clock::time_point deadline) {
  if (pid_ < 0) return {Event::Kind::died, "had ended before"};
  for (;;) {
    std::array<pollfd, 3> sources{
        {{channel_.fd(), POLLIN, 0}, {process_.get(), POLLIN, 0}, {output_pipe_.get(), POLLIN, 0}}};
    poll(sources.data(), sources.size(), milliseconds_until(deadline, process_.open()));
    if (sources[2].revents != 0) capture_once();

    // Looked at before the messages: what was sent before the end is then there to be read.
    const bool died = has_died();
    Channel::Received received = channel_.receive(false, false);
    switch (received.kind) {
      case Channel::Received::Kind::message:
        return {Event::Kind::message, std::move(received.text)};
      case Channel::Received::Kind::too_long:
        return {Event::Kind::violation, fmt::format("a message of more than {} bytes", protocol::max_message_bytes)};
      case Channel::Received::Kind::closed:
        // A process that ends closes its descriptors a moment before it is seen to have ended.
        if (!wait_for_death(Clock::now() + std::chrono::seconds(5))) {
          return {Event::Kind::violation, "the end of the control channel, from a process that goes on running"};
        }
        return {Event::Kind::died, reap()};
      case Channel::Received::Kind::nothing:
        if (died) return {Event::Kind::died, reap()};
        break;
    }
    if (Clock::now() >= deadline) return {Event::Kind::deadline, {}};
  }
}

bool WorkerProcess::wait_for_death(Clock::time_point deadline) {
  while (!has_died()) {
    if (Clock::now() >= deadline) return false;
    std::array<pollfd, 2> sources{{{process_.get(), POLLIN, 0}, {output_pipe_.get(), POLLIN, 0}}};
    poll(sources.data(), sources.size(), milliseconds_until(deadline, process_.open()));
    if (sources[1].revents != 0) capture_once();
  }
  return true;
}

std::optional<std::string> WorkerProcess::ended_by(Clock::time_point deadline) {
  if (pid_ < 0) return "had ended before";
  if (!wait_for_death(deadline)) return std::nullopt;
  siginfo_t info{};
  const bool known = waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  const bool well = !known || (info.si_code == CLD_EXITED && info.si_status == 0);
  std::string how = reap();
  return well ? std::string() : std::move(how);
}

void WorkerProcess::kill_group() const {
  siginfo_t info{};
  // Fails where somebody else has reaped it, as the kernel does when SIGCHLD is ignored.
  if (waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0) kill(-pid_, SIGKILL);
}

std::string WorkerProcess::reap() {
  // Children of the implementation first, while the group's number is still held by its unreaped leader.
  kill_group();
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  pid_ = -1;
  channel_.close();
  process_.reset();
  capture_rest();
  output_pipe_.reset();
  if (reaped < 0) return "ended; how is not known, because somebody else collected its exit status";
  if (WIFSIGNALED(status)) {
    const int signal = WTERMSIG(status);
    const char* abbreviation = sigabbrev_np(signal);
    const char* description = sigdescr_np(signal);
    return fmt::format("was ended by {} ({})",
                       abbreviation == nullptr ? fmt::format("signal {}", signal) : fmt::format("SIG{}", abbreviation),
                       description == nullptr ? "a signal without a name" : description);
  }
  return fmt::format("ended its process with status {}", WEXITSTATUS(status));
}

void WorkerProcess::end() {
  if (pid_ < 0) return;
  kill_group();
  reap();
}

const OutputCapture& WorkerProcess::output() {
  if (pid_ >= 0) capture_rest();
  return output_;
}

}  // namespace rope::conformance
