// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A kernel inside the test: rotates a whole call, whatever it asks for, in binary64 and rounds once. What the property
// checks' own tests spoil in one place.
#pragma once

#include <functional>

#include "conformance/checks/probe.hpp"
#include "rope_impl.h"

namespace rope::conformance {

/// Where an output element stands; pair is -1 outside the rotated part of the head.
struct OutputPlace {
  bool of_q = true;
  int head = 0;
  std::size_t token = 0;  ///< over all rows of the batch
  int pair = -1;
  int element = 0;  ///< of the pair; outside, of the head
};

/// Gives the bits that come out instead of the right ones. May be empty.
using Spoil = std::function<std::uint32_t(std::uint32_t right, const OutputPlace&, const RotateRequest&)>;

/// By these frequencies; a spec with another number of pairs, or with another base, has its own. Positions outside
/// [-max_position, max_position) are treated as `out_of_range` says.
RotateAnswer rotate_synthetically(const RotateRequest& request, const std::vector<double>& inv_freq, const Spoil& spoil,
                                  rope_out_of_range out_of_range = ROPE_OUT_OF_RANGE_CLAMP);

/// The element of the input tensor at that place, of `pair`'s other element too.
std::uint32_t input_at(const RotateRequest& request, const OutputPlace& place);

}  // namespace rope::conformance
