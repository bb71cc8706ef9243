// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Compared as numbers, and shown in the words of fixtures/attention_words.
#include "conformance/comparing/attention_differences.hpp"

#include <algorithm>
#include <vector>

#include "conformance/comparing/compared_values.hpp"
#include "fixtures/attention_words.hpp"

namespace rope::conformance {
namespace {

using fixtures::Field;
using fixtures::LayerSpec;

bool turns_q_up(const LayerSpec& layer) {
  return layer.query_temperature && layer.query_temperature->slope != 0;
}

std::string temperature_text(const LayerSpec& layer) {
  return layer.query_temperature ? fixtures::query_temperature_words(*layer.query_temperature) : "unknown";
}

std::string xpos_text(const LayerSpec& layer) {
  return layer.xpos ? fixtures::xpos_words(*layer.xpos) : "none";
}

std::string unrotated_text(const fixtures::UnrotatedLayers& layers) {
  std::string text = fixtures::unrotated_words(layers);
  if (layers.query_temperature.slope != 0) {
    text += fmt::format(", where q is multiplied by {}", fixtures::query_temperature_words(layers.query_temperature));
  }
  return text;
}

/// "no_rope_layers [1,0]", of all keys that say it and are not said alike by the other.
std::string keys_text(const fixtures::UnrotatedLayers& layers, const fixtures::UnrotatedLayers& other) {
  std::string text;
  for (const fixtures::Setting& setting : layers.settings) {
    const bool alike = std::any_of(other.settings.begin(), other.settings.end(), [&](const fixtures::Setting& one) {
      return one.key == setting.key && one.value == setting.value && one.stated == setting.stated;
    });
    if (alike) continue;
    text += text.empty() ? "" : ", ";
    text += setting.stated ? fmt::format("{} {}", setting.key, setting.value)
                           : fmt::format("no key {} (taken: {})", setting.key, setting.value);
  }
  return text.empty() ? "no such key" : text;
}

/// The numbers by the names of the configuration's keys; "-" where one side has none.
void add_dual_chunk(reports::Comparison& out, const LayerSpec& first, const LayerSpec& other) {
  const auto whether = [](const LayerSpec& layer) {
    return std::string(!layer.dual_chunk ? "none" : layer.dual_chunk_read ? "yes" : "asked for, not read");
  };
  add_value(out, "dual chunk", whether(first), whether(other));
  const auto number = [&](const char* key, std::int64_t DualChunk::*member) {
    const auto text = [&](const LayerSpec& layer) {
      return layer.dual_chunk ? fmt::format("{}", *layer.dual_chunk.*member) : std::string("-");
    };
    add_value(out, key, text(first), text(other));
  };
  number("  chunk_size", &DualChunk::chunk_size);
  number("  local_size", &DualChunk::local_size);
  number("  original_max_position", &DualChunk::original_max_position);
}

/// Whether a layer that both models have is of this type in one of them alone; how many layers there are has no part in
/// it.
bool other_layers(const LayerSpec& first, const LayerSpec& other) {
  if (first.which.empty() || other.which.empty()) return false;
  const int common = std::min(first.of_layers, other.of_layers);
  const auto among = [&](const std::vector<int>& which) {
    return std::vector<int>(which.begin(), std::lower_bound(which.begin(), which.end(), common));
  };
  return among(first.which) != among(other.which);
}

}  // namespace

void add_attention_values(reports::Comparison& out, const LayerSpec& first, const LayerSpec& other) {
  if (turns_q_up(first) || turns_q_up(other)) {
    add_value(out, "query factor", temperature_text(first), temperature_text(other));
  }
  if (first.dual_chunk || other.dual_chunk) add_dual_chunk(out, first, other);
  if (first.xpos || other.xpos) add_value(out, "xPos", xpos_text(first), xpos_text(other));
}

void find_in_attention(Found& found, const LayerSpec& first, const LayerSpec& other) {
  if (first.query_temperature && other.query_temperature) {
    // Its keys stand in the scaling.
    find(found, "query factor", temperature_text(first), temperature_text(other), Field::frequencies);
  }
  if (first.unrotated_part > 0 && other.unrotated_part > 0) {
    find(found, "unrotated part", first.unrotated_part, other.unrotated_part, Field::head_dim);
  }
  find(found, "dual chunk", fixtures::dual_chunk_short(first), fixtures::dual_chunk_short(other), Field::attention);
  find(found, "xpos", xpos_text(first), xpos_text(other), Field::attention);
  if (other_layers(first, other)) {
    find(found, "layers", fixtures::layers_words(first.which, first.of_layers),
         fixtures::layers_words(other.which, other.of_layers), Field::layers);
  }
}

std::optional<reports::Difference> difference_of_unrotated(const fixtures::ModelDescription& first,
                                                           const fixtures::ModelDescription& other) {
  if (!first.unrotated || !other.unrotated) return std::nullopt;
  const fixtures::UnrotatedLayers& a = *first.unrotated;
  const fixtures::UnrotatedLayers& b = *other.unrotated;
  if (a.which == b.which && a.query_temperature == b.query_temperature) return std::nullopt;
  const auto text = [](const fixtures::UnrotatedLayers& layers) {
    return layers.which.empty() ? std::string("none") : unrotated_text(layers);
  };
  return reports::Difference{"unrotated_layers", fmt::format("layers without RoPE ({} against {})", text(a), text(b))};
}

void add_unrotated(reports::Comparison& out, const fixtures::ModelDescription& first,
                   const fixtures::ModelDescription& other) {
  const auto some = [](const fixtures::ModelDescription& model) {
    return model.unrotated && !model.unrotated->which.empty();
  };
  if (!some(first) && !some(other)) return;
  const auto count = [](const fixtures::ModelDescription& model) {
    return model.unrotated ? fmt::format("{}", model.unrotated->which.size()) : std::string("unknown");
  };
  add_value(out, "layers without RoPE", count(first), count(other));
  if (!first.unrotated || !other.unrotated) {
    out.remarks.push_back(fmt::format("{} does not say which layers have no RoPE: that is not compared",
                                      first.unrotated ? out.other : out.first));
    return;
  }
  const std::optional<reports::Difference> difference = difference_of_unrotated(first, other);
  if (!difference) return;
  out.differences.push_back(*difference);
  out.same = false;
  const std::string mine = keys_text(*first.unrotated, *other.unrotated);
  const std::string theirs = keys_text(*other.unrotated, *first.unrotated);
  if (mine != theirs) {
    out.causes.push_back(
        {"unrotated_layers", "", "", fmt::format("{} has {}; {} has {}", out.first, mine, out.other, theirs)});
  }
}

}  // namespace rope::conformance
