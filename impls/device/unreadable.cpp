// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A device without hardware: the host cannot address its memory, and nothing has happened before synchronize.
#include "impls/device/unreadable.hpp"

namespace {

struct Unreadable : rope::device::UnreadableKernel {
  static constexpr const char* name = "unreadable";
  static constexpr const char* summary = "one-rounding on a device whose memory the host cannot address";
};

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  static const rope_impl_api api = rope::device::UnreadablePlugin<Unreadable>::api();
  return abi_version == ROPE_IMPL_ABI_VERSION ? &api : nullptr;
}
