// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Pair by pair; elements outside the rotated part of a head are copied.
#include "conformance/testing/synthetic_kernel.hpp"

#include <cmath>

namespace rope::conformance {
namespace {

std::size_t index_of(const RotateRequest& request, const OutputPlace& place) {
  const Spec& spec = request.spec;
  const int heads = place.of_q ? request.q_heads : request.k_heads;
  const int in_head =
      place.pair < 0 ? place.element
                     : spec.dim_offset + element_of_pair(request.pairing, spec.rotary_dim, place.pair, place.element);
  return (place.token * static_cast<std::size_t>(heads) + static_cast<std::size_t>(place.head)) *
             static_cast<std::size_t>(spec.head_dim) +
         static_cast<std::size_t>(in_head);
}

void rotate_head(const RotateRequest& request, const std::vector<double>& inv_freq, const Spoil& spoil,
                 OutputPlace place, std::vector<std::uint32_t>& out) {
  const Spec& spec = request.spec;
  const auto put = [&](std::uint32_t bits) {
    out[index_of(request, place)] = spoil ? spoil(bits, place, request) : bits;
  };
  for (place.element = 0; place.element < spec.head_dim; ++place.element) {
    if (place.element < spec.dim_offset || place.element >= spec.dim_offset + spec.rotary_dim) {
      put(input_at(request, place));
    }
  }
  for (place.pair = 0; place.pair < spec.pairs(); ++place.pair) {
    double x[2];
    for (place.element = 0; place.element < 2; ++place.element) {
      x[place.element] = to_double(request.dtype, input_at(request, place));
    }
    const double angle = static_cast<double>(request.positions[place.token]) *
                         inv_freq[static_cast<std::size_t>(place.pair)] *
                         (request.direction == Direction::backward ? -1 : 1);
    const double y[2] = {x[0] * std::cos(angle) - x[1] * std::sin(angle),
                         x[0] * std::sin(angle) + x[1] * std::cos(angle)};
    for (place.element = 0; place.element < 2; ++place.element) {
      put(static_cast<std::uint32_t>(round_to_bits(request.dtype, y[place.element])));
    }
  }
}

}  // namespace

std::uint32_t input_at(const RotateRequest& request, const OutputPlace& place) {
  return (place.of_q ? request.q : request.k)[index_of(request, place)];
}

RotateAnswer rotate_synthetically(const RotateRequest& request, const std::vector<double>& inv_freq,
                                  const Spoil& spoil) {
  RotateAnswer answer;
  answer.status = RotateAnswer::Status::ok;
  answer.q = request.q;
  answer.k = request.k;
  for (std::size_t token = 0; token < request.positions.size(); ++token) {
    for (bool of_q : {true, false}) {
      for (int head = 0; head < (of_q ? request.q_heads : request.k_heads); ++head) {
        rotate_head(request, inv_freq, spoil, {of_q, head, token, -1, 0}, of_q ? answer.q : answer.k);
      }
    }
  }
  return answer;
}

}  // namespace rope::conformance
