// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: inputs are read as if they were dense, in the memory order of their layout, whatever their strides.
#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <new>
#include <vector>

#include "impls/kernel/plugin.hpp"

namespace {

struct StrideIgnored : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "stride-ignored";
  static constexpr const char* summary = "faulty on purpose: inputs are taken to be dense";
};
using Base = rope::kernel::Plugin<StrideIgnored>;

/// Strides of a dense tensor in the memory order that its layout names.
std::array<std::int64_t, 4> dense_strides(const rope_tensor& t) {
  std::array<int, 3> slowest_first{0, 1, 2};  // bshd, and thd, whose batch is 1
  if (t.layout == ROPE_BHSD) {
    slowest_first = {0, 2, 1};
  } else if (t.layout == ROPE_SBHD) {
    slowest_first = {1, 0, 2};
  }
  std::array<std::int64_t, 4> strides{};
  strides[3] = 1;
  std::int64_t stride = t.shape[3];
  for (std::size_t i = 3; i-- > 0;) {
    strides[static_cast<std::size_t>(slowest_first[i])] = stride;
    stride *= t.shape[slowest_first[i]];
  }
  return strides;
}

/// The elements as they would lie if the tensor were dense, in that order. Never outside the memory that the tensor
/// spans: offsets count from its lowest address, and begin anew where a broadcast spans less than a dense tensor.
template <class Storage>
std::vector<Storage> read_as_if_dense(const rope_tensor& t) {
  std::int64_t low = 0, span = 1, count = 1;
  for (int axis = 0; axis < 4; ++axis) {
    const std::int64_t reach = (t.shape[axis] - 1) * t.strides[axis];
    low += reach < 0 ? reach : 0;
    span += reach < 0 ? -reach : reach;
    count *= t.shape[axis];
  }
  const Storage* const lowest = static_cast<const Storage*>(t.data) + low;
  std::vector<Storage> dense;
  dense.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    dense.push_back(lowest[i % span]);
  }
  return dense;
}

template <class Storage>
rope_status apply_dense(rope_handle* handle, rope_call call) {
  std::array<std::vector<Storage>, 2> copies;
  std::array<rope_tensor*, 2> inputs{&call.q_in, &call.k_in};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    rope_tensor& t = *inputs[i];
    const bool readable = t.data != nullptr && t.dtype == call.q_in.dtype &&
                          std::all_of(std::begin(t.shape), std::end(t.shape), [](std::int64_t n) { return n > 0; });
    if (readable) {  // otherwise apply says what is wrong
      copies[i] = read_as_if_dense<Storage>(t);
      const std::array<std::int64_t, 4> strides = dense_strides(t);
      std::copy(strides.begin(), strides.end(), t.strides);
      t.data = copies[i].data();
    }
  }
  return Base::apply(handle, &call);
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  if (handle == nullptr || call == nullptr) {
    return ROPE_INVALID_ARGUMENT;
  }
  const rope_call asked = rope::kernel::read_call(*call);
  try {
    switch (asked.q_in.dtype) {
      case ROPE_F32:
        return apply_dense<std::uint32_t>(handle, asked);
      case ROPE_F16:
      case ROPE_BF16:
        return apply_dense<std::uint16_t>(handle, asked);
      default:
        return Base::apply(handle, &asked);  // which refuses it
    }
  } catch (const std::bad_alloc&) {
    return ROPE_OUT_OF_MEMORY;
  }
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<StrideIgnored>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
