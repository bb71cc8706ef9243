// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A run of bench cpu or bench gpu as data, its renderings, and what is wrong with it.
#pragma once

#include <string>
#include <vector>

#include "conformance/bench/measure.hpp"
#include "conformance/bench/peers.hpp"
#include "reference/bench/machine.hpp"

namespace rope::bench::kernels {

struct Device {
  std::string name;  ///< empty: a CPU
  int multiprocessors = 0;
  std::int64_t cache_bytes = 0, memory_bytes = 0;
  double peak_gigabytes_per_second = 0;  ///< of its memory by clock and width; 0: unknown
};

struct Report {
  Machine machine;
  Device device;
  std::string void_because;  ///< figures_are_void()
  int rounds = 0;
  std::vector<std::string> plugins;  ///< names
  std::vector<PeerLibrary> peers;    ///< as they were found the first time, and each reason why not
  std::vector<Group> groups;         ///< those of one shape and number of threads follow each other

  bool on_device() const { return !device.name.empty(); }
  void add_peers(const std::vector<PeerLibrary>& found);
};

enum class Form : std::uint8_t { text, markdown };

/// Text for a terminal of 80 columns, or tables to paste into a page.
std::string tables_of(const Report& report, Form form);

/// Keys are stable within a schema version; docs/performance.md lists them.
std::string json_text(const Report& report);

/// What must be said of the plug-ins: those of which nothing was measured, and those whose outputs are wrong. Peers are
/// not on trial.
struct Outcome {
  std::vector<std::string> unmeasured, wrong;  ///< a sentence each
  int exit_code() const;                       ///< 4, 1 or 0
};
Outcome outcome_of(const Report& report);

}  // namespace rope::bench::kernels
