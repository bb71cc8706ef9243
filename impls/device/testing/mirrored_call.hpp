// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of plug-ins with memory of their own: a spec and a call in host memory, made to happen on the device.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "impls/device/footprint.hpp"
#include "impls/device/testing/on_device.hpp"

namespace rope::device {

/// Host bytes with a copy on the device, and guards around it there.
class Mirror {
 public:
  /// What an owner of `data` reaches from there.
  Mirror(const impls::LoadedPlugin& plugin, const void* data, const Footprint& reached)
      : host_(static_cast<std::byte*>(const_cast<void*>(data)) + reached.first_byte()),
        bytes_(reached.bytes()),
        before_(reached.first_byte()),
        memory_(plugin, bytes_ + 2 * guard) {
    std::vector<std::byte> all(bytes_ + 2 * guard, guard_byte);
    std::copy(host_, host_ + bytes_, all.begin() + guard);
    memory_.write(all.data(), all.size());
  }

  void* data() const { return static_cast<std::byte*>(memory_.address()) + guard - before_; }

  /// What is there now, into host memory; false where a guard has changed.
  bool fetch() const {
    std::vector<std::byte> all(bytes_ + 2 * guard);
    memory_.read(all.data(), all.size());
    std::copy(all.begin() + guard, all.end() - guard, host_);
    const auto kept = [](std::byte b) { return b == guard_byte; };
    return std::all_of(all.begin(), all.begin() + guard, kept) && std::all_of(all.end() - guard, all.end(), kept);
  }

  /// Whether host memory has what is there now.
  bool unchanged() const {
    std::vector<std::byte> now(bytes_);
    std::vector<std::byte> all(bytes_ + 2 * guard);
    memory_.read(all.data(), all.size());
    return std::equal(all.begin() + guard, all.end() - guard, host_);
  }

 private:
  static constexpr std::ptrdiff_t guard = 256;
  static constexpr std::byte guard_byte{0x5a};

  std::byte* host_;
  std::uint64_t bytes_;
  std::int64_t before_;
  DeviceBytes memory_;
};

/// A spec on the device. The one in host memory, and its numbers, live longer.
class MirroredSpec {
 public:
  MirroredSpec(const impls::LoadedPlugin& plugin, const rope_spec& on_host) : spec(on_host) {
    for (rope_matrix* matrix : {&spec.angles.first, &spec.angles.second}) {
      if (matrix->dtype == 0) continue;
      numbers_.push_back(std::make_unique<Mirror>(plugin, matrix->data, footprint(*matrix)));
      matrix->data = numbers_.back()->data();
      matrix->memory = ROPE_DEVICE;
    }
  }
  rope_spec spec;

 private:
  std::vector<std::unique_ptr<Mirror>> numbers_;
};

/// A call on the device, likewise; outputs are in host memory after fetch().
class MirroredCall {
 public:
  MirroredCall(const impls::LoadedPlugin& plugin, const rope_call& on_host) : call(on_host), plugin_(plugin) {
    mirror(call.q_in, call.q_out);
    if (call.k_in.dtype != 0) mirror(call.k_in, call.k_out);
    if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
      const auto reached = footprint(call.positions, call.q_in.shape[0], call.q_in.shape[1]);
      call.positions.data = add(call.positions.data, reached);
      call.positions.memory = ROPE_DEVICE;
    }
    if (call.cu_seqlens != nullptr) {
      call.cu_seqlens = add(call.cu_seqlens, Footprint(4).along(call.cu_seqlens_count, 1));
    }
    if (call.start_positions != nullptr) {
      call.start_positions = add(call.start_positions, Footprint(8).along(call.cu_seqlens_count - 1, 1));
    }
  }

  /// False where something outside the outputs has changed.
  bool fetch() const {
    const bool kept = std::all_of(inputs_.begin(), inputs_.end(), [](const auto& input) { return input->unchanged(); });
    return std::all_of(outputs_.begin(), outputs_.end(), [](const auto& output) { return output->fetch(); }) && kept;
  }

  rope_call call;

 private:
  void mirror(rope_tensor& in, rope_tensor& out) {
    const bool in_place = in.data == out.data;
    outputs_.push_back(std::make_unique<Mirror>(plugin_, out.data, footprint(out)));
    out.data = outputs_.back()->data();
    in.data = in_place ? out.data : add(in.data, footprint(in));
    in.memory = out.memory = ROPE_DEVICE;
  }
  void* add(const void* data, const Footprint& reached) {
    inputs_.push_back(std::make_unique<Mirror>(plugin_, data, reached));
    return inputs_.back()->data();
  }

  const impls::LoadedPlugin& plugin_;
  std::vector<std::unique_ptr<Mirror>> inputs_, outputs_;
};

}  // namespace rope::device
