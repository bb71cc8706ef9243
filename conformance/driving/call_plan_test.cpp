// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is left open becomes what is claimed, from the plainest on; what is asked for and not claimed is refused by
// name.
#include "conformance/driving/call_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "conformance/driving/wire_request.hpp"

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;

Description everything() {
  Description out;
  out.name = std::string("x");
  out.dtypes = out.pairings = out.directions = out.sources = out.families = out.layouts = out.position_kinds =
      out.position_dtypes = out.flags = ~std::uint64_t{0};
  out.flags &= ~ROPE_FLAG_IN_PLACE_ONLY;
  out.streams = true;
  return out;
}

RotateRequest a_request(int batch = 1) {
  RotateRequest request;
  request.spec.head_dim = 80;
  request.spec.rotary_dim = 32;
  request.spec.theta = 10000;
  request.spec.attention_factor = 1.25;
  request.max_position = 100;
  request.batch = batch;
  for (int row = 0; row < batch; ++row) {
    for (std::int64_t p : {4, 5, 6}) request.positions.push_back(p);
  }
  request.q_heads = 2;
  request.k_heads = 1;
  return request;
}

std::vector<Arrangement> arrangements(const Description& description, const RotateRequest& request) {
  const auto claimed = claimed_arrangements(description, request);
  if (const auto* reason = std::get_if<std::string>(&claimed)) {
    ADD_FAILURE() << *reason;
    return {};
  }
  return std::get<std::vector<Arrangement>>(claimed);
}

std::string refusal(const Description& description, const RotateRequest& request) {
  const auto claimed = claimed_arrangements(description, request);
  const auto* reason = std::get_if<std::string>(&claimed);
  return reason == nullptr ? "claimed" : *reason;
}

CallPlan plan(const Description& description, const RotateRequest& request, const Arrangement& arrangement) {
  auto planned = plan_of(description, request, arrangement, 64);
  if (const auto* reason = std::get_if<std::string>(&planned)) {
    ADD_FAILURE() << *reason;
    return {};
  }
  return std::get<CallPlan>(std::move(planned));
}

template <typename Number>
std::vector<Number> numbers(const std::vector<std::byte>& bytes) {
  std::vector<Number> out(bytes.size() / sizeof(Number));
  if (!out.empty()) std::memcpy(out.data(), bytes.data(), bytes.size());
  return out;
}

TEST(ClaimedArrangements, ThePlainestComesFirst) {
  const auto all = arrangements(everything(), a_request());
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(words(all.front()), "bshd, int64 positions, parametric");
  EXPECT_EQ(words(all.back()), "thd, a sequence for each run, parametric");
}

TEST(ClaimedArrangements, ASourceThatFitsTheFamilyIsTheOnlyOne) {
  Description tables = everything();
  tables.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES) | ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
  tables.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT);
  EXPECT_EQ(arrangements(tables, a_request()).front().source, AngleSource::parametric);
  RotateRequest llama = a_request();
  llama.spec.family = Llama3Family{8, 1, 4, 8192};
  for (const Arrangement& one : arrangements(tables, llama)) EXPECT_EQ(one.source, AngleSource::tables);
  tables.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_PARAMETRIC);
  EXPECT_EQ(refusal(tables, llama), "x does not claim frequency family llama3");
}

TEST(ClaimedArrangements, FormsOfTablesAreTriedFromFp32SplitAndHalfWidthOn) {
  Description tables = everything();
  tables.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES);
  tables.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
  tables.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_TOKEN);
  RotateRequest request = a_request();
  request.dtype = DType::bf16;
  const auto all = arrangements(tables, request);
  ASSERT_EQ(all.size(), 12u);
  EXPECT_EQ(words(all[0]), "bshd, int64 positions, tables fp32 split half width");
  EXPECT_EQ(words(all[1]), "bshd, int64 positions, tables bf16 split half width");
  EXPECT_EQ(words(all[2]), "bshd, int64 positions, tables fp64 split half width");
  EXPECT_EQ(words(all[3]), "bshd, int64 positions, tables fp32 joined half width");
  EXPECT_EQ(words(all[11]), "bshd, int64 positions, tables fp64 joined full width");
}

