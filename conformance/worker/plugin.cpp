// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// query, prepare, apply, close, and device memory in between.
#include "conformance/worker/plugin.hpp"

#include <algorithm>
#include <atomic>
#include <latch>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "conformance/worker/plugin_call.hpp"

namespace rope::conformance::worker {
namespace {

// Adds the memories that a call refers to, each once.
void add_memories(const protocol::WireCall& call, std::vector<std::uint64_t>& numbers) {
  const auto add = [&](const protocol::Place& place) {
    if (place.memory != 0 && std::find(numbers.begin(), numbers.end(), place.memory) == numbers.end()) {
      numbers.push_back(place.memory);
    }
  };
  add(call.q_in.place);
  add(call.q_out.place);
  if (call.k_in) add(call.k_in->place);
  if (call.k_out) add(call.k_out->place);
  add(call.positions.place);
  add(call.cu_seqlens);
  add(call.start_positions);
  add(call.workspace);
}

std::vector<std::uint64_t> memories_of(const protocol::WireCall& call) {
  std::vector<std::uint64_t> numbers;
  add_memories(call, numbers);
  return numbers;
}

/// work(0), work(1), ... on a thread each, begun when all are there. Where one of them cannot be started, none works:
/// that is this machine's fault and no implementation's.
template <class Work>
void start_together(std::uint32_t count, const Work& work) {
  std::latch all_there(count);
  std::atomic<bool> called_off = false;
  std::vector<std::jthread> threads;  // joined before what they use goes
  for (std::uint32_t t = 0; t < count; ++t) {
    try {
      threads.emplace_back([&, t]() noexcept {
        all_there.arrive_and_wait();
        if (!called_off) work(t);
      });
    } catch (const std::system_error& error) {
      called_off = true;
      all_there.count_down(count - t);
      throw protocol::Violation("thread " + std::to_string(t + 1) + " of " + std::to_string(count) +
                                " cannot be started (" + error.what() +
                                "); raise the limits on processes and memory and run again");
    }
  }
}

}  // namespace

Plugin::Plugin(Announce announce) : announce_(std::move(announce)) {}

bool Plugin::map(std::uint64_t memory, const FileDescriptor& fd, std::uint64_t bytes) {
  auto host = SharedMemory::map(fd, bytes);
  if (!host || memory == 0) return false;
  const auto old = memories_.find(memory);
  if (old != memories_.end()) {
    if (old->second.device != nullptr) {
      protocol::Outcome outcome;
      call("release", outcome, [&] {
        api_.release(old->second.device);
        return rope_status{ROPE_OK};
      });
    }
    memories_.erase(old);
  }
  memories_.emplace(memory, Memory{std::move(*host), nullptr});
  return true;
}

void* Plugin::address(const protocol::Place& place) {
  if (place.memory == 0) return nullptr;
  const auto found = memories_.find(place.memory);
  if (found == memories_.end() || place.offset >= found->second.host.bytes().size()) {
    throw protocol::Violation("the call refers to memory " + std::to_string(place.memory) + " at offset " +
                              std::to_string(place.offset) + ", which was not mapped");
  }
  auto* base = device_memory() ? static_cast<std::byte*>(found->second.device) : found->second.host.bytes().data();
  return base + place.offset;
}

void Plugin::explain(protocol::Outcome& outcome, rope_handle* handle) {
  if (outcome.status == ROPE_OK || api_.last_error == nullptr) return;
  announce_("last_error");
  explain_quietly(outcome, handle);
}

void Plugin::explain_quietly(protocol::Outcome& outcome, rope_handle* handle) const {
  if (outcome.status == ROPE_OK || api_.last_error == nullptr) return;
  const char* text = nullptr;
  protocol::Outcome asking;
  if (call_quietly("last_error", asking, [&] {
        text = api_.last_error(handle);
        return rope_status{ROPE_OK};
      })) {
    outcome.error = foreign_.read_message(text, protocol::max_text_bytes / 2);
  } else {
    outcome.broken_rule = asking.broken_rule;
  }
  if (outcome.fp_environment.empty()) outcome.fp_environment = asking.fp_environment;
}

protocol::QueryAnswer Plugin::query(const protocol::WireSpec& spec, const protocol::WireCall& wire) {
  protocol::QueryAnswer answer;
  const rope_spec rope = wire_spec(spec);
  const rope_call rope_wire = wire_call(wire);
  rope_query_result result{};
  result.struct_size = sizeof result;
  if (!call("query", answer.outcome, [&] { return api_.query(&rope, &rope_wire, &result); })) return answer;
  answer.supported = result.supported == 1;
  answer.reason = foreign_.read_message(result.reason, protocol::max_text_bytes / 2);
  answer.workspace_bytes = result.workspace_size;
  if (answer.outcome.status == ROPE_OK && result.supported > 1) {
    answer.outcome.broken_rule =
        "query set supported to " + std::to_string(result.supported) + "; rope_impl.h: 1 is yes, 0 is no";
  }
  return answer;
}

rope_handle* Plugin::handle_of(std::uint32_t number) const {
  rope_handle* const handle = handles_.at(number);
  if (handle == nullptr) throw protocol::Violation("handle " + std::to_string(number) + " was not prepared");
  return handle;
}

protocol::Outcome Plugin::prepare(const protocol::Prepare& request) {
  protocol::Outcome outcome = close(request.handle);
  if (!outcome.broken_rule.empty()) return outcome;
  if (device_memory()) {
    for (const protocol::WireMatrix* supplied : {&request.spec.first, &request.spec.second}) {
      if (supplied->place.memory != 0 && !to_device(supplied->place.memory, outcome)) return outcome;
    }
    outcome.seconds = 0;
  }
  const rope_spec rope = wire_spec(request.spec);
  rope_handle*& handle = handles_.at(request.handle);
  if (!call("prepare", outcome, [&] { return api_.prepare(&rope, &handle); })) return outcome;
  explain(outcome, handle);
  if (outcome.status == ROPE_OK && handle == nullptr) {
    outcome.broken_rule = "prepare returned ROPE_OK and a NULL handle; rope_impl.h: NULL is for failure";
  }
  return outcome;
}

protocol::Outcome Plugin::apply(const protocol::Apply& request) {
  protocol::Outcome outcome;
  const protocol::WireCall& wire = request.call;
  rope_handle* const handle = handle_of(request.handle);
  const std::vector<std::uint64_t> memories = memories_of(wire);
  if (wire.own_stream && !make_stream(outcome)) return outcome;
  if (device_memory() && !to_device(memories, outcome)) return outcome;
  const rope_call rope = wire_call(wire);
  outcome.seconds = 0;  // copies are the suite's doing, not the kernel's
  if (!call("apply", outcome, [&] { return api_.apply(handle, &rope); })) return outcome;
  explain(outcome, handle);
  if (outcome.status != ROPE_OK || !outcome.broken_rule.empty()) {
    // Nothing of it may still run when its memory is filled again.
    protocol::Outcome ignored;
    if (api_.synchronize != nullptr) {
      call("synchronize", ignored, [&] { return api_.synchronize(handle, rope.stream); });
    }
    return outcome;
  }
  if (api_.synchronize != nullptr) {
    if (!call("synchronize", outcome, [&] { return api_.synchronize(handle, rope.stream); })) return outcome;
    explain(outcome, handle);
    if (outcome.status != ROPE_OK) return outcome;
  }
  const double seconds = outcome.seconds;
  if (device_memory() && !from_device(memories, outcome)) return outcome;
  outcome.seconds = seconds;
  return outcome;
}

// The text of a failure is the calling thread's, so it is asked for on the thread that failed, and before any other
// call.
protocol::Outcome Plugin::apply_quietly(rope_handle* handle, const rope_call& rope) const {
  protocol::Outcome outcome;
  const bool returned = call_quietly("apply", outcome, [&] { return api_.apply(handle, &rope); });
  if (returned) explain_quietly(outcome, handle);
  if (api_.synchronize == nullptr) return outcome;
  if (returned && outcome.status == ROPE_OK) {
    if (call_quietly("synchronize", outcome, [&] { return api_.synchronize(handle, rope.stream); })) {
      explain_quietly(outcome, handle);
    }
  } else {
    protocol::Outcome ignored;
    call_quietly("synchronize", ignored, [&] { return api_.synchronize(handle, rope.stream); });
  }
  return outcome;
}

protocol::Outcome Plugin::together(const protocol::Together& request) {
  protocol::Outcome outcome;
  std::vector<std::uint64_t> memories;
  for (const protocol::Apply& one : request.calls) add_memories(one.call, memories);
  if (device_memory() && !to_device(memories, outcome)) return outcome;
  std::vector<std::pair<rope_handle*, rope_call>> calls;
  for (const protocol::Apply& one : request.calls) calls.emplace_back(handle_of(one.handle), wire_call(one.call));

