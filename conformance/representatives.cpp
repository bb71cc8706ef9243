// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A model stands for those of its class (fixtures::model_class).
#include "conformance/representatives.hpp"

#include "fixtures/catalogue.hpp"

namespace rope::conformance {
std::vector<reports::Representative> representatives() {
  std::vector<reports::Representative> out;
  for (const fixtures::Model& model : fixtures::catalogue()) {
    const fixtures::LayerSpec* const layer = fixtures::representative_layer(model);
    if (layer == nullptr) continue;
    reports::Representative one{fixtures::name_in_run(model, *layer), model.represents, {}};
    for (const fixtures::Model& other : fixtures::catalogue()) {
      for (const fixtures::LayerSpec& like : other.description.layers) {
        const std::string name = fixtures::name_in_run(other, like);
        if (fixtures::model_class(like.spec) == model.represents && name != one.model) one.stands_for.push_back(name);
      }
    }
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace rope::conformance
