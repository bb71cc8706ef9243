// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The frequency error of a kernel is the same in both placements and drops out; what may remain is derived in
// docs/numerics.md, "relative-position".
#include "conformance/checks/relative_position.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "conformance/checks/number_text.hpp"
#include "conformance/checks/probe.hpp"
#include "conformance/checks/verdict.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;

constexpr std::size_t most_placements = 270;

/// What bounds one pair of one placement.
struct PairBound {
  double psi = 0;        // angle errors that do not cancel, radians
  double linear = 0;     // inner-product error of both placements by everything after the angle, first order
  double quadratic = 0;  // the product of both sides' errors
  double norms = 0;      // A^2 |q_i| |k_i|

  double at(GradeLimit factors) const {
    return norms * 2 * std::sin(std::min(factors.alpha * psi, std::numbers::pi) / 2) + factors.beta * linear +
           factors.beta * factors.beta * quadratic;
  }
};

struct Norms {
  double q = 0;
  double k = 0;
};

PairBound pair_bound(const Bounds& bounds, const Placement& placement, int pair, Norms norm) {
  const double a = bounds.attention_factor();
  PairBound out;
  out.norms = a * a * norm.q * norm.k;
  for (std::int64_t shift : {std::int64_t{0}, placement.shift}) {
    out.psi += bounds.product_near(placement.m + shift, pair) + bounds.product_near(placement.n + shift, pair);
    const double l = rounding_bound(bounds);
    const double q_error = norm.q * l + bounds.underflow();
    const double k_error = norm.k * l + bounds.underflow();
    out.linear += a * (q_error * norm.k + k_error * norm.q);
    out.quadratic += q_error * k_error;
  }
  // The suite's own sum: the four products of at most 24-bit values are exact, one addition rounds in each placement,
  // and so does their difference.
  out.linear += 4 * 0x1p-53 * (out.norms + out.linear + out.quadratic);
  return out;
}

std::vector<std::uint32_t> random_rows(std::uint64_t seed, const char* stream_name, std::size_t placements, int width,
                                       DType dtype) {
  const std::uint64_t stream = fixtures::stream(stream_name);
  std::vector<std::uint32_t> rows;
  for (std::size_t index = 0; index < placements * static_cast<std::size_t>(width); ++index) {
    rows.push_back(fixtures::random_element(seed, stream, index, dtype));
  }
  return rows;
}

/// One pair of a placement (or the whole head, pair = -1) as it was found.
struct Found {
  std::size_t placement = 0;
  int pair = 0;
  double at_origin = 0;
  double shifted = 0;
  double bound = 0;
  double ratio = 0;
};

void keep(Found& worst, bool& any, const Found& candidate) {
  if (any && !(candidate.ratio > worst.ratio)) return;
  worst = candidate;
  any = true;
}

}  // namespace

std::vector<Placement> placements(std::int64_t limit) {
  // Distances: the same position, neighbours, past the resolution of bf16 and fp16 positions, far apart.
  constexpr std::array<std::int64_t, 9> distances{0, 1, 2, 7, 100, 257, 1021, 2049, 30011};
  constexpr std::array<std::int64_t, 3> starts{0, 3, 1000};
  constexpr std::array<std::int64_t, 9> shifts{1, 3, 64, 255, 1021, 4096, 16411, 32771, 65537};
  std::vector<Placement> out;
  for (std::int64_t distance : distances) {
    for (std::int64_t start : starts) {
      const std::int64_t furthest = limit - 1 - start - distance;
      // The largest shift first: where the list is cut, the far end stays.
      std::vector<std::int64_t> wanted{furthest};
      for (std::int64_t shift : shifts) {
        if (shift < furthest) wanted.push_back(shift);
      }
      for (std::int64_t shift : wanted) {
        // Both orders: a query looks back at a key, and the sign of the distance is checked too.
        if (shift <= 0 || out.size() >= most_placements) continue;
        if (out.size() % 2 == 0) {
          out.push_back({start + distance, start, shift});
        } else {
          out.push_back({start, start + distance, shift});
        }
      }
    }
  }
  return out;
}

RelativeCall relative_call(const fixtures::Fixture& fixture, DType dtype, Pairing pairing) {
  RelativeCall call;
  call.placements = placements(fixture.spec.max_position);
  const std::size_t count = call.placements.size();
  const int width = fixture.spec.rotary_dim;
  call.q = random_rows(fixture.seed, "relative-position/q", count, width, dtype);
  call.k = random_rows(fixture.seed, "relative-position/k", count, width, dtype);
  RotateRequest& request = call.request;
  request.spec = fixture.spec;
  request.spec.pairing = pairing;
  request.pairing = pairing;
  request.dtype = dtype;
  request.max_position = fixture.spec.max_position;
  request.q_heads = 1;
  request.k_heads = 1;
  for (const Placement& p : call.placements) {
    for (std::int64_t position : {p.m, p.n, p.m + p.shift, p.n + p.shift}) request.positions.push_back(position);
  }
  const auto spread = [&](const std::vector<std::uint32_t>& rows) {
    std::vector<std::uint32_t> tokens;
    const auto row = static_cast<std::ptrdiff_t>(width);
    for (std::size_t j = 0; j < count; ++j) {
      const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(j) * row;
      for (int copy = 0; copy < 4; ++copy) tokens.insert(tokens.end(), begin, begin + row);
    }
    std::vector<std::uint32_t> tensor(4 * count * static_cast<std::size_t>(fixture.spec.head_dim), 0);
    scatter(request.spec, pairing, tokens, 0, 1, tensor);
    return tensor;
  };
  request.q = spread(call.q);
  request.k = spread(call.k);
  return call;
}

