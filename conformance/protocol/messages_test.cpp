// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Messages: what is written is read back, and nothing else is.
#include "conformance/protocol/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace rope::conformance::protocol {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

WireCall a_call() {
  WireCall call;
  call.direction = ROPE_BACKWARD;
  call.q_in = {{1, 4160}, ROPE_BF16, ROPE_BSHD, {1, 3, 2, 8}, {48, 16, 8, 1}};
  call.q_out = {{2, 4160}, ROPE_BF16, ROPE_BSHD, {1, 3, 2, 8}, {48, 16, 8, -1}};
  call.positions.kind = ROPE_POSITIONS_TOKEN;
  call.positions.dtype = ROPE_I32;
  call.positions.token_stride = 1;
  call.positions.place = {5, 64};
  call.workspace = {6, 256};
  call.workspace_bytes = 1000;
  return call;
}

WireSpec a_spec() {
  WireSpec spec;
  spec.head_dim = 128;
  spec.rotary_dim = 96;
  spec.dim_offset = 16;
  spec.pairing_in = spec.pairing_out = ROPE_INTERLEAVED;
  spec.attention_factor = 1.1;  // not a binary number: must survive as the binary64 it is
  spec.max_position = (std::int64_t{1} << 62) + 1;
  spec.family = ROPE_FAMILY_LLAMA3;
  spec.base = 500000;
  spec.factor = 8;
  spec.low_freq_factor = 1;
  spec.high_freq_factor = 4;
  spec.original_max_position = 8192;
  return spec;
}

WireSpec a_spec_with_tables() {
  WireSpec spec;
  spec.head_dim = spec.rotary_dim = 64;
  spec.max_position = 8192;
  spec.source = ROPE_SOURCE_TABLES;
  spec.first = {{9, 64}, ROPE_BF16, 8192, 64, 80};
  spec.second = {{10, 0}, ROPE_F64, 8192, 64, 64};
  spec.full_width = true;
  return spec;
}

WireCall a_packed_call() {
  WireCall call = a_call();
  call.positions = {};
  call.positions.kind = ROPE_POSITIONS_OFFSET;
  call.positions.offset = -3;
  call.cu_seqlens_count = 4;
  call.cu_seqlens = {7, 4160};
  call.has_start_positions = true;
  call.start_positions = {8, 4160};
  call.own_stream = true;
  call.in_place = true;
  return call;
}

WireCall a_call_with_axes() {
  WireCall call = a_call();
  call.positions.kind = ROPE_POSITIONS_AXES;
  call.positions.axis_stride = 24;
  call.positions.pair_axis = {0, 1, 2, 0};
  return call;
}

WireSpec a_dynamic_spec() {
  WireSpec spec;
  spec.head_dim = spec.rotary_dim = 64;
  spec.max_position = 8192;
  spec.family = ROPE_FAMILY_DYNAMIC_NTK;
  spec.base = 10000;
  spec.factor = 2.1;
  spec.original_max_position = 4096;
  spec.sequence_length = 8601;
  return spec;
}

std::vector<NumberedRequest> all_requests() {
  return {{1, Hello{std::string(version)}},
          {2, Load{"/a/b \"c\".so"}},
          {3, Map{4, 1 << 20}},
          {4, Query{a_spec(), a_call()}},
          {5, Prepare{a_dynamic_spec()}},
          {5, Prepare{a_spec()}},
          {5, Prepare{a_spec_with_tables()}},
          {6, Apply{a_call()}},
          {6, Apply{a_packed_call()}},
          {6, Apply{a_call_with_axes()}},
          {6, Apply{a_call(), 3}},
          {7, Close{}},
          {7, Close{7}},
          {8, Together{{{a_call_with_axes(), 1}, {a_call_with_axes(), 2}}, 4}},
          {9, InvFreq{1, 64}},
          {UINT64_MAX, End{}}};
}

