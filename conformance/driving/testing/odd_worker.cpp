// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker for the session's tests that speaks the protocol until it is told to load, and then misbehaves in the way
// that the environment variable ROPE_ODD names.
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "conformance/protocol/channel.hpp"
#include "conformance/protocol/messages.hpp"

int main() {
  using namespace rope::conformance;
  const Channel channel{FileDescriptor(3)};
  const char* set = std::getenv("ROPE_ODD");
  const std::string odd = set == nullptr ? "" : set;
  const auto id_and = [](std::uint64_t id, const std::string& rest) {
    return "{\"id\":" + std::to_string(id) + "," + rest + "}";
  };
  for (;;) {
    const Channel::Received received = channel.receive(true, true);
    if (received.kind != Channel::Received::Kind::message) return 1;
    const protocol::NumberedRequest request = protocol::decode_request(received.text);
    const auto say = [&](const std::string& text) { channel.send(text, -1, true); };
    if (std::holds_alternative<protocol::End>(request.request)) return 0;
    if (std::holds_alternative<protocol::Hello>(request.request)) {
      if (odd == "dies-at-once") return 9;
      const std::string version = odd == "other-version" ? "99.0" : std::string(protocol::version);
      say(id_and(request.id, "\"type\":\"hello\",\"protocol\":\"" + version + "\",\"worker\":\"odd\""));
      continue;
    }
    if (odd == "garbage") say("\x01\x02\xff");
    if (odd == "not-an-object") say("[1,2]");
    if (odd == "deep") say(std::string(60'000, '['));
    if (odd == "wrong-id") say(id_and(request.id + 1, "\"type\":\"entering\",\"function\":\"x\""));
    if (odd == "no-id") say("{\"type\":\"entering\",\"function\":\"x\"}");
    if (odd == "unknown-type") say(id_and(request.id, "\"type\":\"dance\""));
    if (odd == "other-answer") say(id_and(request.id, "\"type\":\"hello\",\"protocol\":\"0.2\",\"worker\":\"odd\""));
    if (odd == "field-type") say(id_and(request.id, "\"type\":\"loaded\",\"description\":7,\"fp_environment\":\"\""));
    if (odd == "field-missing") say(id_and(request.id, "\"type\":\"loaded\",\"fp_environment\":\"\""));
    if (odd == "too-long") say(std::string(100'000, ' '));
    if (odd == "rejects") say(id_and(request.id, "\"type\":\"rejected\",\"text\":\"no memory\""));
    if (odd == "endless") {
      for (;;) say(id_and(request.id, "\"type\":\"entering\",\"function\":\"x\""));
    }
    if (odd == "late-death") {
      say(id_and(request.id, "\"type\":\"entering\",\"function\":\"x\""));
      _exit(3);
    }
    for (;;) pause();
  }
}