TEST(ClaimedArrangements, RefusalsNameWhatIsNotClaimed) {
  Description less = everything();
  RotateRequest request = a_request();
  less.layouts = ROPE_LAYOUT_BIT(ROPE_BHSD);
  request.arrangement.layout = Layout::sbhd;
  EXPECT_EQ(refusal(less, request), "x does not claim layout sbhd");
  request = a_request();
  less.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_AXES);
  EXPECT_EQ(refusal(less, request), "x does not claim a kind of positions that fits");
  less.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  request = a_request();
  request.sequences = {1, 2};
  EXPECT_EQ(refusal(less, request), "x does not claim packed sequences (layout thd)");
  less.layouts = ROPE_LAYOUT_BIT(ROPE_THD);
  request = a_request(2);
  request.arrangement.layout = Layout::thd;
  EXPECT_EQ(refusal(less, request), "layout thd has one row, and this request is about several");

  const struct {
    std::uint64_t flag;
    void (*want)(RotateRequest&);
    const char* says;
  } flags[] = {
      {ROPE_FLAG_STRIDED, [](RotateRequest& r) { r.arrangement.strides = Strides::padded; }, "strides"},
      {ROPE_FLAG_IN_PLACE, [](RotateRequest& r) { r.arrangement.in_place = true; }, "to work in place"},
      {ROPE_FLAG_PARTIAL, [](RotateRequest&) {}, "rotary_dim 32 < head_dim 80"},
      {ROPE_FLAG_Q_ALONE, [](RotateRequest& r) { r.k_heads = 0; }, "q without k"},
      {ROPE_FLAG_PAIRING_CHANGE, [](RotateRequest& r) { r.pairing_out = Pairing::interleaved; },
       "outputs in another pairing"},
      {ROPE_FLAG_QUERY_SCALE, [](RotateRequest& r) { r.query_scale = 0.5; }, "a scale of q"},
  };
  for (const auto& one : flags) {
    Description without = everything();
    without.flags &= ~one.flag;
    RotateRequest wants = a_request();
    one.want(wants);
    EXPECT_EQ(refusal(everything(), wants), "claimed");
    EXPECT_EQ(refusal(without, wants), std::string("x does not claim ") + one.says);
  }
  Description no_streams = everything();
  no_streams.streams = false;
  request = a_request();
  request.arrangement.own_stream = true;
  EXPECT_THAT(refusal(no_streams, request), HasSubstr("rope.streams"));
}

TEST(CallPlan, PackedSequencesBeginWhereTheyBegin) {
  RotateRequest request = a_request();
  request.positions = {0, 1, 2, 7, 0, 1};
  request.sequences = {3, 1, 0, 2};
  const CallPlan made = plan(everything(), request, arrangements(everything(), request).front());
  EXPECT_EQ(made.call.positions.kind, ROPE_POSITIONS_OFFSET);
  EXPECT_EQ(made.call.cu_seqlens_count, 5);
  EXPECT_EQ(numbers<std::int32_t>(made.cu_seqlens), (std::vector<std::int32_t>{0, 3, 4, 4, 6}));
  EXPECT_TRUE(made.call.has_start_positions);
  EXPECT_EQ(numbers<std::int64_t>(made.start_positions), (std::vector<std::int64_t>{0, 7, 0, 0}));
  request.positions = {0, 1, 2, 0, 0, 1};
  const CallPlan zero = plan(everything(), request, arrangements(everything(), request).front());
  EXPECT_FALSE(zero.call.has_start_positions);
  EXPECT_TRUE(zero.start_positions.empty());
}

TEST(CallPlan, WithoutPositionsForEachTokenAPackedCallIsOneSequence) {
  Description offsets = everything();
  offsets.layouts = ROPE_LAYOUT_BIT(ROPE_THD);
  offsets.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  const CallPlan made = plan(offsets, a_request(), arrangements(offsets, a_request()).front());
  EXPECT_EQ(made.call.positions.offset, 4);
  EXPECT_EQ(numbers<std::int32_t>(made.cu_seqlens), (std::vector<std::int32_t>{0, 3}));
}

