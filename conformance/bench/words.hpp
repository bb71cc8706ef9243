// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The words that the verb starts a measuring program with: the descriptor that the JSON form goes to (- for none), then
// NAME=VALUE, where lists have commas, and impl=PATH for each library.
#pragma once

#include <string>
#include <vector>

#include "conformance/bench/peers.hpp"
#include "conformance/bench/report.hpp"

namespace rope::bench::kernels {

struct Words {
  std::string json_descriptor;
  Form form = Form::text;
  int rounds = 0;
  double timeout = 0;
  int step_file = -1;  ///< a descriptor, of Deadline
  std::vector<int> threads;
  std::vector<std::string> shapes;
  std::vector<rope_dtype> dtypes;
  std::vector<rope_pairing> pairings;
  std::vector<std::string> libraries;
  std::string python;
};

/// Throws std::invalid_argument at a word that is none.
Words words_of(int argc, const char* const* argv);

/// Where the peers' workers lie: beside this program.
std::filesystem::path peers_folder();

/// Prints the tables, hands over the JSON form, says what is wrong; the exit code.
int finish(const Words& words, const Report& report, const char* program);

}  // namespace rope::bench::kernels
