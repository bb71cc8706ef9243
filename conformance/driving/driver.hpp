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
#include <string>
#include <variant>
#include <vector>

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
  std::string fp_environment;  ///< what loading left changed ("dlopen left flush-to-zero on"); empty where nothing

  bool has(DType dtype) const;
  bool has(Pairing pairing) const;
};

/// Why a library cannot be used: what was expected, what was found, what to do next. Exit code 3.
struct LoadProblem {
  std::string message;
};

/// How a call gives its positions.
enum class PositionsAs : std::uint8_t {
  any,           ///< the most general kind that the implementation claims
  token_int64,   ///< one for each token
  token_int32,   ///< the same in 32 bits
  offset,        ///< of the first token; the positions must be consecutive
  batch_offset,  ///< one for the one row
};

/// One rotation of q and k, batch 1, layout bshd, dense. Tensors are [positions][heads][head_dim] as bit patterns of
/// `dtype`.
struct RotateRequest {
  Spec spec;
  std::int64_t max_position = 0;  ///< what prepare is told; every position is below it
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  Direction direction = Direction::forward;
  std::vector<std::int64_t> positions;
  int q_heads = 0;
  int k_heads = 0;
  std::vector<std::uint32_t> q, k;
  PositionsAs positions_as = PositionsAs::any;
  bool in_place = false;  ///< outputs replace inputs; an implementation that works in place only is always asked so
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

  /// query, prepare (reused while spec, max_position and pairing stay the same), apply. Requires a successful load().
  RotateAnswer rotate(const RotateRequest& request);

  /// What the implementation wrote to stdout and stderr so far, at most 64 KiB.
  std::string captured_output() const;

  /// How many times a worker had to be replaced.
  int restarts() const;

 private:
  class Worker;
  DriverOptions options_;
  std::filesystem::path library_;
  std::unique_ptr<Worker> worker_;
  std::string output_of_dead_workers_;
  int restarts_ = 0;
};

}  // namespace rope::conformance
