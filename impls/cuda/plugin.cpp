// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The function table of rope_impl.h over the kernel of a variant. apply puts one kernel on the call's stream, for q and
// k together, and returns; what goes wrong on the device comes out of synchronize. describe does not touch the device.
#include <algorithm>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#include "impls/cuda/acceptance.hpp"
#include "impls/cuda/launch.hpp"
#include "impls/cuda/runtime.hpp"
#include "impls/cuda/variant.hpp"
#include "impls/device/failure.hpp"
#include "impls/device/footprint.hpp"
#include "impls/kernel/abi.hpp"
#include "impls/kernel/description.hpp"
#include "rope_impl.h"

namespace rope::cuda {
namespace {

using device::error_elsewhere;
using device::Failure;
using device::guarded;

/// Memory of the device.
class DeviceBytes {
 public:
  DeviceBytes() = default;
  explicit DeviceBytes(const std::vector<std::byte>& bytes) {
    if (bytes.empty()) return;
    address_ = allocate(bytes.size());
    try {
      copy_in(address_, bytes.data(), bytes.size());
    } catch (...) {
      release(address_);
      throw;
    }
  }
  DeviceBytes(DeviceBytes&& other) noexcept { std::swap(address_, other.address_); }
  DeviceBytes& operator=(DeviceBytes&& other) noexcept {
    std::swap(address_, other.address_);
    return *this;
  }
  ~DeviceBytes() {
    try {
      if (address_ != nullptr) release(address_);
    } catch (const Failure&) {
      // After an error that ended the device there is nothing left to release.
    }
  }
  const void* address() const { return address_; }

 private:
  void* address_ = nullptr;
};

struct Handle {
  rope_spec spec{};
  DeviceBytes frequencies;
  std::vector<double> exported;
  std::uint32_t multiprocessors = 0;
  bool ready = false;
  std::string error;
};

Handle& own(rope_handle* handle) {
  return *reinterpret_cast<Handle*>(handle);
}

/// What all variants say; their names and contracts are put in its place.
struct Unnamed : kernel::NoContracts {
  static constexpr const char* name = nullptr;
  static constexpr const char* summary = nullptr;
  // Positions are read on the device, where there is nobody to return an error to.
  static constexpr rope_out_of_range out_of_range = ROPE_OUT_OF_RANGE_CLAMP;
};

const rope_impl_info* describe() {
  static const rope_impl_info info = [] {
    rope_impl_info i = kernel::description<Unnamed>();
    i.name = variant().name;
    i.summary = variant().summary;
    i.contracts = variant().contracts;
    i.contract_count = variant().contract_count;
    i.flags |= ROPE_FLAG_DEVICE_MEMORY;
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
    reason = reason_against(kernel::read_spec(*spec), kernel::read_call(*call), variant().position_limit);
    if (reason.empty()) reason = why_no_device();
    result->supported = reason.empty() ? 1 : 0;
    result->reason = reason.empty() ? nullptr : reason.c_str();
    result->workspace_size = 0;
  });
}

/// The spec that makes frequencies: supplied ones are copied to the host, into `numbers`.
rope_spec on_the_host(rope_spec spec, std::vector<std::byte>& numbers) {
  rope_call no_call{};
  no_call.positions.kind = ROPE_POSITIONS_OFFSET;
  if (const std::string elsewhere = device::move_to_host(spec, no_call); !elsewhere.empty()) {
    throw Failure(ROPE_UNSUPPORTED, elsewhere);
  }
  if (const kernel::Refusal no = kernel::refuse_spec(spec, variant().position_limit)) {
    throw Failure(no.status, no.reason);
  }
  for (const rope_matrix& matrix : {spec.angles.first, spec.angles.second}) {
    if (kernel::present(matrix) && matrix.data == nullptr) {
      throw Failure(ROPE_INVALID_ARGUMENT, "supplied angles must have data");
    }
  }
  if (spec.angles.source == ROPE_SOURCE_INV_FREQ) {
    numbers.resize(device::footprint(spec.angles.first).bytes());
    copy_out(numbers.data(), spec.angles.first.data, numbers.size());
    spec.angles.first.data = numbers.data();
    if (const kernel::Refusal no = kernel::refuse_supplied_data(spec.angles)) throw Failure(no.status, no.reason);
  }
  return spec;
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
    if (made->spec.rotary_dim / 2 > most_pairs) throw Failure(ROPE_UNSUPPORTED, "rotary_dim must not exceed 1024");
    if (const std::string none = why_no_device(); !none.empty()) throw Failure(ROPE_ERROR, none);
    std::vector<std::byte> numbers;
    const rope_spec readable = on_the_host(made->spec, numbers);
    if (!kernel::has_rows(readable.angles)) {
      Frequencies frequencies = variant().frequencies(readable);
      made->frequencies = DeviceBytes(frequencies.for_device);
      made->exported = std::move(frequencies.exported);
    }
    made->spec.angles.parametric.short_factor = made->spec.angles.parametric.long_factor = nullptr;  // the caller's
    made->multiprocessors = multiprocessors();
    made->ready = true;
  });
}

