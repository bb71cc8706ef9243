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
constexpr std::int64_t tokens = 32;
// What goes wrong between threads goes wrong now and then, and a fast kernel is through with its calls before the next
// thread has begun: again and again, until they have stood beside one another for a while.
constexpr int least_rounds = 3;
constexpr int most_rounds = 16;
constexpr double enough_seconds = 0.2;

}  // namespace

reports::Case threads(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, most_positions);
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "threads");
  const char* const otherwise = "a call gives something else while other threads make theirs";
  const Tokens in = random_tokens(probe, "threads", run_positions(probe, calls, tokens));
  constexpr auto each = static_cast<std::size_t>(tokens);
  Tokens alone;
  for (std::size_t row = 0; row < calls; ++row) {
    const auto expected = inquiry.plain(slice(in, row * each, each));
    if (!expected) return inquiry.result(otherwise);
    append(alone, *expected);
  }
  const bool one_handle = probe.description == nullptr || (probe.description->flags & ROPE_FLAG_THREAD_SAFE) != 0;
  bool looked = false;
  for (const bool handle_each : {true, false}) {
    const std::string what = fmt::format("{} calls by {} threads, {}", calls, at_once,
                                         handle_each ? "a handle for each thread" : "one handle");
    if (!handle_each && !one_handle) {
      inquiry.refused(what, "it does not claim ROPE_FLAG_THREAD_SAFE");
      continue;
    }
    double seconds = 0;
    RotateRequest request = request_for(probe, in, calls);
    request.threads = at_once;
    request.handle_each = handle_each;
    for (int round = 0; round < least_rounds || (round < most_rounds && seconds < enough_seconds); ++round) {
      const auto answer = inquiry.answer(request, what);
      if (!answer) break;
      if (round > 0) seconds += answer->seconds;  // the first one prepares handles
      // Equal bits need not be looked at twice.
      if (looked && answer->q == alone.q && answer->k == alone.k) continue;
      looked = true;
      const Tokens got = outputs_of(probe, in, request, *answer);
      for (std::size_t row = 0; row < calls; ++row) {
        inquiry.same(slice(in, row * each, each), slice(alone, row * each, each), slice(got, row * each, each),
                     fmt::format("{}, call {}", what, row));
      }
    }
  }
  return inquiry.result(otherwise);
}

}  // namespace rope::conformance
