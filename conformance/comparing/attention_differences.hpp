// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Two models beside their rotations: factors on q and scores, chunks, and which layers have no RoPE.
#pragma once

#include <optional>

#include "conformance/comparing/found.hpp"
#include "fixtures/layer_spec.hpp"
#include "reports/comparison.hpp"

namespace rope::conformance {

/// Rows of the table for what one of the two has.
void add_attention_values(reports::Comparison& out, const fixtures::LayerSpec& first, const fixtures::LayerSpec& other);

/// What is known of both and differs; a setting that stands in one file alone differs.
void find_in_attention(Found& found, const fixtures::LayerSpec& first, const fixtures::LayerSpec& other);

/// Which layers rotate, and by what q is multiplied in the others; nothing where that is the same, or unknown of one.
std::optional<reports::Difference> difference_of_unrotated(const fixtures::ModelDescription& first,
                                                           const fixtures::ModelDescription& other);

/// Adds the row of these layers, the keys that say them where they differ, and a remark where one file alone says them.
void add_unrotated(reports::Comparison& out, const fixtures::ModelDescription& first,
                   const fixtures::ModelDescription& other);

}  // namespace rope::conformance
