// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// stale-state: what was asked before, on this handle or another one, changes nothing: tables that a cache keeps for too
// long, or by too few of the numbers that they depend on, show here.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "conformance/checks/truth.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t most_positions = 4096;

/// One spec that a handle is prepared for.
struct Other {
  Spec spec;
  std::string words;
  std::optional<Truth> truth;  ///< of the probe's dtype
};

class StaleState {
 public:
  explicit StaleState(const Probe& probe) : probe_(probe), inquiry_(probe, "stale-state") {}

  reports::Case judged() {
    lengths();
    dtypes();
    handles();
    return inquiry_.result("what was asked before changes the outputs");
  }

 private:
  /// `tokens` tokens from position 0 on, by handle `handle`, against the truth of its spec.
  void ask(Other& other, int handle, std::int64_t tokens, const std::string& what, std::int64_t first = 0) {
    if (!other.truth) other.truth.emplace(other.spec, probe_.dtype, probe_.judge.contract());
    std::vector<std::int64_t> positions;
    for (std::int64_t p = first; p < first + tokens && p < other.spec.max_position; ++p) positions.push_back(p);
    fixtures::Fixture fixture;
    fixture.spec = other.spec;
    fixture.seed = probe_.fixture.seed;
    const Probe of_other = about(probe_, fixture);
    const Tokens in = random_tokens(of_other, "stale-state", positions);
    RotateRequest request = request_for(of_other, in);
    request.handle = handle;
    const auto answer = inquiry_.answer(request, what);
    if (!answer) return;
    if (const auto reason = too_coarse(*answer)) {
      inquiry_.refused(what, *reason);
      return;
    }
    add_true(inquiry_.deviations(), *other.truth, request, *answer, what);
  }

  Other of(Spec spec, std::string words) const { return {std::move(spec), std::move(words), std::nullopt}; }

  /// Short, long, short, longer on one handle.
  void lengths() {
    Other own = of(probe_.fixture.spec, "the model");
    for (const std::int64_t tokens : {3, 40, 3, 90, 1}) ask(own, 1, tokens, fmt::format("{} tokens in turn", tokens));
    ask(own, 1, 5, "a late token in turn", own.spec.max_position - 5);
    ask(own, 1, 3, "an early token after a late one");
  }

  /// Another dtype in between on one handle. Its outputs are judged in its own case.
  void dtypes() {
    Other own = of(probe_.fixture.spec, "the model");
    for (const DType other : tensor_dtypes) {
      const bool claimed = probe_.description == nullptr || probe_.description->has(other);
      if (other == probe_.dtype || !claimed) continue;
      Probe in_other = about(probe_, probe_.fixture);
      in_other.dtype = other;
      const Tokens in = random_tokens(in_other, "stale-state", {0, 1, 2, 3});
      RotateRequest request = request_for(in_other, in);
      request.handle = 1;
      const std::string what = fmt::format("after {} on the same handle", name(other));
      if (!inquiry_.answer(request, what)) continue;
      ask(own, 1, 7, what);
    }
  }

  /// Several handles open, in alternation: other bases, sizes, limits, factors.
  void handles() {
    const Spec& model = probe_.fixture.spec;
    std::vector<Other> others;
    others.push_back(of(model, "the model"));
    const auto add = [&](const char* words, auto change) {
      Spec spec = model;
      // The other families are about one set of frequencies; a base is what all have.
      spec.family = DefaultFamily{};
      if (!(spec.theta > 0)) spec.theta = 10000;
      change(spec);
      others.push_back(of(std::move(spec), words));
    };
    add("another base", [](Spec& spec) { spec.theta *= 3; });
    add("a shorter limit", [](Spec& spec) { spec.max_position = spec.max_position / 2; });
    add("an attention factor", [](Spec& spec) { spec.attention_factor *= 1.25; });
    add("half of the head", [](Spec& spec) {
      if (spec.rotary_dim % 4 == 0) spec.rotary_dim /= 2;
    });
    // Each right after each other one, ones that came long ago, too.
    constexpr int order[] = {0, 1, 0, 2, 1, 3, 0, 4, 3, 2, 4, 1, 2, 0, 3, 1, 4, 0};
    for (const int n : order) {
      Other& other = others[static_cast<std::size_t>(n)];
      ask(other, n + 1, 9, fmt::format("{}, by one of several handles", other.words));
    }
  }

  const Probe& probe_;
  Inquiry inquiry_;
};

}  // namespace

reports::Case stale_state(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, most_positions);
  return StaleState(shorter.probe()).judged();
}

}  // namespace rope::conformance
