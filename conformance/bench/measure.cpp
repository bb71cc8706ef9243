// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of a round comes from a fixed seed: which method runs after which is the same in every run.
#include "conformance/bench/measure.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <random>
#include <stdexcept>
#include <thread>

#include "reference/bench/spread.hpp"

namespace rope::bench::kernels {
namespace {

constexpr double short_time = 1e-3, long_time = 0.2;
constexpr int rounds_of_the_slow = 4;
/// Threads of a process that has just been measured wait busily for a while; what comes next is not to pay for that.
constexpr std::chrono::milliseconds settling{5};

struct Runner {
  std::unique_ptr<Timed> timed;
  int repeats = 1;
  bool slow = false;
};

void leave_out(Result& result, const std::runtime_error& error) {
  const Method method = result.method;
  result = Result{};
  result.method = method;
  result.left_out = error.what();
}

/// The first call, on fresh inputs, whose outputs are looked at, and one more that decides how it is timed.
void warm_up(const Entrant& entrant, const Work& work, Runner& runner, Result& result) {
  runner.timed = entrant.start();
  const std::vector<char> outputs = runner.timed->first();
  if (entrant.method.rotates()) result.errors = errors_of(work, entrant.method.pairing, outputs);
  const double once = runner.timed->seconds_of(1);
  runner.slow = once > long_time;
  runner.repeats = once < short_time ? static_cast<int>(std::min(1000.0, short_time / std::max(once, 1e-7))) + 1 : 1;
}

}  // namespace

Group measure(const std::vector<Entrant>& entrants, const Work& work, int threads, int rounds,
              const std::function<void(int)>& progress) {
  Group group{work.shape, work.dtype, threads, work.bytes, {}};
  group.results.resize(entrants.size());
  std::vector<Runner> runners(entrants.size());
  progress(-1);
  for (std::size_t m = 0; m < entrants.size(); ++m) {
    group.results[m].method = entrants[m].method;
    try {
      warm_up(entrants[m], work, runners[m], group.results[m]);
    } catch (const std::runtime_error& error) {
      if (m == 0) throw;
      leave_out(group.results[m], error);
    }
  }
  runners[0].slow = false;  // the plain copy stands in every round: the others are held against it
  std::mt19937 generator(1);
  for (int round = 0; round < rounds; ++round) {
    progress(round);
    std::vector<double> times(entrants.size(), -1);
    for (const std::size_t m : shuffled_order(entrants.size(), generator)) {
      if (!group.results[m].left_out.empty() || (runners[m].slow && round % rounds_of_the_slow != 0)) continue;
      try {
        times[m] = runners[m].timed->seconds_of(runners[m].repeats);
      } catch (const std::runtime_error& error) {
        if (m == 0) throw;
        leave_out(group.results[m], error);
      }
      if (entrants[m].method.kind == Method::Kind::peer) std::this_thread::sleep_for(settling);
    }
    for (std::size_t m = 0; m < entrants.size(); ++m) {
      if (times[m] < 0) continue;
      group.results[m].seconds.push_back(times[m]);
      group.results[m].copy_seconds.push_back(times[0]);
    }
  }
  return group;
}

}  // namespace rope::bench::kernels
