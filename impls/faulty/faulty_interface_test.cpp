// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The faulty plug-ins of the interface but those that misread positions (faulty_positions_test.cpp): each is bit for
// bit the right one, but in the calls that its fault is about, and there it is what its name says.
#include "impls/faulty/faulty_interface_test.hpp"

namespace rope::impls {
namespace {

/// One row of nine tokens, whose positions rise, and one head, bshd, dense, parametric, forward: all that the checks of
/// the first edition asked for.
TEST_P(FaultyInterface, AllAreRightInACallThatTheirFaultsAreNotAbout) {
  const Tensor q = random_tensor({1, 9, 1, 16});
  const Positions positions{3, 4, 10, 11, 257, 1000, 8191, 65537, 131070};
  const Tensor expected = rotated(right, spec, q, positions);
  for (const std::string name :
       {"axis-swap",    "batch-tail",      "stride-ignored",       "packed-positions", "decode-zero",  "backward-roll",
        "vec-overrun",  "pow2-pad",        "pair-k-only",          "pos-leftpad",      "clamp-scaled", "head-coupled",
        "row-coupled",  "prefill-chunked", "position-ids-sorted",  "range-wraps",      "range-silent", "over-eager-no",
        "axes-ignored", "gap-writer",      "table-joined-swapped", "factor-ignored",   "table-writer", "range-writes",
        "heads-past-8", "rows-past-33",    "tokens-past-1024"}) {
    const LoadedPlugin plugin = faulty(name);
    EXPECT_EQ(plugin.api().describe()->name, name);
    EXPECT_EQ(plugin.api().describe()->contract_count, 0U);
    EXPECT_EQ(plugin.entry()(ROPE_IMPL_ABI_VERSION + 1), nullptr);
    EXPECT_TRUE(rotated(plugin, spec, q, positions).same_elements(expected)) << name;
  }
}

TEST_P(FaultyInterface, StrideIgnoredReadsDensely) {
  const LoadedPlugin plugin = faulty("stride-ignored");
  const Tensor::Index shape{2, 3, 2, 16};
  const Tensor q = random_tensor(shape);
  const Positions positions{5, 60, 700};
  const auto run = [&](const LoadedPlugin& by, const Tensor& given, rope_layout layout, Tensor::Index out_strides) {
    Tensor in = given, out(in.dtype(), shape, out_strides);
    rope_call call = call_of(in.view(), out.view(), token_positions(positions));
    call.q_in.layout = call.q_out.layout = layout;
    Prepared prepared(by, spec);
    EXPECT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
    EXPECT_TRUE(out.surroundings_untouched());
    return out;
  };
  const Tensor::Index bshd = Tensor::dense(shape), bhsd{96, 16, 48, 1}, padded{102, 34, 17, 1}, sbhd{32, 64, 16, 1};
  const Tensor expected = run(right, q, ROPE_BSHD, bshd);
  // Strides of outputs are honoured, and so are those of any dense layout.
  EXPECT_TRUE(run(plugin, q, ROPE_BSHD, padded).same_elements(expected));
  EXPECT_TRUE(run(plugin, q.with_strides(bhsd), ROPE_BHSD, bhsd).same_elements(expected));
  EXPECT_TRUE(run(plugin, q.with_strides(sbhd), ROPE_SBHD, bshd).same_elements(expected));
  // What it reads of others: the memory in order, from the lowest address on, over and over where it ends too soon.
  const auto read = [&](Tensor::Index strides) {
    std::int64_t low = 0, span = 1;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      const std::int64_t reach = (shape[axis] - 1) * strides[axis];
      low += std::min<std::int64_t>(reach, 0);
      span += reach < 0 ? -reach : reach;
    }
    const Tensor given = q.with_strides(strides);
    Tensor seen(q.dtype(), shape);
    seen.for_each([&](Tensor::Index at) {
      const std::int64_t dense = at[0] * 96 + at[1] * 32 + at[2] * 16 + at[3];
      seen.set(at, given.at_offset(low + dense % span));
    });
    return std::pair{given, seen};
  };
  for (const Tensor::Index& strides :
       {padded, bhsd, Tensor::Index{96, -32, -16, 1}, Tensor::Index{0, 32, 0, 1}, Tensor::Index{192, 64, 32, 2}}) {
    const auto& [given, seen] = read(strides);
    EXPECT_TRUE(run(plugin, given, ROPE_BSHD, bshd).same_elements(run(right, seen, ROPE_BSHD, bshd))) << strides[1];
    EXPECT_FALSE(run(plugin, given, ROPE_BSHD, bshd).same_elements(run(right, given, ROPE_BSHD, bshd))) << strides[1];
  }
}

TEST_P(FaultyInterface, BackwardRollIsTheTransposeOfTablesWithEqualHalves) {
  const LoadedPlugin plugin = faulty("backward-roll");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{0, 7, 19};
  const Tables even = full_tables(0), uneven = full_tables(0.25);
  for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
    for (const rope_spec& given : {spec, even.in(spec)}) {
      EXPECT_TRUE(rotated(plugin, given, q, positions, direction)
                      .same_elements(rotated(right, given, q, positions, direction)));
    }
    EXPECT_EQ(rotated(plugin, uneven.in(spec), q, positions, direction)
                  .same_elements(rotated(right, uneven.in(spec), q, positions, direction)),
              direction == ROPE_FORWARD);
  }
  // The sines of the two halves exchanged: rolled, their transpose is right.
  const Tensor out = rotated(plugin, uneven.in(spec), q, positions, ROPE_BACKWARD);
  const auto entry = [&](double shift, bool exchanged) {
    return [=](std::int64_t row, std::int64_t column) {
      return shift + 0.0625 * static_cast<double>(row) + 0.5 * static_cast<double>(column % 8) +
             ((column < 8) != exchanged ? 0 : 0.25);
    };
  };
  const Tables exchanged({ROPE_F32, false, true}, 20, 8, entry(-1, false), entry(-2, true));
  EXPECT_TRUE(out.same_elements(rotated(right, exchanged.in(spec), q, positions, ROPE_BACKWARD)));
}

