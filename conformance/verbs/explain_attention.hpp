// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform explain: what q, k and scores meet beside the rotation.
#pragma once

#include <string>
#include <vector>

#include "fixtures/layer_spec.hpp"
#include "reports/sheet.hpp"

namespace rope::conformance {

/// "rope_theta 500000.0", and for what no key says, what is taken: the settings about a field, on one line.
std::string origin_of(fixtures::Field field, const std::vector<fixtures::Setting>& settings);

/// Factors on q or on scores, chunks and xPos; nothing where there are none.
void add_attention(reports::Sheet& sheet, const fixtures::LayerSpec& layer);

/// Layers without RoPE; nothing where each has it.
void add_unrotated_layers(reports::Sheet& sheet, const fixtures::ModelDescription& model);

}  // namespace rope::conformance
