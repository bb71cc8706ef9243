// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rotates correctly and leaves the floating-point environment changed.
#include <cfenv>
#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "impls/hostile/honest.hpp"

namespace {

struct LeavesFtzOn : rope::hostile::Honest {
  static constexpr const char* name = "leaves-ftz-on";
};
using Base = rope::kernel::Plugin<LeavesFtzOn>;

/// Flush-to-zero and denormals-are-zero where there is an MXCSR; elsewhere another rounding mode.
void change_environment() {
#if defined(__SSE2__)
  _mm_setcsr(_mm_getcsr() | 0x8040U);
#else
  std::fesetround(FE_UPWARD);
#endif
}

rope_status apply(rope_handle* handle, const rope_call* call) {
  const rope_status status = Base::apply(handle, call);
  change_environment();
  return status;
}

}  // namespace

const rope_impl_api* rope_impl_entry(std::uint32_t abi_version) {
  return rope::kernel::changed_entry<LeavesFtzOn>(abi_version, [](rope_impl_api& table) { table.apply = apply; });
}
