// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// sendmsg and recvmsg with SCM_RIGHTS.
#include "conformance/protocol/channel.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>

#include "conformance/protocol/messages.hpp"

namespace rope::conformance {

Channel::Sent Channel::send(std::string_view text, int pass, bool wait) const {
  iovec data{const_cast<char*>(text.data()), text.size()};  // sendmsg does not write
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (pass >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(header), &pass, sizeof(int));
  }
  for (;;) {
    if (sendmsg(socket_.get(), &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT)) >= 0) return Sent::ok;
    if (errno == EINTR) continue;
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS ? Sent::full : Sent::closed;
  }
}

Channel::Received Channel::receive(bool wait, bool accept_descriptor) const {
  Received received;
  received.text.resize(protocol::max_message_bytes);
  iovec data{received.text.data(), received.text.size()};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (accept_descriptor) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
  }
  ssize_t count = 0;
  do {
    count = recvmsg(socket_.get(), &message, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
  } while (count < 0 && errno == EINTR);
  if (count < 0) {
    received.kind = errno == EAGAIN || errno == EWOULDBLOCK ? Received::Kind::nothing : Received::Kind::closed;
    received.text.clear();
    return received;
  }
  for (cmsghdr* header = accept_descriptor ? CMSG_FIRSTHDR(&message) : nullptr; header != nullptr;
       header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
        header->cmsg_len == CMSG_LEN(sizeof(int))) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
      received.passed = FileDescriptor(fd);
    }
  }
  received.text.resize(static_cast<std::size_t>(count));
  // Messages are never empty, so 0 bytes is the other side's end being closed.
  received.kind = count == 0                             ? Received::Kind::closed
                  : (message.msg_flags & MSG_TRUNC) != 0 ? Received::Kind::too_long
                                                         : Received::Kind::message;
  return received;
}

}  // namespace rope::conformance
