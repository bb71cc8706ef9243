// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// position-out-of-range: a token outside the positions that prepare was told is treated as the implementation declares,
// and the tokens beside it are not touched.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/number_text.hpp"
#include "conformance/checks/properties.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::int64_t shortest_limit = 64;

class OutOfRange {
 public:
  explicit OutOfRange(const Probe& probe)
      : probe_(probe),
        policy_(probe.description->out_of_range),
        limit_(std::min(shortest_limit, probe.fixture.spec.max_position)),
        inquiry_(probe, "position-out-of-range") {}

  reports::Case judged() {
    if (!told({3})) return inquiry_.result("");
    const AngleSource source = inquiry_.used().source;
    const bool rows = source == AngleSource::angles || source == AngleSource::tables;
    least_ = rows || (probe_.description->flags & ROPE_FLAG_NEGATIVE_POSITIONS) == 0 ? 0 : -limit_;
    for (std::int64_t outside : {limit_, limit_ + 5, 2 * limit_, least_ - 1}) {
      if (takes_any_positions(probe_)) ask({3, outside, limit_ - 1, 0}, PositionsAs::any, "among others");
      ask({outside}, PositionsAs::any, "alone");
    }
    ask({limit_ - 2, limit_ - 1, limit_, limit_ + 1}, PositionsAs::offset, "by an offset");
    return inquiry_.result("a position outside is not treated as declared");
  }

 private:
  bool inside(std::int64_t position) const { return position >= least_ && position < limit_; }

  RotateRequest request(const Tokens& in) const {
    RotateRequest out = request_for(probe_, in);
    out.max_position = limit_;
    return out;
  }

  Tokens tokens(const std::vector<std::int64_t>& positions) const {
    return random_tokens(probe_, "position-out-of-range", positions);
  }

  /// A right call.
  std::optional<Tokens> told(const std::vector<std::int64_t>& positions) {
    const Tokens in = tokens(positions);
    return inquiry_.ask(in, request(in), "a short limit");
  }

  void ask(const std::vector<std::int64_t>& positions, PositionsAs as, const char* way) {
    const Tokens in = tokens(positions);
    RotateRequest outside = request(in);
    outside.out_of_range = true;
    outside.arrangement.positions = as;
    std::int64_t worst = 0;
    for (std::int64_t p : positions) worst = inside(p) ? worst : p;
    const std::string what = fmt::format("position {} {}", worst, way);
    if (policy_ == ROPE_OUT_OF_RANGE_ERROR) {
      expect_error(outside, what);
      return;
    }
    const auto got = inquiry_.ask(in, outside, what);
    if (!got) return;
    // One at a time, so that any kind of position can say it.
    for (std::size_t n = 0; n < in.count(); ++n) {
      const Tokens one = slice(in, n, 1);
      const Tokens out = slice(*got, n, 1);
      if (!inside(positions[n]) && policy_ == ROPE_OUT_OF_RANGE_IDENTITY) {
        copied(one, out, what);
        continue;
      }
      const Tokens nearest = at_positions(one, {std::clamp(positions[n], least_, limit_ - 1)});
      const auto expected = inquiry_.ask(nearest, request(nearest), "a short limit");
      if (expected) inquiry_.same(nearest, *expected, out, what);
    }
  }

  void expect_error(const RotateRequest& outside, const std::string& what) {
    if (inquiry_.over()) return;
    const auto before = told({0});
    const RotateAnswer answer = probe_.rotate(outside);
    if (answer.status == RotateAnswer::Status::unsupported) {
      inquiry_.refused(what, answer.message);
      return;
    }
    if (answer.status == RotateAnswer::Status::ok) {
      inquiry_.fail(fmt::format("{} is outside and was taken; declared is an error (ROPE_INVALID_ARGUMENT)", what));
    } else if (answer.status != RotateAnswer::Status::failed) {
      reports::Case dead = *no_answer(answer);
      dead.message = fmt::format("{}: {}", what, dead.message);
      inquiry_.wrong(std::move(dead));
    } else if (answer.function != "apply" || answer.returned != ROPE_INVALID_ARGUMENT) {
      inquiry_.fail(fmt::format("{}: expected ROPE_INVALID_ARGUMENT from apply, got: {}", what, answer.message));
    } else if (answer.wrote_outputs) {
      inquiry_.fail(fmt::format("{}: apply returned the declared error, but wrote to its outputs", what));
    }
    if (probe_.asked) probe_.asked({"position-out-of-range", what, true, {}});
    // An error must leave the handle usable.
    const auto after = told({0});
    if (before && after) inquiry_.same(tokens({0}), *before, *after, "a right call after " + what);
  }

  void copied(const Tokens& in, const Tokens& out, const std::string& what) {
    const auto compare = [&](const std::vector<std::uint32_t>& before, const std::vector<std::uint32_t>& after) {
      for (std::size_t n = 0; n < before.size(); ++n) {
        inquiry_.deviations().add_copy(before[n], after[n], in.positions.front(),
                                       [&] { return what + ", declared to be copied"; });
      }
    };
    compare(in.q, out.q);
    compare(in.k, out.k);
  }

  const Probe& probe_;
  std::uint32_t policy_;
  std::int64_t limit_;
  std::int64_t least_ = 0;  ///< the first position inside
  Inquiry inquiry_;
};

}  // namespace

reports::Case position_out_of_range(const Probe& probe) {
  if (probe.description == nullptr || probe.description->out_of_range == ROPE_OUT_OF_RANGE_UNDEFINED) {
    reports::Case out;
    out.verdict = reports::Verdict::not_observable;
    out.message = "it declares nothing for positions outside, so no such call is made";
    return out;
  }
  return OutOfRange(probe).judged();
}

}  // namespace rope::conformance
