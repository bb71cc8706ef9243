// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform-bench-cpu: a program of its own, so that what it times is loaded into no process of the tool's, whose
// verb `bench cpu` starts it with words: the descriptor that the JSON form goes to (- for none), text or markdown,
// rounds, then lists with commas of threads, shapes, dtypes and pairings, and a library a word.
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <exception>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "conformance/bench/report.hpp"
#include "reference/bench/while_measuring.hpp"
#include "reference/fp_environment.hpp"

namespace {

using namespace rope::bench::cpu;
using rope::bench::end_progress;
using rope::bench::show_progress;
using rope::bench::write_all;

constexpr int first_library = 8;

std::vector<std::string> words_of(const std::string& list) {
  std::vector<std::string> out;
  std::istringstream words(list);
  for (std::string word; std::getline(words, word, ',');) out.push_back(word);
  return out;
}

rope_dtype dtype_of(const std::string& name) {
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    if (name == dtype_name(dtype)) return dtype;
  }
  throw std::invalid_argument("no dtype is called " + name);
}

rope_pairing pairing_of(const std::string& name) {
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    if (name == pairing_name(pairing)) return pairing;
  }
  throw std::invalid_argument("no pairing is called " + name);
}

Report bench(int rounds, const std::string& threads, const std::string& shapes, const std::string& dtypes,
             const std::string& pairings, const std::vector<Plugin>& plugins) {
  Report report;
  report.machine = rope::bench::this_machine();
  report.void_because = rope::bench::figures_are_void();
  report.rounds = rounds;
  for (const Plugin& plugin : plugins) report.plugins.push_back(plugin.name());
  std::vector<rope_pairing> asked;
  for (const std::string& pairing : words_of(pairings)) asked.push_back(pairing_of(pairing));
  report.methods = methods_of(plugins, asked);
  for (const std::string& shape : words_of(shapes)) {
    for (const std::string& count : words_of(threads)) {
      for (const std::string& name : words_of(dtypes)) {
        const rope_dtype dtype = dtype_of(name);
        const Work work(shape_of(shape, dtype, report.machine.cache_bytes), dtype);
        report.groups.push_back(measure(report.methods, plugins, work, std::stoi(count), rounds, [&](int round) {
          show_progress(fmt::format("{}, {} threads, {}", shape, count, name), round, rounds);
        }));
      }
    }
  }
  end_progress();
  return report;
}

int complain(std::string_view what, int code = 4) {
  fmt::print(stderr, "rope-conform-bench-cpu: {}\n", what);
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < first_library) return complain("this is started by: rope-conform bench cpu");
  const std::vector<std::string> words(argv, argv + argc);
  try {
    if (const auto problem = rope::fp_environment_problem()) return complain(*problem);
    std::vector<Plugin> plugins;
    for (std::size_t i = first_library; i < words.size(); ++i) {
      try {
        plugins.emplace_back(words[i]);
      } catch (const std::runtime_error& error) {
        return complain(error.what(), 3);
      }
    }
    const Report report = bench(std::stoi(words[3]), words[4], words[5], words[6], words[7], plugins);
    fmt::print("{}", tables_of(report, words[2] == "markdown" ? Form::markdown : Form::text));
    if (std::fflush(stdout) != 0) return complain("cannot write to standard output: is the disk full?");
    if (words[1] != "-") write_all(std::stoi(words[1]), json_text(report));
    return 0;
  } catch (const std::bad_alloc&) {
    return complain("not enough memory: the largest shape takes eight times the last cache");
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
