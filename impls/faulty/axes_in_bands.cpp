// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: axes that take turns are dealt out in bands, each with as many pairs as it should have.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "impls/kernel/plugin.hpp"

namespace {

struct AxesInBands : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "axes-in-bands";
  static constexpr const char* summary = "faulty on purpose: axes that take turns are read as bands of pairs";
};
using Base = rope::kernel::Plugin<AxesInBands>;

rope_status apply(rope_handle* handle, const rope_call* call) {
  if (handle == nullptr || call == nullptr) return Base::apply(handle, call);
  rope_call read = rope::kernel::read_call(*call);
  std::vector<std::uint32_t> bands;
  if (read.positions.kind == ROPE_POSITIONS_AXES && read.positions.pair_axis != nullptr) {
    const auto& own = *reinterpret_cast<rope::kernel::Handle<AxesInBands::Frequency>*>(handle);
    bands.assign(read.positions.pair_axis, read.positions.pair_axis + own.model.spec.rotary_dim / 2);
    std::sort(bands.begin(), bands.end());
    read.positions.pair_axis = bands.data();
  }
  return Base::apply(handle, &read);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<AxesInBands>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