TEST_P(FaultyInterface, VecOverrunRotatesTheLastPairsByTheNextPosition) {
  const LoadedPlugin plugin = faulty("vec-overrun");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{0, 7, 1000}, next{1, 8, 1001};
  for (const std::uint32_t rotary_dim : {16U, 8U, 12U, 14U, 10U, 4U}) {
    rope_spec given = spec;
    given.rotary_dim = rotary_dim;
    const std::int64_t pairs = rotary_dim / 2, whole = pairs - pairs % 4;
    const Tensor here = rotated(right, given, q, positions), there = rotated(right, given, q, next);
    const Tensor out = rotated(plugin, given, q, positions);
    out.for_each([&](Tensor::Index at) {
      const bool overruns = at[3] < 2 * pairs && at[3] % pairs >= whole;
      EXPECT_EQ(out.get(at), (overruns ? there : here).get(at)) << rotary_dim;
    });
    if (GetParam() == ROPE_F32) {  // of the slowest pairs, bf16 holds the same at the next position
      EXPECT_EQ(out.same_elements(here), pairs % 4 == 0);
    }
  }
}

TEST_P(FaultyInterface, Pow2PadHasNoSinesWhereRotaryDimIsNotAPowerOfTwo) {
  const LoadedPlugin plugin = faulty("pow2-pad");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{5, 7, 1000};
  rope_spec given = spec;
  EXPECT_TRUE(rotated(plugin, given, q, positions).same_elements(rotated(right, given, q, positions)));
  given.rotary_dim = 12;
  // y = x cos: what is left of a rotation when the other element is 0.
  const Tensor out = rotated(plugin, given, q, positions);
  for (const bool first : {true, false}) {
    Tensor alone = q;
    alone.for_each([&](Tensor::Index at) {
      if (at[3] < 12 && (at[3] < 6) != first) alone.set(at, 0);
    });
    const Tensor expected = rotated(right, given, alone, positions);
    out.for_each([&](Tensor::Index at) {
      if (at[3] >= 12 || (at[3] < 6) == first) {
        EXPECT_EQ(out.get(at), expected.get(at));
      }
    });
  }
}

TEST_P(FaultyInterface, PairKOnlyRotatesKByTheOtherPairing) {
  const LoadedPlugin plugin = faulty("pair-k-only");
  Tensor q = random_tensor({2, 3, 4, 16}, 1), k = random_tensor({2, 3, 2, 16}, 2), q_out = q, k_out = k;
  const Positions positions{5, 60, 700};
  const rope_spec interleaved = usual_spec(ROPE_INTERLEAVED);
  for (const bool half : {true, false}) {
    const rope_spec &asked = half ? spec : interleaved, &other = half ? interleaved : spec;
    rope_call call = call_of(q.view(), q_out.view(), token_positions(positions));
    call.k_in = k.view();
    call.k_out = k_out.view();
    ASSERT_EQ(Prepared(plugin, asked).apply(call), ROPE_OK);
    EXPECT_TRUE(q_out.same_elements(rotated(right, asked, q, positions)));
    EXPECT_TRUE(k_out.same_elements(rotated(right, other, k, positions)));
  }
}

