// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A row of a batch as a call of its own: each of its memories begins where the row does.
#include "conformance/driving/row_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;

protocol::WireTensor tensor(std::uint64_t memory, std::int64_t row_stride) {
  protocol::WireTensor out;
  out.place = {memory, 4096};
  out.dtype = ROPE_BF16;
  out.shape = {4, 3, 2, 8};
  out.strides = {row_stride, 16, 8, 1};
  return out;
}

protocol::WireCall batch() {
  protocol::WireCall call;
  call.q_in = tensor(1, 48);
  call.q_out = tensor(2, 64);
  call.k_in = tensor(3, -48);
  call.k_out = tensor(4, 48);
  call.positions.kind = ROPE_POSITIONS_TOKEN;
  call.positions.dtype = ROPE_I32;
  call.positions.place = {5, 4096};
  call.positions.batch_stride = 3;
  call.positions.token_stride = 1;
  call.workspace = {6, 4352};
  call.workspace_bytes = 300;
  return call;
}

TEST(RowCall, EveryMemoryBeginsAtTheRow) {
  const protocol::WireCall row = row_of(batch(), 2);
  EXPECT_EQ(row.q_in.place, (protocol::Place{1, 4096 + 2 * 48 * 2}));
  EXPECT_EQ(row.q_out.place, (protocol::Place{2, 4096 + 2 * 64 * 2}));
  EXPECT_EQ(row.k_in->place, (protocol::Place{3, 4096 - 2 * 48 * 2})) << "backwards through memory";
  EXPECT_EQ(row.k_out->place, (protocol::Place{4, 4096 + 2 * 48 * 2}));
  EXPECT_EQ(row.positions.place, (protocol::Place{5, 4096 + 2 * 3 * 4}));
  EXPECT_EQ(row.workspace, (protocol::Place{6, 4352 + 2 * 512})) << "no two share a part, each is aligned to 256";
  EXPECT_EQ(row.workspace_bytes, 300U);
  for (const protocol::WireTensor* one : {&row.q_in, &row.q_out, &*row.k_in, &*row.k_out}) {
    EXPECT_EQ(one->shape, (std::array<std::int64_t, 4>{1, 3, 2, 8}));
  }
}

TEST(RowCall, OfSbhdHasTheStridesOfABatchOfOne) {
  protocol::WireCall call = batch();
  call.q_in.layout = ROPE_SBHD;
  EXPECT_EQ(row_of(call, 1).q_in.strides, (std::array<std::int64_t, 4>{16, 16, 8, 1}));
  EXPECT_EQ(row_of(call, 1).q_in.place, (protocol::Place{1, 4096 + 48 * 2}));
}

TEST(RowCall, AQueryHasNoPlaces) {
  protocol::WireCall call = batch();
  call.q_in.place = {};
  EXPECT_EQ(row_of(call, 3).q_in.place, protocol::Place{});
}

TEST(RowCall, WhatHasNoRowsSaysSo) {
  EXPECT_EQ(why_no_rows(batch(), false, 0), std::nullopt);
  EXPECT_EQ(why_no_rows(batch(), false, 4), std::nullopt);
  EXPECT_THAT(why_no_rows(batch(), false, 8).value_or(""), HasSubstr("multiples of 8 bytes")) << "positions";
  EXPECT_THAT(why_no_rows(batch(), true, 0).value_or(""), HasSubstr("one call"));
  protocol::WireCall packed = batch();
  packed.q_in.layout = ROPE_THD;
  EXPECT_THAT(why_no_rows(packed, false, 0).value_or(""), HasSubstr("packed"));
  protocol::WireCall many = batch();
  many.q_in.shape[0] = 33;
  EXPECT_THAT(why_no_rows(many, false, 0).value_or(""), HasSubstr("too many"));
}

}  // namespace
}  // namespace rope::conformance
