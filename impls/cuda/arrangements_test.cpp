// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA plug-in has the bits of device-arithmetic, however a call is arranged: on a device that is the host (label
// unit), and on a GPU (label gpu) where there is one.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "impls/cuda/testing/on_both.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::cuda {
namespace {

using impls::Matrix;
using impls::TableForm;
using impls::Tables;

TEST_F(CudaPlugin, DtypesPairingsAndDirectionsInPlaceAndNot) {
  for (const rope_dtype dtype : dtypes) {
    for (const rope_pairing from : pairings) {
      for (const rope_pairing to : pairings) {
        for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
          for (const bool in_place : {false, true}) {
            Asked asked;
            asked.dtype = dtype;
            asked.spec.pairing_in = from;
            asked.spec.pairing_out = to;
            asked.direction = direction;
            asked.in_place = in_place;
            expect_same(asked, "dtype " + std::to_string(dtype) + " pairings " + std::to_string(from) +
                                   std::to_string(to) + " direction " + std::to_string(direction) +
                                   (in_place ? " in place" : ""));
          }
        }
      }
    }
  }
}

/// Sizes around what 16 bytes hold: some fit, some do not, and a head is rotated in part.
TEST_F(CudaPlugin, HeadSizesAndPartsOfHeads) {
  struct Size {
    std::uint32_t head, rotary, offset;
  };
  for (const Size size : {Size{128, 128, 0}, Size{64, 32, 16}, Size{80, 32, 0}, Size{24, 8, 8}, Size{20, 6, 3},
                          Size{2, 2, 0}, Size{256, 192, 64}, Size{96, 94, 1}, Size{1056, 1024, 32}}) {
    for (const rope_dtype dtype : dtypes) {
      for (const rope_pairing to : pairings) {
        for (const bool in_place : {false, true}) {
          Asked asked;
          asked.dtype = dtype;
          asked.spec.head_dim = size.head;
          asked.spec.rotary_dim = size.rotary;
          asked.spec.dim_offset = size.offset;
          asked.spec.pairing_out = to;
          asked.in_place = in_place;
          asked.q_shape[3] = asked.k_shape[3] = size.head;
          expect_same(asked, "head_dim " + std::to_string(size.head) + " dtype " + std::to_string(dtype) +
                                 " pairing_out " + std::to_string(to) + (in_place ? " in place" : ""));
        }
      }
    }
  }
}

/// One head, more heads than a block has rows, more k heads than q heads, and q alone; one token and many.
TEST_F(CudaPlugin, NumbersOfHeadsAndTokens) {
  for (const auto& [q_heads, k_heads] : {std::pair{1, 1}, {70, 9}, {3, 40}, {300, 1}}) {
    for (const std::int64_t tokens : {1, 3, 200}) {
      for (const rope_pairing to : pairings) {
        Asked asked;
        std::vector<std::int64_t> at;
        for (std::int64_t s = 0; s < tokens; ++s) at.push_back(1000 - 7 * s);
        asked.positions = token_positions(at);
        asked.q_shape = {1, tokens, q_heads, 32};
        asked.k_shape = {1, tokens, k_heads, 32};
        asked.spec.head_dim = asked.spec.rotary_dim = 32;
        asked.spec.pairing_out = to;
        asked.in_place = true;
        const std::string what = std::to_string(q_heads) + " heads, " + std::to_string(tokens) + " tokens";
        expect_same(asked, what);
        asked.with_k = false;
        asked.in_place = false;
        expect_same(asked, what + ", q alone");
      }
    }
  }
}

