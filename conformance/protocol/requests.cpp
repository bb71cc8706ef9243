// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests of docs/protocol.md as JSON.
#include "conformance/protocol/fields.hpp"

namespace rope::conformance::protocol {
namespace {

constexpr std::size_t max_pairs = 4096;

void add_place(Json& json, const Place& place) {
  if (place.memory == 0) return;
  json["memory"] = place.memory;
  json["offset"] = place.offset;
}

Place place_from(const Fields& fields) {
  if (!fields.has("memory")) return {};
  return {fields.natural("memory"), fields.natural("offset", max_memory_bytes)};
}

Json to_json(const WireMatrix& matrix) {
  Json json{{"dtype", word_for(matrix.dtype, dtype_words)},
            {"rows", matrix.rows},
            {"columns", matrix.columns},
            {"row_stride", matrix.row_stride}};
  add_place(json, matrix.place);
  return json;
}

WireMatrix matrix_from(const Fields& fields) {
  WireMatrix matrix;
  matrix.place = place_from(fields);
  matrix.dtype = fields.word("dtype", dtype_words);
  matrix.rows = fields.integer("rows");
  matrix.columns = fields.integer("columns");
  matrix.row_stride = fields.integer("row_stride");
  return matrix;
}

/// The numbers of a family besides its base, by name. `Spec` is a WireSpec, const or not.
template <class Spec, class Visit>
void for_each_parameter(rope_family family, Spec& spec, const Visit& visit) {
  if (family == ROPE_FAMILY_DEFAULT) return;
  if (family != ROPE_FAMILY_LONGROPE) visit("factor", spec.factor);
  if (family == ROPE_FAMILY_LLAMA3) {
    visit("low_freq_factor", spec.low_freq_factor);
    visit("high_freq_factor", spec.high_freq_factor);
  }
  if (family == ROPE_FAMILY_YARN) {
    visit("beta_fast", spec.beta_fast);
    visit("beta_slow", spec.beta_slow);
    visit("correction_not_truncated", spec.correction_not_truncated);
  }
  if (family == ROPE_FAMILY_PROPORTIONAL) visit("proportion", spec.proportion);
  if (family == ROPE_FAMILY_LONGROPE) {
    visit("short_factor", spec.short_factor);
    visit("long_factor", spec.long_factor);
  }
  const bool has_length = family == ROPE_FAMILY_DYNAMIC_NTK || family == ROPE_FAMILY_LONGROPE;
  if (has_length || family == ROPE_FAMILY_LLAMA3 || family == ROPE_FAMILY_YARN) {
    visit("original_max_position", spec.original_max_position);
  }
  if (has_length) visit("sequence_length", spec.sequence_length);
}

void read_parameter(const Fields& source, const char* key, double& value) {
  value = source.number(key);
}
void read_parameter(const Fields& source, const char* key, std::int64_t& value) {
  value = source.integer(key);
}
void read_parameter(const Fields& source, const char* key, bool& value) {
  value = source.flag(key);
}
void read_parameter(const Fields& source, const char* key, std::vector<double>& value) {
  value = source.numbers(key, max_factors);
}

Json source_of(const WireSpec& spec) {
  Json source{{"kind", word_for(spec.source, source_words)}};
  if (spec.source != ROPE_SOURCE_PARAMETRIC) {
    source["first"] = to_json(spec.first);
    if (spec.second.dtype != 0) source["second"] = to_json(spec.second);
    if (spec.source == ROPE_SOURCE_TABLES) source["full_width"] = spec.full_width;
    return source;
  }
  source["family"] = word_for(spec.family, family_words);
  source["base"] = spec.base;
  for_each_parameter(spec.family, spec, [&](const char* key, const auto& value) { source[key] = value; });
  return source;
}

void read_source(const Fields& source, WireSpec& spec) {
  spec.source = source.word("kind", source_words);
  if (spec.source != ROPE_SOURCE_PARAMETRIC) {
    spec.first = matrix_from(source.object("first"));
    if (source.has("second")) spec.second = matrix_from(source.object("second"));
    if (spec.source == ROPE_SOURCE_TABLES) spec.full_width = source.flag("full_width");
    return;
  }
  spec.family = source.word("family", family_words);
  spec.base = source.number("base");
  for_each_parameter(spec.family, spec, [&](const char* key, auto& value) { read_parameter(source, key, value); });
}

Json to_json(const WireSpec& spec) {
  return {{"head_dim", spec.head_dim},
          {"rotary_dim", spec.rotary_dim},
          {"dim_offset", spec.dim_offset},
          {"pairing_in", word_for(spec.pairing_in, pairing_words)},
          {"pairing_out", word_for(spec.pairing_out, pairing_words)},
          {"attention_factor", spec.attention_factor},
          {"query_scale", spec.query_scale},
          {"max_position", spec.max_position},
          {"source", source_of(spec)}};
}

WireSpec spec_from(const Fields& fields) {
  WireSpec spec;
  spec.head_dim = fields.natural32("head_dim");
  spec.rotary_dim = fields.natural32("rotary_dim");
  spec.dim_offset = fields.natural32("dim_offset");
  spec.pairing_in = fields.word("pairing_in", pairing_words);
  spec.pairing_out = fields.word("pairing_out", pairing_words);
  spec.attention_factor = fields.number("attention_factor");
  spec.query_scale = fields.number("query_scale");
  spec.max_position = fields.integer("max_position");
  read_source(fields.object("source"), spec);
  return spec;
}

Json to_json(const WireTensor& tensor) {
  Json json{{"dtype", word_for(tensor.dtype, dtype_words)},
            {"layout", word_for(tensor.layout, layout_words)},
            {"shape", tensor.shape},
            {"strides", tensor.strides}};
  add_place(json, tensor.place);
  return json;
}

WireTensor tensor_from(const Fields& fields) {
  WireTensor tensor;
  tensor.place = place_from(fields);
  tensor.dtype = fields.word("dtype", dtype_words);
  tensor.layout = fields.word("layout", layout_words);
  const auto four = [&](const char* key) {
    const Json& array = fields.array(key, 4);
    if (array.size() != 4) throw Violation(std::string(key) + " has not 4 numbers");
    std::array<std::int64_t, 4> values{};
    for (std::size_t i = 0; i < 4; ++i) values[i] = Fields::integer_value(array[i], key);
    return values;
  };
  tensor.shape = four("shape");
  tensor.strides = four("strides");
  return tensor;
}

Json to_json(const WireCall& call) {
  Json positions{{"kind", word_for(call.positions.kind, position_words)}};
  if (call.positions.kind == ROPE_POSITIONS_OFFSET) {
    positions["first"] = call.positions.offset;
  } else {
    positions["dtype"] = word_for(call.positions.dtype, index_words);
    positions["batch_stride"] = call.positions.batch_stride;
    positions["token_stride"] = call.positions.token_stride;
    add_place(positions, call.positions.place);
  }
  if (call.positions.kind == ROPE_POSITIONS_AXES) {
    positions["axis_stride"] = call.positions.axis_stride;
    positions["pair_axis"] = call.positions.pair_axis;
  }
  Json json{{"direction", word_for(call.direction, direction_words)},
            {"q_in", to_json(call.q_in)},
            {"q_out", to_json(call.q_out)},
            {"positions", std::move(positions)}};
  if (call.k_in && call.k_out) {
    json["k_in"] = to_json(*call.k_in);
    json["k_out"] = to_json(*call.k_out);
  }
  if (call.cu_seqlens_count > 0) {
    Json packed{{"count", call.cu_seqlens_count}};
    add_place(packed, call.cu_seqlens);
    if (call.has_start_positions) {
      Json starts = Json::object();
      add_place(starts, call.start_positions);
      packed["start_positions"] = std::move(starts);
    }
    json["packed"] = std::move(packed);
  }
  if (call.in_place) json["in_place"] = true;
  if (call.own_stream) json["own_stream"] = true;
  if (call.workspace.memory != 0) {
    Json workspace{{"bytes", call.workspace_bytes}};
    add_place(workspace, call.workspace);
    json["workspace"] = std::move(workspace);
  }
  return json;
}

WireCall call_from(const Fields& fields) {
  WireCall call;
  call.direction = fields.word("direction", direction_words);
  call.q_in = tensor_from(fields.object("q_in"));
  call.q_out = tensor_from(fields.object("q_out"));
  if (fields.has("k_in") != fields.has("k_out")) throw Violation("one of k_in and k_out is missing");
  if (fields.has("k_in")) {
    call.k_in = tensor_from(fields.object("k_in"));
    call.k_out = tensor_from(fields.object("k_out"));
  }
  const Fields positions = fields.object("positions");
  call.positions.kind = positions.word("kind", position_words);
  if (call.positions.kind == ROPE_POSITIONS_OFFSET) {
    call.positions.offset = positions.integer("first");
  } else {
    call.positions.dtype = positions.word("dtype", index_words);
    call.positions.batch_stride = positions.integer("batch_stride");
    call.positions.token_stride = positions.integer("token_stride");
    call.positions.place = place_from(positions);
  }
  if (call.positions.kind == ROPE_POSITIONS_AXES) {
    call.positions.axis_stride = positions.integer("axis_stride");
    for (const Json& axis : positions.array("pair_axis", max_pairs)) {
      call.positions.pair_axis.push_back(Fields::natural32_value(axis, "call.positions.pair_axis[]"));
    }
  }
  if (fields.has("packed")) {
    const Fields packed = fields.object("packed");
    call.cu_seqlens_count = packed.integer("count");
    call.cu_seqlens = place_from(packed);
    call.has_start_positions = packed.has("start_positions");
    if (call.has_start_positions) call.start_positions = place_from(packed.object("start_positions"));
  }
  call.in_place = fields.has("in_place") && fields.flag("in_place");
  call.own_stream = fields.has("own_stream") && fields.flag("own_stream");
  if (fields.has("workspace")) {
    const Fields workspace = fields.object("workspace");
    call.workspace = place_from(workspace);
    call.workspace_bytes = workspace.natural("bytes", max_memory_bytes);
  }
  return call;
}

std::uint32_t handle_from(const Fields& fields) {
  return fields.has("handle") ? static_cast<std::uint32_t>(fields.natural("handle", max_handles - 1)) : 0;
}

Together together_from(const Fields& fields) {
  Together together;
  together.threads = static_cast<std::uint32_t>(fields.natural("threads", max_threads));
  if (together.threads == 0) throw Violation("threads is 0");
  for (const Json& one : fields.array("calls", max_calls_at_once)) {
    const Fields call(one, "calls[]");
    together.calls.push_back({call_from(call.object("call")), handle_from(call)});
    if (together.calls.back().call.own_stream) throw Violation("calls[].call.own_stream is true");
  }
  return together;
}

}  // namespace

std::string encode(const NumberedRequest& request) {
  Json json = std::visit(
      [](const auto& r) -> Json {
        using T = std::decay_t<decltype(r)>;
        if constexpr (std::is_same_v<T, Hello>) {
          return {{"type", "hello"}, {"protocol", r.protocol}};
        } else if constexpr (std::is_same_v<T, Load>) {
          return {{"type", "load"}, {"library", r.library}};
        } else if constexpr (std::is_same_v<T, Map>) {
          return {{"type", "map"}, {"memory", r.memory}, {"bytes", r.bytes}};
        } else if constexpr (std::is_same_v<T, Query>) {
          return {{"type", "query"}, {"spec", to_json(r.spec)}, {"call", to_json(r.call)}};
        } else if constexpr (std::is_same_v<T, Prepare>) {
          return {{"type", "prepare"}, {"handle", r.handle}, {"spec", to_json(r.spec)}};
        } else if constexpr (std::is_same_v<T, Apply>) {
          return {{"type", "apply"}, {"handle", r.handle}, {"call", to_json(r.call)}};
        } else if constexpr (std::is_same_v<T, Close>) {
          return {{"type", "close"}, {"handle", r.handle}};
        } else if constexpr (std::is_same_v<T, Together>) {
          Json calls = Json::array();
          for (const Apply& one : r.calls) calls.push_back({{"handle", one.handle}, {"call", to_json(one.call)}});
          return {{"type", "together"}, {"threads", r.threads}, {"calls", std::move(calls)}};
        } else if constexpr (std::is_same_v<T, InvFreq>) {
          return {{"type", "inv-freq"}, {"handle", r.handle}, {"count", r.count}};
        } else {
          static_assert(std::is_same_v<T, End>);
          return {{"type", "end"}};
        }
      },
      request.request);
  json["id"] = request.id;
  return json.dump();
}

NumberedRequest decode_request(std::string_view text) {
  const Json json = parse_message(text);
  const Fields fields(json, "");
  NumberedRequest numbered;
  numbered.id = fields.natural("id");
  const std::string type = fields.text("type", 64);
  if (type == "hello") {
    numbered.request = Hello{fields.text("protocol", 64)};
  } else if (type == "load") {
    numbered.request = Load{fields.text("library")};
  } else if (type == "map") {
    numbered.request = Map{fields.natural("memory"), fields.natural("bytes", max_memory_bytes)};
  } else if (type == "query") {
    numbered.request = Query{spec_from(fields.object("spec")), call_from(fields.object("call"))};
  } else if (type == "prepare") {
    numbered.request = Prepare{spec_from(fields.object("spec")), handle_from(fields)};
  } else if (type == "apply") {
    numbered.request = Apply{call_from(fields.object("call")), handle_from(fields)};
  } else if (type == "close") {
    numbered.request = Close{handle_from(fields)};
  } else if (type == "together") {
    numbered.request = together_from(fields);
  } else if (type == "inv-freq") {
    numbered.request = InvFreq{handle_from(fields), static_cast<std::uint32_t>(fields.natural("count", max_exported))};
  } else if (type == "end") {
    numbered.request = End{};
  } else {
    throw Violation("type is \"" + type + "\", which is no request");
  }
  return numbered;
}

}  // namespace rope::conformance::protocol
