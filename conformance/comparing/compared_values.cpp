// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is shown of two layers whether or not it differs; what counts is decided in comparison.cpp.
#include "conformance/comparing/compared_values.hpp"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <utility>

#include "conformance/comparing/attention_differences.hpp"
#include "fixtures/axes_words.hpp"
#include "fixtures/family_words.hpp"

namespace rope::conformance {
namespace {

using reports::Comparison;

std::string pairing_text(const fixtures::LayerSpec& layer) {
  const bool split = layer.spec.pairing == Pairing::half_split;
  return fmt::format("{} ({})", name(layer.spec.pairing), split ? "NeoX" : "GPT-J");
}

std::string base_text(const fixtures::LayerSpec& layer) {
  return layer.base == 0 ? "unknown" : fmt::format("{}", layer.base);
}

/// Of a family whose frequencies depend on the length of the sequence.
std::string table_text(const fixtures::LayerSpec& layer) {
  return layer.one_table ? "one for all lengths" : "one for each length";
}

/// Of a tower for pictures.
std::string tower_text(const fixtures::LayerSpec& layer) {
  return layer.scheme ? layer.scheme->name : "none";
}

std::string number_or_unknown(const std::optional<double>& value) {
  return value ? fmt::format("{:.10g}", *value) : "unknown";
}

/// The family's numbers side by side, by name; "-" where one side has none of that name.
void add_family(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  add_value(out, "family", std::string(name(first.layer.spec.family)), std::string(name(other.layer.spec.family)));
  std::map<std::string, std::pair<std::string, std::string>> numbers;
  for (const auto& [key, value] : fixtures::family_numbers(first.layer.spec)) numbers[key] = {value, "-"};
  for (const auto& [key, value] : fixtures::family_numbers(other.layer.spec)) {
    numbers.try_emplace(key, "-", "").first->second.second = value;
  }
  for (const auto& [key, values] : numbers) add_value(out, "  " + key, values.first, values.second);
}

}  // namespace

std::string axes_text(const fixtures::LayerSpec& layer) {
  return layer.spec.axes ? fixtures::axes_short(*layer.spec.axes) : "one";
}

void add_value(Comparison& out, const std::string& name, const std::string& first, const std::string& other) {
  out.values.push_back({name, first, other, first != other});
}

void add_values(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  const fixtures::LayerSpec& a = first.layer;
  const fixtures::LayerSpec& b = other.layer;
  if (a.scheme || b.scheme) add_value(out, "tower", tower_text(a), tower_text(b));
  add_family(out, first, other);
  if (a.one_table || b.one_table) add_value(out, "table", table_text(a), table_text(b));
  add_value(out, "theta", base_text(a), base_text(b));
  add_value(out, "head_dim", fmt::format("{}", a.spec.head_dim), fmt::format("{}", b.spec.head_dim));
  add_value(out, "rotary_dim", fmt::format("{}", a.spec.rotary_dim), fmt::format("{}", b.spec.rotary_dim));
  add_value(out, "dim_offset", fmt::format("{}", a.spec.dim_offset), fmt::format("{}", b.spec.dim_offset));
  add_value(out, "pairing", pairing_text(a), pairing_text(b));
  if (a.spec.axes || b.spec.axes) add_value(out, "position axes", axes_text(a), axes_text(b));
  add_value(out, "attention factor", fmt::format("{}", a.spec.attention_factor),
            fmt::format("{}", b.spec.attention_factor));
  add_value(out, "softmax scale", number_or_unknown(a.softmax_scale), number_or_unknown(b.softmax_scale));
  add_attention_values(out, a, b);
  add_value(out, "max position", fmt::format("{}", a.spec.max_position), fmt::format("{}", b.spec.max_position));
  out.first_fingerprint = first.fingerprint;
  out.other_fingerprint = other.fingerprint;
}

}  // namespace rope::conformance
