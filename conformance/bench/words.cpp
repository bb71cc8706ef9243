// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What the two measuring programs, for CPUs and for GPUs, begin and end with.
#include "conformance/bench/words.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <sstream>
#include <stdexcept>

#include "reference/bench/while_measuring.hpp"

namespace rope::bench::kernels {
namespace {

std::vector<std::string> parts_of(const std::string& list) {
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

}  // namespace

Words words_of(int argc, const char* const* argv) {
  if (argc < 2) throw std::invalid_argument("this is started by: rope-conform bench");
  Words out;
  out.json_descriptor = argv[1];
  for (int i = 2; i < argc; ++i) {
    const std::string word = argv[i];
    const std::size_t at = word.find('=');
    const std::string name = word.substr(0, at), value = at == std::string::npos ? "" : word.substr(at + 1);
    if (name == "form") {
      out.form = value == "markdown" ? Form::markdown : Form::text;
    } else if (name == "rounds") {
      out.rounds = std::stoi(value);
    } else if (name == "timeout") {
      out.timeout = std::stod(value);
    } else if (name == "step") {
      out.step_file = std::stoi(value);
    } else if (name == "threads") {
      for (const std::string& part : parts_of(value)) out.threads.push_back(std::stoi(part));
    } else if (name == "shapes") {
      out.shapes = parts_of(value);
    } else if (name == "dtypes") {
      for (const std::string& part : parts_of(value)) out.dtypes.push_back(dtype_of(part));
    } else if (name == "pairings") {
      for (const std::string& part : parts_of(value)) out.pairings.push_back(pairing_of(part));
    } else if (name == "peers") {
      out.python = value;
    } else if (name == "impl") {
      out.libraries.push_back(value);
    } else {
      throw std::invalid_argument("no word is called " + name);
    }
  }
  return out;
}

std::filesystem::path peers_folder() {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / "rope-conform-bench-peers";
}

int finish(const Words& words, const Report& report, const char* program) {
  fmt::print("{}", tables_of(report, words.form));
  if (std::fflush(stdout) != 0) throw std::runtime_error("cannot write to standard output: is the disk full?");
  const Outcome outcome = outcome_of(report);
  for (const auto* sentences : {&outcome.unmeasured, &outcome.wrong}) {
    for (const std::string& sentence : *sentences) fmt::print(stderr, "{}: {}\n", program, sentence);
  }
  if (words.json_descriptor != "-") write_all(std::stoi(words.json_descriptor), json_text(report));
  return outcome.exit_code();
}

}  // namespace rope::bench::kernels
