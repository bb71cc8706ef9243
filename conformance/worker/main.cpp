// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform-worker: the process that foreign code runs in. It answers the requests of docs/protocol.md and is no use
// by itself.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string_view>

#include "conformance/protocol/channel.hpp"
#include "conformance/protocol/messages.hpp"
#include "conformance/worker/plugin.hpp"

namespace {

using namespace rope::conformance;

constexpr int exit_usage = 2;
constexpr int exit_channel_lost = 71;  // the suite is gone, or the implementation closed the channel
constexpr int exit_bad_request = 72;   // a request that this worker cannot read
constexpr int exit_own_failure = 73;

std::optional<int> number_after(std::string_view name, int argc, char** argv) {
  for (int i = 1; i + 1 < argc; ++i) {
    int value = 0;
    const char* end = argv[i + 1] + std::strlen(argv[i + 1]);
    if (argv[i] == name && std::from_chars(argv[i + 1], end, value).ptr == end && value >= 0) return value;
  }
  return std::nullopt;
}

class Conversation {
 public:
  explicit Conversation(Channel channel)
      : channel_(std::move(channel)), plugin_([this](const char* function) { say(protocol::Entering{function}); }) {}

  [[noreturn]] void run() {
    for (;;) {
      Channel::Received received = channel_.receive(true, true);
      if (received.kind != Channel::Received::Kind::message) _exit(exit_channel_lost);
      protocol::NumberedRequest request;
      try {
        request = protocol::decode_request(received.text);
      } catch (const protocol::Violation& violation) {
        std::fprintf(stderr, "rope-conform-worker: %s\n", violation.what());
        _exit(exit_bad_request);
      }
      id_ = request.id;
      try {
        say(std::visit([&](const auto& r) { return carry_out(r, received.passed); }, request.request));
      } catch (const protocol::Violation& violation) {
        say(protocol::Rejected{violation.what()});
      }
      // Destructors of the implementation's statics are what its users meet too, so they run here as there.
      if (std::holds_alternative<protocol::End>(request.request)) std::exit(0);
    }
  }

 private:
  void say(const protocol::Answer& answer) {
    if (channel_.send(protocol::encode(protocol::NumberedAnswer{id_, answer}), -1, true) != Channel::Sent::ok) {
      _exit(exit_channel_lost);
    }
  }

  void require_library() const {
    if (!plugin_.loaded()) throw protocol::Violation("no library is loaded");
  }

  protocol::Answer carry_out(const protocol::Hello& hello, const FileDescriptor&) {
    // A suite of another version is told ours and decides.
    (void)hello;
    return protocol::HelloAnswer{std::string(protocol::version), "rope-conform-worker"};
  }
  protocol::Answer carry_out(const protocol::Load& load, const FileDescriptor&) {
    return std::visit([](auto&& answer) -> protocol::Answer { return std::move(answer); }, plugin_.load(load.library));
  }
  protocol::Answer carry_out(const protocol::Map& map, const FileDescriptor& passed) {
    if (!plugin_.map(map.memory, passed, map.bytes)) {
      throw protocol::Violation("memory " + std::to_string(map.memory) + " of " + std::to_string(map.bytes) +
                                " bytes cannot be mapped: " + std::strerror(errno));
    }
    return protocol::Done{};
  }
  protocol::Answer carry_out(const protocol::Query& query, const FileDescriptor&) {
    require_library();
    return plugin_.query(query.spec, query.call);
  }
  protocol::Answer carry_out(const protocol::Prepare& prepare, const FileDescriptor&) {
    require_library();
    return protocol::Done{plugin_.prepare(prepare)};
  }
  protocol::Answer carry_out(const protocol::Apply& apply, const FileDescriptor&) {
    require_library();
    return protocol::Done{plugin_.apply(apply)};
  }
  protocol::Answer carry_out(const protocol::Together& together, const FileDescriptor&) {
    require_library();
    return protocol::Done{plugin_.together(together)};
  }
  protocol::Answer carry_out(const protocol::InvFreq& asked, const FileDescriptor&) {
    require_library();
    return plugin_.inv_freq(asked);
  }
  protocol::Answer carry_out(const protocol::Close& close, const FileDescriptor&) {
    return protocol::Done{plugin_.close(close.handle)};
  }
  protocol::Answer carry_out(const protocol::End&, const FileDescriptor&) { return protocol::Done{plugin_.end()}; }

  Channel channel_;
  std::uint64_t id_ = 0;
  worker::Plugin plugin_;
};

}  // namespace

int main(int argc, char** argv) {
  const std::optional<int> channel = number_after("--channel", argc, argv);
  const std::optional<int> parent = number_after("--parent", argc, argv);
  if (!channel || !parent || fcntl(*channel, F_SETFD, FD_CLOEXEC) != 0) {
    std::fprintf(stderr,
                 "rope-conform-worker is started by rope-conform (docs/protocol.md):\n"
                 "  rope-conform-worker --channel FD --parent PID\n");
    return exit_usage;
  }
  // The suite may have died before the line that ties our life to its own.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != *parent) return exit_channel_lost;
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  // Line by line, so that what was printed before a crash is seen.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  try {
    Conversation conversation{Channel(FileDescriptor(*channel))};
    conversation.run();
  } catch (const std::exception& exception) {
    std::fprintf(stderr, "rope-conform-worker: %s\n", exception.what());
    return exit_own_failure;
  }
}
