// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A kernel inside the test: rotates a whole call in binary64 by the small fixture's frequencies and rounds once. What
// the property checks' own tests spoil in one place.
#pragma once

#include <functional>

#include "conformance/checks/probe.hpp"

namespace rope::conformance {

/// Where an output element stands; pair is -1 outside the rotated part of the head.
struct OutputPlace {
  bool of_q = true;
  int head = 0;
  std::size_t token = 0;
  int pair = -1;
  int element = 0;  ///< of the pair; outside, of the head
};

/// Gives the bits that come out instead of the right ones. May be empty.
using Spoil = std::function<std::uint32_t(std::uint32_t right, const OutputPlace&, const RotateRequest&)>;

RotateAnswer rotate_synthetically(const RotateRequest& request, const std::vector<double>& inv_freq,
                                  const Spoil& spoil);

/// The element of the input tensor at that place, of `pair`'s other element too.
std::uint32_t input_at(const RotateRequest& request, const OutputPlace& place);

}  // namespace rope::conformance