JudgedCase relative_position(const RelativeCall& call, const RotateAnswer& answer, const fixtures::Fixture& fixture,
                             const Judge& judge, bool accept_declared) {
  JudgedCase out;
  const DType dtype = call.request.dtype;
  const Pairing pairing = call.request.pairing;
  if (answer.status != RotateAnswer::Status::ok) {
    out.record = unanswered(answer.status, answer.message);
    return out;
  }
  const std::vector<std::uint32_t> q_out = gather(call.request.spec, pairing, answer.q, 0, 1);
  const std::vector<std::uint32_t> k_out = gather(call.request.spec, pairing, answer.k, 0, 1);
  const std::size_t pairs = fixture.pairs();
  Found worst_failing;
  Found worst_contract;
  bool any_failing = false;
  bool any_contract = false;
  double equal_ratio = 0;
  const auto value = [&](const std::vector<std::uint32_t>& tensor, std::size_t token, std::size_t pair,
                         std::size_t element) {
    return to_double(dtype, tensor[(token * pairs + pair) * 2 + element]);
  };
  const auto weigh = [&](Found found, double equal, double failing, double contract) {
    ++out.record.cells;
    double deviation = std::fabs(found.shifted - found.at_origin);
    if (std::isnan(deviation)) deviation = HUGE_VAL;
    equal_ratio = std::max(equal_ratio, ratio_of(deviation, equal));
    found.bound = failing;
    found.ratio = ratio_of(deviation, failing);
    keep(worst_failing, any_failing, found);
    if (judge.declared()) {
      found.bound = contract;
      found.ratio = ratio_of(deviation, contract);
      keep(worst_contract, any_contract, found);
    }
  };
  for (std::size_t j = 0; j < call.placements.size(); ++j) {
    Found sum{j, -1, 0, 0, 0, 0};
    double sum_equal = 0;
    double sum_failing = 0;
    double sum_contract = 0;
    for (std::size_t pair = 0; pair < pairs; ++pair) {
      const auto inner = [&](std::size_t q_token, std::size_t k_token) {
        return value(q_out, q_token, pair, 0) * value(k_out, k_token, pair, 0) +
               value(q_out, q_token, pair, 1) * value(k_out, k_token, pair, 1);
      };
      const std::size_t row = j * pairs + pair;
      const Norms norm{std::hypot(to_double(dtype, call.q[2 * row]), to_double(dtype, call.q[2 * row + 1])),
                       std::hypot(to_double(dtype, call.k[2 * row]), to_double(dtype, call.k[2 * row + 1]))};
      const int i = static_cast<int>(pair);
      const PairBound usual = pair_bound(judge.usual(), call.placements[j], i, norm);
      double contract = 0;
      if (judge.declared()) {
        contract = pair_bound(*judge.declared(), call.placements[j], i, norm).at(equal_limit);
      }
      const Found found{j, i, inner(4 * j, 4 * j + 1), inner(4 * j + 2, 4 * j + 3), 0, 0};
      weigh(found, usual.at(equal_limit), usual.at(looser_limit), contract);
      sum.at_origin += found.at_origin;
      sum.shifted += found.shifted;
      // Each addition of a running sum of at most `pairs` terms rounds once, in both placements.
      const double additions = 2 * static_cast<double>(pairs) * 0x1p-53 * usual.norms * 1.01;
      sum_equal += usual.at(equal_limit) + additions;
      sum_failing += usual.at(looser_limit) + additions;
      sum_contract += contract + additions;
    }
    weigh(sum, sum_equal, sum_failing, sum_contract);
  }
  if (!any_failing) {
    out.record.verdict = Verdict::not_observable;
    out.record.message = "the model has too few positions to shift anything";
    return out;
  }
  Ratios ratios{equal_ratio, worst_failing.ratio, std::nullopt};
  if (any_contract) ratios.contract = worst_contract.ratio;
  ratios.contract_empty_from = judge.contract_empty_from();
  const Decision decision = verdict_from(ratios, judge.contract(), accept_declared, Floor::does_not_count);
  const Found& worst = decision.by_contract ? worst_contract : worst_failing;
  const Placement& p = call.placements[worst.placement];
  out.record.verdict = decision.verdict;
  out.record.ratio = decision.ratio;
  const std::string where =
      fmt::format("m = {}, n = {}, shift {}, {}", p.m, p.n, p.shift,
                  worst.pair < 0 ? std::string("summed over the head") : fmt::format("pair {}", worst.pair));
  if (decision.verdict == Verdict::fail) {
    out.record.message = fmt::format(
        "the inner product moves by {:.3g} times what {} allows, at {}", decision.ratio,
        decision.because == Because::contract ? "the declared contract" : "four rotations within E(16, 2)", where);
  } else if (decision.because == Because::looser) {
    out.record.message = fmt::format("{:.3g} times what the usual pipeline's own bound allows", equal_ratio);
  }
  reports::Worst shown;
  shown.error = std::fabs(worst.shifted - worst.at_origin);
  shown.bound = worst.bound;
  shown.position = p.m + p.shift;
  shown.pair = worst.pair;
  shown.dtype = name(dtype);
  shown.input_kind = fmt::format("inner product, {}", where);
  if (worst.pair >= 0) {
    const std::size_t row = worst.placement * pairs + static_cast<std::size_t>(worst.pair);
    for (const auto* tensor : {&call.q, &call.k}) {
      for (std::size_t element = 0; element < 2; ++element) {
        shown.inputs.push_back(number(dtype, (*tensor)[2 * row + element]));
      }
    }
  }
  shown.expected = {number(worst.at_origin)};
  shown.got = {number(worst.shifted)};
  out.record.worst = shown;
  return out;
}

}  // namespace rope::conformance
