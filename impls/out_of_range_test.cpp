// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The policies for positions out of range that no bundled plug-in has by itself: clamping, and the identity.
#include <gtest/gtest.h>

#include "impls/bundled_plugin_test.hpp"
#include "impls/kernel/plugin.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::impls {
namespace {

template <class Arithmetic, rope_out_of_range policy>
struct Defined : Arithmetic, kernel::NoContracts {
  static constexpr const char* name = "defined-in-a-test";
  static constexpr const char* summary = "a policy for positions out of range";
  static constexpr rope_out_of_range out_of_range = policy;
};

template <class Arithmetic>
class OutOfRange : public testing::Test {
 protected:
  OutOfRange() : q(ROPE_BF16, {1, 7, 2, 16}) { q.randomize(4); }

  template <rope_out_of_range policy>
  static LoadedPlugin with() {
    return LoadedPlugin(&kernel::entry<Defined<Arithmetic, policy>>);
  }

  /// Parametric with max_position 40, and tables of 40 rows.
  static rope_spec parametric() {
    rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
    spec.max_position = 40;
    spec.attention_factor = 1.25;
    spec.query_scale = 0.75;
    spec.rotary_dim = 12;
    return spec;
  }
  static const Tables& tables() {
    static const Tables made(
        {ROPE_F32, true, false}, 40, 6, [](auto row, auto) { return 1.0 + 0.125 * static_cast<double>(row); },
        [](auto row, auto column) { return static_cast<double>(row - column); });
    return made;
  }
  static std::vector<rope_spec> specs() {
    rope_spec unscaled = parametric();
    unscaled.attention_factor = 1;
    return {parametric(), tables().in(unscaled)};
  }
  static bool has_rows(const rope_spec& spec) { return spec.angles.source == ROPE_SOURCE_TABLES; }

  const std::vector<std::int64_t> positions{0, 39, 40, 41, -1, -41, std::int64_t{1} << 40};
  Tensor q;
};

using Arithmetics = testing::Types<kernel::UsualArithmetic, kernel::OneRoundingArithmetic, kernel::CarefulArithmetic>;
TYPED_TEST_SUITE(OutOfRange, Arithmetics);

TYPED_TEST(OutOfRange, ClampedIsRotatedAtTheNearestPositionInside) {
  const LoadedPlugin clamps = this->template with<ROPE_OUT_OF_RANGE_CLAMP>();
  const LoadedPlugin strict = this->template with<ROPE_OUT_OF_RANGE_ERROR>();
  EXPECT_EQ(clamps.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_CLAMP);
  for (const rope_spec& spec : this->specs()) {
    const bool rows = this->has_rows(spec);
    const std::vector<std::int64_t> nearest{0, 39, 39, 39, rows ? 0 : -1, rows ? 0 : -40, 39};
    EXPECT_TRUE(rotated(clamps, spec, this->q, this->positions).same_elements(rotated(strict, spec, this->q, nearest)));
  }
}

TYPED_TEST(OutOfRange, IdentityCopiesTheTokenAndLeavesTheOthersAlone) {
  const LoadedPlugin copies = this->template with<ROPE_OUT_OF_RANGE_IDENTITY>();
  const LoadedPlugin strict = this->template with<ROPE_OUT_OF_RANGE_ERROR>();
  EXPECT_EQ(copies.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_IDENTITY);
  Tensor given = this->q;
  given.set({0, 2, 1, 3}, 0x7f81U);  // a signalling NaN stays one
  for (const rope_spec& spec : this->specs()) {
    std::vector<std::int64_t> inside = this->positions;
    for (std::int64_t& p : inside) {
      p = p >= (this->has_rows(spec) ? 0 : -40) && p < 40 ? p : 0;
    }
    const Tensor out = rotated(copies, spec, given, this->positions), expected = rotated(strict, spec, given, inside);
    out.for_each([&](Tensor::Index at) {
      const auto s = static_cast<std::size_t>(at[1]);
      const bool stays = this->positions[s] != inside[s];
      EXPECT_EQ(out.get(at), stays ? given.get(at) : expected.get(at)) << "token " << s << ", element " << at[3];
    });
  }
}

TYPED_TEST(OutOfRange, TheIdentityMovesToThePlacesOfTheOtherPairing) {
  const LoadedPlugin copies = this->template with<ROPE_OUT_OF_RANGE_IDENTITY>();
  rope_spec spec = this->parametric();
  spec.pairing_out = ROPE_INTERLEAVED;
  const Tensor out = rotated(copies, spec, this->q, std::vector<std::int64_t>(7, 40));
  out.for_each([&](Tensor::Index at) {
    Tensor::Index from = at;
    if (at[3] < 12) {
      from[3] = at[3] / 2 + 6 * (at[3] % 2);
    }
    EXPECT_EQ(out.get(at), this->q.get(from));
  });
}

}  // namespace
}  // namespace rope::impls
