// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What every bundled plug-in says of itself: the masks of describe, and calls that it promises to take.
#pragma once

#include <cstdint>

#include "rope_impl.h"

namespace rope::kernel {

/// For a plug-in that declares no contract.
struct NoContracts {
  static constexpr const rope_contract* contracts = nullptr;
  static constexpr std::uint32_t contract_count = 0;
};

/// One that keeps nothing but its handles, which apply only reads.
template <class Definition>
concept ThreadSafe = requires {
  requires Definition::thread_safe;
};

template <class Definition>
rope_impl_info description() {
  rope_impl_info i{};
  i.struct_size = sizeof(i);
  i.name = Definition::name;
  i.version = "0.1.0";
  i.summary = Definition::summary;
  i.dtypes = ROPE_DTYPE_BIT(ROPE_F32) | ROPE_DTYPE_BIT(ROPE_F16) | ROPE_DTYPE_BIT(ROPE_BF16);
  i.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT) | ROPE_PAIRING_BIT(ROPE_INTERLEAVED);
  i.directions = ROPE_DIRECTION_BIT(ROPE_FORWARD) | ROPE_DIRECTION_BIT(ROPE_BACKWARD);
  i.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC) | ROPE_SOURCE_BIT(ROPE_SOURCE_INV_FREQ) |
              ROPE_SOURCE_BIT(ROPE_SOURCE_ANGLES) | ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES);
  i.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LINEAR) |
               ROPE_FAMILY_BIT(ROPE_FAMILY_DYNAMIC_NTK) | ROPE_FAMILY_BIT(ROPE_FAMILY_YARN) |
               ROPE_FAMILY_BIT(ROPE_FAMILY_LONGROPE) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3) |
               ROPE_FAMILY_BIT(ROPE_FAMILY_PROPORTIONAL);
  i.layouts =
      ROPE_LAYOUT_BIT(ROPE_BSHD) | ROPE_LAYOUT_BIT(ROPE_BHSD) | ROPE_LAYOUT_BIT(ROPE_SBHD) | ROPE_LAYOUT_BIT(ROPE_THD);
  i.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET) |
                     ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET) |
                     ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN) | ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_AXES);
  i.position_dtypes = ROPE_DTYPE_BIT(ROPE_I32) | ROPE_DTYPE_BIT(ROPE_I64);
  i.flags = ROPE_FLAG_IN_PLACE | ROPE_FLAG_STRIDED | ROPE_FLAG_PAIRING_CHANGE | ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE |
            ROPE_FLAG_QUERY_SCALE | ROPE_FLAG_NEGATIVE_POSITIONS;
  if (ThreadSafe<Definition>) i.flags |= ROPE_FLAG_THREAD_SAFE;
  i.out_of_range = Definition::out_of_range;
  i.contracts = Definition::contracts;
  i.contract_count = Definition::contract_count;
  return i;
}

/// The commonest head sizes in each dtype; what a case leaves 0 may be anything.
constexpr rope_must_support_case usual_case(rope_dtype dtype, std::uint32_t head_dim) {
  rope_must_support_case c{};
  c.struct_size = sizeof(c);
  c.dtype = dtype;
  c.head_dim = head_dim;
  c.pairing = ROPE_HALF_SPLIT;
  c.direction = ROPE_FORWARD;
  c.source = ROPE_SOURCE_PARAMETRIC;
  c.family = ROPE_FAMILY_DEFAULT;
  return c;
}

constexpr rope_must_support_case usual_cases[] = {usual_case(ROPE_F32, 64),  usual_case(ROPE_F16, 64),
                                                  usual_case(ROPE_BF16, 64), usual_case(ROPE_F32, 128),
                                                  usual_case(ROPE_F16, 128), usual_case(ROPE_BF16, 128)};

constexpr rope_must_support promised{sizeof(rope_must_support), sizeof(usual_cases) / sizeof(usual_cases[0]),
                                     usual_cases};

}  // namespace rope::kernel
