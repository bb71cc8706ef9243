// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform-bench-gpu: a program of its own, so that the suite links no CUDA. The verb `bench gpu` starts it with
// the words of conformance/bench/words.hpp.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "conformance/bench/gpu/device_methods.hpp"
#include "conformance/bench/gpu/runtime.hpp"
#include "conformance/bench/words.hpp"
#include "reference/bench/while_measuring.hpp"
#include "reference/fp_environment.hpp"

namespace {

using namespace rope::bench::kernels;
using rope::bench::end_progress;
using rope::bench::show_progress;

constexpr const char* program = "rope-conform-bench-gpu";
/// Inputs of longer shapes repeat these on the device: on the host they would take tens of gigabytes.
constexpr std::int64_t most_held = 4096;

int complain(std::string_view what, int code = 4) {
  fmt::print(stderr, "{}: {}\n", program, what);
  return code;
}

/// A shape that the device has no room for is said, and the others are measured.
std::optional<DeviceArrays> arrays_of(const Work& work, const Device& device) {
  try {
    return std::optional<DeviceArrays>(std::in_place, work, device);
  } catch (const std::runtime_error& error) {
    end_progress();
    complain(fmt::format("left out: {}, {}: two arrays of {:.1f} GB: {}", work.shape.name, dtype_name(work.dtype),
                         1e-9 * static_cast<double>(work.bytes), error.what()));
    return std::nullopt;
  }
}

Report bench(const Words& words, const Device& device, const std::vector<Plugin>& plugins, Deadline& deadline) {
  Report report;
  report.machine = rope::bench::this_machine();
  report.device = device;
  report.void_because = rope::bench::figures_are_void();
  report.rounds = words.rounds;
  for (const Plugin& plugin : plugins) report.plugins.push_back(plugin.name());
  const PeerOptions options{words.python, peers_folder(), {"torch", "triton"}, true, words.timeout};
  DeviceClock clock;
  for (const std::string& shape : words.shapes) {
    for (const rope_dtype dtype : words.dtypes) {
      const Work work(shape_of(shape, dtype, 0), dtype, most_held);
      const auto progress = [&](int round) {
        show_progress(fmt::format("{}, {}", shape, dtype_name(dtype)), round, words.rounds);
      };
      progress(-1);
      const std::optional<DeviceArrays> arrays = arrays_of(work, device);
      if (!arrays) continue;
      std::vector<Entrant> entrants = device_entrants(plugins, words.pairings, work, *arrays, clock, deadline);
      const Peers peers(options, work, words.pairings, 0);
      report.add_peers(peers.libraries());
      for (Entrant& entrant : peers.entrants()) entrants.push_back(std::move(entrant));
      report.groups.push_back(measure(entrants, work, 0, words.rounds, progress));
    }
  }
  end_progress();
  return report;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Words words = words_of(argc, argv);
    if (const auto problem = rope::fp_environment_problem()) return complain(*problem);
    Deadline deadline(words.timeout, words.step_file);
    std::optional<Device> device;
    try {
      const Deadline::Step step(deadline, "the CUDA driver, starting", 4);
      device = runtime::this_device();
    } catch (const std::runtime_error& error) {
      return complain(
          fmt::format("expected a GPU that CUDA can use, found: {}. Next: run this where nvidia-smi lists one; bench "
                      "cpu needs none",
                      error.what()));
    }
    std::vector<Plugin> plugins;
    for (const std::string& library : words.libraries) {
      try {
        plugins.emplace_back(library, true, deadline);
      } catch (const std::runtime_error& error) {
        return complain(error.what(), 3);
      }
    }
    return finish(words, bench(words, *device, plugins, deadline), program);
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