TEST_F(CudaPlugin, StridesOfEveryKind) {
  // {2, 7, 3, 16} for q and the first two heads of it for k.
  struct Case {
    const char* what;
    Tensor::Index in, out;
  };
  const Tensor::Index none{};
  for (const Case& one :
       {Case{"bhsd", {7 * 48, 16, 7 * 16, 1}, {7 * 48, 16, 7 * 16, 1}}, Case{"sbhd", {48, 96, 16, 1}, none},
        Case{"gaps of 16 bytes and more", {7 * 96, 96, 32, 1}, {7 * 72, 72, 24, 1}},
        Case{"gaps that are not", {7 * 60, 60, 19, 1}, {7 * 57, 57, 17, 1}},
        Case{"elements apart", {672, 96, 32, 2}, none}, Case{"outputs apart", none, {1008, 144, 48, 3}},
        Case{"tokens in reverse", {336, -48, 16, 1}, none}, Case{"elements in reverse", {336, 48, 16, -1}, none},
        Case{"one row for all", {0, 48, 16, 1}, none}, Case{"one head for all", {336, 48, 0, 1}, none}}) {
    for (const rope_dtype dtype : dtypes) {
      Asked asked;
      asked.dtype = dtype;
      asked.in_strides = one.in;
      asked.out_strides = one.out;
      asked.k_shape = {2, 7, 2, 16};
      expect_same(asked, std::string(one.what) + ", dtype " + std::to_string(dtype));
    }
  }
}

TEST_F(CudaPlugin, PositionsOfEveryKind) {
  const std::vector<std::int64_t> wide{5, 1000000, -3, 70, 71, 72, 8, 100000, 131071, -131072, 0, 1, 2, 3};
  const std::vector<std::int32_t> narrow(wide.begin(), wide.end());
  rope_positions p = token_positions(wide);
  p.batch_stride = 7;
  std::vector<std::pair<const char*, rope_positions>> kinds{{"int64", p}};
  p.data = narrow.data();
  p.dtype = ROPE_I32;
  kinds.emplace_back("int32", p);
  p.data = narrow.data() + 6;
  p.token_stride = -1;
  p.batch_stride = 0;
  kinds.emplace_back("in reverse", p);
  p.kind = ROPE_POSITIONS_BATCH_OFFSET;
  p.batch_stride = p.token_stride = 99;  // not used
  kinds.emplace_back("an offset for each row", p);
  p = rope_positions{};
  p.struct_size = sizeof(p);
  p.kind = ROPE_POSITIONS_OFFSET;
  p.offset = -4;
  kinds.emplace_back("an offset", p);
  const std::vector<std::uint32_t> pair_axis{0, 1, 1, 0, 1, 0, 0, 1};
  p = token_positions(wide);
  p.kind = ROPE_POSITIONS_AXES;
  p.axes = 2;
  p.pair_axis = pair_axis.data();
  p.axis_stride = 7;
  kinds.emplace_back("two axes", p);
  for (const auto& [what, positions] : kinds) {
    Asked asked;
    asked.spec.max_position = 1 << 20;
    asked.positions = positions;
    expect_same(asked, what);
    asked.dtype = ROPE_F32;
    asked.spec.pairing_in = ROPE_INTERLEAVED;
    expect_same(asked, what);
  }
}

TEST_F(CudaPlugin, PackedSequences) {
  Asked asked;
  asked.q_shape = {1, 12, 3, 16};
  asked.k_shape = {1, 12, 1, 16};
  asked.positions = rope_positions{};
  asked.positions.struct_size = sizeof(rope_positions);
  asked.positions.kind = ROPE_POSITIONS_OFFSET;
  asked.positions.offset = 100;
  asked.cu_seqlens = {0, 0, 5, 5, 5, 6, 12, 12};  // some are empty
  expect_same(asked, "without starts");
  asked.start_positions = {9, 1000, -7, 8, 31, 0, 4};
  expect_same(asked, "with starts");
}

/// Both halves of a full-width table differ.
Tables tables_of(TableForm form, std::int64_t rows, std::int64_t pairs) {
  const auto angle = [](std::int64_t position, std::int64_t column) {
    return static_cast<double>(5 * position + 3 * column) + 0.1;
  };
  return Tables(
      form, rows, pairs, [&](std::int64_t p, std::int64_t c) { return std::cos(angle(p, c)); },
      [&](std::int64_t p, std::int64_t c) { return std::sin(angle(p, c)); });
}