  announce_("apply");
  const auto start = std::chrono::steady_clock::now();
  std::vector<protocol::Outcome> outcomes(calls.size());
  start_together(request.threads, [&](std::uint32_t t) {
    for (std::size_t i = t; i < calls.size(); i += request.threads) {
      outcomes[i] = apply_quietly(calls[i].first, calls[i].second);
    }
  });
  outcome.function = "apply";
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    if (outcome.fp_environment.empty()) outcome.fp_environment = outcomes[i].fp_environment;
    if (outcomes[i].status == ROPE_OK && outcomes[i].broken_rule.empty()) continue;
    if (outcome.status != ROPE_OK || !outcome.broken_rule.empty()) continue;
    const std::string environment = outcome.fp_environment;
    const double seconds = outcome.seconds;
    outcome = outcomes[i];
    outcome.fp_environment = environment;
    outcome.seconds = seconds;
  }
  if (outcome.status != ROPE_OK || !outcome.broken_rule.empty()) return outcome;
  const double seconds = outcome.seconds;
  if (device_memory() && !from_device(memories, outcome)) return outcome;
  outcome.seconds = seconds;
  return outcome;
}

protocol::InvFreqAnswer Plugin::inv_freq(const protocol::InvFreq& request) {
  protocol::InvFreqAnswer answer;
  answer.there = api_.export_inv_freq != nullptr;
  if (!answer.there) return answer;
  rope_handle* const handle = handle_of(request.handle);
  // What lies behind the numbers must stay as it is.
  constexpr std::size_t guard = 16;
  constexpr double untouched = -12345.678;
  std::vector<double> values(request.count + guard, untouched);
  if (!call("export_inv_freq", answer.outcome,
            [&] { return api_.export_inv_freq(handle, values.data(), request.count); })) {
    return answer;
  }
  explain(answer.outcome, handle);
  const auto behind = values.begin() + static_cast<std::ptrdiff_t>(request.count);
  if (std::any_of(behind, values.end(), [](double value) { return value != untouched; })) {
    answer.outcome.broken_rule =
        "export_inv_freq wrote more than the " + std::to_string(request.count) + " numbers that it was asked for";
  }
  if (answer.outcome.status != ROPE_OK || !answer.outcome.broken_rule.empty()) return answer;
  answer.values.assign(values.begin(), behind);
  return answer;
}