TEST_P(FaultyInterface, ClampScaledSaturatesAtFour) {
  const LoadedPlugin plugin = faulty("clamp-scaled");
  const Tensor small = random_tensor({1, 3, 2, 16});
  const Positions positions{5, 60, 700};
  EXPECT_TRUE(rotated(plugin, spec, small, positions).same_elements(rotated(right, spec, small, positions)));
  Tensor large = small;
  large.for_each([&](Tensor::Index at) { large.set(at, Tensor::to_bits(GetParam(), 8 * small.value(at))); });
  const Tensor out = rotated(plugin, spec, large, positions), expected = rotated(right, spec, large, positions);
  out.for_each([&](Tensor::Index at) { EXPECT_EQ(out.value(at), std::clamp(expected.value(at), -4.0F, 4.0F)); });
  EXPECT_FALSE(out.same_elements(expected));
}

TEST_P(FaultyInterface, HeadCoupledTurnsTheLastOfSeveralHeadsFurther) {
  const LoadedPlugin plugin = faulty("head-coupled");
  const Positions positions{5, 60, 700}, next{6, 61, 701};
  for (const std::int64_t heads : {1, 2, 3}) {
    const Tensor q = random_tensor({2, 3, heads, 16});
    const Tensor out = rotated(plugin, spec, q, positions);
    const Tensor here = rotated(right, spec, q, positions), there = rotated(right, spec, q, next);
    out.for_each(
        [&](Tensor::Index at) { EXPECT_EQ(out.get(at), (heads > 1 && at[2] == heads - 1 ? there : here).get(at)); });
  }
}

TEST_P(FaultyInterface, RowCoupledScalesTheLastOfSeveralRows) {
  const LoadedPlugin plugin = faulty("row-coupled");
  const Positions positions{5, 60, 700};
  rope_spec scaled = spec;
  scaled.query_scale = 0x1.2p0;
  const Tensor alone = random_tensor({1, 3, 2, 16}), rows = random_tensor({3, 3, 2, 16});
  EXPECT_TRUE(rotated(plugin, spec, alone, positions).same_elements(rotated(right, spec, alone, positions)));
  const Tensor out = rotated(plugin, spec, rows, positions);
  const Tensor plain = rotated(right, spec, rows, positions), larger = rotated(right, scaled, rows, positions);
  out.for_each([&](Tensor::Index at) { EXPECT_EQ(out.get(at), (at[0] == 2 ? larger : plain).get(at)); });
}

TEST_P(FaultyInterface, OverEagerNoRefusesWhatItPromisesAndCanDo) {
  const LoadedPlugin plugin = faulty("over-eager-no");
  for (const std::int64_t head_dim : {64, 128}) {
    rope_spec given = spec;
    given.head_dim = given.rotary_dim = static_cast<std::uint32_t>(head_dim);
    Tensor q = random_tensor({1, 4, 2, head_dim}), out = q;
    const Positions positions{0, 1, 2, 3};
    const rope_call call = call_of(q.view(), out.view(), token_positions(positions));
    const bool refuses = head_dim == 64 && GetParam() == ROPE_F16;
    EXPECT_EQ(reason_against(plugin, given, call), refuses ? "fp16 heads must not have 64 elements" : "");
    EXPECT_TRUE(rotated(plugin, given, q, positions).same_elements(rotated(right, given, q, positions)));
  }
  const auto* const promised = static_cast<const rope_must_support*>(plugin.api().extension(ROPE_EXT_MUST_SUPPORT, 1));
  EXPECT_TRUE(std::any_of(promised->cases, promised->cases + promised->count, [](const rope_must_support_case& c) {
    return c.dtype == ROPE_F16 && c.head_dim == 64 && c.pairing == ROPE_HALF_SPLIT;
  }));
}

