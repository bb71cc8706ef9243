// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The positions that a spec allows.
#pragma once

#include <algorithm>
#include <cstdint>

#include "impls/kernel/host_device.hpp"
#include "impls/kernel/source.hpp"
#include "rope_impl.h"

namespace rope::kernel {

/// [first, end), never empty.
struct Range {
  std::int64_t first;
  std::int64_t end;

  ROPE_HD bool contains(std::int64_t position) const { return first <= position && position < end; }
  ROPE_HD std::int64_t nearest(std::int64_t position) const { return std::clamp(position, first, end - 1); }
};

inline Range range_of(const rope_spec& spec) {
  return {has_rows(spec.angles) ? 0 : -spec.max_position, spec.max_position};
}

}  // namespace rope::kernel
