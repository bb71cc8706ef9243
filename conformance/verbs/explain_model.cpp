// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform explain --model, --config: what RoPE a model has, and which key of its file says so.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "conformance/chosen_models.hpp"
#include "conformance/named_model.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/explain_attention.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/attention_words.hpp"
#include "fixtures/axes_words.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/conventions.hpp"
#include "fixtures/family_words.hpp"
#include "fixtures/fingerprint.hpp"
#include "fixtures/model_file.hpp"
#include "reference/bounds.hpp"
#include "reports/sheet.hpp"
#include "reports/utf8.hpp"
#include "reports/wording.hpp"

namespace rope::conformance {
namespace {

using fixtures::Field;
using reports::Sheet;
using reports::Spans;
using reports::Style;

constexpr double turn = 6.283185307179586;

/// Of a tower for pictures: "height", "width".
std::vector<std::string> axis_names(const fixtures::LayerSpec& layer) {
  std::vector<std::string> names;
  for (std::string_view rest = layer.scheme ? layer.scheme->axes : std::string_view(); !rest.empty();) {
    const std::size_t end = std::min(rest.find(", "), rest.size());
    names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 2, rest.size()));
  }
  return names;
}

std::string value_of(Field field, const fixtures::LayerSpec& layer) {
  const Spec& spec = layer.spec;
  switch (field) {
    case Field::frequencies:
      return layer.scheme && !layer.scheme->formula.empty() ? layer.scheme->formula : fixtures::family_words(spec);
    case Field::theta:
      return layer.base == 0 ? "unknown: tables of cos and sin do not say" : fmt::format("{}", layer.base);
    case Field::head_dim:
      return layer.unrotated_part == 0
                 ? fmt::format("{}", spec.head_dim)
                 : fmt::format("{}, a tensor of its own: of a head's {} elements {} do not rotate", spec.head_dim,
                               spec.head_dim + layer.unrotated_part, layer.unrotated_part);
    case Field::rotary_dim:
      return spec.dim_offset == 0 ? fmt::format("{}", spec.rotary_dim)
                                  : fmt::format("{} from {} on", spec.rotary_dim, spec.dim_offset);
    case Field::pairing:
      return spec.pairing == Pairing::half_split ? fmt::format("half-split (NeoX): elements i and i + {}", spec.pairs())
                                                 : std::string("interleaved (GPT-J): elements 2i and 2i + 1");
    case Field::max_position:
      if (layer.scheme && layer.scheme->patches > 0 && layer.scheme->patches < spec.max_position - 1) {
        return fmt::format("{}, as many as checks need", spec.max_position);
      }
      return fmt::format("{}", spec.max_position);
    case Field::axes:
      return spec.axes ? fixtures::axes_words(*spec.axes, axis_names(layer)) : "one position for each token";
    case Field::attention:
      return "";  // explain_attention.cpp
    case Field::layers:
      return "";  // beside the name
  }
  return "";
}

void add_values(Sheet& sheet, const fixtures::LayerSpec& layer) {
  constexpr std::array<std::pair<Field, std::string_view>, 7> fields{{{Field::frequencies, "family"},
                                                                      {Field::theta, "theta"},
                                                                      {Field::head_dim, "head_dim"},
                                                                      {Field::rotary_dim, "rotary_dim"},
                                                                      {Field::pairing, "pairing"},
                                                                      {Field::axes, "axes"},
                                                                      {Field::max_position, "positions"}}};
  for (const auto& field : fields) {
    if (field.first == Field::axes && !layer.spec.axes) continue;
    const std::string origin = origin_of(field.first, layer.settings);
    Spans spans{{value_of(field.first, layer), Style::strong}};
    if (!origin.empty()) spans.push_back({"; from " + origin, Style::faint});
    sheet.paragraph(field.second, spans);
    const std::string formula = fixtures::family_formula(layer.spec.family);
    const bool said = layer.scheme && !layer.scheme->formula.empty();
    if (field.first == Field::frequencies && !formula.empty() && !said) sheet.paragraph("", {{formula}});
  }
  Spans factors{{fmt::format("attention factor {} on cos and sin{}", layer.spec.attention_factor,
                             layer.softmax_scale ? fmt::format("; softmax scale {}", *layer.softmax_scale) : "")}};
  // What else there is of attention names its keys itself.
  const std::string origin = layer.dual_chunk || layer.xpos ? "" : origin_of(Field::attention, layer.settings);
  if (!origin.empty()) factors.push_back({"; from " + origin, Style::faint});
  sheet.paragraph("factors", factors);
}

