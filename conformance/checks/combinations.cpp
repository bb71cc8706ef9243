// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// combinations: what an implementation takes one by one it must also take together. Every two ways of asking, of
// layout, strides, positions, angle source, axes, heads and the rest, stand together in one call at least, held against
// the certified truth.
#include <algorithm>
#include <utility>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/pairwise.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/truth.hpp"
#include "conformance/checks/way_of_asking.hpp"

namespace rope::conformance {
namespace {

constexpr std::int64_t most_positions = 4096;

constexpr const char* wrong_together = "a combination of what works by itself gives wrong values";

}  // namespace

reports::Case combinations(const Probe& probe) {
  Inquiry inquiry(probe, "combinations");
  // Supplied tables have a row for each position below the limit, and there are many: a shorter one for all ways. Long
  // contexts are for other checks.
  fixtures::Fixture shorter;
  shorter.spec = probe.fixture.spec;
  shorter.spec.max_position = std::min(shorter.spec.max_position, most_positions);
  shorter.seed = probe.fixture.seed;
  const Probe of_shorter = about(probe, shorter);
  // Few models have an attention factor, and whoever takes one must apply it, whatever the source: 5/4 is exact in
  // every dtype. The model's own where that is refused.
  if (shorter.spec.attention_factor == 1) {
    shorter.spec.attention_factor = 1.25;
    if (probe.rotate(AskedWays(of_shorter).request({})).status == RotateAnswer::Status::unsupported) {
      shorter.spec.attention_factor = 1;
      inquiry.refused("attention factor 1.25", "it is refused; the combinations are asked with the model's, 1");
    }
  }
  // Neither the size of a head nor its axes change a frequency.
  const Truth truth(shorter.spec, probe.dtype, probe.judge.contract());
  const AskedWays ways(of_shorter);
  const auto ask = [&](const WayOfAsking& way) {
    const RotateRequest request = ways.request(way);
    const std::string what = ways.words(way);
    const auto answer = inquiry.answer(request, what);
    if (!answer) return false;
    if (const auto reason = too_coarse(*answer)) {
      inquiry.refused(what, *reason);
      return false;
    }
    add_true(inquiry.deviations(), truth, request, *answer, what);
    return true;
  };
  if (!ask({})) return inquiry.result("");
  const Arrangement plainest = inquiry.used();
  // What is refused by itself would only take its neighbours in a row with it.
  std::vector<Factor> factors = all_factors(probe.dtype);
  std::vector<std::size_t> sizes;
  for (Factor& factor : factors) {
    Factor taken{factor.front()};
    for (std::size_t value = 1; value < factor.size() && !inquiry.over(); ++value) {
      WayOfAsking way;
      factor[value](way);
      if (way.several_axes && !ways.has_several_axes()) continue;
      // The default by its own name is no other way.
      const bool is_plainest =
          (way.arrangement.layout != Layout::any && way.arrangement.layout == plainest.layout) ||
          (way.arrangement.positions != PositionsAs::any && way.arrangement.positions == plainest.positions);
      if (!is_plainest && ask(way)) taken.push_back(factor[value]);
    }
    factor = std::move(taken);
    sizes.push_back(factor.size());
  }
  const auto way_of = [&](const FactorPair& pair) {
    WayOfAsking way;
    factors[pair.first.factor][pair.first.value](way);
    factors[pair.second.factor][pair.second.value](way);
    return way;
  };
  Pairwise pairs(sizes, [&](FactorValue a, FactorValue b) { return makes_sense(way_of({a, b})); });
  // A row that is refused settles one pair at least, so that this ends: two that are refused together are looked for
  // among its pairs, and stand in no other row; what else it has goes into rows to come.
  while (const auto row = pairs.next()) {
    WayOfAsking way;
    for (std::size_t factor = 0; factor < row->size(); ++factor) factors[factor][(*row)[factor]](way);
    const bool taken = ask(way);
    for (const FactorPair& pair : pairs.left_in(*row)) {
      // What goes with the plainest has been taken by itself.
      const bool by_itself = pair.first.value == 0 || pair.second.value == 0;
      const bool fits = taken || by_itself || ask(way_of(pair));
      if (inquiry.over()) return inquiry.result(wrong_together);
      if (!fits) {
        pairs.forbid(pair);
        break;
      }
      pairs.cover(pair);
    }
  }
  return inquiry.result(wrong_together);
}

}  // namespace rope::conformance