TEST_F(CudaPlugin, SuppliedFrequenciesAnglesAndTables) {
  const std::int64_t pairs = 8, rows = 8192 + 1;
  const std::vector<std::int64_t> at{0, 1, 2, 257, 1023, 8192, 77};
  for (const rope_dtype given : {ROPE_F32, ROPE_F64, ROPE_F16, ROPE_BF16}) {
    Matrix frequencies(given, 1, pairs, 3), angles(given, rows, pairs, 2);
    for (std::int64_t i = 0; i < pairs; ++i) {
      const double frequency = std::pow(1.7, static_cast<double>(2 - i)) * (i == 3 ? -1 : 1);
      frequencies.set(0, i, frequency);
      for (std::int64_t p = 0; p < rows; ++p) angles.set(p, i, static_cast<double>(p) * frequency);
    }
    const std::string what = " in dtype " + std::to_string(given);
    Asked asked;
    asked.dtype = ROPE_F32;
    asked.positions = token_positions(at);
    asked.spec.attention_factor = 1.25;
    const rope_spec plain = asked.spec;
    asked.spec = with_matrix(plain, ROPE_SOURCE_INV_FREQ, frequencies);
    expect_same(asked, "inv_freq" + what);
    asked.spec = with_matrix(plain, ROPE_SOURCE_ANGLES, angles);
    expect_same(asked, "angles" + what);
    for (const bool joined : {false, true}) {
      for (const bool full_width : {false, true}) {
        for (const rope_pairing pairing : pairings) {
          const Tables tables = tables_of(TableForm{given, joined, full_width}, rows, pairs);
          asked.spec = tables.in(usual_spec(pairing));
          for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
            asked.direction = direction;
            expect_same(asked, std::string(joined ? "joined " : "split ") + (full_width ? "full" : "half") + what);
          }
          asked.direction = ROPE_FORWARD;
        }
      }
    }
  }
}

TEST_F(CudaPlugin, FamiliesAndFactors) {
  for (const rope_dtype dtype : dtypes) {
    Asked asked;
    asked.dtype = dtype;
    asked.spec.attention_factor = 1.4177;
    asked.spec.query_scale = -0.3;
    expect_same(asked, "attention factor and query scale");
    impls::scale_as_llama3(asked.spec);
    expect_same(asked, "llama3");
    impls::scale_as_dynamic_ntk(asked.spec);
    expect_same(asked, "dynamic NTK");
    rope_parametric& p = asked.spec.angles.parametric;
    p.family = ROPE_FAMILY_LINEAR;
    p.factor = 2.7;
    expect_same(asked, "linear");
    p.family = ROPE_FAMILY_PROPORTIONAL;
    p.proportion = 0.5;
    expect_same(asked, "proportional");
    p.family = ROPE_FAMILY_YARN;
    p.beta_fast = 32;
    p.beta_slow = 1;
    p.original_max_position = 4096;
    p.correction_not_truncated = 1;
    expect_same(asked, "YaRN");
    const std::vector<double> factors(asked.spec.rotary_dim / 2, 3.25);
    p.family = ROPE_FAMILY_LONGROPE;
    p.short_factor = p.long_factor = factors.data();
    p.sequence_length = 8192;
    expect_same(asked, "LongRoPE");
  }
}

/// They are the caller's, and valid during prepare only.
TEST_F(CudaPlugin, ListsOfLongRopeAreReadByPrepareAlone) {
  const std::vector<std::int64_t> positions{0, 1, 5, 60, 700, 4000, 9};
  Asked asked;
  asked.positions = impls::token_positions(positions);
  std::vector<double> factors(asked.spec.rotary_dim / 2, 3.25);
  rope_parametric& p = asked.spec.angles.parametric;
  p.family = ROPE_FAMILY_LONGROPE;
  p.short_factor = p.long_factor = factors.data();
  p.original_max_position = p.sequence_length = 4096;
  Made got(asked);
  const Tensor expected = impls::rotated(host, asked.spec, got.q, positions);
  const MirroredCall call(plugin, got.call);
  Prepared prepared(plugin, asked.spec);
  std::fill(factors.begin(), factors.end(), std::numeric_limits<double>::quiet_NaN());
  ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(call.fetch());
  EXPECT_TRUE(got.q_out.same_elements(expected));
}

}  // namespace
}  // namespace rope::cuda