/// The first, the last, and some between; and those where a wavelength passes the context.
std::set<int> shown_pairs(const Spec& spec, const std::vector<double>& inv_freq) {
  const int n = spec.pairs();
  std::set<int> pairs;
  for (int k = 0; k <= 8; ++k) pairs.insert((n - 1) * k / 8);
  for (int pair = 1; pair < n; ++pair) {
    const double turns = static_cast<double>(spec.max_position) / turn;
    const auto at = static_cast<std::size_t>(pair);
    if (inv_freq[at - 1] * turns >= 1 && inv_freq[at] * turns < 1) pairs.insert({pair - 1, pair});
  }
  return pairs;
}

void add_frequencies(Sheet& sheet, const fixtures::LayerSpec& layer, const std::vector<double>& inv_freq) {
  const Spec& spec = layer.spec;
  const auto context = static_cast<double>(spec.max_position);
  std::vector<Spans> rows{{{"pair", Style::faint},
                           {"inv_freq", Style::faint},
                           {"wavelength", Style::faint},
                           {fmt::format("turns in {} positions", spec.max_position), Style::faint}}};
  if (layer.tables) rows.front().insert(rows.front().begin() + 2, reports::Span{"known to", Style::faint});
  for (const int pair : shown_pairs(spec, inv_freq)) {
    const double w = inv_freq[static_cast<std::size_t>(pair)];
    rows.push_back({{fmt::format("{}", pair)},
                    {fmt::format("{:.10g}", w)},
                    {w == 0 ? "none" : fmt::format("{:.6g}", turn / w)},
                    {w == 0 ? "does not turn" : fmt::format("{:.3g}", context * w / turn)}});
    if (layer.tables) {
      const double bound = layer.tables->inv_freq_bound[static_cast<std::size_t>(pair)];
      rows.back().insert(rows.back().begin() + 2, reports::Span{fmt::format("{:.1e}", bound)});
    }
  }
  sheet.table("frequencies", rows);
  const auto whole = std::count_if(inv_freq.begin(), inv_freq.end(), [&](double w) { return context * w >= turn; });
  sheet.paragraph(
      "", {{fmt::format("{} of {} pairs complete a turn within the model's positions", whole, inv_freq.size())}});
}

/// Where the angle of the usual pipeline, computed in binary32, may be off by more than this many radians.
void add_angles(Sheet& sheet, const Spec& spec, const std::vector<double>& inv_freq) {
  const Bounds bounds(spec, baseline_contract(DType::f32), DType::f32, inv_freq);
  const auto worst = [&](std::int64_t position) {
    double angle = 0;
    for (int pair = 0; pair < spec.pairs(); ++pair) angle = std::max(angle, bounds.angle(position, pair));
    return angle;
  };
  constexpr double limit = 1e-3;
  const std::int64_t last = spec.max_position - 1;
  std::string text = fmt::format("angles computed in binary32 may be off by {} rad at position {}",
                                 reports::angle_text(worst(last)), last);
  if (worst(last) > limit) {
    std::int64_t inside = 0, outside = last;
    while (outside - inside > 1) {
      const std::int64_t middle = inside + (outside - inside) / 2;
      (worst(middle) > limit ? outside : inside) = middle;
    }
    text += fmt::format(", and by more than {} rad from about position {} on", reports::angle_text(limit), outside);
  }
  sheet.paragraph("binary32", {{text + " (docs/numerics.md, the usual pipeline)"}});
}

