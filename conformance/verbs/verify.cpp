// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform verify: every stored number again, in multiprecision.
#include <fmt/format.h>
#include <omp.h>

#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/file.hpp"
#include "fixtures/generate.hpp"

namespace rope::conformance {

ExitCode verify(const VerifyOptions& options) {
  omp_set_num_threads(options.jobs);
  ProgressLine progress(look_at_terminal(), false);
  ExitCode code = ExitCode::conforms;
  bool unreadable = false;
  for (const auto& path : options.files) {
    fixtures::Fixture fixture;
    try {
      fixture = fixtures::read(path);
    } catch (const fixtures::FileError& error) {
      progress.clear();
      fmt::print(stderr, "rope-conform: {}\n", error.what());
      unreadable = true;
      continue;
    }
    const fixtures::Verification found = fixtures::verify(fixture, [&](std::size_t done, std::size_t all) {
      progress.show(fmt::format("{}: {} of {} positions", path.string(), done, all));
    });
    progress.clear();
    if (found.mismatches == 0) {
      fmt::print("{}: {} numbers recomputed, all equal\n", path.string(), found.numbers);
      continue;
    }
    code = ExitCode::does_not_conform;
    fmt::print("{}: {} of {} numbers differ; first:\n", path.string(), found.mismatches, found.numbers);
    for (const fixtures::Mismatch& mismatch : found.first) {
      fmt::print("  {}[{}]: stored {}, recomputed {}\n", mismatch.dataset, fmt::join(mismatch.index, ", "),
                 mismatch.stored, mismatch.recomputed);
    }
  }
  return unreadable ? ExitCode::usage : code;
}

}  // namespace rope::conformance
