// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies come from the multiprecision reference alone.
#include "conformance/comparing/compared_layer.hpp"

#include <cmath>

#include "fixtures/fingerprint.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

// How far frequencies that a converter stored as binary32 factors may be from the exact ones, relatively. llama.cpp's
// convert_hf_to_gguf.py computes a Llama 3 factor from a binary32 frequency (docs/numerics.md, S1: at most 16·2^-24 off
// for the bases of real models); in the smooth band the factor amplifies that by up to (factor - 1) low/(high - low),
// below 11 for the published settings, and each of its own operations adds 2^-24. Together below 2^-16.
constexpr double stored_precision = 0x1p-16;

}  // namespace

double frequency_allowance(const ComparedLayer& first, const ComparedLayer& other) {
  return first.layer.binary32 || other.layer.binary32 ? stored_precision : 0;
}

double frequency_difference(const ComparedLayer& first, const ComparedLayer& other, int pair) {
  const auto at = static_cast<std::size_t>(pair);
  if (first.frequency(pair) == other.frequency(pair)) return 0;
  return std::abs(difference(other.inv_freq[at].hi, first.inv_freq[at]) + other.inv_freq[at].lo);
}

double allowed_difference(const ComparedLayer& first, const ComparedLayer& other, int pair) {
  double allowed = frequency_allowance(first, other) * first.frequency(pair);
  for (const ComparedLayer* side : {&first, &other}) {
    if (side->layer.tables) allowed += side->layer.tables->inv_freq_bound[static_cast<std::size_t>(pair)];
  }
  return allowed;
}

bool frequency_differs(const ComparedLayer& first, const ComparedLayer& other, int pair) {
  return !(frequency_difference(first, other, pair) <= allowed_difference(first, other, pair));
}

double relative_difference(const ComparedLayer& first, const ComparedLayer& other, int pair) {
  const double apart = frequency_difference(first, other, pair);
  return apart == 0 ? 0 : apart / first.frequency(pair);  // infinite where the first does not turn
}

bool same_frequencies(const ComparedLayer& first, const ComparedLayer& other) {
  const Spec& a = first.layer.spec;
  const Spec& b = other.layer.spec;
  if (a.head_dim != b.head_dim || a.rotary_dim != b.rotary_dim || a.dim_offset != b.dim_offset) return false;
  for (int pair = 0; pair < a.pairs(); ++pair) {
    if (frequency_differs(first, other, pair)) return false;
  }
  return true;
}

ComparedLayer compared_layer(const std::string& letter, const fixtures::LayerSpec& layer) {
  ComparedLayer out{letter, layer, {}, ""};
  const Exact exact(layer.spec);
  std::vector<double> rounded;
  for (int pair = 0; pair < layer.spec.pairs(); ++pair) {
    out.inv_freq.push_back(exact.inv_freq(pair));
    rounded.push_back(out.inv_freq.back().hi);
  }
  out.fingerprint = fixtures::fingerprint(layer.spec, rounded);
  return out;
}

}  // namespace rope::conformance
