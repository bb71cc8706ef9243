// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform-bench-cpu: a program of its own, so that what it times is loaded into no process of the tool's, whose
// verb `bench cpu` starts it with the words of words.hpp.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>
#include <string_view>

#include "conformance/bench/host_methods.hpp"
#include "conformance/bench/words.hpp"
#include "reference/bench/while_measuring.hpp"
#include "reference/fp_environment.hpp"

namespace {

using namespace rope::bench::kernels;
using rope::bench::end_progress;
using rope::bench::show_progress;

constexpr const char* program = "rope-conform-bench-cpu";

Report bench(const Words& words, const std::vector<Plugin>& plugins) {
  Report report;
  report.machine = rope::bench::this_machine();
  report.void_because = rope::bench::figures_are_void();
  report.rounds = words.rounds;
  for (const Plugin& plugin : plugins) report.plugins.push_back(plugin.name());
  const PeerOptions options{
      words.python, peers_folder(), {"torch", "onnxruntime", "jax", "ggml"}, false, words.timeout};
  for (const std::string& shape : words.shapes) {
    for (const int threads : words.threads) {
      for (const rope_dtype dtype : words.dtypes) {
        const Work work(shape_of(shape, dtype, report.machine.cache_bytes), dtype);
        const Array out(work.bytes);
        std::vector<Entrant> entrants = host_entrants(plugins, words.pairings, work, out, threads);
        const auto progress = [&](int round) {
          show_progress(fmt::format("{}, {} threads, {}", shape, threads, dtype_name(dtype)), round, words.rounds);
        };
        progress(-1);
        const Peers peers(options, work, words.pairings, threads);
        report.add_peers(peers.libraries());
        for (Entrant& entrant : peers.entrants()) entrants.push_back(std::move(entrant));
        report.groups.push_back(measure(entrants, work, threads, words.rounds, progress));
      }
    }
  }
  end_progress();
  return report;
}

int complain(std::string_view what, int code = 4) {
  fmt::print(stderr, "{}: {}\n", program, what);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const Words words = words_of(argc, argv);
    if (const auto problem = rope::fp_environment_problem()) return complain(*problem);
    Deadline deadline(words.timeout, words.step_file);
    std::vector<Plugin> plugins;
    for (const std::string& library : words.libraries) {
      try {
        plugins.emplace_back(library, false, deadline);
      } catch (const std::runtime_error& error) {
        return complain(error.what(), 3);
      }
    }
    return finish(words, bench(words, plugins), program);
  } catch (const std::bad_alloc&) {
    return complain("not enough memory: the largest shape takes eight times the last cache");
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
