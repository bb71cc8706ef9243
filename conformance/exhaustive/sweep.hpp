// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The exhaustive pass over one model, dtype and pairing: every position, every pair, three heads, in chunks through the
// worker, each verified while the next is computed.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "conformance/checks/judge.hpp"
#include "conformance/driving/driver.hpp"
#include "conformance/exhaustive/sweep_verifier.hpp"
#include "fixtures/fixture.hpp"

namespace rope::conformance {

/// Positions of one call. A multiple of what a kernel tiles by, and about 6 MiB each way in fp32.
inline constexpr std::size_t chunk_positions = 4096;

struct SweepProgress {
  std::int64_t done = 0;
  std::int64_t of = 0;
  double seconds = 0;  ///< since the pass began
};

struct SweepRequest {
  DType dtype = DType::f32;
  Pairing pairing = Pairing::half_split;
  std::int64_t extent = 0;  ///< positions 0 .. extent - 1
  std::uint64_t seed = 0;   ///< of the random rows
  int threads = 1;          ///< that verify
  std::function<void(const SweepProgress&)> progress = {};
  std::function<bool()> interrupted = {};
};

struct Sweep {
  RotateAnswer::Status status = RotateAnswer::Status::failed;
  std::string message;  ///< where status is not ok: and from which position on
  std::size_t pairs = 0;
  std::int64_t checked = 0;    ///< positions 0 .. checked - 1 were verified
  std::string limited;         ///< why checked is less than was asked for: the implementation's words
  SweepFindings within, past;  ///< below the model's limit, and from there on
  std::vector<std::string> memory_faults;
  bool fp_environment_changed = false;
  double seconds_implementation = 0;
  double seconds_verifier = 0;  ///< ran beside the implementation, so the two do not add up
};

/// Pair `pair` of the random row at a position: bits of the dtype. Uniform on the multiples of 2^-24 in [-1, 1),
/// rounded.
std::array<std::uint32_t, 2> sweep_pair(std::uint64_t seed, std::int64_t position, int pairs, int pair, DType dtype);

/// Nothing where the certified table gives the fixture's own numbers, bit for bit and to double-double; otherwise where
/// they differ. Then one of the two is wrong and nothing can be judged.
std::string disagreement(const fixtures::Fixture& fixture, const CertifiedTable& table);

/// Where the implementation refuses positions past the model's limit, those below it. Throws Unresolved, and
/// std::runtime_error with disagreement()'s words.
Sweep sweep(Driver& driver, const fixtures::Fixture& fixture, const Judge& judge, const SweepRequest& request);

}  // namespace rope::conformance
