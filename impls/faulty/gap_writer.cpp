// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a zero is written behind each head of an output, wherever a gap between its elements leaves room.
#include <cstddef>
#include <vector>

#include "impls/kernel/plugin.hpp"

namespace {

struct GapWriter : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "gap-writer";
  static constexpr const char* summary = "faulty on purpose: writes into the gaps of an output with padded strides";
};
using Base = rope::kernel::Plugin<GapWriter>;

template <class Visit>
void for_each_head(const rope_tensor& t, Visit visit) {
  for (std::int64_t b = 0; b < t.shape[0]; ++b)
    for (std::int64_t s = 0; s < t.shape[1]; ++s)
      for (std::int64_t h = 0; h < t.shape[2]; ++h) visit(b * t.strides[0] + s * t.strides[1] + h * t.strides[2]);
}

/// Nothing before the first element or behind the last one is touched: strides of outputs are positive.
template <class Storage>
void write_gaps(const rope_tensor& t) {
  std::int64_t span = 1;
  for (int axis = 0; axis < 4; ++axis) {
    span += (t.shape[axis] - 1) * t.strides[axis];
  }
  std::vector<bool> is_element(static_cast<std::size_t>(span));
  for_each_head(t, [&](std::int64_t head) {
    for (std::int64_t e = 0; e < t.shape[3]; ++e) {
      is_element[static_cast<std::size_t>(head + e * t.strides[3])] = true;
    }
  });
  for_each_head(t, [&](std::int64_t head) {
    const std::int64_t behind = head + (t.shape[3] - 1) * t.strides[3] + 1;
    if (behind < span && !is_element[static_cast<std::size_t>(behind)]) {
      static_cast<Storage*>(t.data)[behind] = 0;
    }
  });
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  if (status != ROPE_OK) {
    return status;
  }
  const rope_call made = rope::kernel::read_call(*call);
  for (const rope_tensor* t : {&made.q_out, &made.k_out}) {
    if (rope::kernel::present(*t) && !rope::kernel::empty(*t)) {
      t->dtype == ROPE_F32 ? write_gaps<std::uint32_t>(*t) : write_gaps<std::uint16_t>(*t);
    }
  }
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<GapWriter>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
