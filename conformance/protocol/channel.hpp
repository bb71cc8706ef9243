// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The control channel of docs/protocol.md: whole messages over a SOCK_SEQPACKET socket, each with at most one file
// descriptor. Used by the suite and by the worker.
#pragma once

#include <string>
#include <string_view>

#include "conformance/protocol/file_descriptor.hpp"

namespace rope::conformance {

class Channel {
 public:
  Channel() = default;
  explicit Channel(FileDescriptor socket) : socket_(std::move(socket)) {}

  int fd() const { return socket_.get(); }
  bool open() const { return socket_.open(); }
  void close() { socket_.reset(); }

  enum class Sent { ok, closed, full };
  /// Never raises SIGPIPE. `pass` is a descriptor to send along, or -1. Without `wait`, a full channel is `full`.
  Sent send(std::string_view text, int pass = -1, bool wait = false) const;

  struct Received {
    enum class Kind { message, nothing, closed, too_long } kind = Kind::nothing;
    std::string text;
    FileDescriptor passed;
  };
  /// `accept_descriptor`: whether a descriptor that comes along is taken; otherwise the kernel drops it.
  Received receive(bool wait, bool accept_descriptor) const;

 private:
  FileDescriptor socket_;
};

}  // namespace rope::conformance
