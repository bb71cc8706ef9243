// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Two layers are the same where they turn the same elements by the same angles with the same factors. The models'
// limits have no part in that.
#include "conformance/comparing/comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/comparing/attention_differences.hpp"
#include "conformance/comparing/causes.hpp"
#include "conformance/comparing/compared_layer.hpp"
#include "conformance/comparing/compared_values.hpp"
#include "conformance/comparing/found.hpp"
#include "conformance/comparing/frequency_ranges.hpp"
#include "conformance/comparing/layer_names.hpp"
#include "conformance/comparing/weight_rows.hpp"

namespace rope::conformance {
namespace {

using fixtures::Field;
using reports::Comparison;

/// Tokens whose positions differ from axis to axis are turned otherwise; the order of sections says nothing by itself.
bool same_axes(const Spec& a, const Spec& b) {
  for (int pair = 0; pair < std::min(a.pairs(), b.pairs()); ++pair) {
    if ((a.axes ? axis_of_pair(*a.axes, pair) : 0) != (b.axes ? axis_of_pair(*b.axes, pair) : 0)) return false;
  }
  return true;
}

/// "frequencies of pairs 29 to 63 of 64": neighbouring ranges in one.
std::string pairs_that_differ(const Comparison& out, int pairs) {
  std::vector<std::pair<int, int>> stretches;
  for (const reports::PairRange& range : out.pairs) {
    if (range.kind == "equal" || range.kind == "within") continue;
    if (!stretches.empty() && stretches.back().second + 1 == range.first) {
      stretches.back().second = range.last;
    } else {
      stretches.emplace_back(range.first, range.last);
    }
  }
  std::string text;
  for (const auto& stretch : stretches) {
    text += text.empty() ? "" : ", ";
    text += stretch.first == stretch.second ? fmt::format("{}", stretch.first)
                                            : fmt::format("{} to {}", stretch.first, stretch.second);
  }
  const bool one = stretches.size() == 1 && stretches[0].first == stretches[0].second;
  return fmt::format("frequencies of {} {} of {}", one ? "pair" : "pairs", text, pairs);
}

bool frequencies_differ(const Comparison& out) {
  return std::any_of(out.pairs.begin(), out.pairs.end(),
                     [](const reports::PairRange& range) { return range.kind == "varied" || range.kind == "scaled"; });
}

/// Tables of cos and sin do not say what base their frequencies were made from.
bool bases_known(const ComparedLayer& first, const ComparedLayer& other) {
  return first.layer.base != 0 && other.layer.base != 0;
}

/// What tables that a factor was read from leave open, relatively.
double factor_bounds(const fixtures::LayerSpec& a, const fixtures::LayerSpec& b) {
  return (a.tables ? a.tables->factor_bound : 0) + (b.tables ? b.tables->factor_bound : 0);
}

bool depends_on_length(const fixtures::LayerSpec& layer) {
  if (layer.one_table) return false;
  const Family& family = layer.spec.family;
  if (const auto* dynamic = std::get_if<DynamicNtkFamily>(&family)) return dynamic->factor != 1;
  return std::holds_alternative<LongRopeFamily>(family) || std::holds_alternative<LengthScaledFamily>(family);
}

bool close(const std::vector<double>& first, const std::vector<double>& other, double allowance) {
  return std::equal(first.begin(), first.end(), other.begin(), other.end(),
                    [&](double a, double b) { return std::abs(a - b) <= allowance * a; });
}

/// Frequencies are compared at one length; where they depend on it, the families' own numbers must agree too.
bool same_at_every_length(const fixtures::LayerSpec& first_layer, const fixtures::LayerSpec& other_layer,
                          double allowance) {
  const Family& first = first_layer.spec.family;
  const Family& other = other_layer.spec.family;
  if (!depends_on_length(first_layer) && !depends_on_length(other_layer)) return true;
  if (first_layer.one_table != other_layer.one_table) return false;
  if (const auto* a = std::get_if<DynamicNtkFamily>(&first)) {
    const auto* b = std::get_if<DynamicNtkFamily>(&other);
    return b != nullptr && a->factor == b->factor && a->original_max_position == b->original_max_position;
  }
  if (const auto* a = std::get_if<LengthScaledFamily>(&first)) {
    const auto* b = std::get_if<LengthScaledFamily>(&other);
    return b != nullptr && a->original_max_position == b->original_max_position;
  }
  const auto* a = std::get_if<LongRopeFamily>(&first);
  const auto* b = std::get_if<LongRopeFamily>(&other);
  return a != nullptr && b != nullptr && a->original_max_position == b->original_max_position &&
         close(a->short_factor, b->short_factor, allowance) && close(a->long_factor, b->long_factor, allowance);
}

// Where one of the files holds binary32 numbers, what it says may be half a unit of binary32's last place off; a factor
// that was made of two such numbers, twice that, and rounded once more.
constexpr double rounded_once = 0x1p-24;
constexpr double made_of_rounded = 0x1p-22;

/// Numbers that differ by more than `relative`, against a file with binary32 numbers; at all otherwise.
void find_number(Found& found, std::string_view what, double first, double other, double relative, bool binary32,
                 Field field) {
  if (binary32 && std::abs(first - other) <= relative * std::abs(first)) return;
  find(found, what, first, other, field);
}

Found differences(const Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  const fixtures::LayerSpec& a = first.layer;
  const fixtures::LayerSpec& b = other.layer;
  Found found;
  find(found, "head_dim", a.spec.head_dim, b.spec.head_dim, Field::head_dim);
  find(found, "rotary_dim", a.spec.rotary_dim, b.spec.rotary_dim, Field::rotary_dim);
  find(found, "dim_offset", a.spec.dim_offset, b.spec.dim_offset, Field::rotary_dim);
  if (frequencies_differ(out)) {
    found.emplace_back(
        reports::Difference{"frequencies", pairs_that_differ(out, std::min(a.spec.pairs(), b.spec.pairs()))},
        Field::frequencies);
  } else if (!same_at_every_length(a, b, frequency_allowance(first, other))) {
    const std::string why = a.one_table != b.one_table
                                ? fmt::format("{} has one table for all", a.one_table ? first.letter : other.letter)
                                : std::string("by the numbers of the family");
    found.emplace_back(
        reports::Difference{"frequencies", fmt::format("frequencies of sequences of other lengths: {}", why)},
        Field::frequencies);
  } else if (out.largest->relative > 0 && bases_known(first, other)) {
    find_number(found, "theta", a.base, b.base, rounded_once, a.binary32 || b.binary32, Field::theta);
  }
  find_number(found, "attention factor", a.spec.attention_factor, b.spec.attention_factor,
              made_of_rounded + factor_bounds(a, b), a.binary32 || b.binary32, Field::frequencies);
  if (!same_axes(a.spec, b.spec)) find(found, "position axes", axes_text(a), axes_text(b), Field::axes);
  if (std::max(a.spec.pairs(), b.spec.pairs()) > 1) {
    find(found, "pairing", name(published_pairing(a)), name(published_pairing(b)), Field::pairing);
  }
  return found;
}

void add_causes(Comparison& out, const Found& found, const ComparedLayer& first, const ComparedLayer& other) {
  std::vector<Field> asked;
  const auto ask = [&](Field field) {
    if (std::find(asked.begin(), asked.end(), field) != asked.end()) return;
    asked.push_back(field);
    if (auto cause = cause_in_keys(field, first, other)) out.causes.push_back(std::move(*cause));
  };
  const auto step = found.empty() ? std::nullopt : single_step(first, other);
  for (const auto& [difference, field] : found) {
    // Where another base alone is why the frequencies differ, the family's keys are not.
    const bool by_base = field == Field::frequencies && step && step->field == name(Field::theta);
    ask(by_base ? Field::theta : field);
    const bool other_base = bases_known(first, other) && first.layer.base != other.layer.base;
    if (field == Field::frequencies && !step && other_base) ask(Field::theta);
  }
  if (step) out.causes.push_back(*step);
}

/// Programs that read the same file otherwise say how; that comes before any key.
void add_convention(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  if (first.layer.read_otherwise == other.layer.read_otherwise) return;
  for (const ComparedLayer* side : {&other, &first}) {
    if (side->layer.read_otherwise.empty()) continue;
    out.causes.insert(out.causes.begin(),
                      {"convention", "", "", fmt::format("{}: {}", side->letter, side->layer.read_otherwise)});
  }
}

/// The scale has keys of its own, may have a factor from the scaling, and else is the head's; unless one of these has
/// been named already.
void add_cause_of_scale(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  for (const Field field : {Field::attention, Field::frequencies, Field::head_dim}) {
    auto cause = cause_in_keys(field, first, other);
    if (!cause) continue;
    const bool said = std::any_of(out.causes.begin(), out.causes.end(),
                                  [&](const reports::Cause& one) { return one.text == cause->text; });
    if (!said) out.causes.push_back(std::move(*cause));
    return;
  }
}

void add_phases(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  const std::int64_t a = first.layer.spec.max_position - 1;
  const std::int64_t b = other.layer.spec.max_position - 1;
  out.phases.push_back(phase_difference(first, other, std::min(a, b), "both"));
  if (a > b) out.phases.push_back(phase_difference(first, other, a, first.letter));
  if (b > a) out.phases.push_back(phase_difference(first, other, b, other.letter));
}

/// How sharp the tables are where they are least so, and how near the frequencies are.
std::string within_tables(const Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  std::string tables;
  for (const ComparedLayer* side : {&first, &other}) {
    if (!side->layer.tables) continue;
    tables +=
        fmt::format("{}the {} tables of {}", tables.empty() ? "" : " and ", side->layer.tables->dtype, side->letter);
  }
  double widest = 0;
  int at = 0;
  for (int pair = 0; pair < std::min(first.layer.spec.pairs(), other.layer.spec.pairs()); ++pair) {
    if (first.frequency(pair) == 0) continue;
    const double relative = allowed_difference(first, other, pair) / first.frequency(pair);
    if (relative > widest) {
      widest = relative;
      at = pair;
    }
  }
  return fmt::format(
      "frequencies are the same within what {} leave open, frequencies in binary32 included: {:.1e} of the frequency "
      "at pair {}, where it is most; they agree to {:.1e}",
      tables, widest, at, out.largest->relative);
}

void add_remarks(Comparison& out, const ComparedLayer& first, const ComparedLayer& other) {
  const fixtures::LayerSpec& a = first.layer;
  const fixtures::LayerSpec& b = other.layer;
  if (a.spec.max_position != b.spec.max_position) {
    const bool by_length = depends_on_length(a) || depends_on_length(b);
    out.remarks.push_back(by_length ? "the limits differ, and with them the length of sequence that frequencies are "
                                      "compared for"
                                    : "the limits differ; the rotation at a position does not depend on them");
  }
  if (!same_axes(a.spec, b.spec)) {
    out.remarks.push_back("text, whose positions agree on all axes, does not show the difference of axes; pictures do");
  }
  if (a.spec.pairing != b.spec.pairing) {
    out.permutation = moved_rows(a.spec, first.letter, other.letter);
    if (published_pairing(a) == published_pairing(b)) {
      out.remarks.push_back(fmt::format(
          "pairings differ and so do the weights: {}'s converter moved the rows of q_proj and k_proj to match",
          a.order == fixtures::WeightOrder::published ? other.letter : first.letter));
    }
  }
  const bool agree = out.largest->relative > 0 && !frequencies_differ(out);
  if (agree && (a.tables || b.tables)) {
    out.remarks.push_back(within_tables(out, first, other));
  } else if (agree) {
    out.remarks.push_back(fmt::format("frequencies agree to {:.1e}, as far as the binary32 numbers stored in {} carry",
                                      out.largest->relative, b.binary32 ? other.letter : first.letter));
  }
}

/// The same fingerprint, at other lengths too, and weights in the same order.
bool one_function(const ComparedLayer& first, const ComparedLayer& other) {
  return first.fingerprint == other.fingerprint && first.layer.order == other.layer.order &&
         same_at_every_length(first.layer, other.layer, 0);
}

Comparison compared(const ComparedLayer& first, const ComparedLayer& other) {
  Comparison out;
  out.first = first.letter;
  out.other = other.letter;
  out.layer = other.layer.name.empty() ? first.layer.name : other.layer.name;
  add_values(out, first, other);
  const std::int64_t last = std::min(first.layer.spec.max_position, other.layer.spec.max_position) - 1;
  out.pairs = frequency_ranges(first, other, last);
  out.largest = largest_difference(first, other);
  add_phases(out, first, other);
  Found found = one_function(first, other) ? Found{} : differences(out, first, other);
  add_causes(out, found, first, other);
  // Of another head_dim the usual scale is another, too; that has been said.
  const bool scales =
      first.layer.softmax_scale && other.layer.softmax_scale && first.layer.spec.head_dim == other.layer.spec.head_dim;
  if (scales) {
    const std::size_t before = found.size();
    find_number(found, "softmax scale", *first.layer.softmax_scale, *other.layer.softmax_scale, made_of_rounded,
                first.layer.binary32 || other.layer.binary32, Field::head_dim);
    if (found.size() > before) add_cause_of_scale(out, first, other);
  }
  Found beside;
  find_in_attention(beside, first.layer, other.layer);
  for (const auto& one : beside) add_causes(out, {one}, first, other);
  found.insert(found.end(), beside.begin(), beside.end());
  for (const auto& [text, field] : found) out.differences.push_back(text);
  add_remarks(out, first, other);
  out.same = found.empty();
  if (!out.same) add_convention(out, first, other);
  return out;
}

const fixtures::LayerSpec* find_layer(const fixtures::ModelDescription& model, const std::string& wanted) {
  for (const fixtures::LayerSpec& layer : model.layers) {
    if (layer.name == wanted || (model.layers.size() == 1 && layer.name.empty())) return &layer;
  }
  return nullptr;
}

Comparison only_in(const std::string& letter, const std::string& first, const std::string& other,
                   const std::string& layer) {
  Comparison out;
  out.first = first;
  out.other = other;
  out.layer = layer;
  out.differences.push_back({"layers", fmt::format("layers: only {} has the type {}", letter, layer)});
  return out;
}

/// Towers for pictures by their parts' names. That a file is of the text model alone is no difference.
void compare_vision(reports::ComparisonReport& out, const fixtures::ModelDescription& a, const std::string& first,
                    const fixtures::ModelDescription& b, const std::string& other) {
  if (a.vision.empty() || b.vision.empty()) return;
  const auto find_part = [](const fixtures::ModelDescription& model, const std::string& part) {
    const auto found = std::find_if(model.vision.begin(), model.vision.end(),
                                    [&](const fixtures::LayerSpec& layer) { return layer.name == part; });
    return found == model.vision.end() ? nullptr : &*found;
  };
  for (const fixtures::LayerSpec& left : a.vision) {
    if (const fixtures::LayerSpec* const right = find_part(b, left.name)) {
      out.comparisons.push_back(compared(compared_layer(first, left), compared_layer(other, *right)));
    } else {
      out.comparisons.push_back(only_in(first, first, other, left.name));
    }
  }
  for (const fixtures::LayerSpec& right : b.vision) {
    if (find_part(a, right.name) == nullptr) out.comparisons.push_back(only_in(other, first, other, right.name));
  }
}

void compare_models(reports::ComparisonReport& out, const fixtures::ModelDescription& a, const std::string& first,
                    const fixtures::ModelDescription& b, const std::string& other) {
  std::vector<std::string> names;
  for (const auto* model : {&a, &b}) {
    for (const fixtures::LayerSpec& layer : model->layers) {
      if (std::find(names.begin(), names.end(), layer.name) == names.end()) names.push_back(layer.name);
    }
  }
  const std::size_t before = out.comparisons.size();
  if (names.size() > 1) names.erase(std::remove(names.begin(), names.end(), ""), names.end());
  for (const std::string& layer : names) {
    const fixtures::LayerSpec* const left = find_layer(a, layer);
    const fixtures::LayerSpec* const right = find_layer(b, layer);
    if (left != nullptr && right != nullptr) {
      out.comparisons.push_back(compared(compared_layer(first, *left), compared_layer(other, *right)));
    } else {
      out.comparisons.push_back(only_in(left != nullptr ? first : other, first, other, layer));
    }
  }
  add_unrotated(out.comparisons[before], a, b);
  compare_vision(out, a, first, b, other);
}

}  // namespace

reports::ComparisonReport compare(const std::vector<NamedModel>& models) {
  reports::ComparisonReport out;
  for (const NamedModel& model : models) {
    const auto letter = static_cast<char>('A' + out.models.size());
    out.models.push_back({std::string(1, letter), model.name, model.description.form});
  }
  for (std::size_t i = 1; i < models.size(); ++i) {
    const fixtures::ModelDescription& a = models[0].description;
    const fixtures::ModelDescription& b = models[i].description;
    compare_models(out, named_as(a, b), out.models[0].letter, named_as(b, a), out.models[i].letter);
  }
  return out;
}

}  // namespace rope::conformance
