// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// threads: calls that several threads make at once give what each gives alone, on a handle for each thread and, where
// the implementation says that it allows that, on one handle.
#include <fmt/format.h>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::int64_t most_positions = 4096;
constexpr int at_once = 4;
constexpr int calls = 32;
constexpr std::int64_t tokens = 8;
// What goes wrong between threads goes wrong now and then.
constexpr int rounds = 3;

}  // namespace

reports::Case threads(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, most_positions);
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "threads");
  const Tokens in = random_tokens(probe, "threads", run_positions(probe, calls, tokens));
  constexpr auto each = static_cast<std::size_t>(tokens);
  std::vector<std::optional<Tokens>> expected;
  for (std::size_t row = 0; row < calls; ++row) expected.push_back(inquiry.plain(slice(in, row * each, each)));
  const bool one_handle = probe.description == nullptr || (probe.description->flags & ROPE_FLAG_THREAD_SAFE) != 0;
  for (const bool handle_each : {true, false}) {
    const std::string what = fmt::format("{} calls by {} threads, {}", calls, at_once,
                                         handle_each ? "a handle for each thread" : "one handle");
    if (!handle_each && !one_handle) {
      inquiry.refused(what, "it does not claim ROPE_FLAG_THREAD_SAFE");
      continue;
    }
    for (int round = 0; round < rounds; ++round) {
      RotateRequest request = request_for(probe, in, calls);
      request.threads = at_once;
      request.handle_each = handle_each;
      const auto got = inquiry.ask(in, request, what);
      if (!got) break;
      for (std::size_t row = 0; row < calls; ++row) {
        if (!expected[row]) continue;
        inquiry.same(slice(in, row * each, each), *expected[row], slice(*got, row * each, each),
                     fmt::format("{}, call {}", what, row));
      }
    }
  }
  return inquiry.result("a call gives something else while other threads make theirs");
}

}  // namespace rope::conformance
