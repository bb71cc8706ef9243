// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The function table of the unreadable device over a definition of a kernel (impls/kernel/plugin.hpp). apply puts the
// call on its stream, and synchronize makes it happen.
#pragma once

#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <string>
#include <vector>

#include "impls/device/unreadable_device.hpp"
#include "impls/device/unreadable_state.hpp"
#include "impls/kernel/plugin.hpp"

namespace rope::device {

/// With kWaits false, synchronize returns at once and what was enqueued never happens.
template <class Definition, bool kWaits = true>
class UnreadablePlugin {
  /// Behind rope_handle.
  struct Handle {
    rope_handle* kernel = nullptr;
    std::uint32_t rotary_dim = 0;
    std::string error;  ///< empty: ask the kernel
  };

 public:
  static const rope_impl_info* describe() {
    static const rope_impl_info info = [] {
      rope_impl_info own = *kernel().describe();
      own.flags |= ROPE_FLAG_DEVICE_MEMORY;
      return own;
    }();
    return &info;
  }

  static rope_status query(const rope_spec* spec, const rope_call* call, rope_query_result* result) {
    if (spec == nullptr || call == nullptr || !kernel::can_hold_answer(result)) {
      return ROPE_INVALID_ARGUMENT;
    }
    thread_local std::string reason;
    rope_spec on_host = kernel::read_spec(*spec);
    rope_call call_on_host = kernel::read_call(*call);
    reason = move_to_host(on_host, call_on_host);
    if (reason.empty()) return kernel().query(&on_host, &call_on_host, result);
    result->supported = 0;
    result->reason = reason.c_str();
    result->workspace_size = 0;
    return ROPE_OK;
  }

