// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The unreadable device: its memory, its streams, and the calls that wait on them. What would be undefined on a real
// device ends the process here, with a sentence, so that it is seen.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "impls/device/address_space.hpp"
#include "impls/device/hidden_bytes.hpp"
#include "impls/device/translation.hpp"
#include "rope_impl.h"

namespace rope::device {

/// A call of apply that has not happened yet, on device addresses.
struct QueuedCall {
  rope_handle* kernel_handle;
  rope_call call;
  std::vector<std::uint32_t> pair_axis;  ///< host memory of the caller's, copied
};

/// How a call ended.
struct Ending {
  rope_status status = ROPE_OK;
  std::string text;
};

class UnreadableDevice {
 public:
  /// `kernel` works on host memory.
  explicit UnreadableDevice(const rope_impl_api& kernel) : kernel_(kernel) {}

  HiddenMemory& memory() { return memory_; }

  void* allocate(std::uint64_t bytes) { return memory_.reserve(bytes, HiddenBytes(bytes)); }

  void release(const void* address) {
    if (address != nullptr && !memory_.release(address)) die("release", "an address that is not allocated here");
  }

  Ending copy_in(const void* device, const void* host, std::uint64_t bytes) {
    return copy("copy_in", device, bytes, [&](std::byte* real) { std::memcpy(real, host, bytes); });
  }
  Ending copy_out(void* host, const void* device, std::uint64_t bytes) {
    return copy("copy_out", device, bytes, [&](const std::byte* real) { std::memcpy(host, real, bytes); });
  }

  /// NULL where there is no room for another.
  void* create_stream() { return streams_.reserve(1, {}); }

  void destroy_stream(const void* stream) {
    const Queue* const queue = streams_.at(stream);
    if (queue == nullptr) die("destroy", "a stream that does not exist");
    if (!queue->empty()) die("destroy", "a stream that was not synchronized: calls on it have not happened");
    streams_.release(stream);
  }

  std::uint64_t streams() const { return streams_.size(); }
  std::uint64_t queued_calls() {
    std::size_t all = default_queue_.size();
    streams_.for_each([&](const Queue& queue) { all += queue.size(); });
    return all;
  }

  /// Whether calls can be put on it.
  bool has_stream(const void* stream) { return queue_of(stream) != nullptr; }

  /// The stream exists.
  void enqueue(const void* stream, QueuedCall call) { queue_of(stream)->push_back(std::move(call)); }

  /// Makes everything on the stream happen, in order. The first failure is the answer, and what follows it still
  /// happens.
  Ending run(const void* stream) {
    Queue* const queue = queue_of(stream);
    if (queue == nullptr) return no_stream();
    return run(*queue);
  }

  /// The calls on a stream never happen.
  Ending forget(const void* stream) {
    Queue* const queue = queue_of(stream);
    if (queue == nullptr) return no_stream();
    queue->clear();
    return {};
  }

  /// Waits for the calls of one handle: with them happens all that is on the same streams.
  void run_all_of(const rope_handle* kernel_handle) {
    const auto run_if_used = [&](Queue& queue) {
      for (const QueuedCall& queued : queue) {
        if (queued.kernel_handle == kernel_handle) {
          run(queue);
          return;
        }
      }
    };
    run_if_used(default_queue_);
    streams_.for_each(run_if_used);
  }

  static Ending no_stream() { return {ROPE_INVALID_ARGUMENT, "the stream was not created here, or is destroyed"}; }

 private:
  using Queue = std::deque<QueuedCall>;

  [[noreturn]] static void die(const char* function, const char* what) {
    std::fprintf(stderr, "the unreadable device: %s was given %s\n", function, what);
    std::abort();
  }

  template <class Copy>
  Ending copy(const char* function, const void* device, std::uint64_t bytes, Copy copy_bytes) {
    const auto found = memory_.find(device, bytes);
    if (!found) {
      return {ROPE_INVALID_ARGUMENT, std::string(function) + ": not all of this is device memory allocated here"};
    }
    if (bytes == 0) return {};
    found->block->open();
    copy_bytes(found->block->data() + found->offset);
    found->block->close();
    return {};
  }

  Queue* queue_of(const void* stream) { return stream == nullptr ? &default_queue_ : streams_.at(stream); }

  Ending run(Queue& queue) {
    Ending first;
    while (!queue.empty()) {
      QueuedCall queued = std::move(queue.front());
      queue.pop_front();
      const Ending ending = run(queued);
      if (first.status == ROPE_OK) first = ending;
    }
    return first;
  }

  Ending run(const QueuedCall& queued) {
    Translation translate(memory_);
    rope_call call = translate(queued.call);
    // What was there at apply may have been released since.
    if (!translate.wrong().empty()) return {ROPE_INVALID_ARGUMENT, translate.wrong()};
    if (!queued.pair_axis.empty()) call.positions.pair_axis = queued.pair_axis.data();
    call.stream = nullptr;
    const Opened opened(memory_);
    const rope_status status = kernel_.apply(queued.kernel_handle, &call);
    return {status, status == ROPE_OK ? "" : kernel_.last_error(queued.kernel_handle)};
  }

  const rope_impl_api& kernel_;
  HiddenMemory memory_;
  Queue default_queue_;
  AddressSpace<Queue> streams_;
};

}  // namespace rope::device
