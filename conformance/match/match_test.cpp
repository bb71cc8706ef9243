// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Responses of a known arithmetic are matched by it and by nothing else, and one changed stage is called by its name.
#include "conformance/match/match.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/match/bits.hpp"
#include "conformance/match/suspect.hpp"
#include "conformance/match/variants.hpp"
#include "conformance/testing/emulated.hpp"
#include "conformance/testing/synthetic.hpp"
#include "fixtures/generate.hpp"

namespace rope::conformance {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::HasSubstr;

/// A head of 96: frequencies of different formulas differ there, and exponents round.
const fixtures::Fixture& fixture_96() {
  static const fixtures::Fixture fixture = [] {
    fixtures::Request request;
    request.model = "ninety-six";
    request.spec.head_dim = request.spec.rotary_dim = 96;
    request.spec.theta = 500000;
    request.spec.max_position = 131072;
    request.extent = 131072;
    request.max_positions = 96;
    return fixtures::generate(request);
  }();
  return fixture;
}

const char* usual_of(DType dtype) {
  switch (dtype) {
    case DType::bf16:
      return "freq=f32:rpow(glibc) trig=f32:glibc table=bf16:rn rotate=bf16:mul";
    case DType::f16:
      return "freq=f32:rpow(glibc) trig=f32:glibc table=f16:rn rotate=f16:mul";
    default:
      return "freq=f32:rpow(glibc) trig=f32:glibc table=f32:rn rotate=f32:mul";
  }
}

class EachDtype : public ::testing::TestWithParam<DType> {};
INSTANTIATE_TEST_SUITE_P(Of, EachDtype, ::testing::ValuesIn(tensor_dtypes),
                         [](const auto& one) { return std::string(name(one.param)); });

TEST_P(EachDtype, ItsOwnContractGivesEveryBit) {
  const Contract usual = contract_of(usual_of(GetParam()), GetParam());
  const Response response = emulated_response(fixture_96(), usual, GetParam());
  const Matched found = match(response, fixture_96(), Pipeline(fixture_96().spec, usual, GetParam()));
  EXPECT_TRUE(found.complete());
  EXPECT_FALSE(found.first);
  EXPECT_EQ(found.all().compared, response.rows * response.pairs * 2 * head_count);
  EXPECT_EQ(found.unit.compared, response.rows * response.pairs * 2 * 2);
}

TEST(Match, TheFirstDifferenceIsTheLowestPosition) {
  const DType dtype = DType::bf16;
  const Contract usual = contract_of(usual_of(dtype), dtype);
  Response response = emulated_response(fixture_96(), usual, dtype);
  const auto at = [&](std::size_t row, std::size_t pair, std::size_t element) {
    return (row * response.pairs + pair) * 2 + element;
  };
  response.output[static_cast<std::size_t>(Head::e1)][at(40, 2, 0)] ^= 1U;
  std::uint32_t& first = response.output[static_cast<std::size_t>(Head::random_k)][at(17, 31, 1)];
  const std::uint32_t right = first;
  first ^= 1U;
  const Matched found = match(response, fixture_96(), Pipeline(fixture_96().spec, usual, dtype));
  EXPECT_EQ(found.all().compared - found.all().equal, 2U);
  ASSERT_TRUE(found.first);
  EXPECT_EQ(found.first->position, fixture_96().positions[17]);
  EXPECT_EQ(found.first->head, Head::random_k);
  EXPECT_EQ(found.first->pair, 31U);
  EXPECT_EQ(found.first->element, 1U);
  EXPECT_EQ(found.first->expected, right);
  EXPECT_EQ(found.first->got, right ^ 1U);
}

// Past 2^24 a product does not fit two fp32 numbers: that is said of a contract, and a suspect is found without it.
TEST(Match, PositionsThatTwoWordsDoNotReach) {
  fixtures::Request request;
  request.model = "long";
  request.spec.head_dim = request.spec.rotary_dim = 32;
  request.spec.theta = 500000;
  request.spec.max_position = request.extent = std::int64_t{1} << 25;
  request.max_positions = 64;
  const fixtures::Fixture fixture = fixtures::generate(request);
  const DType dtype = DType::f32;
  const std::string rest = " trig=f32:cr table=f32:rn rotate=f32:mul";
  const Contract asked = contract_of("freq=f32:cr angle=f32:mul" + rest, dtype);
  const Response response =
      emulated_response(fixture, contract_of("freq=f32:cr angle=bf16:einsum" + rest, dtype), dtype);
  const reports::Match found = bits_of(response, fixture, "declared", asked, nullptr);
  EXPECT_GT(found.compared, 0U);
  EXPECT_EQ(found.instead, "angle=bf16:einsum") << found.finding;

  const Contract two_words = contract_of("freq=f32:cr angle=f32x2:mul" + rest, dtype);
  EXPECT_EQ(cannot_emulate(two_words, fixture.spec), std::nullopt);
  const reports::Match open = bits_of(response, fixture, "declared", two_words, nullptr);
  EXPECT_THAT(open.open, HasSubstr("positions to 2^24"));
  EXPECT_EQ(open.compared, 0U);
}

TEST(Match, SignsOfZeroAndPayloadsDoNotCount) {
  EXPECT_TRUE(same_bits(DType::bf16, 0x8000, 0));
  EXPECT_TRUE(same_bits(DType::bf16, 0x7fc0, 0xffc1));
  EXPECT_FALSE(same_bits(DType::bf16, 0x7fc0, 0x7f80));
  EXPECT_FALSE(same_bits(DType::f16, 0x8001, 1));
}

struct Changed {
  DType dtype;
  std::string stage;
  std::string words;  // what the implementation does instead
  friend void PrintTo(const Changed& one, std::ostream* out) { *out << name(one.dtype) << " " << one.words; }
};

class OneStage : public ::testing::TestWithParam<Changed> {};

TEST_P(OneStage, ThatIsDoneOtherwiseIsNamed) {
  const auto& [dtype, stage, words] = GetParam();
  const Contract asked = contract_of(usual_of(dtype), dtype);
  std::string done = usual_of(dtype);
  const std::string word = words.substr(0, words.find('=') + 1);
  if (const auto old = done.find(word); old != std::string::npos) done.erase(old, done.find(' ', old) - old);
  const Response response = emulated_response(fixture_96(), contract_of(done + " " + words, dtype), dtype);
  const Matched found = match(response, fixture_96(), Pipeline(fixture_96().spec, asked, dtype));
  ASSERT_FALSE(found.complete());
  const Suspect suspected = suspect(response, fixture_96(), asked, found);
  EXPECT_TRUE(suspected.named) << suspected.sentence();
  std::vector<std::string> fitting = suspected.also;
  fitting.push_back(suspected.instead);
  EXPECT_THAT(fitting, Contains(words)) << suspected.sentence();
  EXPECT_EQ(suspected.share, 1) << suspected.sentence();
  EXPECT_EQ(suspected.stage, stage) << suspected.sentence();
}

INSTANTIATE_TEST_SUITE_P(
    Each, OneStage,
    ::testing::Values(
        Changed{DType::f32, "pos", "pos=bf16"}, Changed{DType::bf16, "pos", "pos=bf16"},
        Changed{DType::f32, "freq", "freq=f32:cr"}, Changed{DType::f32, "freq", "freq=f32:pow(glibc)"},
        Changed{DType::f32, "freq", "freq=f32:exp(glibc)"}, Changed{DType::f32, "freq", "freq=f32:iter(glibc)"},
        Changed{DType::f16, "freq", "freq=f32:exp2(glibc)"}, Changed{DType::bf16, "freq", "freq=bf16:rpow(glibc)"},
        Changed{DType::bf16, "freq", "freq=f64:rpow(glibc)"}, Changed{DType::f32, "angle", "angle=bf16:einsum"},
        Changed{DType::f16, "angle", "angle=f32:iter"}, Changed{DType::f32, "trig", "trig=f32:cr"},
        Changed{DType::f16, "table", "table=f16:rz"}, Changed{DType::bf16, "table", "table=bf16:rz"},
        Changed{DType::f32, "table", "table=bf16:rn"}, Changed{DType::f32, "in", "in=bf16"},
        Changed{DType::f32, "rotate", "rotate=f32:fma(xc,xs)"}, Changed{DType::f32, "rotate", "rotate=f32:fma(xc,yc)"},
        Changed{DType::bf16, "rotate", "rotate=bf16:fma(ys,yc)"},
        Changed{DType::f16, "rotate", "rotate=f16:fma(ys,xs)"}));

TEST(Suspects, SeveralStagesThatChangeTogetherInPractice) {
  const DType dtype = DType::bf16;
  const Contract asked = contract_of(usual_of(dtype), dtype);
  const Contract done = contract_of("freq=f32:rpow(glibc) trig=f32:glibc table=none rotate=f32:mul out=bf16:rn", dtype);
  const Response response = emulated_response(fixture_96(), done, dtype);
  const Suspect found =
      suspect(response, fixture_96(), asked, match(response, fixture_96(), Pipeline(fixture_96().spec, asked, dtype)));
  EXPECT_TRUE(found.named) << found.sentence();
  EXPECT_EQ(found.instead, "table=none rotate=f32:mul out=bf16:rn");
}

TEST(Suspects, AnUnlistedArithmeticIsNotNamed) {
  // Two stages at once that nobody changes together.
  const DType dtype = DType::f32;
  const Contract asked = contract_of(usual_of(dtype), dtype);
  const Contract done = contract_of("pos=bf16 freq=f32:exp2(glibc) trig=f32:glibc rotate=f32:fma(ys,xs)", dtype);
  const Response response = emulated_response(fixture_96(), done, dtype);
  const Suspect found =
      suspect(response, fixture_96(), asked, match(response, fixture_96(), Pipeline(fixture_96().spec, asked, dtype)));
  EXPECT_FALSE(found.named) << found.sentence();
  EXPECT_THAT(found.sentence(), HasSubstr("stage unknown: table or a stage before it"));
}

TEST(Suspects, WhereOnlyRandomHeadsDifferTheTableIsNotSuspected) {
  const DType dtype = DType::f32;
  const Contract asked = contract_of(usual_of(dtype), dtype);
  Response response = emulated_response(fixture_96(), asked, dtype);
  for (std::size_t at = 0; at < response.output[2].size(); at += 2) response.output[2][at] ^= 3U;
  const Suspect found =
      suspect(response, fixture_96(), asked, match(response, fixture_96(), Pipeline(fixture_96().spec, asked, dtype)));
  EXPECT_FALSE(found.named);
  EXPECT_EQ(found.stage, "in, rotate or out");
}

TEST(Suspects, WhereTheFirstPairIsRightTheFrequencyOrTheAngleIs) {
  const DType dtype = DType::f32;
  const Contract asked = contract_of(usual_of(dtype), dtype);
  const Contract done = contract_of("freq=f32:rpow(glibc) trig=f32:glibc rotate=f32:mul", dtype);
  fixtures::Fixture other = fixture_96();
  other.spec.theta = 490000;  // a base that no formula makes of the other
  const Response response = emulated_response(other, done, dtype);
  const Suspect found =
      suspect(response, fixture_96(), asked, match(response, fixture_96(), Pipeline(fixture_96().spec, asked, dtype)));
  EXPECT_FALSE(found.named);
  EXPECT_EQ(found.stage, "freq or angle");
}

TEST(Variants, DifferFromTheContractAndFromEachOther) {
  for (DType dtype : tensor_dtypes) {
    const Contract usual = contract_of(usual_of(dtype), dtype);
    const std::vector<Variant> all = one_stage_variants(usual, fixture_96().spec, dtype);
    EXPECT_GE(all.size(), 35U);
    for (std::size_t n = 0; n < all.size(); ++n) {
      EXPECT_FALSE(all[n].contract == usual) << all[n].written;
      EXPECT_FALSE(not_pinned(all[n].contract, fixture_96().spec)) << all[n].written;
      for (std::size_t m = 0; m < n; ++m) EXPECT_FALSE(all[n].contract == all[m].contract) << all[n].written;
    }
  }
}

TEST(Bits, ASecondPairingAddsUpAndTheWorseOneIsShown) {
  reports::Match good, bad;
  good.equal = good.compared = 100;
  bad.equal = 90;
  bad.compared = 100;
  bad.finding = "worse";
  for (const reports::Match& both : {merged(good, bad), merged(bad, good)}) {
    EXPECT_EQ(both.equal, 190U);
    EXPECT_EQ(both.compared, 200U);
    EXPECT_EQ(both.finding, "worse");
  }
}

TEST(Bits, TheSecondPairingIsSplitOnlyWhereItDiffers) {
  const Contract usual = contract_of(usual_of(DType::bf16), DType::bf16);
  Response response = emulated_response(fixture_96(), usual, DType::bf16);
  const reports::Match first = bits_of(response, fixture_96(), "declared", usual);
  ASSERT_EQ(first.stages.size(), 7U);
  const reports::Match same = bits_of(response, fixture_96(), "declared", usual, &first);
  EXPECT_TRUE(same.stages.empty());
  EXPECT_EQ(merged(first, same).stages.size(), 7U);
  response.output[3][5] ^= 1U;
  const reports::Match other = bits_of(response, fixture_96(), "declared", usual, &first);
  EXPECT_EQ(other.compared - other.equal, 1U);
  EXPECT_EQ(merged(first, other).stages.size(), 7U);
}

TEST(Bits, AContractThatIsNotPinnedHasBoundsAlone) {
  const Contract open = contract_of("freq=f32:rpow~2ulp trig=f32~2ulp", DType::f32);
  const Response response = emulated_response(fixture_96(), contract_of(usual_of(DType::f32), DType::f32), DType::f32);
  const reports::Match found = bits_of(response, fixture_96(), "declared", open);
  EXPECT_THAT(found.open, HasSubstr("freq=f32 leaves open"));
  EXPECT_EQ(found.compared, 0U);
  EXPECT_FALSE(found.attributed);
  for (const reports::StageError& stage : found.stages) EXPECT_FALSE(stage.measured) << stage.stage;
  EXPECT_GT(found.error, 0);
  EXPECT_LE(found.error, found.error_bound);
}

}  // namespace
}  // namespace rope::conformance
