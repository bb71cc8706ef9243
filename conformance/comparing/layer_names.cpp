// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The frequencies decide, so that the order of layers in the graph does not.
#include "conformance/comparing/layer_names.hpp"

#include <algorithm>
#include <vector>

#include "conformance/comparing/compared_layer.hpp"

namespace rope::conformance {

fixtures::ModelDescription named_as(fixtures::ModelDescription model, const fixtures::ModelDescription& like) {
  const auto by_tables = [](const fixtures::LayerSpec& layer) { return layer.tables.has_value(); };
  if (model.layers.size() < 2 || !std::all_of(model.layers.begin(), model.layers.end(), by_tables) ||
      std::any_of(like.layers.begin(), like.layers.end(), by_tables)) {
    return model;
  }
  std::vector<const fixtures::LayerSpec*> left;
  for (const fixtures::LayerSpec& layer : like.layers) left.push_back(&layer);
  std::vector<fixtures::LayerSpec*> unnamed;
  for (fixtures::LayerSpec& layer : model.layers) {
    const ComparedLayer mine = compared_layer("", layer);
    const auto same = std::find_if(left.begin(), left.end(), [&](const fixtures::LayerSpec* theirs) {
      return same_frequencies(compared_layer("", *theirs), mine);
    });
    if (same == left.end()) {
      unnamed.push_back(&layer);
    } else {
      layer.name = (*same)->name;
      left.erase(same);
    }
  }
  if (unnamed.size() == 1 && left.size() == 1) unnamed.front()->name = left.front()->name;
  return model;
}

}  // namespace rope::conformance