void Plugin::close(std::uint32_t number, protocol::Outcome& outcome) {
  rope_handle* const handle = std::exchange(handles_.at(number), nullptr);
  if (handle == nullptr) return;
  call("close", outcome, [&] {
    api_.close(handle);
    return rope_status{ROPE_OK};
  });
}

protocol::Outcome Plugin::close(std::uint32_t number) {
  protocol::Outcome outcome;
  close(number, outcome);
  return outcome;
}

// One outcome for all: a rule that one of the calls breaks stays in it.
protocol::Outcome Plugin::end() {
  protocol::Outcome outcome;
  for (std::uint32_t number = 0; number < protocol::max_handles; ++number) close(number, outcome);
  for (auto& numbered : memories_) {
    void* const device = std::exchange(numbered.second.device, nullptr);
    if (device == nullptr) continue;
    call("release", outcome, [&] {
      api_.release(device);
      return rope_status{ROPE_OK};
    });
  }
  if (stream_ == nullptr) return outcome;
  call("rope_streams.destroy", outcome, [&] {
    streams_.destroy(std::exchange(stream_, nullptr));
    return rope_status{ROPE_OK};
  });
  return outcome;
}

bool Plugin::make_stream(protocol::Outcome& outcome) {
  if (streams_.create == nullptr) throw protocol::Violation("own_stream without the extension rope.streams");
  if (stream_ != nullptr) return true;
  if (!call("rope_streams.create", outcome, [&] { return streams_.create(&stream_); })) return false;
  if (outcome.status == ROPE_OK && stream_ == nullptr) {
    outcome.broken_rule = "rope_streams.create returned ROPE_OK and a NULL stream, which means the default one";
    outcome.status = ROPE_ERROR;
  }
  explain(outcome, nullptr);
  return outcome.status == ROPE_OK;
}

bool Plugin::to_device(std::uint64_t number, protocol::Outcome& outcome) {
  const auto found = memories_.find(number);
  if (found == memories_.end()) throw protocol::Violation("memory " + std::to_string(number) + " was not mapped");
  Memory& memory = found->second;
  const std::span<std::byte> host = memory.host.bytes();
  if (memory.device == nullptr) {
    if (!call("allocate", outcome, [&] { return api_.allocate(host.size(), &memory.device); })) return false;
    if (outcome.status == ROPE_OK && memory.device == nullptr) {
      outcome.broken_rule = "allocate returned ROPE_OK and a NULL address";
      outcome.status = ROPE_ERROR;
    }
  }
  if (outcome.status == ROPE_OK) {
    if (!call("copy_in", outcome, [&] { return api_.copy_in(memory.device, host.data(), host.size()); })) return false;
  }
  explain(outcome, nullptr);
  return outcome.status == ROPE_OK;
}

bool Plugin::to_device(const std::vector<std::uint64_t>& memories, protocol::Outcome& outcome) {
  for (const std::uint64_t number : memories) {
    if (!to_device(number, outcome)) return false;
  }
  return true;
}

bool Plugin::from_device(const std::vector<std::uint64_t>& memories, protocol::Outcome& outcome) {
  for (const std::uint64_t number : memories) {
    Memory& memory = memories_.at(number);
    const std::span<std::byte> host = memory.host.bytes();
    if (!call("copy_out", outcome, [&] { return api_.copy_out(host.data(), memory.device, host.size()); })) {
      return false;
    }
    if (outcome.status != ROPE_OK) {
      explain(outcome, nullptr);
      return false;
    }
  }
  return true;
}

}  // namespace rope::conformance::worker
