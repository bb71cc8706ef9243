// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: every handle keeps the call that it works on in one and the same place, so that a call on another
// thread takes its place.
#include <mutex>
#include <thread>

#include "impls/kernel/plugin.hpp"

namespace {

struct SharedScratch : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "shared-scratch";
  static constexpr const char* summary = "faulty on purpose: all handles share one scratch";
};

rope_status apply(rope_handle* handle, const rope_call* call) {
  if (call == nullptr) return ROPE_INVALID_ARGUMENT;
  static std::mutex mutex;  // the fault is what is kept, not a torn copy of it
  static rope_call kept;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    kept = rope::kernel::read(*call);
  }
  std::this_thread::yield();
  rope_call taken;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    taken = kept;
  }
  return rope::kernel::Plugin<SharedScratch>::apply(handle, &taken);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<SharedScratch>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
