// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrong in one way: a handle keeps the call that it works on, although it claims that several threads may use it at
// once.
#include <map>
#include <mutex>
#include <thread>

#include "impls/kernel/plugin.hpp"

namespace {

struct HandleScratch : rope::kernel::OneRoundingArithmetic, rope::kernel::NoContracts {
  static constexpr const char* name = "handle-scratch";
  static constexpr const char* summary = "faulty on purpose: one scratch for each handle, and ROPE_FLAG_THREAD_SAFE";
  static constexpr bool thread_safe = true;
};

rope_status apply(rope_handle* handle, const rope_call* call) {
  if (call == nullptr) return ROPE_INVALID_ARGUMENT;
  static std::mutex mutex;  // the fault is what is kept, not a torn copy of it
  static std::map<rope_handle*, rope_call> kept;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    kept[handle] = rope::kernel::read(*call);
  }
  std::this_thread::yield();
  rope_call taken;
  {
    const std::lock_guard<std::mutex> lock(mutex);
    taken = kept[handle];
  }
  return rope::kernel::Plugin<HandleScratch>::apply(handle, &taken);
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<HandleScratch>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
