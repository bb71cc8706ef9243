// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A comparison of models as JSON. The same comparison gives the same bytes.
#include <nlohmann/json.hpp>

#include "reports/comparison.hpp"
#include "reports/json_number.hpp"
#include "reports/utf8.hpp"

namespace rope::reports {
namespace {

using Json = nlohmann::ordered_json;

Json texts(const std::vector<std::string>& values) {
  Json list = Json::array();
  for (const std::string& value : values) list.push_back(clean_line(value));
  return list;
}

Json differences_json(const std::vector<Difference>& differences) {
  Json list = Json::array();
  for (const Difference& one : differences) {
    list.push_back({{"field", one.field}, {"text", clean_line(one.text)}});
  }
  return list;
}

Json causes_json(const std::vector<Cause>& causes) {
  Json list = Json::array();
  for (const Cause& one : causes) {
    list.push_back({{"field", one.field},
                    {"missing_from", one.missing_from},
                    {"key", clean_line(one.key)},
                    {"text", clean_line(one.text)}});
  }
  return list;
}

Json pairs_json(const std::vector<PairRange>& ranges) {
  Json list = Json::array();
  for (const PairRange& range : ranges) {
    list.push_back({{"first", range.first},
                    {"last", range.last},
                    {"kind", range.kind},
                    {"least_ratio", number(range.least_ratio)},
                    {"greatest_ratio", number(range.greatest_ratio)},
                    {"relative_difference", number(range.relative_difference)},
                    {"phase", number(range.phase)}});
  }
  return list;
}

Json phases_json(const std::vector<PhaseDifference>& phases) {
  Json list = Json::array();
  for (const PhaseDifference& phase : phases) {
    list.push_back({{"position", phase.position},
                    {"limit", phase.limit},
                    {"radians", number(phase.radians)},
                    {"pair", phase.pair}});
  }
  return list;
}

Json values_json(const std::vector<ComparedValue>& values) {
  Json list = Json::array();
  for (const ComparedValue& value : values) {
    std::string key = value.name.substr(value.name.find_first_not_of(' '));
    if (key != value.name) key = "family." + key;
    for (char& c : key) {
      if (c == ' ') c = '_';
    }
    list.push_back({{"key", key},
                    {"first", clean_line(value.first)},
                    {"other", clean_line(value.other)},
                    {"differs", value.differs}});
  }
  return list;
}

Json comparison(const Comparison& one) {
  return {{"first", one.first},
          {"other", one.other},
          {"layer", clean_line(one.layer)},
          {"same", one.same},
          {"differences", differences_json(one.differences)},
          {"causes", causes_json(one.causes)},
          {"notes", texts(one.remarks)},
          {"fingerprints", Json{{"first", one.first_fingerprint}, {"other", one.other_fingerprint}}},
          {"values", values_json(one.values)},
          {"pairs", pairs_json(one.pairs)},
          {"largest", one.largest ? Json{{"relative", number(one.largest->relative)}, {"pair", one.largest->pair}}
                                  : Json(nullptr)},
          {"phases", phases_json(one.phases)},
          {"weights", clean_line(one.permutation)}};
}

}  // namespace

std::string comparison_json(const ComparisonReport& report) {
  Json models = Json::array();
  for (const ComparedModel& model : report.models) {
    models.push_back({{"letter", model.letter}, {"name", clean_line(model.name)}, {"form", clean_line(model.form)}});
  }
  Json comparisons = Json::array();
  for (const Comparison& one : report.comparisons) comparisons.push_back(comparison(one));
  const Json tree{{"schema_version", "1.2"}, {"same", report.same()}, {"models", models}, {"comparisons", comparisons}};
  return tree.dump(2) + "\n";
}

}  // namespace rope::reports
