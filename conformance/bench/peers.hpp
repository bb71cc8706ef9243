// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What users would pick instead: libraries of a Python environment, each in a worker of its own, so that one that dies
// takes no other with it and pools of threads do not mix.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "conformance/bench/timed.hpp"
#include "conformance/bench/work.hpp"

namespace rope::bench::kernels {

/// How peers are asked.
struct PeerOptions {
  std::string python;            ///< the interpreter; empty: no peers
  std::filesystem::path folder;  ///< where peers/worker.py lies
  std::vector<std::string> libraries;
  bool on_device = false;
  double timeout = 0;  ///< seconds of a call; preparing and compiling have ten times as long
};

/// One library, as it was found: for the head of the report.
struct PeerLibrary {
  std::string name, version;
  std::string note;      ///< of its threads, or of its device
  std::string left_out;  ///< why nothing of it was measured

  friend bool operator==(const PeerLibrary&, const PeerLibrary&) = default;
};

/// The workers of one Work, which must outlive them.
class Peers {
 public:
  Peers(const PeerOptions& options, const Work& work, const std::vector<rope_pairing>& pairings, int threads);
  ~Peers();

  std::vector<Entrant> entrants() const;
  const std::vector<PeerLibrary>& libraries() const { return libraries_; }

  class Session;

 private:
  std::vector<std::shared_ptr<Session>> sessions_;
  std::vector<PeerLibrary> libraries_;
};

}  // namespace rope::bench::kernels
