// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Frequencies come from the multiprecision reference alone.
#include "conformance/comparing/compared_layer.hpp"

#include "fixtures/fingerprint.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {

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
