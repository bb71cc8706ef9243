// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// query, prepare, apply, close: wire structs to structs of rope_impl.h, and device memory in between.
#include "conformance/worker/plugin.hpp"

#include <algorithm>
#include <vector>

#include "conformance/worker/plugin_call.hpp"

namespace rope::conformance::worker {
namespace {

rope_tensor absent_tensor() {
  rope_tensor tensor{};
  tensor.struct_size = sizeof tensor;
  return tensor;
}

// The memories a call refers to, each once.
std::vector<std::uint64_t> memories_of(const protocol::WireCall& call) {
  std::vector<std::uint64_t> numbers;
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
  return numbers;
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

rope_matrix Plugin::matrix(const protocol::WireMatrix& wire) {
  rope_matrix matrix{};
  if (wire.dtype == 0) return matrix;
  matrix.struct_size = sizeof matrix;
  matrix.dtype = wire.dtype;
  matrix.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
  matrix.data = address(wire.place);
  matrix.rows = wire.rows;
  matrix.columns = wire.columns;
  matrix.row_stride = wire.row_stride;
  return matrix;
}

// What it points at is `wire`'s.
rope_spec Plugin::wire_spec(const protocol::WireSpec& wire) {
  rope_spec spec{};
  spec.struct_size = sizeof spec;
  spec.head_dim = wire.head_dim;
  spec.rotary_dim = wire.rotary_dim;
  spec.dim_offset = wire.dim_offset;
  spec.pairing_in = wire.pairing_in;
  spec.pairing_out = wire.pairing_out;
  spec.attention_factor = wire.attention_factor;
  spec.query_scale = wire.query_scale;
  spec.max_position = wire.max_position;
  spec.angles.struct_size = sizeof spec.angles;
  spec.angles.source = wire.source;
  if (wire.source != ROPE_SOURCE_PARAMETRIC) {
    spec.angles.first = matrix(wire.first);
    spec.angles.second = matrix(wire.second);
    spec.angles.full_width = wire.full_width ? 1 : 0;
    return spec;
  }
  rope_parametric& parametric = spec.angles.parametric;
  parametric.struct_size = sizeof parametric;
  parametric.family = wire.family;
  parametric.base = wire.base;
  parametric.factor = wire.factor;
  parametric.low_freq_factor = wire.low_freq_factor;
  parametric.high_freq_factor = wire.high_freq_factor;
  parametric.beta_fast = wire.beta_fast;
  parametric.beta_slow = wire.beta_slow;
  parametric.proportion = wire.proportion;
  parametric.correction_not_truncated = wire.correction_not_truncated ? 1 : 0;
  if (wire.family == ROPE_FAMILY_LONGROPE) {
    parametric.short_factor = wire.short_factor.data();
    parametric.long_factor = wire.long_factor.data();
  }
  parametric.original_max_position = wire.original_max_position;
  parametric.sequence_length = wire.sequence_length;
  return spec;
}

rope_tensor Plugin::tensor(const protocol::WireTensor& wire) {
  rope_tensor tensor = absent_tensor();
  tensor.dtype = wire.dtype;
  tensor.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
  tensor.layout = wire.layout;
  tensor.data = address(wire.place);
  std::copy(wire.shape.begin(), wire.shape.end(), tensor.shape);
  std::copy(wire.strides.begin(), wire.strides.end(), tensor.strides);
  return tensor;
}

rope_call Plugin::wire_call(const protocol::WireCall& wire) {
  rope_call call{};
  call.struct_size = sizeof call;
  call.direction = wire.direction;
  call.q_in = tensor(wire.q_in);
  call.q_out = tensor(wire.q_out);
  call.k_in = wire.k_in ? tensor(*wire.k_in) : absent_tensor();
  call.k_out = wire.k_out ? tensor(*wire.k_out) : absent_tensor();
  call.positions.struct_size = sizeof call.positions;
  call.positions.kind = wire.positions.kind;
  if (wire.positions.kind == ROPE_POSITIONS_OFFSET) {
    call.positions.offset = wire.positions.offset;
  } else {
    call.positions.dtype = wire.positions.dtype;
    call.positions.memory = device_memory() ? ROPE_DEVICE : ROPE_HOST;
    call.positions.data = address(wire.positions.place);
    call.positions.batch_stride = wire.positions.batch_stride;
    call.positions.token_stride = wire.positions.token_stride;
  }
  if (wire.positions.kind == ROPE_POSITIONS_AXES) {
    call.positions.axis_stride = wire.positions.axis_stride;
    call.positions.pair_axis = wire.positions.pair_axis.data();  // lives as long as the request
    for (const std::uint32_t axis : wire.positions.pair_axis) {
      call.positions.axes = std::max(call.positions.axes, axis + 1);
    }
  }
  call.cu_seqlens_count = wire.cu_seqlens_count;
  call.cu_seqlens = address(wire.cu_seqlens);
  call.start_positions = address(wire.start_positions);
  call.has_start_positions = wire.has_start_positions ? 1 : 0;
  call.in_place = wire.in_place ? 1 : 0;
  call.stream = wire.own_stream ? stream_ : nullptr;
  call.workspace = address(wire.workspace);
  call.workspace_size = wire.workspace_bytes;
  return call;
}

void Plugin::explain(protocol::Outcome& outcome) {
  if (outcome.status == ROPE_OK || api_.last_error == nullptr) return;
  const char* text = nullptr;
  protocol::Outcome asking;
  if (call("last_error", asking, [&] {
        text = api_.last_error(handle_);
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

protocol::Outcome Plugin::prepare(const protocol::WireSpec& spec) {
  protocol::Outcome outcome = close();
  if (!outcome.broken_rule.empty()) return outcome;
  if (device_memory()) {
    for (const protocol::WireMatrix* supplied : {&spec.first, &spec.second}) {
      if (supplied->place.memory != 0 && !to_device(supplied->place.memory, outcome)) return outcome;
    }
    outcome.seconds = 0;
  }
  const rope_spec rope = wire_spec(spec);
  if (!call("prepare", outcome, [&] { return api_.prepare(&rope, &handle_); })) return outcome;
  explain(outcome);
  if (outcome.status == ROPE_OK && handle_ == nullptr) {
    outcome.broken_rule = "prepare returned ROPE_OK and a NULL handle; rope_impl.h: NULL is for failure";
  }
  return outcome;
}

protocol::Outcome Plugin::apply(const protocol::WireCall& wire) {
  protocol::Outcome outcome;
  if (handle_ == nullptr) throw protocol::Violation("apply without a handle");
  if (wire.own_stream && !make_stream(outcome)) return outcome;
  if (device_memory() && !to_device(wire, outcome)) return outcome;
  const rope_call rope = wire_call(wire);
  outcome.seconds = 0;  // copies are the suite's doing, not the kernel's
  if (!call("apply", outcome, [&] { return api_.apply(handle_, &rope); })) return outcome;
  explain(outcome);
  if (outcome.status != ROPE_OK || !outcome.broken_rule.empty()) {
    // Nothing of it may still run when its memory is filled again.
    protocol::Outcome ignored;
    if (api_.synchronize != nullptr) {
      call("synchronize", ignored, [&] { return api_.synchronize(handle_, rope.stream); });
    }
    return outcome;
  }
  if (api_.synchronize != nullptr) {
    if (!call("synchronize", outcome, [&] { return api_.synchronize(handle_, rope.stream); })) return outcome;
    explain(outcome);
    if (outcome.status != ROPE_OK) return outcome;
  }
  const double seconds = outcome.seconds;
  if (device_memory() && !from_device(wire, outcome)) return outcome;
  outcome.seconds = seconds;
  return outcome;
}

protocol::Outcome Plugin::close() {
  protocol::Outcome outcome;
  if (handle_ == nullptr) return outcome;
  rope_handle* const handle = std::exchange(handle_, nullptr);
  call("close", outcome, [&] {
    api_.close(handle);
    return rope_status{ROPE_OK};
  });
  return outcome;
}

void Plugin::end() {
  close();
  protocol::Outcome outcome;
  for (auto& numbered : memories_) {
    void* const device = std::exchange(numbered.second.device, nullptr);
    if (device == nullptr) continue;
    call("release", outcome, [&] {
      api_.release(device);
      return rope_status{ROPE_OK};
    });
  }
  if (stream_ == nullptr) return;
  call("rope_streams.destroy", outcome, [&] {
    streams_.destroy(std::exchange(stream_, nullptr));
    return rope_status{ROPE_OK};
  });
}

bool Plugin::make_stream(protocol::Outcome& outcome) {
  if (streams_.create == nullptr) throw protocol::Violation("own_stream without the extension rope.streams");
  if (stream_ != nullptr) return true;
  if (!call("rope_streams.create", outcome, [&] { return streams_.create(&stream_); })) return false;
  if (outcome.status == ROPE_OK && stream_ == nullptr) {
    outcome.broken_rule = "rope_streams.create returned ROPE_OK and a NULL stream, which means the default one";
    outcome.status = ROPE_ERROR;
  }
  explain(outcome);
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
  explain(outcome);
  return outcome.status == ROPE_OK;
}

bool Plugin::to_device(const protocol::WireCall& wire, protocol::Outcome& outcome) {
  for (const std::uint64_t number : memories_of(wire)) {
    if (!to_device(number, outcome)) return false;
  }
  return true;
}

bool Plugin::from_device(const protocol::WireCall& wire, protocol::Outcome& outcome) {
  for (const std::uint64_t number : memories_of(wire)) {
    Memory& memory = memories_.at(number);
    const std::span<std::byte> host = memory.host.bytes();
    if (!call("copy_out", outcome, [&] { return api_.copy_out(host.data(), memory.device, host.size()); })) {
      return false;
    }
    if (outcome.status != ROPE_OK) {
      explain(outcome);
      return false;
    }
  }
  return true;
}

}  // namespace rope::conformance::worker
