// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The four take turns within a round, as the methods of the table do.
#include "reference/bench/full.hpp"

#include <algorithm>
#include <mutex>
#include <stdexcept>

#include "reference/bench/measure.hpp"
#include "reference/certified/verify.hpp"

namespace rope::bench {

FullResult measure_full(const Request& request, int threads, const std::function<void(int)>& progress) {
  FullResult result;
  result.threads = threads;
  result.verified_positions = 8 * request.positions;
  result.certified_positions = std::min(128 * request.positions, CertifiedTable::longest);
  const auto rows = static_cast<std::size_t>(result.verified_positions);
  Truth made{Array<float>(rows * pairs), Array<float>(rows * pairs)};
  const CertifiedTable table(table_spec(), 0, result.verified_positions);
  std::mutex mutex;
  volatile std::uint64_t seen = 0;

  const auto make = [&] {
    const CertifiedTable fresh(table_spec(), 0, result.verified_positions);
    in_parts(threads, rows, [&](std::size_t from, std::size_t n) {
      fresh.round_f32(static_cast<std::int64_t>(from), n, &made.cos[from * pairs], &made.sin[from * pairs]);
    });
  };
  const auto verify = [&] {
    in_parts(threads, rows, [&](std::size_t from, std::size_t n) {
      const TableErrors errors =
          verify_f32(table, static_cast<std::int64_t>(from), n, &made.cos[from * pairs], &made.sin[from * pairs], {});
      if (errors.values != 2 * n * pairs || errors.not_correctly_rounded != 0) {
        throw std::runtime_error("the verifier finds fault with the certified table");
      }
    });
  };
  const auto read = [&] { seen = plain_read(made.cos, made.sin, threads); };
  const auto certify = [&] {
    LevelCounts sum;
    const CertifiedTable fresh(table_spec(), 0, result.certified_positions);
    in_parts(threads, static_cast<std::size_t>(result.certified_positions), [&](std::size_t from, std::size_t n) {
      const LevelCounts counts = fresh.certify(DType::f32, static_cast<std::int64_t>(from), n);
      const std::lock_guard lock(mutex);
      sum += counts;
    });
    result.levels = sum;
  };

  progress(-1);
  make();
  verify();
  read();
  for (int round = 0; round < request.rounds; ++round) {
    progress(round);
    result.make.push_back(seconds(make));
    result.verify.push_back(seconds(verify));
    result.read.push_back(seconds(read));
    result.certify.push_back(seconds(certify));
  }
  return result;
}

}  // namespace rope::bench
