// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Rounds over one shape, dtype and number of threads: each method once in each, in an order that changes.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "conformance/bench/timed.hpp"
#include "conformance/bench/units.hpp"
#include "conformance/bench/work.hpp"

namespace rope::bench::kernels {

/// Of one method. Where `left_out` says why there is nothing, there is nothing.
struct Result {
  Method method;
  std::string left_out;
  std::vector<double> seconds;       ///< of a call, in each round that it took part in
  std::vector<double> copy_seconds;  ///< of the plain copy in the same rounds
  Errors errors;                     ///< of the first call, where it rotates
};

struct Group {
  Shape shape;
  rope_dtype dtype = 0;
  int threads = 1;        ///< 0 on a device
  std::size_t bytes = 0;  ///< that are read, and that are written
  std::vector<Result> results;
};

/// The first entrant is the plain copy, which the others are held against; throws where that fails. Calls that take
/// less than a millisecond are made as often as one takes, and the time is a call's. What takes more than a fifth of a
/// second takes part in every fourth round.
Group measure(const std::vector<Entrant>& entrants, const Work& work, int threads, int rounds,
              const std::function<void(int round)>& progress);

}  // namespace rope::bench::kernels
