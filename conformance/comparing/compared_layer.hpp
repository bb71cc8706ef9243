// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One layer type of one model with everything that a comparison needs, computed once.
#pragma once

#include <string>
#include <vector>

#include "fixtures/layer_spec.hpp"
#include "reference/double_double.hpp"

namespace rope::conformance {

struct ComparedLayer {
  std::string letter;
  fixtures::LayerSpec layer;
  std::vector<DoubleDouble> inv_freq;  ///< exact to 2^-105, from the multiprecision reference
  std::string fingerprint;

  double frequency(int pair) const { return inv_freq[static_cast<std::size_t>(pair)].hi; }
};

/// How far the frequencies of two layers may be apart, relatively, and still be the same: 0, or what binary32 numbers
/// that frequencies were made with leave open.
double frequency_allowance(const ComparedLayer& first, const ComparedLayer& other);

/// |difference of the frequencies|; 0 where both round to the same binary64.
double frequency_difference(const ComparedLayer& first, const ComparedLayer& other, int pair);

/// How large it may be and the frequencies the same: the allowance, and what tables of cos and sin that frequencies
/// were recovered from leave open.
double allowed_difference(const ComparedLayer& first, const ComparedLayer& other, int pair);

/// The difference is larger than that.
bool frequency_differs(const ComparedLayer& first, const ComparedLayer& other, int pair);

/// |difference of the frequencies| / frequency of the first; 0 where both round to the same binary64.
double relative_difference(const ComparedLayer& first, const ComparedLayer& other, int pair);

/// The same heads, the same elements rotated, by frequencies that are the same as far as the allowance goes; pairing
/// aside.
bool same_frequencies(const ComparedLayer& first, const ComparedLayer& other);

ComparedLayer compared_layer(const std::string& letter, const fixtures::LayerSpec& layer);

}  // namespace rope::conformance
