// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// report.json: the whole record. All that may differ when the same run is repeated is under "run" alone.
#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>

#include "reports/json_number.hpp"
#include "reports/render.hpp"

namespace rope::reports {
namespace {

using Json = nlohmann::ordered_json;

Json both_forms(double value) {
  return {{"dec", fmt::format("{}", value)}, {"hex", fmt::format("{:#018x}", std::bit_cast<std::uint64_t>(value))}};
}

Json numbers(const std::vector<Number>& values) {
  Json list = Json::array();
  for (const Number& value : values) list.push_back({{"dec", value.dec}, {"hex", value.hex}});
  return list;
}

/// The file's own name: where it lies differs from machine to machine.
std::string file_name(const std::string& path) {
  return path.substr(path.find_last_of('/') + 1);
}

/// JSON text as JSON; text that is not JSON stays text.
Json parsed(const std::string& text) {
  Json value = Json::parse(text, nullptr, false);
  return value.is_discarded() ? Json(text) : value;
}

Json worst_json(const std::optional<Worst>& worst) {
  if (!worst) return nullptr;
  return {{"error", both_forms(worst->error)},
          {"bound", both_forms(worst->bound)},
          {"position", worst->position},
          {"pair", worst->pair},
          {"dtype", worst->dtype},
          {"input_kind", worst->input_kind},
          {"inputs", numbers(worst->inputs)},
          {"expected", numbers(worst->expected)},
          {"exact", worst->exact},
          {"got", numbers(worst->got)},
          {"case_id", worst->case_id}};
}

Json case_json(const Case& one) {
  return {{"id", one.id},
          {"model", one.model},
          {"dtype", one.dtype},
          {"pairing", one.pairing},
          {"verdict", name(one.verdict)},
          {"cells", one.cells},
          {"ratio", one.ratio ? number(*one.ratio) : Json(nullptr)},
          {"message", one.message},
          {"worst", worst_json(one.worst)}};
}

Json checks_json(const std::vector<Check>& checks) {
  Json list = Json::array();
  for (const Check& check : checks) {
    Json cases = Json::array();
    for (const Case& one : check.cases) cases.push_back(case_json(one));
    list.push_back({{"id", check.id},
                    {"sentence", check.sentence},
                    {"rule", check.rule},
                    {"level", check.level},
                    {"verdict", name(check.verdict)},
                    {"cases", std::move(cases)},
                    {"bound", check.bound},
                    {"worst", worst_json(check.worst)}});
  }
  return list;
}

Json grades_json(const std::vector<Grade>& grades) {
  Json list = Json::array();
  for (const Grade& grade : grades) {
    Json contract = nullptr;
    if (!grade.contract.empty()) {
      contract = {
          {"declared", grade.contract}, {"verdict", grade.contract_verdict}, {"ratio", number(grade.contract_ratio)}};
    }
    list.push_back({{"dtype", grade.dtype},
                    {"grade", grade.grade},
                    {"ratio", number(grade.ratio)},
                    {"correctly_rounded", number(grade.correctly_rounded)},
                    {"model", grade.model},
                    {"position", grade.position},
                    {"pair", grade.pair},
                    {"input_kind", grade.input_kind},
                    {"contract", std::move(contract)}});
  }
  return list;
}

Json position_json(const std::optional<std::int64_t>& position) {
  return position ? Json(*position) : Json(nullptr);
}

/// null where only samples were taken.
Json every_position_json(const std::optional<Tiers>& tiers) {
  if (!tiers) return nullptr;
  Json histogram = Json::array();
  for (const auto& [ulps, count] : tiers->histogram) {
    histogram.push_back({{"ulp_at_most", number(ulps)}, {"components", count}});
  }
  return {{"tier", tiers->tier},
          {"units", number(tiers->units)},
          {"position", tiers->position},
          {"pair", tiers->pair},
          {"input_kind", tiers->input_kind},
          {"correctly_rounded_to", position_json(tiers->correctly_rounded_to)},
          {"tier_a_to", position_json(tiers->a_to)},
          {"tier_b_to", position_json(tiers->b_to)},
          {"correctly_rounded", number(tiers->correctly_rounded)},
          {"components", tiers->components},
          {"ulp", {{"median", number(tiers->median)}, {"p99", number(tiers->p99)}, {"p9999", number(tiers->p9999)}}},
          {"histogram", std::move(histogram)}};
}

Json tiers_json(const std::vector<Horizon>& horizons) {
  Json list = Json::array();
  for (const Horizon& one : horizons) {
    list.push_back({{"model", one.model},
                    {"dtype", one.dtype},
                    {"horizon", position_json(one.holds)},
                    {"max_position", one.max_position},
                    {"checked_to", one.checked_to},
                    {"angle_error", number(one.angle_error)},
                    {"usual_angle_error", number(one.usual_angle_error)},
                    {"limit_empty_from", position_json(one.limit_empty_from)},
                    {"contract_empty_from", position_json(one.contract_empty_from)},
                    {"every_position", every_position_json(one.tiers)}});
  }
  return list;
}

Json shift_json(const AttentionShift& shift) {
  return {{"score", number(shift.score)},
          {"weights", number(shift.weights)},
          {"weights_bound", number(shift.weights_bound)},
          {"output", number(shift.output)},
          {"changed", shift.changed}};
}

Json attention_json(const std::vector<AttentionEffect>& attention) {
  Json list = Json::array();
  for (const AttentionEffect& one : attention) {
    list.push_back({{"model", one.model},
                    {"dtype", one.dtype},
                    {"what", one.what},
                    {"file", one.file.empty() ? Json(nullptr) : Json(one.file)},
                    {"tokens", one.tokens},
                    {"first", one.first},
                    {"keys", one.keys},
                    {"queries", one.queries},
                    {"implementation", shift_json(one.implementation)},
                    {"usual", one.usual ? shift_json(*one.usual) : Json(nullptr)},
                    {"rounded", shift_json(one.rounded)}});
  }
  return list;
}

Json first_difference_json(const std::optional<BitDifference>& first) {
  if (!first) return nullptr;
  return {{"position", first->position},
          {"pair", first->pair},
          {"element", first->element},
          {"pairing", first->pairing},
          {"input_kind", first->input_kind},
          {"expected", {{"dec", first->expected.dec}, {"hex", first->expected.hex}}},
          {"got", {{"dec", first->got.dec}, {"hex", first->got.hex}}}};
}

Json stages_json(const Match& match) {
  Json list = Json::array();
  for (const StageError& stage : match.stages) {
    list.push_back({{"stage", stage.stage},
                    {"unit", stage.unit},
                    {"measured", stage.measured ? number(*stage.measured) : Json(nullptr)},
                    {"bound", number(stage.bound)},
                    {"position", stage.position},
                    {"pair", stage.pair}});
  }
  return list;
}

Json bits_json(const std::vector<Match>& bits) {
  Json list = Json::array();
  for (const Match& one : bits) {
    list.push_back({{"model", one.model},
                    {"dtype", one.dtype},
                    {"pipeline", one.pipeline},
                    {"contract", one.contract},
                    {"not_emulated", one.open},
                    {"equal", one.equal},
                    {"compared", one.compared},
                    {"first", first_difference_json(one.first)},
                    {"stage", one.stage},
                    {"instead", one.instead},
                    {"instead_share", number(one.instead_share)},
                    {"finding", one.finding},
                    {"attributed", one.attributed},
                    {"stages", stages_json(one)},
                    {"error", number(one.error)},
                    {"error_bound", number(one.error_bound)}});
  }
  return list;
}

Json coverage_json(const Record& record) {
  Json models = Json::array();
  for (const Coverage& one : record.coverage) {
    models.push_back({{"model", one.model}, {"positions", one.positions}, {"of", one.of}});
  }
  Json fixtures = Json::array();
  for (const Fixture& one : record.fixtures) {
    fixtures.push_back({{"model", one.model}, {"file", file_name(one.path)}, {"digest", one.digest}});
  }
  return {{"models", std::move(models)}, {"fixtures", std::move(fixtures)}};
}

Json combinations_json(const std::vector<Combination>& combinations) {
  Json out = Json::array();
  for (const Combination& one : combinations) {
    out.push_back({{"check", one.check},
                   {"what", one.what},
                   {"asked", one.asked},
                   {"reason", one.asked ? Json(nullptr) : Json(one.reason)},
                   {"models", one.models},
                   {"dtypes", one.dtypes},
                   {"pairings", one.pairings}});
  }
  return out;
}

Json run_json(const Record& record) {
  Json fixtures = Json::array();
  for (const Fixture& one : record.fixtures) fixtures.push_back(one.path);
  Json cases = Json::array();
  for (const Check& check : record.checks) {
    for (const Case& one : check.cases) {
      cases.push_back({{"id", one.id}, {"seconds", number(one.seconds)}, {"reproduce", one.reproduce}});
    }
  }
  return {{"started", record.started},
          {"host", record.host},
          {"seconds_total", number(record.seconds_total)},
          {"seconds_implementation", number(record.seconds_implementation)},
          {"seconds_suite", number(record.seconds_suite)},
          {"seconds_verifier", number(record.seconds_verifier)},
          {"directory", record.directory},
          {"implementation_file", record.implementation_file},
          {"fixtures", std::move(fixtures)},
          {"cases", std::move(cases)},
          {"captured_output", record.captured_output}};
}

}  // namespace

std::string render_json(const Record& record) {
  Json environment = Json::object();
  for (const auto& [key, value] : record.environment) environment[key] = value;
  Json specs = Json::array();
  for (const auto& [model, text] : record.specs) specs.push_back({{"model", model}, {"spec", parsed(text)}});
  Json contracts = Json::array();
  for (const auto& [dtype, text] : record.contracts) contracts.push_back({{"dtype", dtype}, {"declared", text}});
  Json diagnosis = Json::array();
  for (const Diagnosis& one : record.diagnosis) {
    diagnosis.push_back({{"id", one.id}, {"sentence", one.sentence}, {"evidence", one.evidence}});
  }

  Json report;
  report["schema_version"] = schema_version;
  report["verdict"] = name(record.verdict);
  report["exit_code"] = record.exit_code;
  report["rules"] = record.rules;
  report["seed"] = record.seed;
  report["implementation"] = {
      {"name", record.implementation_name},       {"version", record.implementation_version},
      {"summary", record.implementation_summary}, {"file", file_name(record.implementation_file)},
      {"sha256", record.implementation_sha256},   {"claims", record.claims}};
  report["environment"] = std::move(environment);
  report["spec"] = std::move(specs);
  report["contract"] = std::move(contracts);
  Json representatives = Json::array();
  for (const Representative& one : record.representatives) {
    representatives.push_back({{"model", one.model}, {"of", one.of}, {"stands_for", one.stands_for}});
  }
  report["scope"] = {{"computed", record.scope},
                     {"profile", record.profile},
                     {"verdict_sentence", record.verdict_sentence},
                     {"maths", record.maths},
                     {"memory", record.memory},
                     {"not_tested", record.not_tested},
                     {"representatives", std::move(representatives)}};
  report["coverage"] = coverage_json(record);
  report["combinations"] = combinations_json(record.combinations);
  report["grades"] = grades_json(record.grades);
  report["tiers"] = tiers_json(record.horizons);
  report["bits"] = bits_json(record.bits);
  report["attention"] = attention_json(record.attention);
  report["diagnosis"] = std::move(diagnosis);
  report["checks"] = checks_json(record.checks);
  report["run"] = run_json(record);
  // Text from outside may hold any bytes: what is not UTF-8 is replaced, control characters are escaped.
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace rope::reports