std::vector<NumberedAnswer> all_answers() {
  Information information;
  information.name = "n";
  information.dtypes = UINT64_MAX;
  information.contracts = {{ROPE_F32, "rotate=f32:mul"}};
  information.streams = true;
  rope_must_support_case listed{};
  listed.head_dim = 128;
  listed.dtype = ROPE_BF16;
  listed.max_position = 1 << 20;
  information.must_support = {listed, listed};
  const Outcome outcome{"apply", -5, "err\nor", "rule", "apply left flush-to-zero on", 0.1};
  return {{1, Entering{"apply"}},
          {2, HelloAnswer{std::string(version), "w"}},
          {3, Loaded{information, "x"}},
          {4, NotLoaded{NotLoaded::Kind::abi, "t", 7}},
          {5, QueryAnswer{outcome, true, "because", 12}},
          {6, Done{outcome}},
          {7, Rejected{"no"}},
          {8, InvFreqAnswer{outcome, true, {0.1, 1e300, -0.0}}},
          {8, InvFreqAnswer{outcome, false, {}}}};
}

TEST(Protocol, RequestsSurviveTheWay) {
  for (const NumberedRequest& request : all_requests()) {
    const std::string text = encode(request);
    EXPECT_LT(text.size(), max_message_bytes);
    const NumberedRequest read = decode_request(text);
    EXPECT_EQ(read.id, request.id);
    EXPECT_EQ(read.request.index(), request.request.index());
    EXPECT_EQ(encode(read), text);
  }
  const auto query = std::get<Query>(decode_request(encode(NumberedRequest{1, Query{a_spec(), a_call()}})).request);
  EXPECT_EQ(query.spec, a_spec());
  EXPECT_EQ(query.call.q_out.strides[3], -1);
  EXPECT_EQ(query.call.positions.place.offset, 64u);
  EXPECT_FALSE(query.call.k_in.has_value());
  const auto tables =
      std::get<Prepare>(decode_request(encode(NumberedRequest{1, Prepare{a_spec_with_tables()}})).request);
  EXPECT_EQ(tables.spec, a_spec_with_tables());
  const auto packed = std::get<Apply>(decode_request(encode(NumberedRequest{1, Apply{a_packed_call()}})).request).call;
  EXPECT_EQ(packed.cu_seqlens_count, 4);
  EXPECT_EQ(packed.cu_seqlens, (Place{7, 4160}));
  EXPECT_TRUE(packed.has_start_positions);
  EXPECT_EQ(packed.start_positions, (Place{8, 4160}));
  EXPECT_TRUE(packed.own_stream);
  EXPECT_TRUE(packed.in_place);
  const auto axes = std::get<Apply>(decode_request(encode(NumberedRequest{1, Apply{a_call_with_axes()}})).request).call;
  EXPECT_EQ(axes.positions.pair_axis, a_call_with_axes().positions.pair_axis);
  EXPECT_EQ(axes.positions.axis_stride, 24);
}

TEST(Protocol, AnswersSurviveTheWay) {
  for (const NumberedAnswer& answer : all_answers()) {
    const std::string text = encode(answer);
    const NumberedAnswer read = decode_answer(text);
    EXPECT_EQ(read.id, answer.id);
    EXPECT_EQ(read.answer.index(), answer.answer.index());
    EXPECT_EQ(encode(read), text);
  }
  const auto outcome = std::get<Done>(decode_answer(encode(all_answers()[5])).answer).outcome;
  EXPECT_EQ(outcome.status, -5);
  EXPECT_EQ(outcome.seconds, 0.1);
  EXPECT_EQ(outcome.error, "err\nor");
  const auto loaded = std::get<Loaded>(decode_answer(encode(all_answers()[2])).answer).information;
  EXPECT_TRUE(loaded.streams);
  ASSERT_EQ(loaded.must_support.size(), 2u);
  EXPECT_EQ(loaded.must_support[1].dtype, ROPE_BF16);
  EXPECT_EQ(loaded.must_support[1].max_position, 1 << 20);
}

// Visits every value of a message, however deep.
void visit(Json& value, const std::function<void(Json&)>& change) {
  if (value.is_structured()) {
    for (Json& inner : value) visit(inner, change);
  }
  change(value);
}

