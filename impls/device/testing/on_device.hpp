// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of plug-ins with memory of their own: tensors and positions there, through the plug-in's four
// functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "impls/device/footprint.hpp"
#include "impls/loaded_plugin.hpp"

namespace rope::device {

inline const std::vector<std::int64_t> positions{0, 1, 2, 257, 1023, 8192, 131071};
inline const impls::Tensor::Index shape{2, 7, 3, 16};

inline impls::Tensor random_tensor(rope_dtype dtype, std::uint32_t seed = 1) {
  impls::Tensor tensor(dtype, shape);
  tensor.randomize(seed);
  return tensor;
}

/// Memory of a plug-in's device; releases itself.
class DeviceBytes {
 public:
  DeviceBytes(const impls::LoadedPlugin& plugin, std::uint64_t bytes) : api_(plugin.api()) {
    if (api_.allocate(bytes, &address_) != ROPE_OK || address_ == nullptr) {
      throw std::runtime_error(std::string("allocate: ") + api_.last_error(nullptr));
    }
  }
  ~DeviceBytes() { release(); }
  DeviceBytes(const DeviceBytes&) = delete;
  DeviceBytes& operator=(const DeviceBytes&) = delete;

  void release() {
    if (address_ != nullptr) api_.release(address_);
    address_ = nullptr;
  }

  void* address() const { return address_; }

  void write(const void* host, std::uint64_t bytes) const { require(api_.copy_in(address_, host, bytes)); }
  void read(void* host, std::uint64_t bytes) const { require(api_.copy_out(host, address_, bytes)); }

 private:
  void require(rope_status status) const {
    if (status != ROPE_OK) throw std::runtime_error(std::string("a copy: ") + api_.last_error(nullptr));
  }

  const rope_impl_api& api_;
  void* address_ = nullptr;
};

/// A copy of a tensor on the device, with what lies between its elements.
class DeviceTensor {
 public:
  DeviceTensor(const impls::LoadedPlugin& plugin, impls::Tensor tensor)
      : tensor_(std::move(tensor)),
        reached_(footprint(tensor_.view())),
        before_(static_cast<std::uint64_t>(guard - reached_.first_byte())),
        memory_(plugin, reached_.bytes() + 2 * guard) {
    std::vector<std::byte> all(reached_.bytes() + 2 * guard, guard_byte);
    std::memcpy(all.data() + guard, first(), reached_.bytes());
    memory_.write(all.data(), all.size());
  }

  rope_tensor view() {
    rope_tensor view = tensor_.view();
    view.memory = ROPE_DEVICE;
    view.data = static_cast<std::byte*>(memory_.address()) + before_;
    return view;
  }

  /// What is there now.
  const impls::Tensor& contents() {
    std::vector<std::byte> all(reached_.bytes() + 2 * guard);
    memory_.read(all.data(), all.size());
    for (std::size_t i = 0; i < guard; ++i) {
      guards_untouched_ = guards_untouched_ && all[i] == guard_byte && all[all.size() - 1 - i] == guard_byte;
    }
    std::memcpy(first(), all.data() + guard, reached_.bytes());
    return tensor_;
  }
  bool guards_untouched() const { return guards_untouched_; }

  DeviceBytes& memory() { return memory_; }

 private:
  static constexpr std::int64_t guard = 256;
  static constexpr std::byte guard_byte{0x5a};

  std::byte* first() { return static_cast<std::byte*>(tensor_.view().data) + reached_.first_byte(); }

  impls::Tensor tensor_;
  Footprint reached_;
  std::uint64_t before_;
  DeviceBytes memory_;
  bool guards_untouched_ = true;
};

/// Positions on the device, one for each token, shared by the rows.
template <class Integer>
class DevicePositions {
 public:
  DevicePositions(const impls::LoadedPlugin& plugin, const std::vector<Integer>& of_tokens)
      : memory_(plugin, of_tokens.size() * sizeof(Integer)) {
    memory_.write(of_tokens.data(), of_tokens.size() * sizeof(Integer));
  }

  rope_positions view() const {
    rope_positions view{};
    view.struct_size = sizeof(view);
    view.kind = ROPE_POSITIONS_TOKEN;
    view.dtype = sizeof(Integer) == 4 ? ROPE_I32 : ROPE_I64;
    view.memory = ROPE_DEVICE;
    view.data = memory_.address();
    view.token_stride = 1;
    return view;
  }

 private:
  DeviceBytes memory_;
};

}  // namespace rope::device
