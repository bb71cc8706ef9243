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
    alike();
    dtypes();
    handles();
    return inquiry_.result("what was asked before changes the outputs");
  }

 private:
  using Positions = std::vector<std::int64_t>;

  /// `tokens` of them from `first` on, as far as the spec goes.
  static Positions run(const Other& other, std::int64_t tokens, std::int64_t first = 0) {
    Positions out;
    for (std::int64_t p = first; p < first + tokens && p < other.spec.max_position; ++p) out.push_back(p);
    return out;
  }

  /// By handle `handle`, against the truth of its spec.
  void ask(Other& other, int handle, const Positions& positions, const std::string& what) {
    if (!other.truth) other.truth.emplace(other.spec, probe_.dtype, probe_.judge.contract());
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
    for (const std::int64_t tokens : {3, 40, 3, 90, 1}) {
      ask(own, 1, run(own, tokens), fmt::format("{} tokens in turn", tokens));
    }
    ask(own, 1, run(own, 5, own.spec.max_position - 5), "a late token in turn");
    ask(own, 1, run(own, 3), "an early token after a late one");
  }

  /// Calls that a cache may take for each other: as many tokens, then with the same first and last position, too. All
  /// that can stay where it is in memory does.
  void alike() {
    Other own = of(probe_.fixture.spec, "the model");
    const std::int64_t limit = own.spec.max_position;
    const Positions early = run(own, 8, limit / 4);
    ask(own, 1, run(own, 8, limit / 2), "8 tokens");
    ask(own, 1, early, "as many tokens at another place");
    if (!takes_any_positions(probe_) || early.size() < 8) return;
    Positions others{early.front(), limit - 1, 0, limit / 3, 2, limit - 2, 1, early.back()};
    ask(own, 1, others, "the same first and last position, and others between");
    ask(own, 1, early, "the same first and last position, and the former between");
  }

  /// Another dtype before, on the same handle: in between, and as a handle's first. Its outputs are judged in its own
  /// case.
  void dtypes() {
    Other own = of(probe_.fixture.spec, "the model");
    const Arrangement as_own = inquiry_.used();
    int fresh = 1;
    for (const DType other : tensor_dtypes) {
      const bool claimed = probe_.description == nullptr || probe_.description->has(other);
      if (other == probe_.dtype || !claimed) continue;
      after(other, own, as_own, 1, 7, fmt::format("after {} on the same handle", name(other)));
      after(other, own, as_own, ++fresh, 6, fmt::format("on a handle that began with {}", name(other)));
    }
  }

  void after(DType other, Other& own, const Arrangement& as_own, int handle, std::int64_t tokens,
             const std::string& what) {
    Probe in_other = about(probe_, probe_.fixture);
    in_other.dtype = other;
    RotateRequest request = request_for(in_other, random_tokens(in_other, "stale-state", run(own, tokens)));
    request.handle = handle;
    if (!inquiry_.answer(request, fmt::format("{} before {}", name(other), name(probe_.dtype)))) return;
    // What is supplied belongs to a handle.
    if (inquiry_.used().source != as_own.source || inquiry_.used().form != as_own.form) {
      inquiry_.refused(what, fmt::format("{} are supplied in another form in {}, which is another handle",
                                         name(as_own.source), name(other)));
      return;
    }
    ask(own, handle, run(own, tokens), what);
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
      if (spec.rotary_dim % 4 != 0) return;
      spec.rotary_dim /= 2;
      spec.axes.reset();  // they are about one size of head
    });
    // Each right after each other one, ones that came long ago, too.
    constexpr int order[] = {0, 1, 0, 2, 1, 3, 0, 4, 3, 2, 4, 1, 2, 0, 3, 1, 4, 0};
    for (const int n : order) {
      Other& other = others[static_cast<std::size_t>(n)];
      ask(other, n + 1, run(other, 9), fmt::format("{}, by one of several handles", other.words));
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
