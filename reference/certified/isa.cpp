// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of the instruction sets, and which of them this machine has.
#include "reference/certified/isa.hpp"

#include <array>

namespace rope {
namespace {

constexpr std::array all_isas{Isa::portable, Isa::v2, Isa::v3, Isa::v4};

bool runs_here(Isa isa) {
#ifdef ROPE_CERTIFIED_X86_64
  __builtin_cpu_init();
  switch (isa) {
    case Isa::portable:
      return true;
    case Isa::v2:
      return __builtin_cpu_supports("sse4.2") != 0 && __builtin_cpu_supports("popcnt") != 0;
    case Isa::v3:
      return runs_here(Isa::v2) && __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
             __builtin_cpu_supports("bmi") != 0 && __builtin_cpu_supports("bmi2") != 0;
    case Isa::v4:
      return runs_here(Isa::v3) && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
             __builtin_cpu_supports("avx512cd") != 0 && __builtin_cpu_supports("avx512dq") != 0 &&
             __builtin_cpu_supports("avx512vl") != 0;
  }
  return false;
#else
  return isa == Isa::portable;
#endif
}

}  // namespace

std::string_view name(Isa isa) {
  switch (isa) {
    case Isa::portable:
      return "portable";
    case Isa::v2:
      return "v2";
    case Isa::v3:
      return "v3";
    case Isa::v4:
      return "v4";
  }
  return {};
}

std::optional<Isa> isa_from_name(std::string_view text) {
  for (const Isa isa : all_isas) {
    if (name(isa) == text) return isa;
  }
  return std::nullopt;
}

std::vector<Isa> available_isas() {
  std::vector<Isa> result;
  for (const Isa isa : all_isas) {
    if (runs_here(isa)) result.push_back(isa);
  }
  return result;
}

Isa best_isa() {
  return available_isas().back();
}

}  // namespace rope
