// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// From /proc/cpuinfo, uname and what CMake told.
#include "reference/bench/machine.hpp"

#include <sched.h>
#include <stdlib.h>
#include <sys/utsname.h>

#include <fstream>

#include "reference/certified/isa.hpp"

namespace rope::bench {
namespace {

/// x86 has "model name"; other kernels have "Model", "Hardware" or nothing.
std::string cpu_name() {
  for (const std::string wanted : {"model name", "Model", "Hardware"}) {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);) {
      const std::size_t colon = line.find(':');
      if (colon == std::string::npos) continue;
      const std::string key = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
      const std::size_t value = line.find_first_not_of(" \t", colon + 1);
      if (key == wanted && value != std::string::npos) return line.substr(value);
    }
  }
  return "unknown";
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

/// As Linux says. glibc's sysconf adds up what all of a processor's dies have, of which a core reaches one.
std::int64_t last_cache_bytes() {
  for (const char* index : {"3", "2"}) {
    std::ifstream file(std::string("/sys/devices/system/cpu/cpu0/cache/index") + index + "/size");
    std::int64_t kibibytes = 0;
    if (file >> kibibytes && kibibytes > 0) return kibibytes * 1024;  // "32768K"
  }
  return 0;
}

}  // namespace

Machine this_machine() {
  Machine machine;
  machine.cpu = cpu_name();
  utsname names{};
  if (uname(&names) == 0) machine.architecture = names.machine;
  machine.cores = usable_cores();
  machine.cache_bytes = last_cache_bytes();
  for (const Isa isa : available_isas()) machine.isas.emplace_back(name(isa));
  machine.compiler = ROPE_CONFORM_COMPILER;
  machine.build_type = ROPE_CONFORM_BUILD_TYPE;
  double load = 0;
  if (getloadavg(&load, 1) == 1) machine.load = load;
  return machine;
}

std::string figures_are_void() {
#ifndef __OPTIMIZE__
  return "built without optimisation";
#elif defined(__SANITIZE_ADDRESS__) || defined(ROPE_CONFORM_SANITIZED)
  return "built with sanitizers";
#else
  return {};
#endif
}

}  // namespace rope::bench
