// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the figures were measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rope::bench {

struct Machine {
  std::string cpu;           ///< as /proc/cpuinfo names it
  std::string architecture;  ///< "x86_64"
  int cores = 0;             ///< that this process may use
  std::vector<std::string> isas;
  std::int64_t cache_bytes = 0;  ///< the largest cache that a core reaches; 0: unknown
  std::string compiler;          ///< "GNU 12.2.0"
  std::string build_type;        ///< "Release"
  double load = -1;              ///< average of the last minute when the measurement began; negative: unknown
};

Machine this_machine();

/// Why figures of this build say little; empty where they are fit to be quoted.
std::string figures_are_void();

}  // namespace rope::bench
