// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounds over one shape, dtype and number of threads: each method once in each, in an order that changes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/bench/plugin.hpp"
#include "conformance/bench/work.hpp"

namespace rope::bench::cpu {

/// One line of the report. The first is memcpy, which the others are compared with.
struct Method {
  enum class Kind : std::uint8_t { plain_copy, stream_copy, plugin } kind;
  std::size_t plugin = 0;  ///< in the list of plug-ins
  rope_pairing pairing = 0;
  bool in_place = false;
};

/// Of one method. Where `left_out` says why there is nothing, there is nothing.
struct Result {
  std::string left_out;
  std::vector<double> seconds;         ///< of a call, in each round that it took part in
  std::vector<double> memcpy_seconds;  ///< in the same rounds
  double units = 0;                    ///< plug-ins: units.hpp, of the first call
};

struct Group {
  Shape shape;
  rope_dtype dtype = 0;
  int threads = 1;
  std::size_t bytes = 0;  ///< that are read, and that are written
  std::vector<Result> results;
};

std::vector<Method> methods_of(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings);

/// Calls that take less than a millisecond are made as often as one takes, and the time is a call's. What takes more
/// than a fifth of a second takes part in every fourth round.
Group measure(const std::vector<Method>& methods, const std::vector<Plugin>& plugins, const Work& work, int threads,
              int rounds, const std::function<void(int round)>& progress);

}  // namespace rope::bench::cpu