// Every field is needed but those that mean something by being absent, and none may have another type.
TEST(Protocol, EveryFieldIsChecked) {
  for (const NumberedAnswer& answer : all_answers()) {
    const Json whole = Json::parse(encode(answer));
    std::size_t fields = 0;
    Json counted = whole;
    visit(counted, [&](Json&) { ++fields; });
    for (std::size_t target = 0; target < fields; ++target) {
      Json changed = whole;
      std::size_t at = 0;
      visit(changed, [&](Json& value) {
        if (at++ == target) value = nullptr;
      });
      EXPECT_THROW(decode_answer(changed.dump()), Violation) << changed.dump();
    }
    for (const auto& [key, value] : whole.items()) {
      Json changed = whole;
      changed.erase(key);
      try {
        decode_answer(changed.dump());
        ADD_FAILURE() << "accepted without " << key;
      } catch (const Violation& violation) {
        EXPECT_THAT(violation.what(), HasSubstr(key));
      }
    }
  }
}

TEST(Protocol, RangesAreChecked) {
  const auto answer = [](const char* key, const Json& value) {
    Json json = Json::parse(encode(all_answers()[4]));
    json[Json::json_pointer(key)] = value;
    return json.dump();
  };
  EXPECT_NO_THROW(decode_answer(answer("/outcome/status", 2147483647)));
  EXPECT_THROW(decode_answer(answer("/outcome/status", std::int64_t{2147483648})), Violation);
  EXPECT_THROW(decode_answer(answer("/outcome/status", UINT64_MAX)), Violation);
  EXPECT_THROW(decode_answer(answer("/outcome/status", 1.5)), Violation);
  EXPECT_THROW(decode_answer(answer("/outcome/seconds", -1.0)), Violation);
  EXPECT_THROW(decode_answer(answer("/workspace_bytes", -1)), Violation);
  EXPECT_NO_THROW(decode_answer(answer("/reason", std::string(max_text_bytes, 'x'))));
  EXPECT_THROW(decode_answer(answer("/reason", std::string(max_text_bytes + 1, 'x'))), Violation);
  EXPECT_THROW(
      decode_answer("{\"id\":1,\"type\":\"done\",\"outcome\":{\"function\":\"apply\",\"status\":0,\"error\":\"\","
                    "\"broken_rule\":\"\",\"seconds\":1e999,\"fp_environment\":\"\"}}"),
      Violation);
  EXPECT_THROW(decode_answer(std::string(max_message_bytes + 1, ' ')), Violation);
}

TEST(Protocol, ForeignTextIsMadePrintable) {
  Json json = Json::parse(encode(all_answers()[6]));
  json["text"] = "a\x1b[2Jb";
  EXPECT_EQ(std::get<Rejected>(decode_answer(json.dump()).answer).text, "a\\x1b[2Jb");
}

// Whatever a stray write makes of a message: it is read or refused, and never more than that.
TEST(Protocol, DamagedMessagesAreReadOrRefused) {
  std::mt19937 random(20260101);
  int refused = 0;
  for (int round = 0; round < 20'000; ++round) {
    const auto answers = all_answers();
    std::string text = encode(answers[random() % answers.size()]);
    for (int change = static_cast<int>(random() % 4); change >= 0; --change) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    if (random() % 4 == 0) text.resize(random() % text.size());
    try {
      decode_answer(text);
    } catch (const Violation&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, 10'000);
}

TEST(Protocol, WordsWithoutAMeaningAreRefused) {
  Json json = Json::parse(encode(NumberedRequest{1, Apply{a_call()}}));
  json["call"]["q_in"]["dtype"] = "fp8";
  EXPECT_THROW(decode_request(json.dump()), Violation);
  WireCall call = a_call();
  call.q_in.dtype = 99;
  EXPECT_THROW(encode(NumberedRequest{1, Apply{call}}), Violation);
}

}  // namespace
}  // namespace rope::conformance::protocol
