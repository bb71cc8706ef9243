// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For the tests of the plug-ins: a library loaded into the test's own process, and tensors to call it with.
#pragma once

#include <dlfcn.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "impls/kernel/elements.hpp"
#include "rope_impl.h"

namespace rope::impls {

/// Stays loaded until the process ends: plug-ins hand out pointers to static storage.
class LoadedPlugin {
 public:
  /// name is relative to the folder of plug-ins, without ".so".
  explicit LoadedPlugin(const std::string& name) {
    const std::string path = std::string(ROPE_PLUGIN_FOLDER) + "/" + name + ".so";
    void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      throw std::runtime_error(dlerror());
    }
    entry_ = reinterpret_cast<rope_impl_entry_fn>(dlsym(library, "rope_impl_entry"));
    if (entry_ == nullptr) {
      throw std::runtime_error(dlerror());
    }
    api_ = entry_(ROPE_IMPL_ABI_VERSION);
  }

  /// One that is compiled into the test itself.
  explicit LoadedPlugin(rope_impl_entry_fn own_entry) : entry_(own_entry), api_(own_entry(ROPE_IMPL_ABI_VERSION)) {}

  rope_impl_entry_fn entry() const { return entry_; }
  const rope_impl_api& api() const { return *api_; }

 private:
  rope_impl_entry_fn entry_ = nullptr;
  const rope_impl_api* api_ = nullptr;
};

/// Bits of one element type in memory of any strides, with room around the elements to see stray writes.
class Tensor {
 public:
  using Index = std::array<std::int64_t, 4>;
  static constexpr std::int64_t margin = 64;
  static constexpr unsigned char fill = 0xa5;

  Tensor(rope_dtype dtype, Index shape) : Tensor(dtype, shape, dense(shape)) {}

  Tensor(rope_dtype dtype, Index shape, Index strides)
      : dtype_(dtype), shape_(shape), strides_(strides), element_(dtype == ROPE_F32 ? 4 : 2) {
    std::int64_t low = 0, high = 0;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      const std::int64_t reach = shape[axis] > 0 ? (shape[axis] - 1) * strides[axis] : 0;
      (reach < 0 ? low : high) += reach;
    }
    origin_ = margin - low;
    bytes_.assign(static_cast<std::size_t>(origin_ + high + 1 + margin) * element_, fill);
  }

  static Index dense(Index shape) { return {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1}; }

  std::uint32_t get(Index at) const {
    std::uint32_t bits = 0;
    std::memcpy(&bits, bytes_.data() + place(at), element_);
    return bits;
  }
  void set(Index at, std::uint32_t bits) { std::memcpy(bytes_.data() + place(at), &bits, element_); }

  /// What lies so many elements behind element [0, 0, 0, 0], be it an element or not.
  std::uint32_t at_offset(std::int64_t offset) const {
    std::uint32_t bits = 0;
    std::memcpy(&bits, bytes_.data() + static_cast<std::size_t>(origin_ + offset) * element_, element_);
    return bits;
  }

  float value(Index at) const { return to_value(dtype_, get(at)); }

  static float to_value(rope_dtype dtype, std::uint32_t bits) {
    return dtype == ROPE_F32   ? kernel::Fp32::value(bits)
           : dtype == ROPE_F16 ? kernel::Fp16::value(static_cast<std::uint16_t>(bits))
                               : kernel::Bf16::value(static_cast<std::uint16_t>(bits));
  }
  static std::uint32_t to_bits(rope_dtype dtype, double x) {
    return dtype == ROPE_F32   ? kernel::Fp32::round(x)
           : dtype == ROPE_F16 ? std::uint32_t{kernel::Fp16::round(x)}
                               : std::uint32_t{kernel::Bf16::round(x)};
  }

  template <class Visit>
  void for_each(Visit visit) const {
    Index at{};
    for (at[0] = 0; at[0] < shape_[0]; ++at[0])
      for (at[1] = 0; at[1] < shape_[1]; ++at[1])
        for (at[2] = 0; at[2] < shape_[2]; ++at[2])
          for (at[3] = 0; at[3] < shape_[3]; ++at[3]) visit(at);
  }

  /// Values in ±[0.25, 2), none of them 0, so that signs of zero play no part.
  void randomize(std::uint32_t seed) {
    std::mt19937 generator(seed);
    for_each([&](Index at) {
      const auto word = static_cast<std::uint32_t>(generator());
      const double magnitude = 0.25 + 1.75 * static_cast<double>(word >> 1) * 0x1p-31;
      set(at, to_bits(dtype_, (word & 1U) != 0 ? -magnitude : magnitude));
    });
  }

  /// The same elements in other strides.
  Tensor with_strides(Index strides) const {
    Tensor copy(dtype_, shape_, strides);
    for_each([&](Index at) { copy.set(at, get(at)); });
    return copy;
  }

  /// Everything that is not an element is still `fill`.
  bool surroundings_untouched() const {
    Tensor expected(dtype_, shape_, strides_);
    for_each([&](Index at) { expected.set(at, get(at)); });
    return expected.bytes_ == bytes_;
  }

  bool same_elements(const Tensor& other) const {
    bool same = shape_ == other.shape_;
    for_each([&](Index at) { same = same && get(at) == other.get(at); });
    return same;
  }

  bool operator==(const Tensor&) const = default;

  rope_tensor view(bool with_data = true) {
    rope_tensor t{};
    t.struct_size = sizeof(t);
    t.dtype = dtype_;
    t.layout = ROPE_BSHD;
    t.data = with_data ? bytes_.data() + static_cast<std::size_t>(origin_) * element_ : nullptr;
    std::copy(shape_.begin(), shape_.end(), t.shape);
    std::copy(strides_.begin(), strides_.end(), t.strides);
    return t;
  }

  rope_dtype dtype() const { return dtype_; }
  const Index& shape() const { return shape_; }
  const Index& strides() const { return strides_; }

 private:
  std::size_t place(Index at) const {
    std::int64_t index = origin_;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      index += at[axis] * strides_[axis];
    }
    return static_cast<std::size_t>(index) * element_;
  }

  rope_dtype dtype_;
  Index shape_, strides_;
  std::size_t element_;
  std::int64_t origin_ = 0;
  std::vector<unsigned char> bytes_;
};

