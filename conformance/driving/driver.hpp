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

#include "conformance/driving/arrangement.hpp"
#include "impls/include/rope_impl.h"
#include "reference/dtype.hpp"
#include "reference/exact.hpp"
#include "reference/spec.hpp"

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

  bool has(DType dtype) const;
  bool has(Pairing pairing) const;
};

/// Why a library cannot be used: what was expected, what was found, what to do next. Exit code 3.
struct LoadProblem {
  std::string message;
};

/// One rotation of q and k, in logical order: tensors are [batch][tokens][heads][head_dim] as bit patterns of `dtype`,
/// whatever lies in memory. `arrangement` says how it is asked.
struct RotateRequest {
  Spec spec;
  std::int64_t max_position = 0;  ///< what prepare is told
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  std::optional<Pairing> pairing_out = std::nullopt;  ///< where outputs are permuted; else that of the inputs
  Direction direction = Direction::forward;
  double query_scale = 1;
  int batch = 1;
  /// [batch][tokens]; with pair_axis [axes][batch][tokens].
  std::vector<std::int64_t> positions;
  int q_heads = 0;
  int k_heads = 0;  ///< 0: q alone
  std::vector<std::uint32_t> q, k;
  /// Packed sequences: how many tokens each has, batch 1. Each one's positions are consecutive; they are given by
  /// cu_seqlens and, where one does not begin at 0, start_positions.
  std::vector<std::int64_t> sequences;
  std::vector<std::uint32_t> pair_axis;  ///< several position axes: which one each pair takes
  /// Positions may lie outside what prepare was told.
  bool out_of_range = false;
  Arrangement arrangement;

  /// Tokens of one row.
  std::size_t tokens() const;
  std::size_t axes() const;
};

struct RotateAnswer {
  enum class Status {
    ok,
    unsupported,  ///< by claim or by query; message is the implementation's reason
    failed,       ///< a function returned an error; message has status and last_error
    crashed,      ///< message names the signal or exit status and the function that was running
    timed_out,    ///< message names the function and the deadline
  };
  Status status = Status::failed;
  std::string message;
  std::string function;                    ///< where status is failed: which function of rope_impl.h
  std::int32_t returned = 0;               ///< and the rope_status that it returned
  bool wrote_outputs = false;              ///< and whether outputs are not as they were, in host memory
  Arrangement used;                        ///< with nothing left to choose; where status is ok
  std::vector<std::uint32_t> q, k;         ///< outputs, as the inputs
  std::vector<std::string> memory_faults;  ///< "wrote 12 bytes before q_out", "changed q_in", ...
  bool fp_environment_changed = false;     ///< rounding mode or flush-to-zero left changed (it is put back)
  std::string fp_environment;              ///< "apply left flush-to-zero on"; empty where nothing was left changed
  double seconds = 0;                      ///< spent inside the implementation
};

/// One implementation, driven through one worker at a time; a worker that died is replaced on the next request. Not
/// thread-safe. The destructor ends the worker.
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

  /// What the implementation wrote to stdout and stderr so far, at most 64 KiB.
  std::string captured_output() const;

  /// How many times a worker had to be replaced.
  int restarts() const;

 private:
  class Worker;
  std::optional<RotateAnswer> without_worker();

  DriverOptions options_;
  std::filesystem::path library_;
  std::unique_ptr<Worker> worker_;
  std::string output_of_dead_workers_;
  int restarts_ = 0;
};

}  // namespace rope::conformance
