// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// pass-through-dims: the elements of a head outside [dim_offset, dim_offset + rotary_dim) come out as they went in, NaN
// and infinities too, and none of them reaches a rotated one.
#include <fmt/format.h>

#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/specials.hpp"
#include "fixtures/random.hpp"

namespace rope::conformance {
namespace {

/// The elements outside the rotated ones, of q or of k.
class Tail {
 public:
  explicit Tail(const Spec& spec)
      : head_(static_cast<std::size_t>(spec.head_dim)),
        first_(static_cast<std::size_t>(spec.dim_offset)),
        rotated_(static_cast<std::size_t>(spec.rotary_dim)) {}

  bool has(std::size_t index) const {
    const std::size_t element = index % head_;
    return element < first_ || element >= first_ + rotated_;
  }

  std::size_t element(std::size_t index) const { return index % head_; }

  /// In each row another one of them.
  bool is_touched(std::size_t index) const {
    const std::size_t nth = element(index) < first_ ? element(index) : element(index) - rotated_;
    return nth == index / head_ % (head_ - rotated_);
  }

 private:
  std::size_t head_, first_, rotated_;
};

void fill(const Probe& probe, const Tail& tail, std::vector<std::uint32_t>& tensor, std::size_t which) {
  const std::uint64_t stream = fixtures::stream("pass-through-dims/tail");
  for (std::size_t index = 0; index < tensor.size(); ++index) {
    if (!tail.has(index)) continue;
    tensor[index] = fixtures::random_element(probe.fixture.seed, stream, 2 * index + which, probe.dtype);
  }
}

void touch(const Tail& tail, std::vector<std::uint32_t>& tensor, std::uint32_t bits) {
  for (std::size_t index = 0; index < tensor.size(); ++index) {
    if (tail.has(index) && tail.is_touched(index)) tensor[index] = bits;
  }
}

/// NaN payloads are not judged.
bool is_copied(DType dtype, std::uint32_t before, std::uint32_t after) {
  return before == after || (std::isnan(to_double(dtype, before)) && std::isnan(to_double(dtype, after)));
}

reports::Case failing(std::string message, reports::Worst worst) {
  reports::Case out;
  out.verdict = reports::Verdict::fail;
  out.ratio = HUGE_VAL;
  out.message = std::move(message);
  worst.error = HUGE_VAL;
  out.worst = std::move(worst);
  return out;
}

}  // namespace

reports::Case pass_through_dims(const Probe& probe) {
  const Spec& spec = probe.fixture.spec;
  if (spec.rotary_dim == spec.head_dim) {
    reports::Case out;
    out.verdict = reports::Verdict::not_observable;
    out.message = "the model rotates every element of a head";
    return out;
  }
  const Rows rows = random_rows(probe, "pass-through-dims", spread_positions(spec.max_position));
  const Tail tail(spec);
  RotateRequest plain = request_for(probe, rows);
  fill(probe, tail, plain.q, 0);
  fill(probe, tail, plain.k, 1);
  reports::Case out;
  out.verdict = reports::Verdict::pass;
  out.ratio = 0;
  std::size_t cells = 0;
  const auto hold_tail = [&](const RotateRequest& request, const RotateAnswer& answer, const std::string& words) {
    for (bool of_q : {true, false}) {
      const auto& before = of_q ? request.q : request.k;
      const auto& after = of_q ? answer.q : answer.k;
      const std::size_t token = before.size() / request.positions.size();
      for (std::size_t index = 0; index < before.size(); ++index) {
        if (!tail.has(index)) continue;
        ++cells;
        if (out.verdict == reports::Verdict::fail || is_copied(probe.dtype, before[index], after[index])) continue;
        reports::Worst worst;
        worst.position = request.positions[index / token];
        worst.pair = -1;
        worst.dtype = name(probe.dtype);
        worst.input_kind = fmt::format("element {}", tail.element(index));
        worst.inputs = worst.expected = {number(probe.dtype, before[index])};
        worst.got = {number(probe.dtype, after[index])};
        out = failing(fmt::format("element {} of {} at position {} is changed{}", tail.element(index), of_q ? "q" : "k",
                                  worst.position, words),
                      std::move(worst));
      }
    }
  };
  // Which numbers they are is for other checks; what comes in from beside them is no number at all.
  const auto hold_rotated = [&](const RotateAnswer& answer, const std::string& words) {
    const auto rotated = rotated_rows(probe, answer);
    const std::size_t pairs = probe.fixture.pairs();
    for (std::size_t at = 0; at < rotated.size(); ++at) {
      ++cells;
      if (out.verdict == reports::Verdict::fail || std::isfinite(to_double(probe.dtype, rotated[at]))) continue;
      const std::size_t n = at / 2;
      reports::Worst worst;
      worst.position = rows.positions[n / pairs];
      worst.pair = static_cast<int>(n % pairs);
      worst.dtype = name(probe.dtype);
      worst.input_kind = "random row";
      worst.inputs = {number(probe.dtype, rows.values[2 * n]), number(probe.dtype, rows.values[2 * n + 1])};
      worst.expected = {{"finite", ""}};
      worst.got = {number(probe.dtype, rotated[at])};
      out = failing(fmt::format("pair {} at position {} comes out not finite{}", worst.pair, worst.position, words),
                    std::move(worst));
    }
  };
  for (bool in_place : {false, true}) {
    plain.arrangement.in_place = in_place;
    const auto hold = [&](const RotateRequest& request, const char* special) -> std::optional<reports::Case> {
      const RotateAnswer answer = probe.rotate(request);
      if (auto none = no_answer(answer)) return none;
      const std::string words =
          std::string(in_place ? ", in place" : "") +
          (special != nullptr ? fmt::format(", with {} beside the rotated elements", special) : "");
      hold_tail(request, answer, words);
      hold_rotated(answer, words);
      return std::nullopt;
    };
    auto none = hold(plain, nullptr);
    if (in_place && none && none->verdict == reports::Verdict::unsupported) break;
    for (const Special& special : specials) {
      if (none) return *none;
      RotateRequest request = plain;
      touch(tail, request.q, special.bits(probe.dtype));
      touch(tail, request.k, special.bits(probe.dtype));
      none = hold(request, special.words);
    }
    if (none) return *none;
  }
  out.cells = cells;
  return out;
}

}  // namespace rope::conformance
