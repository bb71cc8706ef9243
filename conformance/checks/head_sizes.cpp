// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// head-sizes: other head sizes than the models have, that fill no vector or more than one, whole heads and partial
// ones, held against the certified truth.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conformance/checks/inquiry.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/checks/shorter_model.hpp"
#include "conformance/checks/truth.hpp"

namespace rope::conformance {
namespace {

constexpr std::array<int, 14> rotary_dims{2, 4, 6, 10, 18, 20, 34, 66, 80, 96, 100, 128, 192, 256};

struct Form {
  int more;    ///< elements of a head that do not rotate
  int before;  ///< how many of them stand before those that do
  const char* words;
};
constexpr std::array<Form, 3> forms{{{0, 0, ""}, {16, 0, " first"}, {6, 6, " last"}}};

Spec sized(const Spec& model, int rotary_dim, const Form& form) {
  Spec spec = model;
  spec.rotary_dim = rotary_dim;
  spec.head_dim = rotary_dim + form.more;
  spec.dim_offset = form.before;
  // The other families are about one size of head, or about one set of frequencies.
  spec.family = DefaultFamily{};
  spec.axes.reset();
  if (!(spec.theta > 0)) spec.theta = 10000;
  return spec;
}

/// A few near 0, some thousands on, and the last ones.
std::vector<std::int64_t> positions_for(const Probe& probe) {
  const std::int64_t limit = probe.fixture.spec.max_position;
  if (!takes_any_positions(probe)) return run_positions(probe, 1, 8);
  std::vector<std::int64_t> out;
  for (std::int64_t p : {std::int64_t{0}, std::int64_t{1}, std::int64_t{2}, std::int64_t{77}, std::int64_t{1023},
                         std::int64_t{4095}, limit - 2, limit - 1}) {
    if (p >= 0 && p < limit) out.push_back(p);
  }
  return out;
}

}  // namespace

reports::Case head_sizes(const Probe& of_the_model) {
  const ShorterModel shorter(of_the_model, affordable_positions(of_the_model));
  const Probe& probe = shorter.probe();
  Inquiry inquiry(probe, "head-sizes");
  const std::vector<std::int64_t> positions = positions_for(probe);
  for (int rotary_dim : rotary_dims) {
    std::optional<Truth> truth;  // one for all forms: only the rotated elements have frequencies
    for (const Form& form : forms) {
      RotateRequest request;
      request.spec = sized(probe.fixture.spec, rotary_dim, form);
      request.spec.pairing = request.pairing = probe.pairing;
      request.dtype = probe.dtype;
      request.max_position = request.spec.max_position;
      request.positions = positions;
      request.q_heads = property_q_heads;
      request.k_heads = property_k_heads;
      fixtures::Fixture sizes;  // where random_tokens finds the size of a head
      sizes.spec = request.spec;
      sizes.seed = probe.fixture.seed;
      const Probe of_this_size{probe.rotate, sizes, probe.judge, probe.dtype, probe.pairing};
      const Tokens in = random_tokens(of_this_size, "head-sizes", positions);
      request.q = in.q;
      request.k = in.k;
      const std::string what =
          form.more == 0 ? fmt::format("head_dim {}", rotary_dim)
                         : fmt::format("head_dim {}, the{} {}", request.spec.head_dim, form.words, rotary_dim);
      const auto answer = inquiry.answer(request, what);
      if (!answer) continue;
      if (const auto reason = too_coarse(*answer)) {
        inquiry.refused(what, *reason);
        continue;
      }
      if (!truth) truth.emplace(request.spec, probe.dtype, probe.judge.contract());
      add_true(inquiry.deviations(), *truth, request, *answer, what);
      // Where what rotates is only a part, the other direction has to know that, too.
      if (form.more == 0) continue;
      request.direction = Direction::backward;
      const std::string backward = what + ", backward";
      if (const auto back = inquiry.answer(request, backward)) {
        add_true(inquiry.deviations(), *truth, request, *back, backward);
      }
    }
  }
  return inquiry.result("another head size gives wrong values");
}

}  // namespace rope::conformance
