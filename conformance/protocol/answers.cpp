// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Answers of docs/protocol.md as JSON. Decoding treats them as foreign: the implementation shares the worker's memory.
#include <bit>

#include "conformance/protocol/fields.hpp"

namespace rope::conformance::protocol {
namespace {

constexpr Word not_loaded_words[] = {{"loader", static_cast<std::uint32_t>(NotLoaded::Kind::loader)},
                                     {"no-symbol", static_cast<std::uint32_t>(NotLoaded::Kind::no_symbol)},
                                     {"refused", static_cast<std::uint32_t>(NotLoaded::Kind::refused)},
                                     {"abi", static_cast<std::uint32_t>(NotLoaded::Kind::abi)},
                                     {"broken", static_cast<std::uint32_t>(NotLoaded::Kind::broken)}};

Json to_json(const Outcome& outcome) {
  return {{"function", outcome.function}, {"status", outcome.status},
          {"error", outcome.error},       {"broken_rule", outcome.broken_rule},
          {"seconds", outcome.seconds},   {"fp_environment", outcome.fp_environment}};
}

Outcome outcome_from(const Fields& fields) {
  Outcome outcome;
  outcome.function = fields.text("function", 64);
  const std::int64_t status = fields.integer("status");
  if (status < INT32_MIN || status > INT32_MAX) throw Violation("outcome.status is not a 32-bit integer");
  outcome.status = static_cast<rope_status>(status);
  outcome.error = fields.text("error");
  outcome.broken_rule = fields.text("broken_rule");
  outcome.fp_environment = fields.text("fp_environment");
  outcome.seconds = fields.number("seconds");
  if (outcome.seconds < 0) throw Violation("outcome.seconds is negative");
  return outcome;
}

Json to_json(const Information& information) {
  Json contracts = Json::array();
  for (const auto& [dtype, text] : information.contracts) contracts.push_back({{"dtype", dtype}, {"text", text}});
  Json must_support = Json::array();
  for (const rope_must_support_case& one : information.must_support) {
    must_support.push_back({{"dtype", one.dtype},
                            {"head_dim", one.head_dim},
                            {"rotary_dim", one.rotary_dim},
                            {"pairing", one.pairing},
                            {"direction", one.direction},
                            {"source", one.source},
                            {"family", one.family},
                            {"layout", one.layout},
                            {"q_heads", one.q_heads},
                            {"k_heads", one.k_heads},
                            {"in_place", one.in_place},
                            {"max_position", one.max_position}});
  }
  return {{"name", information.name},
          {"version", information.version},
          {"summary", information.summary},
          {"dtypes", information.dtypes},
          {"pairings", information.pairings},
          {"directions", information.directions},
          {"sources", information.sources},
          {"families", information.families},
          {"layouts", information.layouts},
          {"position_kinds", information.position_kinds},
          {"position_dtypes", information.position_dtypes},
          {"flags", information.flags},
          {"out_of_range", information.out_of_range},
          {"alignment", information.alignment},
          {"contracts", std::move(contracts)},
          {"streams", information.streams},
          {"must_support", std::move(must_support)}};
}

Information information_from(const Fields& fields) {
  Information information;
  information.name = fields.text("name");
  information.version = fields.text("version");
  information.summary = fields.text("summary");
  information.dtypes = fields.natural("dtypes");
  information.pairings = fields.natural("pairings");
  information.directions = fields.natural("directions");
  information.sources = fields.natural("sources");
  information.families = fields.natural("families");
  information.layouts = fields.natural("layouts");
  information.position_kinds = fields.natural("position_kinds");
  information.position_dtypes = fields.natural("position_dtypes");
  information.flags = fields.natural("flags");
  information.out_of_range = fields.natural32("out_of_range");
  information.alignment = fields.natural32("alignment");
  for (const Json& element : fields.array("contracts", max_contracts)) {
    const Fields contract(element, "description.contracts[]");
    information.contracts.emplace_back(contract.natural32("dtype"), contract.text("text"));
  }
  information.streams = fields.has("streams") && fields.flag("streams");
  if (!fields.has("must_support")) return information;
  for (const Json& element : fields.array("must_support", max_must_support)) {
    const Fields one(element, "description.must_support[]");
    rope_must_support_case listed{};
    listed.struct_size = sizeof listed;
    listed.dtype = one.natural32("dtype");
    listed.head_dim = one.natural32("head_dim");
    listed.rotary_dim = one.natural32("rotary_dim");
    listed.pairing = one.natural32("pairing");
    listed.direction = one.natural32("direction");
    listed.source = one.natural32("source");
    listed.family = one.natural32("family");
    listed.layout = one.natural32("layout");
    listed.q_heads = one.natural32("q_heads");
    listed.k_heads = one.natural32("k_heads");
    listed.in_place = one.natural32("in_place");
    listed.max_position = one.integer("max_position");
    information.must_support.push_back(listed);
  }
  return information;
}

}  // namespace

std::string encode(const NumberedAnswer& answer) {
  Json json = std::visit(
      [](const auto& a) -> Json {
        using T = std::decay_t<decltype(a)>;
        if constexpr (std::is_same_v<T, Entering>) {
          return {{"type", "entering"}, {"function", a.function}};
        } else if constexpr (std::is_same_v<T, HelloAnswer>) {
          return {{"type", "hello"}, {"protocol", a.protocol}, {"worker", a.worker}};
        } else if constexpr (std::is_same_v<T, Loaded>) {
          return {{"type", "loaded"}, {"description", to_json(a.information)}, {"fp_environment", a.fp_environment}};
        } else if constexpr (std::is_same_v<T, NotLoaded>) {
          return {{"type", "not-loaded"},
                  {"kind", word_for(static_cast<std::uint32_t>(a.kind), not_loaded_words)},
                  {"text", a.text},
                  {"abi", a.abi}};
        } else if constexpr (std::is_same_v<T, QueryAnswer>) {
          return {{"type", "query"},
                  {"outcome", to_json(a.outcome)},
                  {"supported", a.supported},
                  {"reason", a.reason},
                  {"workspace_bytes", a.workspace_bytes}};
        } else if constexpr (std::is_same_v<T, InvFreqAnswer>) {
          Json bits = Json::array();
          for (const double value : a.values) bits.push_back(std::bit_cast<std::uint64_t>(value));
          return {{"type", "inv-freq"}, {"outcome", to_json(a.outcome)}, {"there", a.there}, {"bits", std::move(bits)}};
        } else if constexpr (std::is_same_v<T, Done>) {
          return {{"type", "done"}, {"outcome", to_json(a.outcome)}};
        } else {
          static_assert(std::is_same_v<T, Rejected>);
          return {{"type", "rejected"}, {"text", a.text}};
        }
      },
      answer.answer);
  json["id"] = answer.id;
  // Texts were made printable where they entered; replacing is for those that a stray write hit since.
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

NumberedAnswer decode_answer(std::string_view text) {
  const Json json = parse_message(text);
  const Fields fields(json, "");
  NumberedAnswer numbered;
  numbered.id = fields.natural("id");
  const std::string type = fields.text("type", 64);
  if (type == "entering") {
    numbered.answer = Entering{fields.text("function", 64)};
  } else if (type == "hello") {
    numbered.answer = HelloAnswer{fields.text("protocol", 64), fields.text("worker", 256)};
  } else if (type == "loaded") {
    numbered.answer = Loaded{information_from(fields.object("description")), fields.text("fp_environment")};
  } else if (type == "not-loaded") {
    numbered.answer = NotLoaded{static_cast<NotLoaded::Kind>(fields.word("kind", not_loaded_words)),
                                fields.text("text"), fields.natural32("abi")};
  } else if (type == "query") {
    numbered.answer = QueryAnswer{outcome_from(fields.object("outcome")), fields.flag("supported"),
                                  fields.text("reason"), fields.natural("workspace_bytes")};
  } else if (type == "inv-freq") {
    InvFreqAnswer answer{outcome_from(fields.object("outcome")), fields.flag("there"), {}};
    for (const Json& value : fields.array("bits", max_exported)) {
      answer.values.push_back(std::bit_cast<double>(Fields::natural_value(value, "bits[]")));
    }
    numbered.answer = std::move(answer);
  } else if (type == "done") {
    numbered.answer = Done{outcome_from(fields.object("outcome"))};
  } else if (type == "rejected") {
    numbered.answer = Rejected{fields.text("text")};
  } else {
    throw Violation("type is \"" + type + "\", which is no answer");
  }
  return numbered;
}

std::string status_name(rope_status status) {
  switch (status) {
    case ROPE_OK:
      return "ROPE_OK";
    case ROPE_UNSUPPORTED:
      return "ROPE_UNSUPPORTED";
    case ROPE_INVALID_ARGUMENT:
      return "ROPE_INVALID_ARGUMENT";
    case ROPE_OUT_OF_MEMORY:
      return "ROPE_OUT_OF_MEMORY";
    case ROPE_ERROR:
      return "ROPE_ERROR";
    default:
      return "status " + std::to_string(status) + ", which rope_impl.h does not define";
  }
}

}  // namespace rope::conformance::protocol