TEST(CallPlan, PositionsThatAreNotConsecutiveBecomeRowsSequencesOrCallsOfTheirOwn) {
  RotateRequest request = a_request(2);
  request.positions = {4, 5, 9, 10, 11, 12};
  Description offsets = everything();
  offsets.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
  offsets.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  EXPECT_EQ(words(arrangements(offsets, request).front()), "bshd, a call for each run, parametric");
  EXPECT_EQ(runs_of(request), (std::vector<std::int64_t>{2, 1, 3}));

  offsets.position_kinds |= ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_BATCH_OFFSET);
  const Arrangement rows = arrangements(offsets, request).front();
  EXPECT_EQ(rows.positions, PositionsAs::row_each);
  const CallPlan by_row = plan(offsets, request, rows);
  EXPECT_EQ(by_row.call.q_in.shape, (std::array<std::int64_t, 4>{6, 1, 2, 80}));
  EXPECT_EQ(numbers<std::int64_t>(by_row.position_data), request.positions);

  offsets.layouts = ROPE_LAYOUT_BIT(ROPE_THD);
  const Arrangement sequences = arrangements(offsets, request).front();
  EXPECT_EQ(sequences.positions, PositionsAs::sequence_each);
  const CallPlan packed = plan(offsets, request, sequences);
  EXPECT_EQ(packed.call.q_in.shape, (std::array<std::int64_t, 4>{1, 6, 2, 80}));
  EXPECT_EQ(numbers<std::int32_t>(packed.cu_seqlens), (std::vector<std::int32_t>{0, 2, 3, 6}));
  EXPECT_EQ(numbers<std::int64_t>(packed.start_positions), (std::vector<std::int64_t>{4, 9, 10}));
}

TEST(CallPlan, RowsThatShareTheirMemoryStayRows) {
  RotateRequest request = a_request(2);
  request.positions = {4, 5, 6, 8, 9, 10};
  request.arrangement.strides = Strides::broadcast;
  for (const Arrangement& one : arrangements(everything(), request)) {
    EXPECT_NE(one.layout, Layout::thd);
    EXPECT_TRUE(one.positions == PositionsAs::token_int64 || one.positions == PositionsAs::batch_offset) << words(one);
  }
}

TEST(CallPlan, OneCallIsNotMadeOfSeveral) {
  RotateRequest request = a_request(2);
  request.positions = {4, 5, 9, 10, 11, 12};
  Description offsets = everything();
  offsets.layouts = ROPE_LAYOUT_BIT(ROPE_BSHD);
  offsets.position_kinds = ROPE_POSITION_KIND_BIT(ROPE_POSITIONS_OFFSET);
  EXPECT_EQ(arrangements(offsets, request).front().positions, PositionsAs::call_each);
  request.arrangement.one_call = true;
  EXPECT_EQ(refusal(offsets, request), "x takes no position for each token, and these are not consecutive");
}

TEST(CallPlan, PackedTokensHaveNoOffsetByRow) {
  RotateRequest request = a_request();
  request.arrangement.layout = Layout::thd;
  request.arrangement.positions = PositionsAs::batch_offset;
  EXPECT_EQ(std::get<std::string>(plan_of(everything(), request, arrangements(everything(), request).front(), 64)),
            "packed tokens have no offset by row");
}

TEST(ClaimedArrangements, FrequenciesComeInTheWidestTypeFirst) {
  RotateRequest request = a_request();
  request.dtype = DType::bf16;
  request.arrangement.source = AngleSource::inv_freq;
  const auto all = arrangements(everything(), request);
  EXPECT_EQ(all[0].form.dtype, DType::f64);
  EXPECT_EQ(all[1].form.dtype, DType::f32);
  EXPECT_EQ(all[2].form.dtype, DType::bf16);
}

TEST(CallPlan, AQueryIsToldThatOutputsReplaceInputs) {
  RotateRequest request = a_request();
  EXPECT_FALSE(plan(everything(), request, arrangements(everything(), request).front()).call.in_place);
  Description only = everything();
  only.flags |= ROPE_FLAG_IN_PLACE_ONLY;
  EXPECT_TRUE(plan(only, request, arrangements(only, request).front()).call.in_place);
}

TEST(CallPlan, TablesContainTheAttentionFactorAndTheOthersDoNot) {
  RotateRequest request = a_request();
  for (const AngleSource source : {AngleSource::inv_freq, AngleSource::angles, AngleSource::tables}) {
    request.arrangement.source = source;
    const CallPlan made = plan(everything(), request, arrangements(everything(), request).front());
    const bool tables = source == AngleSource::tables;
    EXPECT_EQ(made.spec.attention_factor, tables ? 1 : 1.25);
    EXPECT_EQ(made.supplied->spec.attention_factor, tables ? 1.25 : 1);
    EXPECT_EQ(made.spec.first.rows, source == AngleSource::inv_freq ? 1 : 100);
    EXPECT_EQ(made.spec.first.columns, 16);
    EXPECT_EQ(made.spec.second.dtype, tables ? ROPE_F32 : 0u);
  }
}

