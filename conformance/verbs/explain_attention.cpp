// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// No check asks for these, and the text says so.
#include "conformance/verbs/explain_attention.hpp"

#include <fmt/format.h>

#include "fixtures/attention_words.hpp"
#include "reports/utf8.hpp"

namespace rope::conformance {
namespace {

using fixtures::Field;
using reports::Sheet;
using reports::Spans;
using reports::Style;

/// With what it is at the first position where it is not 1, and at the last.
std::string temperature_text(const QueryTemperature& t, std::int64_t positions) {
  const std::int64_t first = t.length - t.forward;
  std::string text = fixtures::query_temperature_words(t);
  if (first >= positions) return text + ", which is 1 at all positions of the model";
  return text + fmt::format(": {:.6g} at position {}, {:.6g} at {}", query_temperature(t, first), first,
                            query_temperature(t, positions - 1), positions - 1);
}

void add_dual_chunk(Sheet& sheet, const fixtures::LayerSpec& layer) {
  const DualChunk& chunks = *layer.dual_chunk;
  const std::string origin = origin_of(Field::attention, layer.settings);
  Spans spans{{fixtures::dual_chunk_words(chunks), Style::strong}};
  if (!origin.empty()) spans.push_back({"; from " + origin, Style::faint});
  sheet.paragraph("dual chunk", spans);
  const std::int64_t stride = chunks.stride();
  const std::int64_t furthest = largest_position(chunks, std::int64_t{4} * stride);
  std::string text = fmt::format(
      "keys turn by p mod {}; queries by p mod {} where the key is in their chunk, by at most {} more in the one "
      "before, "
      "and by {} further back",
      stride, stride, stride, furthest);
  if (chunks.original_max_position > 0) {
    text += fmt::format("; scores of L > {} tokens times 0.1 ln(L/{}) + 1", chunks.original_max_position,
                        chunks.original_max_position);
    // By a convention that reads it, the spec's limit is of positions and not of lengths.
    const std::int64_t length = layer.spec.max_position;
    if (!layer.dual_chunk_read) text += fmt::format(", {:.6g} of {}", score_factor(chunks, length), length);
  }
  sheet.paragraph("", {{text}});
  sheet.paragraph("", {{layer.dual_chunk_read
                            ? fmt::format("nothing turns by a position above {}, and none above is asked for", furthest)
                            : fmt::format("transformers does not read it and turns by plain positions, as is asked for "
                                          "here; with @vllm no position is above {}",
                                          furthest)}});
}

void add_xpos(Sheet& sheet, const fixtures::LayerSpec& layer) {
  const Xpos& xpos = *layer.xpos;
  const std::string origin = origin_of(Field::attention, layer.settings);
  Spans spans{{fixtures::xpos_words(xpos), Style::strong}};
  if (!origin.empty()) spans.push_back({"; from " + origin, Style::faint});
  sheet.paragraph("xPos", spans);
  sheet.paragraph("",
                  {{fmt::format("pair i of q times z^((p - c)/{}), of k divided by it; z = (2i + 0.4 d)/(1.4 d), c the "
                                "middle of the sequence: no part of the rotation, and no check asks for it",
                                xpos.scale_base)}});
  const int d = layer.spec.rotary_dim;
  const std::int64_t half = layer.spec.max_position / 2;
  std::string text =
      fmt::format("at the ends of {} tokens pair 0 has {:.3g} and {:.3g}, pair {} {:.3g} and {:.3g}",
                  layer.spec.max_position, xpos_scale(xpos, d, 0, -half), xpos_scale(xpos, d, 0, half), d / 2 - 1,
                  xpos_scale(xpos, d, d / 2 - 1, -half), xpos_scale(xpos, d, d / 2 - 1, half));
  text += fmt::format("; in fp16 these are normal numbers up to {} tokens, in fp32 and bf16 up to {}",
                      2 * xpos_reach(xpos, DType::f16), 2 * xpos_reach(xpos, DType::f32));
  sheet.paragraph("", {{text}});
}

}  // namespace

std::string origin_of(Field field, const std::vector<fixtures::Setting>& settings) {
  std::string text;
  for (const fixtures::Setting& setting : settings) {
    if (setting.field != field) continue;
    text += text.empty() ? "" : ", ";
    text += setting.stated ? fmt::format("{} {}", setting.key, setting.value)
                           : fmt::format("no {}: {}", setting.key, setting.value);
  }
  return reports::clean_line(text);
}

void add_attention(Sheet& sheet, const fixtures::LayerSpec& layer) {
  if (layer.query_temperature && layer.query_temperature->slope != 0) {
    sheet.paragraph("q alone",
                    {{fmt::format("multiplied after the rotation by {}; no part of RoPE, and no check asks for it",
                                  temperature_text(*layer.query_temperature, layer.spec.max_position))}});
  }
  if (layer.dual_chunk) add_dual_chunk(sheet, layer);
  if (layer.xpos) add_xpos(sheet, layer);
}

void add_unrotated_layers(Sheet& sheet, const fixtures::ModelDescription& model) {
  if (!model.unrotated || model.unrotated->which.empty()) return;
  const fixtures::UnrotatedLayers& layers = *model.unrotated;
  sheet.blank();
  const std::string origin = origin_of(Field::attention, layers.settings);
  Spans spans{{fixtures::unrotated_words(layers), Style::strong}};
  if (!origin.empty()) spans.push_back({"; from " + origin, Style::faint});
  sheet.paragraph("no RoPE", spans);
  if (layers.query_temperature.slope == 0) return;
  sheet.paragraph("", {{"in these q is multiplied by " +
                        temperature_text(layers.query_temperature, model.layers.front().spec.max_position)}});
}

}  // namespace rope::conformance