  static rope_status prepare(const rope_spec* spec, rope_handle** handle) {
    if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
    *handle = nullptr;
    if (spec == nullptr) return ROPE_INVALID_ARGUMENT;
    return on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
      auto own = std::make_unique<Handle>();
      Translation translate(device.memory());
      const rope_spec on_host = translate(*spec);
      own->rotary_dim = on_host.rotary_dim;
      own->error = translate.wrong();
      *handle = reinterpret_cast<rope_handle*>(own.get());
      Handle& kept = *own.release();
      if (!kept.error.empty()) return {ROPE_INVALID_ARGUMENT, kept.error};
      const Opened opened(device.memory());
      const rope_status status = kernel().prepare(&on_host, &kept.kernel);
      if (status != ROPE_OK) kept.error = kernel().last_error(kept.kernel);
      return {status, kept.error};
    });
  }

  static rope_status apply(rope_handle* handle, const rope_call* call) {
    if (handle == nullptr || call == nullptr) return ROPE_INVALID_ARGUMENT;
    auto& own = *reinterpret_cast<Handle*>(handle);
    return on_device(own.error, [&](UnreadableDevice& device) -> Ending {
      if (own.kernel == nullptr) {
        return {ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed"};
      }
      QueuedCall queued{own.kernel, kernel::read_call(*call), {}};
      if (!device.has_stream(queued.call.stream)) return UnreadableDevice::no_stream();
      Translation translate(device.memory());
      rope_call real = translate(queued.call);
      if (!translate.wrong().empty()) return {ROPE_INVALID_ARGUMENT, translate.wrong()};
      if (const Ending refused = refused_now(device, own, real); refused.status != ROPE_OK) return refused;
      if (const std::uint32_t* const axes = queued.call.positions.pair_axis;
          queued.call.positions.kind == ROPE_POSITIONS_AXES && axes != nullptr) {
        queued.pair_axis.assign(axes, axes + own.rotary_dim / 2);
      }
      device.enqueue(queued.call.stream, std::move(queued));
      return {};
    });
  }

  static void close(rope_handle* handle) {
    const std::unique_ptr<Handle> own(reinterpret_cast<Handle*>(handle));
    if (!own || own->kernel == nullptr) return;
    on_device(own->error, [&](UnreadableDevice& device) -> Ending {
      device.run_all_of(own->kernel);
      kernel().close(own->kernel);
      return {};
    });
  }

  static const char* last_error(rope_handle* handle) {
    if (handle != nullptr && !reinterpret_cast<Handle*>(handle)->error.empty()) {
      return reinterpret_cast<Handle*>(handle)->error.c_str();
    }
    return elsewhere().c_str();
  }

  static rope_status synchronize(rope_handle* handle, void* stream) {
    if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
    return on_device(reinterpret_cast<Handle*>(handle)->error,
                     [&](UnreadableDevice& device) { return kWaits ? device.run(stream) : device.forget(stream); });
  }

  static rope_status allocate(std::uint64_t bytes, void** address) {
    if (address == nullptr) return ROPE_INVALID_ARGUMENT;
    *address = nullptr;
    return on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
      *address = device.allocate(bytes);
      if (*address == nullptr) return {ROPE_OUT_OF_MEMORY, "no addresses are left on the device"};
      return {};
    });
  }

  static void release(void* address) {
    on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
      device.release(address);
      return {};
    });
  }

  static rope_status copy_in(void* device_bytes, const void* host, std::uint64_t bytes) {
    return on_device(elsewhere(), [&](UnreadableDevice& device) { return device.copy_in(device_bytes, host, bytes); });
  }
  static rope_status copy_out(void* host, const void* device_bytes, std::uint64_t bytes) {
    return on_device(elsewhere(), [&](UnreadableDevice& device) { return device.copy_out(host, device_bytes, bytes); });
  }

  static rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
    if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
    auto& own = *reinterpret_cast<Handle*>(handle);
    return on_device(own.error, [&](UnreadableDevice& device) -> Ending {
      if (own.kernel == nullptr) {
        return {ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed"};
      }
      const Opened opened(device.memory());  // frequencies may be the caller's, on the device
      const rope_status status = kernel().export_inv_freq(own.kernel, inv_freq, count);
      return {status, status == ROPE_OK ? "" : kernel().last_error(own.kernel)};
    });
  }

  static const void* extension(const char* id, std::uint32_t revision) {
    static const rope_streams streams{sizeof(rope_streams), 0,
                                      [](void** stream) -> rope_status {
                                        if (stream == nullptr) return ROPE_INVALID_ARGUMENT;
                                        return on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
                                          *stream = device.create_stream();
                                          if (*stream == nullptr)
                                            return {ROPE_OUT_OF_MEMORY, "no addresses are left on the device"};
                                          return {};
                                        });
                                      },
                                      [](void* stream) {
                                        on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
                                          device.destroy_stream(stream);
                                          return {};
                                        });
                                      }};
    static const UnreadableState state{sizeof(UnreadableState), 0,
                                       [] { return count([](auto& d) -> std::uint64_t { return d.memory().size(); }); },
                                       [] { return count([](auto& d) { return d.streams(); }); },
                                       [] { return count([](auto& d) { return d.queued_calls(); }); }};
    if (id == nullptr || revision != 1) return nullptr;
    if (std::strcmp(id, ROPE_EXT_STREAMS) == 0) return &streams;
    return std::strcmp(id, unreadable_state_id) == 0 ? static_cast<const void*>(&state) : nullptr;
  }

  static rope_impl_api api() {
    rope_impl_api table{};
    table.struct_size = sizeof(table);
    table.abi_version = ROPE_IMPL_ABI_VERSION;
    table.describe = describe;
    table.query = query;
    table.prepare = prepare;
    table.apply = apply;
    table.close = close;
    table.last_error = last_error;
    table.synchronize = synchronize;
    table.allocate = allocate;
    table.release = release;
    table.copy_in = copy_in;
    table.copy_out = copy_out;
    table.export_inv_freq = export_inv_freq;
    table.extension = extension;
    return table;
  }

 private:
  static const rope_impl_api& kernel() {
    static const rope_impl_api table = kernel::Plugin<Definition>::api();
    return table;
  }

  /// Where no handle can own the text.
  static std::string& elsewhere() {
    thread_local std::string text;
    return text;
  }

  struct Shared {
    std::mutex at_work;
    UnreadableDevice device{kernel()};
  };

  /// One device for the process, because allocate has no handle. It is never taken down, so that its order among other
  /// static objects does not matter.
  static Shared& shared() {
    static Shared& only = *new Shared;
    return only;
  }

  /// One function at a time is at work on the device, as memory is open meanwhile.
  template <class Work>
  static rope_status on_device(std::string& error, Work work) {
    UnreadableDevice& device = shared().device;
    const std::lock_guard<std::mutex> alone(shared().at_work);
    try {
      const Ending ending = work(device);
      error = ending.text;
      return ending.status;
    } catch (const std::bad_alloc&) {
      error.clear();
      return ROPE_OUT_OF_MEMORY;
    }
  }

  template <class Count>
  static std::uint64_t count(Count how_many) {
    std::uint64_t found = 0;
    on_device(elsewhere(), [&](UnreadableDevice& device) -> Ending {
      found = how_many(device);
      return {};
    });
    return found;
  }

  /// What apply itself has to refuse, positions out of range above all: the same call without heads has the positions
  /// and writes nothing.
  static Ending refused_now(UnreadableDevice& device, const Handle& own, rope_call real) {
    real.stream = nullptr;
    for (rope_tensor* tensor : {&real.q_in, &real.q_out, &real.k_in, &real.k_out}) tensor->shape[2] = 0;
    const Opened opened(device.memory());
    const rope_status status = kernel().apply(own.kernel, &real);
    return {status, status == ROPE_OK ? "" : kernel().last_error(own.kernel)};
  }
};

}  // namespace rope::device
