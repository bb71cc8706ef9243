// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which instruction sets this machine has, and the loops compiled for each.
#include "impls/cpu/fused/kernels.hpp"

#ifdef ROPE_FUSED_X86_64
#include <cpuid.h>
#endif

namespace rope::fused {
namespace {

#ifdef ROPE_FUSED_X86_64
/// clang 14's __builtin_cpu_supports does not know it. That the system keeps the registers, "avx2" has asked.
bool has_f16c() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_F16C) != 0;
}

bool has_v3() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") != 0 && has_f16c();
}

bool has_v4() {
  return has_v3() && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}
#endif

}  // namespace

std::vector<Isa> available_isas() {
  std::vector<Isa> here{Isa::baseline};
#ifdef ROPE_FUSED_X86_64
  if (has_v3()) here.push_back(Isa::v3);
  if (has_v4()) here.push_back(Isa::v4);
#endif
  return here;
}

const Kernels& kernels(Isa isa) {
#ifdef ROPE_FUSED_X86_64
  if (isa == Isa::v3) return kernels_v3;
  if (isa == Isa::v4) return kernels_v4;
#endif
  static_cast<void>(isa);
  return kernels_baseline;
}

}  // namespace rope::fused
