// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The function table of rope_impl.h over an OpenCL device. apply enqueues and returns; synchronize waits for the queue
// and is where a rotation that failed on the device says so. describe and query do not touch it.
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "impls/kernel/abi.hpp"
#include "impls/opencl/acceptance.hpp"
#include "impls/opencl/device.hpp"
#include "impls/opencl/failure.hpp"
#include "impls/opencl/rotation.hpp"

namespace rope::opencl {
namespace {

using device::error_elsewhere;
using device::Failure;
using device::guarded;

struct Handle {
  rope_spec spec{};
  std::vector<float> inv_freq;
  std::unique_ptr<Rotation> rotation;  ///< NULL where prepare failed
  struct Submitted {
    void* stream;
    Event event;
  };
  std::vector<Submitted> submitted;  ///< not yet synchronized
  std::string error;
};

Handle& own(rope_handle* handle) {
  return *reinterpret_cast<Handle*>(handle);
}

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info i{};
    i.struct_size = sizeof(i);
    i.name = HostSide::name;
    i.version = "0.1.0";
    i.summary = HostSide::summary;
    i.dtypes = ROPE_DTYPE_BIT(ROPE_F32) | ROPE_DTYPE_BIT(ROPE_F16) | ROPE_DTYPE_BIT(ROPE_BF16);
    i.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED);
    i.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD) | ROPE_DIRECTION_BIT(ROPE_BACKWARD);
    i.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
    i.families = families;
    i.layouts = layouts;
    i.position_kinds = position_kinds;
    i.position_dtypes = ROPE_DTYPE_BIT(ROPE_I32) | ROPE_DTYPE_BIT(ROPE_I64);
    i.flags = ROPE_FLAG_DEVICE_MEMORY | ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE |
              ROPE_FLAG_NEGATIVE_POSITIONS;
    // Positions are read on the device, where there is nobody to return an error to.
    i.out_of_range = ROPE_OUT_OF_RANGE_CLAMP;
    return i;
  }();
  return &info;
}

rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
  if (spec == nullptr || call == nullptr || !kernel::can_hold_answer(result)) {
    return ROPE_INVALID_ARGUMENT;
  }
  thread_local std::string reason;
  return guarded(error_elsewhere(), [&] {
    reason = reason_against(kernel::read_spec(*spec), kernel::read_call(*call));
    result->supported = reason.empty() ? 1 : 0;
    result->reason = reason.empty() ? nullptr : reason.c_str();
    result->workspace_size = 0;
  });
}

rope_status prepare(const rope_spec* spec, rope_handle** handle) {
  if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
  *handle = nullptr;
  if (spec == nullptr) return ROPE_INVALID_ARGUMENT;
  auto* const made = new (std::nothrow) Handle;
  if (made == nullptr) return ROPE_OUT_OF_MEMORY;
  *handle = reinterpret_cast<rope_handle*>(made);
  return guarded(made->error, [&] {
    made->spec = kernel::read_spec(*spec);
    made->inv_freq = inv_freq_of(made->spec);
    made->rotation = std::make_unique<Rotation>(Device::open().runtime(), made->spec, made->inv_freq);
  });
}

Place place_of(const char* name, const rope_tensor& tensor) {
  return Device::open().place(name, tensor.memory, tensor.data, device::footprint(tensor),
                              device::bytes_of_element(tensor.dtype));
}

rope_status apply(rope_handle* handle, const rope_call* given) {
  if (handle == nullptr || given == nullptr) return ROPE_INVALID_ARGUMENT;
  Handle& mine = own(handle);
  return guarded(mine.error, [&] {
    if (!mine.rotation) throw Failure(ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed");
    const rope_call call = kernel::read_call(*given);
    if (const std::string reason = reason_against(mine.spec, call); !reason.empty()) {
      throw Failure(ROPE_INVALID_ARGUMENT, reason);
    }
    Device& device = Device::open();
    const cl_command_queue queue = device.queue_of(call.stream);
    // Everything is found before anything is enqueued.
    Place positions;
    if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
      const auto reached = device::footprint(call.positions, call.q_in.shape[0], call.q_in.shape[1]);
      positions = device.place("positions", call.positions.memory, call.positions.data, reached,
                               device::bytes_of_element(call.positions.dtype));
    }
    std::vector<std::pair<Rotation::Side, Rotation::Side>> both;
    both.push_back({{call.q_in, place_of("q_in", call.q_in)}, {call.q_out, place_of("q_out", call.q_out)}});
    if (kernel::present(call.k_in)) {
      both.push_back({{call.k_in, place_of("k_in", call.k_in)}, {call.k_out, place_of("k_out", call.k_out)}});
    }
    for (const auto& [in, out] : both) {
      if (kernel::empty(in.tensor)) continue;
      Event done = mine.rotation->enqueue(queue, in, out, call.positions, positions, call.direction);
      mine.submitted.push_back({call.stream, std::move(done)});
    }
    require(clFlush(queue), "clFlush");
  });
}

