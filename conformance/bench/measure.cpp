// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The order of a round comes from a fixed seed: which method runs after which is the same in every run.
#include "conformance/bench/measure.hpp"

#include <omp.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <stdexcept>

#include "conformance/bench/memory.hpp"
#include "conformance/bench/units.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::cpu {
namespace {

constexpr double short_time = 1e-3, long_time = 0.2;
constexpr int rounds_of_the_slow = 4;

struct Timed {
  std::function<void()> call;
  int repeats = 1;
  bool slow = false;
};

double time_of(const Timed& timed) {
  return seconds([&] {
           for (int n = 0; n < timed.repeats; ++n) timed.call();
         }) /
         timed.repeats;
}

std::function<void()> call_of(const Method& method, const std::vector<Plugin>& plugins, const Work& work, int threads) {
  const auto copy = method.kind == Method::Kind::plain_copy ? plain_copy : stream_copy;
  if (method.kind != Method::Kind::plugin) {
    return [&work, copy, threads] { copy(work.in.data(), work.out.data(), work.bytes, threads); };
  }
  const auto prepared = std::make_shared<PreparedCall>(plugins[method.plugin], method.pairing, work, method.in_place);
  return [prepared] { (*prepared)(); };
}

/// The first call, on fresh inputs, whose outputs are looked at, and one more that decides how it is timed.
void warm_up(const Method& method, const Work& work, Timed& timed, Result& result) {
  std::memcpy(work.out.data(), work.in.data(), work.bytes);
  timed.call();
  if (method.kind == Method::Kind::plugin) result.units = worst_units(work, method.pairing, work.out.data());
  const double once = seconds(timed.call);
  timed.slow = once > long_time;
  timed.repeats = once < short_time ? static_cast<int>(std::min(1000.0, short_time / std::max(once, 1e-7))) + 1 : 1;
}

}  // namespace

std::vector<Method> methods_of(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings) {
  std::vector<Method> all{{Method::Kind::plain_copy}};
  if (has_stream_copy()) all.push_back({Method::Kind::stream_copy});
  for (std::size_t plugin = 0; plugin < plugins.size(); ++plugin) {
    for (const rope_pairing pairing : pairings) {
      for (const bool in_place : {false, true}) all.push_back({Method::Kind::plugin, plugin, pairing, in_place});
    }
  }
  return all;
}

Group measure(const std::vector<Method>& methods, const std::vector<Plugin>& plugins, const Work& work, int threads,
              int rounds, const std::function<void(int)>& progress) {
  Group group{work.shape, work.dtype, threads, work.bytes, {}};
  group.results.resize(methods.size());
  std::vector<Timed> timed(methods.size());
  omp_set_num_threads(threads);  // also the number that a plug-in's OpenMP starts from this thread
  progress(-1);
  for (std::size_t m = 0; m < methods.size(); ++m) {
    try {
      timed[m].call = call_of(methods[m], plugins, work, threads);
      warm_up(methods[m], work, timed[m], group.results[m]);
    } catch (const std::runtime_error& error) {
      group.results[m].left_out = error.what();
    }
  }
  timed[0].slow = false;  // memcpy stands in every round: the others are held against its
  std::mt19937 generator(1);
  for (int round = 0; round < rounds; ++round) {
    progress(round);
    std::vector<double> times(methods.size(), -1);
    for (const std::size_t m : shuffled_order(methods.size(), generator)) {
      if (!group.results[m].left_out.empty() || (timed[m].slow && round % rounds_of_the_slow != 0)) continue;
      times[m] = time_of(timed[m]);
    }
    for (std::size_t m = 0; m < methods.size(); ++m) {
      if (times[m] < 0) continue;
      group.results[m].seconds.push_back(times[m]);
      group.results[m].memcpy_seconds.push_back(times[0]);
    }
  }
  return group;
}

}  // namespace rope::bench::cpu