TEST(CallPlan, TooManyRowsAndNegativePositionsHaveNoTable) {
  RotateRequest request = a_request();
  request.arrangement.source = AngleSource::tables;
  request.max_position = std::int64_t{1} << 24;
  const Arrangement first = arrangements(everything(), request).front();
  EXPECT_THAT(std::get<std::string>(plan_of(everything(), request, first, 64)),
              HasSubstr("2048 MiB; the suite gives at most 256"));
  request.max_position = 100;
  request.positions = {-1, 0, 1};
  EXPECT_THAT(std::get<std::string>(plan_of(everything(), request, first, 64)), HasSubstr("no row for position -1"));
}

TEST(ChoosePositions, StridedSharedAndByRow) {
  RotateRequest request = a_request(2);
  const auto chosen = [&](PositionsAs as) {
    return std::get<PositionChoice>(choose_positions(everything(), request, as));
  };
  const PositionChoice strided = chosen(PositionsAs::token_strided);
  EXPECT_EQ(strided.wire.token_stride, 3);
  EXPECT_EQ(strided.wire.batch_stride, 9);
  EXPECT_EQ(numbers<std::int64_t>(strided.data).size(), 18u);
  for (int row = 0; row < 2; ++row) {
    for (int token = 0; token < 3; ++token) {
      EXPECT_EQ(numbers<std::int64_t>(strided.data)[static_cast<std::size_t>(9 * row + 3 * token)], 4 + token);
    }
  }
  const PositionChoice shared = chosen(PositionsAs::token_shared);
  EXPECT_EQ(shared.wire.batch_stride, 0);
  EXPECT_EQ(numbers<std::int64_t>(shared.data), (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(numbers<std::int64_t>(chosen(PositionsAs::batch_offset).data), (std::vector<std::int64_t>{4, 4}));
  EXPECT_EQ(numbers<std::int32_t>(chosen(PositionsAs::batch_offset_i32).data), (std::vector<std::int32_t>{4, 4}));
  EXPECT_EQ(chosen(PositionsAs::offset).wire.offset, 4);
  request.positions = {4, 5, 6, 8, 9, 10};
  EXPECT_EQ(numbers<std::int64_t>(chosen(PositionsAs::batch_offset).data), (std::vector<std::int64_t>{4, 8}));
  for (const PositionsAs as : {PositionsAs::offset, PositionsAs::token_shared}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(choose_positions(everything(), request, as)));
  }
}

TEST(ChoosePositions, RowsThatAgreeOnEachAxisShareTheirPositions) {
  RotateRequest request = a_request();
  request.batch = 2;
  request.pair_axis.assign(static_cast<std::size_t>(request.spec.pairs()), 0);
  request.pair_axis.back() = 1;
  request.positions = {4, 5, 6, 4, 5, 6, 70, 7, 900, 70, 7, 900};  // [axis][row][token]
  const auto choice = std::get<PositionChoice>(choose_positions(everything(), request, PositionsAs::token_shared));
  EXPECT_EQ(choice.wire.kind, ROPE_POSITIONS_AXES);
  EXPECT_EQ(choice.wire.batch_stride, 0);
  EXPECT_EQ(choice.wire.axis_stride, 3);
  EXPECT_EQ(numbers<std::int64_t>(choice.data), (std::vector<std::int64_t>{4, 5, 6, 70, 7, 900}));
  const auto strided = std::get<PositionChoice>(choose_positions(everything(), request, PositionsAs::token_strided));
  EXPECT_EQ(strided.wire.axis_stride, 18);
  EXPECT_EQ(strided.wire.batch_stride, 9);
  EXPECT_EQ(numbers<std::int64_t>(strided.data)[18 + 9 + 6], 900);
  request.positions[9] = 71;
  EXPECT_TRUE(std::holds_alternative<std::string>(choose_positions(everything(), request, PositionsAs::token_shared)));
}

}  // namespace
}  // namespace rope::conformance