rope_status synchronize(rope_handle* handle, void* stream) {
  if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
  Handle& mine = own(handle);
  return guarded(mine.error, [&] {
    require(clFinish(Device::open().queue_of(stream)), "clFinish");
    cl_int worst = CL_COMPLETE;
    std::erase_if(mine.submitted, [&](const Handle::Submitted& submitted) {
      if (submitted.stream != stream) return false;
      cl_int ended = CL_COMPLETE;
      require(clGetEventInfo(submitted.event.get(), CL_EVENT_COMMAND_EXECUTION_STATUS, sizeof(ended), &ended, nullptr),
              "clGetEventInfo");
      worst = worst < 0 ? worst : ended;
      return true;
    });
    if (worst < 0) throw Failure(ROPE_ERROR, "the rotation ended on the device with " + error_name(worst));
  });
}

void close(rope_handle* handle) {
  const std::unique_ptr<Handle> mine(reinterpret_cast<Handle*>(handle));
  if (!mine) return;
  for (const Handle::Submitted& submitted : mine->submitted) {
    const cl_event event = submitted.event.get();
    clWaitForEvents(1, &event);
  }
}

const char* last_error(rope_handle* handle) {
  if (handle != nullptr && !own(handle).error.empty()) return own(handle).error.c_str();
  return error_elsewhere().c_str();
}

rope_status allocate(std::uint64_t bytes, void** address) {
  if (address == nullptr) return ROPE_INVALID_ARGUMENT;
  *address = nullptr;
  return guarded(error_elsewhere(), [&] { *address = Device::open().allocate(bytes); });
}

void release(void* address) {
  guarded(error_elsewhere(), [&] { Device::open().release(address); });
}

rope_status copy_in(void* device, const void* host, std::uint64_t bytes) {
  return guarded(error_elsewhere(), [&] { Device::open().copy_in(device, host, bytes); });
}

rope_status copy_out(void* host, const void* device, std::uint64_t bytes) {
  return guarded(error_elsewhere(), [&] { Device::open().copy_out(host, device, bytes); });
}

rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
  if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
  return guarded(own(handle).error, [&] {
    const std::vector<float>& used = own(handle).inv_freq;
    if (count != used.size() || (inv_freq == nullptr && count != 0)) {
      throw Failure(ROPE_INVALID_ARGUMENT, "export_inv_freq: count must be rotary_dim/2");
    }
    for (std::size_t i = 0; i < used.size(); ++i) inv_freq[i] = used[i];
  });
}

const void* extension(const char* id, std::uint32_t revision) {
  static const rope_streams streams{
      sizeof(rope_streams), 0,
      [](void** stream) -> rope_status {
        if (stream == nullptr) return ROPE_INVALID_ARGUMENT;
        *stream = nullptr;
        return guarded(error_elsewhere(), [&] { *stream = Device::open().create_stream(); });
      },
      [](void* stream) { guarded(error_elsewhere(), [&] { Device::open().destroy_stream(stream); }); }};
  return id != nullptr && std::strcmp(id, ROPE_EXT_STREAMS) == 0 && revision == 1 ? &streams : nullptr;
}

}  // namespace
}  // namespace rope::opencl

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  using namespace rope::opencl;
  static const rope_impl_api api = [] {
    rope_impl_api table{};
    table.struct_size = sizeof(table);
    table.abi_version = ROPE_IMPL_ABI_VERSION;
    table.describe = describe;
    table.query = query;
    table.prepare = prepare;
    table.apply = apply;
    table.close = rope::opencl::close;
    table.last_error = last_error;
    table.synchronize = synchronize;
    table.allocate = allocate;
    table.release = release;
    table.copy_in = copy_in;
    table.copy_out = copy_out;
    table.export_inv_freq = export_inv_freq;
    table.extension = extension;
    return table;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
