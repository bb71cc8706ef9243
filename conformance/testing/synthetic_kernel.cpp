// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair by pair; elements outside the rotated part of a head are copied.
#include "conformance/testing/synthetic_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

std::size_t index_of(const RotateRequest& request, Pairing pairing, const OutputPlace& place) {
  const Spec& spec = request.spec;
  const int heads = place.of_q ? request.q_heads : request.k_heads;
  const int in_head = place.pair < 0
                          ? place.element
                          : spec.dim_offset + element_of_pair(pairing, spec.rotary_dim, place.pair, place.element);
  return (place.token * static_cast<std::size_t>(heads) + static_cast<std::size_t>(place.head)) *
             static_cast<std::size_t>(spec.head_dim) +
         static_cast<std::size_t>(in_head);
}

/// Tokens of all rows: with several axes there are more positions than tokens.
std::size_t all_tokens(const RotateRequest& request) {
  return request.q.size() /
         (static_cast<std::size_t>(request.q_heads) * static_cast<std::size_t>(request.spec.head_dim));
}

/// Those of one model, rounded or spoiled a little; another base is far off.
bool nearly_same(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), [](double x, double y) { return std::abs(x - y) <= 0.05 * y; });
}

class Kernel {
 public:
  Kernel(const RotateRequest& request, const std::vector<double>& inv_freq, const Spoil& spoil,
         rope_out_of_range out_of_range)
      : request_(request), inv_freq_(inv_freq), spoil_(spoil), policy_(out_of_range) {
    // What is given is used, whatever the kernel would make itself.
    if (const auto* given = std::get_if<GivenFamily>(&request.spec.family)) inv_freq_ = given->inv_freq;
    if (std::holds_alternative<GivenFamily>(request.spec.family)) return;
    std::vector<double> own;
    const Exact exact(request.spec);
    for (int pair = 0; pair < request.spec.pairs(); ++pair) own.push_back(exact.inv_freq(pair).hi);
    if (inv_freq_.size() != own.size() || !nearly_same(inv_freq_, own)) inv_freq_ = std::move(own);
  }

  bool is_inside(std::int64_t position) const {
    return position >= -request_.max_position && position < request_.max_position;
  }

  void rotate_head(OutputPlace place, std::vector<std::uint32_t>& out) {
    const Spec& spec = request_.spec;
    const auto put = [&](std::uint32_t bits) {
      out[index_of(request_, request_.pairing_out.value_or(request_.pairing), place)] =
          spoil_ ? spoil_(bits, place, request_) : bits;
    };
    for (place.element = 0; place.element < spec.head_dim; ++place.element) {
      if (place.element < spec.dim_offset || place.element >= spec.dim_offset + spec.rotary_dim) {
        put(input_at(request_, place));
      }
    }
    for (place.pair = 0; place.pair < spec.pairs(); ++place.pair) {
      double x[2];
      for (place.element = 0; place.element < 2; ++place.element) {
        x[place.element] = to_double(request_.dtype, input_at(request_, place));
      }
      const std::int64_t position = position_of(place);
      const bool copy = policy_ == ROPE_OUT_OF_RANGE_IDENTITY && !is_inside(position);
      const std::array<double, 2> y = rotated(x, position, place);
      for (place.element = 0; place.element < 2; ++place.element) {
        put(copy ? input_at(request_, place)
                 : static_cast<std::uint32_t>(
                       round_to_bits(request_.dtype, y[static_cast<std::size_t>(place.element)])));
      }
    }
  }

 private:
  std::int64_t position_of(const OutputPlace& place) const {
    const std::size_t axis = request_.pair_axis.empty() ? 0 : request_.pair_axis[static_cast<std::size_t>(place.pair)];
    return request_.positions[axis * all_tokens(request_) + place.token];
  }

  std::array<double, 2> rotated(const double (&x)[2], std::int64_t position, const OutputPlace& place) const {
    const double a = request_.spec.attention_factor * (place.of_q ? request_.query_scale : 1);
    const auto p = static_cast<double>(std::clamp(position, -request_.max_position, request_.max_position - 1));
    const double f = inv_freq_[static_cast<std::size_t>(place.pair)];
    const double after = request_.arrangement.form.uneven_halves ? 1 : 0;  // columns of the second elements
    const double c0 = a * std::cos(p * f);
    const double s0 = a * std::sin(p * f);
    const double c1 = a * std::cos((p + after) * f);
    const double s1 = a * std::sin((p + after) * f);
    if (request_.direction == Direction::backward) return {x[0] * c0 + x[1] * s1, x[1] * c1 - x[0] * s0};
    return {x[0] * c0 - x[1] * s0, x[0] * s1 + x[1] * c1};
  }

  const RotateRequest& request_;
  std::vector<double> inv_freq_;
  const Spoil& spoil_;
  rope_out_of_range policy_;
};

}  // namespace

std::uint32_t input_at(const RotateRequest& request, const OutputPlace& place) {
  return (place.of_q ? request.q : request.k)[index_of(request, request.pairing, place)];
}

RotateAnswer rotate_synthetically(const RotateRequest& request, const std::vector<double>& inv_freq, const Spoil& spoil,
                                  rope_out_of_range out_of_range) {
  Kernel kernel(request, inv_freq, spoil, out_of_range);
  RotateAnswer answer;
  if (out_of_range == ROPE_OUT_OF_RANGE_ERROR &&
      !std::all_of(request.positions.begin(), request.positions.end(),
                   [&](std::int64_t position) { return kernel.is_inside(position); })) {
    answer.message = "apply returned ROPE_INVALID_ARGUMENT: a position is outside";
    answer.function = "apply";
    answer.returned = ROPE_INVALID_ARGUMENT;
    return answer;
  }
  answer.status = RotateAnswer::Status::ok;
  answer.used = request.arrangement;
  if (answer.used.source == AngleSource::any) answer.used.source = AngleSource::parametric;
  answer.q = request.q;
  answer.k = request.k;
  if (request.export_inv_freq) answer.inv_freq = inv_freq;
  for (std::size_t token = 0; token < all_tokens(request); ++token) {
    for (bool of_q : {true, false}) {
      for (int head = 0; head < (of_q ? request.q_heads : request.k_heads); ++head) {
        kernel.rotate_head({of_q, head, token, -1, 0}, of_q ? answer.q : answer.k);
      }
    }
  }
  return answer;
}

}  // namespace rope::conformance
