// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What of a spec travels: each family's numbers, and a reason for what does not travel.
#include "conformance/driving/wire_request.hpp"

#include <gtest/gtest.h>

#include "conformance/driving/description.hpp"

namespace rope::conformance {
namespace {

RotateRequest request_for(const Family& family) {
  RotateRequest request;
  request.spec.head_dim = 80;
  request.spec.rotary_dim = 32;
  request.spec.dim_offset = 16;
  request.spec.theta = 10000;
  request.spec.family = family;
  request.spec.attention_factor = 1.25;
  request.spec.max_position = 2048;
  request.max_position = 131072;
  request.pairing = Pairing::interleaved;
  return request;
}

protocol::WireSpec expected_for(rope_family family) {
  protocol::WireSpec wire;
  wire.head_dim = 80;
  wire.rotary_dim = 32;
  wire.dim_offset = 16;
  wire.pairing_in = wire.pairing_out = ROPE_INTERLEAVED;
  wire.attention_factor = 1.25;
  wire.max_position = 131072;
  wire.family = family;
  wire.base = 10000;
  return wire;
}

TEST(WireSpec, HasTheNumbersOfItsFamilyAndNoOthers) {
  EXPECT_EQ(wire_spec(request_for(DefaultFamily{})), expected_for(ROPE_FAMILY_DEFAULT));

  protocol::WireSpec llama3 = expected_for(ROPE_FAMILY_LLAMA3);
  llama3.factor = 8;
  llama3.low_freq_factor = 1;
  llama3.high_freq_factor = 4;
  llama3.original_max_position = 8192;
  EXPECT_EQ(wire_spec(request_for(Llama3Family{8, 1, 4, 8192})), llama3);

  protocol::WireSpec dynamic = expected_for(ROPE_FAMILY_DYNAMIC_NTK);
  dynamic.factor = 2.5;
  dynamic.original_max_position = 4096;
  dynamic.sequence_length = 10240;
  EXPECT_EQ(wire_spec(request_for(DynamicNtkFamily{2.5, 4096, 10240})), dynamic);
}

TEST(NotClaimed, NamesThePart) {
  Description description;
  description.name = "x";
  description.dtypes = description.pairings = description.directions = description.sources = description.layouts =
      description.flags = ~std::uint64_t{0};
  description.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT);
  EXPECT_EQ(not_claimed(description, request_for(DefaultFamily{})).value_or("claimed"), "claimed");
  description.flags &= ~ROPE_FLAG_PARTIAL;
  EXPECT_EQ(not_claimed(description, request_for(DefaultFamily{})).value_or("claimed"),
            "x does not claim rotary_dim 32 < head_dim 80");
}

}  // namespace
}  // namespace rope::conformance