/// What other programs make of the same file, and how far that is from this.
void add_other_readings(Sheet& sheet, const std::string& model, const fixtures::LayerSpec& layer,
                        const std::vector<double>& inv_freq) {
  if (fixtures::split_convention(model).convention != nullptr) return;
  bool any = false;
  for (const fixtures::Convention& convention : fixtures::conventions()) {
    const auto other = fixtures::read_by(convention, layer);
    if (!other) continue;
    const std::vector<double> theirs = fixtures::rounded_inv_freq(other->layer.spec);
    std::size_t differ = 0, rest = 0;
    double largest = 1;
    for (std::size_t pair = 0; pair < std::min(inv_freq.size(), theirs.size()); ++pair) {
      if (theirs[pair] == inv_freq[pair]) continue;
      ++(theirs[pair] == 0 ? rest : differ);
      if (inv_freq[pair] > 0 && theirs[pair] > 0) {
        largest = std::max({largest, theirs[pair] / inv_freq[pair], inv_freq[pair] / theirs[pair]});
      }
    }
    std::string text = fmt::format("@{}: {}; ", convention.name, other->because);
    if (differ > 0) {
      text += fmt::format("{} of {} pairs have another inv_freq, by a factor of up to {:.5g}", differ, inv_freq.size(),
                          largest);
    } else {
      const bool by_length = other->layer.one_table && !layer.one_table;
      text += rest > 0    ? "the same frequencies elsewhere"
              : by_length ? fmt::format("the same frequencies in sequences of {}", layer.spec.max_position)
                          : "the same frequencies";
    }
    if (other->layer.spec.rotary_dim != layer.spec.rotary_dim) {
      text += fmt::format("; rotary_dim {}", other->layer.spec.rotary_dim);
    }
    if (other->layer.spec.attention_factor != layer.spec.attention_factor) {
      text += fmt::format("; attention factor {}", other->layer.spec.attention_factor);
    }
    sheet.paragraph(any ? "" : "elsewhere", {{text}});
    any = true;
  }
  if (!any) return;
  const std::string name = reports::clean_line(model);
  sheet.paragraph("", {{fmt::format("(pair by pair: rope-conform diff {} {}@NAME)", name, name), Style::faint}});
}

/// What a tower for pictures is called, and what its positions are.
void add_vision_scheme(Sheet& sheet, const fixtures::LayerSpec& layer) {
  if (!layer.scheme) return;
  const std::string side = layer.scheme->patches == 0 ? "how many patches a picture has along a side is not said"
                                                      : fmt::format("{} patches along a side", layer.scheme->patches);
  sheet.paragraph("tower",
                  {{layer.scheme->name, Style::strong}, {fmt::format(", by {}; {}", layer.scheme->axes, side)}});
  if (!layer.scheme->places.empty()) sheet.paragraph("", {{layer.scheme->places}});
}

void add_layer(Sheet& sheet, const std::string& model, const fixtures::LayerSpec& layer) {
  sheet.blank();
  if (!layer.name.empty()) {
    Spans spans{{layer.name, Style::strong}};
    if (!layer.which.empty()) {
      spans.push_back({": " + fixtures::layers_words(layer.which, layer.of_layers)});
      if (const std::string origin = origin_of(Field::layers, layer.settings); !origin.empty()) {
        spans.push_back({"; from " + origin, Style::faint});
      }
    }
    sheet.paragraph("layers", spans);
  }
  add_vision_scheme(sheet, layer);
  add_values(sheet, layer);
  add_attention(sheet, layer);
  const std::vector<double> inv_freq = fixtures::rounded_inv_freq(layer.spec);
  sheet.blank();
  add_frequencies(sheet, layer, inv_freq);
  add_angles(sheet, layer.spec, inv_freq);
  add_other_readings(sheet, model, layer, inv_freq);
  sheet.paragraph("fingerprint", {{fixtures::fingerprint(layer.spec, inv_freq), Style::strong}});
  if (layer.order != fixtures::WeightOrder::published) {
    Spec published = layer.spec;
    published.pairing = fixtures::published_pairing(layer);
    sheet.paragraph("", {{fmt::format("{} before the converter moved the rows of q_proj and k_proj ({} pairing)",
                                      fixtures::fingerprint(published, inv_freq), name(published.pairing))}});
  }
}

}  // namespace

ExitCode explain_models(const ModelChoice& choice) {
  std::vector<NamedModel> models;
  for (const std::string& name : choice.models) {
    if (name != "all") {
      models.push_back(catalogue_model(name));
      continue;
    }
    for (const fixtures::Model& model : fixtures::catalogue()) models.push_back(catalogue_model(model.name));
  }
  for (const std::filesystem::path& path : choice.configs) {
    models.push_back(model_of_file(path.string()));
  }
  const Terminal terminal = look_at_terminal();
  for (const NamedModel& model : models) {
    Sheet sheet(terminal.columns, terminal.colour);
    if (&model != &models.front()) sheet.blank();
    sheet.plain({{reports::clean_line(model.name), Style::strong},
                 {fmt::format(" ({})", reports::clean_line(model.description.form))}});
    for (const fixtures::LayerSpec& layer : model.description.layers) add_layer(sheet, model.name, layer);
    add_unrotated_layers(sheet, model.description);
    for (const fixtures::LayerSpec& layer : model.description.vision) add_layer(sheet, model.name, layer);
    fmt::print("{}", sheet.text());
  }
  return ExitCode::conforms;
}

}  // namespace rope::conformance
