// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The suite's side of driving an implementation: everything foreign happens in a worker process (docs/protocol.md), and
// whatever happens to that process comes back as an ordinary answer.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "conformance/driving/rotate_request.hpp"
#include "impls/include/rope_impl.h"
#include "reference/dtype.hpp"

namespace rope::conformance {

struct DriverOptions {
  std::filesystem::path worker;  ///< the worker's executable
  double timeout_scale = 1;      ///< multiplies every deadline
  /// Asked a few times a second while the worker is waited for; true ends the worker, and the answer is timed_out. May
  /// be empty.
  std::function<bool()> interrupted = {};
};

/// What the implementation says of itself; masks as in rope_impl.h.
struct Description {
  std::string name, version, summary;
  std::uint64_t dtypes = 0, pairings = 0, directions = 0, sources = 0, families = 0, layouts = 0, position_kinds = 0,
                position_dtypes = 0, flags = 0;
  std::uint32_t out_of_range = 0, alignment = 0;
  std::vector<std::pair<DType, std::string>> contracts;
  bool streams = false;                              ///< the extension rope.streams
  std::vector<rope_must_support_case> must_support;  ///< the extension rope.must_support
  std::string fp_environment;  ///< what loading left changed ("dlopen left flush-to-zero on"); empty where nothing
  std::vector<std::string>
      unknown_claims;  ///< what a later header has, perhaps: "bits 0x400 of describe's field flags"

  bool has(DType dtype) const;
  bool has(Pairing pairing) const;
};

/// Why a library cannot be used: what was expected, what was found, what to do next. Exit code 3.
struct LoadProblem {
  std::string message;
};

class DrivenPlugin;

/// One implementation, driven through one worker at a time. A worker that died is replaced on the next request, and so
/// is one in which an implementation with device memory returned ROPE_ERROR. Not thread-safe. The destructor ends the
/// worker.
class Driver {
 public:
  Driver(DriverOptions options, std::filesystem::path library);
  ~Driver();
  Driver(const Driver&) = delete;
  Driver& operator=(const Driver&) = delete;

  /// Starts the worker and loads the library. A crash or a hang while loading is a LoadProblem too.
  std::variant<Description, LoadProblem> load();

  /// query, prepare (reused while the spec and what is supplied stay the same), apply. Requires a successful load().
  RotateAnswer rotate(const RotateRequest& request);

  /// Cases of the extension rope.must_support that query says no to, a sentence each. `listed`: how many there are.
  struct MustSupport {
    std::size_t listed = 0;
    std::vector<std::string> refused;
    std::vector<std::string> not_asked;  ///< cases that are no call of this version, likewise
    std::string problem;                 ///< why they could not be asked; empty where they could
  };
  MustSupport must_support();

  /// Ends the worker and tells what went wrong while its handles were closed and its process ended; status ok where
  /// nothing did, or where there is no worker that serves. The next request starts a new one.
  RotateAnswer end();

  /// What the implementation wrote to stdout and stderr so far, at most 64 KiB.
  std::string captured_output() const;

  /// How many times a worker had to be replaced.
  int restarts() const;

 private:
  std::optional<RotateAnswer> without_worker();

  DriverOptions options_;
  std::filesystem::path library_;
  std::unique_ptr<DrivenPlugin> worker_;
  std::string output_of_dead_workers_;
  int restarts_ = 0;
};

}  // namespace rope::conformance
