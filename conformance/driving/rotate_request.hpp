// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is rotated, and what came of it: one call of an implementation as the checks see it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "conformance/driving/arrangement.hpp"
#include "reference/dtype.hpp"
#include "reference/exact.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

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
  /// Handles 1 and on stay open beside one another until a request with handle 0 comes, each with its spec.
  int handle = 0;
  /// Above 0: each row of the batch is a call of its own, and so many threads make them at once: on one handle, or with
  /// `handle_each` each thread on its own.
  int threads = 0;
  bool handle_each = false;
  bool export_inv_freq = false;  ///< after the call
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
  /// What export_inv_freq handed out, where it was asked for and is there; else why not, where it is no failure.
  std::vector<double> inv_freq;
  std::string no_inv_freq;
};

/// Handles of a request are numbered 0 to this, and as many threads have one each.
inline constexpr int largest_handle = 7;

/// Throws std::invalid_argument where the request contradicts itself: whoever made it is at fault.
void require_valid(const RotateRequest& request);

}  // namespace rope::conformance