/// A Llama-like spec: default family, base 5e5, head_dim 16, everything rotated.
inline rope_spec usual_spec(rope_pairing pairing) {
  rope_spec spec{};
  spec.struct_size = sizeof(spec);
  spec.head_dim = spec.rotary_dim = 16;
  spec.pairing_in = spec.pairing_out = pairing;
  spec.attention_factor = 1;
  spec.query_scale = 1;
  spec.max_position = 131072;
  spec.angles.struct_size = sizeof(spec.angles);
  spec.angles.source = ROPE_SOURCE_PARAMETRIC;
  spec.angles.parametric.struct_size = sizeof(rope_parametric);
  spec.angles.parametric.family = ROPE_FAMILY_DEFAULT;
  spec.angles.parametric.base = 500000;
  return spec;
}

inline void scale_as_llama3(rope_spec& spec) {
  rope_parametric& p = spec.angles.parametric;
  p.family = ROPE_FAMILY_LLAMA3;
  p.factor = 8;
  p.low_freq_factor = 1;
  p.high_freq_factor = 4;
  p.original_max_position = 8192;
}

inline void scale_as_dynamic_ntk(rope_spec& spec) {
  rope_parametric& p = spec.angles.parametric;
  p.family = ROPE_FAMILY_DYNAMIC_NTK;
  p.factor = 2;
  p.original_max_position = 4096;
  p.sequence_length = 12288;
}

/// Per-token positions, int64, shared by all rows of the batch.
inline rope_positions token_positions(const std::vector<std::int64_t>& positions) {
  rope_positions p{};
  p.struct_size = sizeof(p);
  p.kind = ROPE_POSITIONS_TOKEN;
  p.dtype = ROPE_I64;
  p.data = positions.data();
  p.token_stride = 1;
  return p;
}

inline rope_call call_of(rope_tensor q_in, rope_tensor q_out, const rope_positions& positions,
                         rope_direction direction = ROPE_FORWARD) {
  rope_call call{};
  call.struct_size = sizeof(call);
  call.direction = direction;
  call.q_in = q_in;
  call.q_out = q_out;
  call.positions = positions;
  return call;
}

/// A prepared handle; closes itself.
class Prepared {
 public:
  Prepared(const LoadedPlugin& plugin, const rope_spec& spec) : api_(plugin.api()) {
    status = api_.prepare(&spec, &handle_);
  }
  ~Prepared() { api_.close(handle_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  rope_status apply(const rope_call& call) { return api_.apply(handle_, &call); }
  std::string error() const { return api_.last_error(handle_); }
  rope_handle* handle() const { return handle_; }

  rope_status status;

 private:
  const rope_impl_api& api_;
  rope_handle* handle_ = nullptr;
};

/// q rotated out of place into a dense tensor; throws where the plug-in fails.
inline Tensor rotated(const LoadedPlugin& plugin, const rope_spec& spec, const Tensor& q,
                      const std::vector<std::int64_t>& positions, rope_direction direction = ROPE_FORWARD) {
  Prepared prepared(plugin, spec);
  Tensor in = q, out(q.dtype(), q.shape());
  if (prepared.status != ROPE_OK ||
      prepared.apply(call_of(in.view(), out.view(), token_positions(positions), direction)) != ROPE_OK) {
    throw std::runtime_error(prepared.error());
  }
  return out;
}

}  // namespace rope::impls
