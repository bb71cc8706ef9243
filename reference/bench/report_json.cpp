// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The JSON form.
#include <nlohmann/json.hpp>

#include "reference/bench/report.hpp"

namespace rope::bench {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* schema_version = "1.0";

void add_quartiles(Json& to, const Spread& spread) {
  to["lower_quartile"] = spread.lower_quartile;
  to["upper_quartile"] = spread.upper_quartile;
  to["smallest"] = spread.smallest;
  to["largest"] = spread.largest;
}

Json spread_json(const std::vector<double>& values) {
  const Spread spread = spread_of(values);
  Json out{{"median", spread.median}};
  add_quartiles(out, spread);
  return out;
}

Json ratio_json(const Ratio& ratio) {
  Json out{{"of_medians", ratio.of_medians}};
  add_quartiles(out, ratio.within_rounds);
  return out;
}

Json levels_json(const std::optional<LevelCounts>& levels) {
  if (!levels) return nullptr;
  return {{"values", levels->values}, {"level2", levels->level2}, {"level3", levels->level3}};
}

const char* name(Kind kind) {
  switch (kind) {
    case Kind::table:
      return "table";
    case Kind::baseline:
      return "baseline";
    case Kind::memory:
      return "memory";
  }
  return "";
}

Json method_json(const Method& method, const Result& result, const Result& ours) {
  Json out;
  out["id"] = method.id;
  out["kind"] = name(method.kind);
  out["isa"] = method.isa ? Json(std::string(rope::name(*method.isa))) : Json(nullptr);
  out["certified"] = method.kind == Kind::memory ? Json(nullptr) : Json(method.certified);
  out["rows_per_round"] = method.rows;
  out["ns_per_pair"] = spread_json(result.ns_per_pair);
  out["against_table"] = ratio_json(ratio_of(result.ns_per_pair, ours.ns_per_pair));
  out["values_compared"] = result.compared;
  out["values_different"] = result.different;
  out["levels"] = levels_json(result.levels);
  return out;
}

Json full_json(const std::optional<FullResult>& full) {
  if (!full) return nullptr;
  return {{"threads", full->threads},
          {"verify",
           {{"positions", full->verified_positions},
            {"make_seconds", spread_json(full->make)},
            {"verify_seconds", spread_json(full->verify)},
            {"read_seconds", spread_json(full->read)},
            {"verify_against_read", ratio_json(ratio_of(full->verify, full->read))}}},
          {"certify",
           {{"positions", full->certified_positions},
            {"seconds", spread_json(full->certify)},
            {"levels", levels_json(full->levels)}}}};
}

}  // namespace

std::string json_text(const Report& report) {
  const Machine& machine = report.machine;
  Json out;
  out["schema_version"] = schema_version;
  out["bench"] = "reference";
  out["version"] = ROPE_CONFORM_VERSION;
  out["machine"] = {{"cpu", machine.cpu},
                    {"architecture", machine.architecture},
                    {"cores", machine.cores},
                    {"isas", machine.isas},
                    {"compiler", machine.compiler},
                    {"build_type", machine.build_type},
                    {"load", machine.load < 0 ? Json(nullptr) : Json(machine.load)}};
  out["figures_void_because"] = report.void_because.empty() ? Json(nullptr) : Json(report.void_because);
  out["work"] = {{"base", base},
                 {"head_dim", head_dim},
                 {"pairs", pairs},
                 {"positions", report.request.positions},
                 {"bytes_per_pair", bytes_per_pair}};
  out["threads"] = report.threads;
  out["rounds"] = report.request.rounds;
  out["methods"] = Json::array();
  for (std::size_t j = 0; j < report.results.size(); ++j) {
    out["methods"].push_back(method_json(report.methods.all[j], report.results[j], report.results.front()));
  }
  out["left_out"] = Json::array();
  for (const LeftOut& left : report.methods.left_out) {
    out["left_out"].push_back({{"id", left.id}, {"reason", left.reason}});
  }
  out["full"] = full_json(report.full);
  // A CPU's name may be any bytes.
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rope::bench