Launch launch_of(const Handle& mine, const rope_call& call) {
  Launch launch{};
  launch.spec = mine.spec;
  launch.call = call;
  launch.range = kernel::range_of(mine.spec);
  launch.attention_factor = kernel::two_floats(mine.spec.attention_factor);
  launch.query_scale = kernel::two_floats(mine.spec.query_scale);
  launch.frequencies = mine.frequencies.address();
  for (std::uint32_t pair = 0; call.positions.kind == ROPE_POSITIONS_AXES && pair < mine.spec.rotary_dim / 2; ++pair) {
    launch.pair_axis[pair] = static_cast<std::uint8_t>(call.positions.pair_axis[pair]);
  }
  return launch;
}

bool has_elements(const rope_call& call) {
  return !kernel::empty(call.q_in) || (kernel::present(call.k_in) && !kernel::empty(call.k_in));
}

rope_status apply(rope_handle* handle, const rope_call* given) {
  if (handle == nullptr || given == nullptr) return ROPE_INVALID_ARGUMENT;
  Handle& mine = own(handle);
  return guarded(mine.error, [&] {
    if (!mine.ready) throw Failure(ROPE_INVALID_ARGUMENT, "prepare failed on this handle: it can only be closed");
    const rope_call call = kernel::read_call(*given);
    std::string reason = reason_against(mine.spec, call, std::nullopt);
    if (reason.empty()) reason = missing_data(call);
    if (!reason.empty()) throw Failure(ROPE_INVALID_ARGUMENT, reason);
    if (!has_elements(call)) return;
    const Grid grid = grid_of(mine.spec, call, mine.multiprocessors);
    Launch launch = launch_of(mine, call);
    launch.heads_per_block = grid.heads_per_block;
    if (const std::string wrong = variant().launch(launch, grid, call.stream); !wrong.empty()) {
      throw Failure(ROPE_ERROR, wrong);
    }
  });
}

rope_status synchronize_stream(rope_handle* handle, void* stream) {
  if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
  return guarded(own(handle).error, [&] { synchronize(stream); });
}

void close(rope_handle* handle) {
  const std::unique_ptr<Handle> mine(reinterpret_cast<Handle*>(handle));
  if (mine && mine->ready) guarded(error_elsewhere(), [] { synchronize_all(); });
}

const char* last_error(rope_handle* handle) {
  if (handle != nullptr && !own(handle).error.empty()) return own(handle).error.c_str();
  return error_elsewhere().c_str();
}

rope_status allocate_bytes(std::uint64_t bytes, void** address) {
  if (address == nullptr) return ROPE_INVALID_ARGUMENT;
  *address = nullptr;
  return guarded(error_elsewhere(), [&] { *address = allocate(bytes); });
}

void release_bytes(void* address) {
  guarded(error_elsewhere(), [&] { release(address); });
}

rope_status copy_in_bytes(void* device, const void* host, std::uint64_t bytes) {
  return guarded(error_elsewhere(), [&] { copy_in(device, host, bytes); });
}

rope_status copy_out_bytes(void* host, const void* device, std::uint64_t bytes) {
  return guarded(error_elsewhere(), [&] { copy_out(host, device, bytes); });
}

rope_status export_inv_freq(rope_handle* handle, double* inv_freq, std::uint64_t count) {
  if (handle == nullptr) return ROPE_INVALID_ARGUMENT;
  return guarded(own(handle).error, [&] {
    const Handle& mine = own(handle);
    if (mine.ready && kernel::has_rows(mine.spec.angles)) {
      throw Failure(ROPE_UNSUPPORTED, "export_inv_freq: supplied angles and tables are used without frequencies");
    }
    if (count != mine.exported.size() || (inv_freq == nullptr && count != 0)) {
      throw Failure(ROPE_INVALID_ARGUMENT, "export_inv_freq: count must be rotary_dim/2");
    }
    std::copy(mine.exported.begin(), mine.exported.end(), inv_freq);
  });
}

const void* extension(const char* id, std::uint32_t revision) {
  static const rope_streams streams{sizeof(rope_streams), 0,
                                    [](void** stream) -> rope_status {
                                      if (stream == nullptr) return ROPE_INVALID_ARGUMENT;
                                      *stream = nullptr;
                                      return guarded(error_elsewhere(), [&] { *stream = create_stream(); });
                                    },
                                    [](void* stream) { guarded(error_elsewhere(), [&] { destroy_stream(stream); }); }};
  if (id == nullptr || revision != 1) return nullptr;
  if (std::strcmp(id, ROPE_EXT_STREAMS) == 0) return &streams;
  // Without a device nothing is promised: query then says no to everything, and why.
  const bool promises = std::strcmp(id, ROPE_EXT_MUST_SUPPORT) == 0 && why_no_device().empty();
  return promises ? &kernel::promised : nullptr;
}

}  // namespace
}  // namespace rope::cuda

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  using namespace rope::cuda;
  static const rope_impl_api api = [] {
    rope_impl_api table{};
    table.struct_size = sizeof(table);
    table.abi_version = ROPE_IMPL_ABI_VERSION;
    table.describe = describe;
    table.query = query;
    table.prepare = prepare;
    table.apply = apply;
    table.close = rope::cuda::close;
    table.last_error = last_error;
    table.synchronize = synchronize_stream;
    table.allocate = allocate_bytes;
    table.release = release_bytes;
    table.copy_in = copy_in_bytes;
    table.copy_out = copy_out_bytes;
    table.export_inv_freq = export_inv_freq;
    table.extension = extension;
    return table;
  }();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
