// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the unreadable device says of itself beyond rope_impl.h, so that tests see what was never given back.
#pragma once

#include <cstdint>

namespace rope::device {

/// The id for rope_impl_api.extension, revision 1.
inline constexpr const char* unreadable_state_id = "rope_conform.unreadable_state";

struct UnreadableState {
  std::uint32_t struct_size;
  std::uint32_t reserved;
  std::uint64_t (*allocations)();   ///< not released
  std::uint64_t (*streams)();       ///< not destroyed, without the default one
  std::uint64_t (*queued_calls)();  ///< of all streams
};

}  // namespace rope::device
