// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Faulty: the unreadable device with a synchronize that does not wait, so that outputs hold what they held before.
#include "impls/device/unreadable.hpp"

namespace {

struct UnreadableNoWait : rope::device::UnreadableKernel {
  static constexpr const char* name = "unreadable-no-wait";
  static constexpr const char* summary = "wrong on purpose: synchronize returns before the work has happened";
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  static const rope_impl_api api = rope::device::UnreadablePlugin<UnreadableNoWait, false>::api();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