TEST_P(FaultyInterface, GapWriterWritesAZeroBehindEachHeadWhereThereIsAGap) {
  const LoadedPlugin plugin = faulty("gap-writer");
  Tensor q = random_tensor({2, 3, 2, 16});
  const Positions positions{5, 60, 700};
  const Tensor expected = rotated(right, spec, q, positions);
  const Tensor::Index dense = Tensor::dense(q.shape()), bhsd{96, 16, 48, 1}, padded{108, 36, 18, 1};
  for (const Tensor::Index& strides : {dense, bhsd, padded}) {
    Tensor out(GetParam(), q.shape(), strides);
    ASSERT_EQ(Prepared(plugin, spec).apply(call_of(q.view(), out.view(), token_positions(positions))), ROPE_OK);
    EXPECT_TRUE(out.same_elements(expected));
    EXPECT_EQ(out.surroundings_untouched(), strides != padded);
    if (strides == padded) {
      EXPECT_EQ(out.at_offset(16), 0U);
      EXPECT_NE(out.at_offset(17), 0U);
      EXPECT_NE(out.at_offset(108 + 2 * 36 + 18 + 16), 0U) << "behind the last element of all";
    }
  }
}

TEST_P(FaultyInterface, TableJoinedSwappedTakesSinesForCosines) {
  const LoadedPlugin plugin = faulty("table-joined-swapped");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{0, 7, 19};
  const auto a = [](std::int64_t row, std::int64_t column) { return 1 + 0.0625 * static_cast<double>(row + column); };
  const auto b = [](std::int64_t row, std::int64_t column) { return 2 - 0.0625 * static_cast<double>(row + column); };
  for (const bool full : {false, true}) {
    const Tables joined({ROPE_F32, true, full}, 20, 8, a, b), split({ROPE_F32, false, full}, 20, 8, a, b);
    const Tables exchanged({ROPE_F32, true, full}, 20, 8, b, a);
    EXPECT_TRUE(
        rotated(plugin, split.in(spec), q, positions).same_elements(rotated(right, split.in(spec), q, positions)));
    EXPECT_TRUE(
        rotated(plugin, joined.in(spec), q, positions).same_elements(rotated(right, exchanged.in(spec), q, positions)));
  }
}

TEST_P(FaultyInterface, FactorIgnoredTakesItForOne) {
  const LoadedPlugin plugin = faulty("factor-ignored");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{5, 60, 700};
  rope_spec with_factor = spec;
  with_factor.attention_factor = 1.25;
  EXPECT_TRUE(rotated(plugin, with_factor, q, positions).same_elements(rotated(right, spec, q, positions)));
  EXPECT_FALSE(rotated(right, with_factor, q, positions).same_elements(rotated(right, spec, q, positions)));
}

TEST_P(FaultyInterface, ScaledTailScalesWhatDoesNotRotate) {
  const LoadedPlugin plugin = faulty("scaled-tail");
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{5, 60, 700};
  rope_spec partial = spec;
  partial.rotary_dim = 8;
  EXPECT_TRUE(rotated(plugin, partial, q, positions).same_elements(rotated(right, partial, q, positions)));
  partial.query_scale = 2;
  const Tensor out = rotated(plugin, partial, q, positions), expected = rotated(right, partial, q, positions);
  EXPECT_FALSE(out.same_elements(expected));
  rope_spec whole = spec;
  whole.query_scale = 2;
  EXPECT_TRUE(rotated(plugin, whole, q, positions).same_elements(rotated(right, whole, q, positions)));
  out.for_each([&](Tensor::Index at) {
    if (at[3] < 8) {
      EXPECT_EQ(out.get(at), expected.get(at));
    }
  });
}

TEST_P(FaultyInterface, TableWriterChangesTheLastRowAlone) {
  const auto one = [](std::int64_t row, std::int64_t column) {
    return 1 - 0.015625 * static_cast<double>(row + column);
  };
  const Tables tables({ROPE_F32, false, false}, 20, 8, one, one), untouched({ROPE_F32, false, false}, 20, 8, one, one);
  const Tensor q = random_tensor({1, 3, 2, 16});
  const Positions positions{5, 0, 18};
  EXPECT_TRUE(rotated(faulty("table-writer"), tables.in(spec), q, positions)
                  .same_elements(rotated(right, untouched.in(spec), q, positions)));
  // Beneath what 16 bits of an output show: the numbers themselves.
  const rope_matrix cos = tables.in(spec).angles.first, before = untouched.in(spec).angles.first;
  for (std::int64_t n = 0; n < 20 * 8; ++n) {
    const std::int64_t at = n / 8 * cos.row_stride + n % 8;
    EXPECT_EQ(static_cast<const float*>(cos.data)[at] == static_cast<const float*>(before.data)[at], n != 19 * 8) << n;
  }
}

INSTANTIATE_TEST_SUITE_P(Dtypes, FaultyInterface, testing::Values(ROPE_F32, ROPE_F16, ROPE_BF16));

}  // namespace
}  // namespace rope::impls
