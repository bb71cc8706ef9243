// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which specs are usable, and that a refusal names the field.
#include "reference/spec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace rope {
namespace {

Spec llama31() {
  Spec spec;
  spec.head_dim = 128;
  spec.rotary_dim = 128;
  spec.theta = 500000;
  spec.family = Llama3Family{8, 1, 4, 8192};
  spec.max_position = 131072;
  return spec;
}

TEST(Problem, AcceptsRealModels) {
  Spec spec = llama31();
  EXPECT_EQ(problem(spec), std::nullopt);
  spec.family = DefaultFamily{};
  EXPECT_EQ(problem(spec), std::nullopt);
  spec.rotary_dim = 32;
  spec.dim_offset = 96;
  EXPECT_EQ(problem(spec), std::nullopt);
  spec.attention_factor = 1.4158883083359672;
  EXPECT_EQ(problem(spec), std::nullopt);
}

struct Bad {
  const char* field;
  std::function<void(Spec&)> change;
};

TEST(Problem, NamesTheFieldThatIsWrong) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  const auto llama3 = [](Spec& s) -> Llama3Family& { return std::get<Llama3Family>(s.family); };
  const std::vector<Bad> cases{
      {"head_dim is 127", [](Spec& s) { s.head_dim = 127; }},
      {"head_dim is 0", [](Spec& s) { s.head_dim = 0; }},
      {"head_dim is -2", [](Spec& s) { s.head_dim = -2; }},
      {"head_dim is 65538", [](Spec& s) { s.head_dim = 65538; }},
      {"rotary_dim is 0", [](Spec& s) { s.rotary_dim = 0; }},
      {"rotary_dim is 63", [](Spec& s) { s.rotary_dim = 63; }},
      {"rotary_dim is 130", [](Spec& s) { s.rotary_dim = 130; }},
      {"rotary_dim is 128", [](Spec& s) { s.dim_offset = 2; }},
      {"rotary_dim is -2", [](Spec& s) { s.rotary_dim = -2; }},
      {"dim_offset is -1", [](Spec& s) { s.dim_offset = -1; }},
      {"dim_offset is 128", [](Spec& s) { s.dim_offset = 128; }},
      {"theta is -10000", [](Spec& s) { s.theta = -10000; }},
      {"theta is 0", [](Spec& s) { s.theta = 0; }},
      {"theta is 1;", [](Spec& s) { s.theta = 1; }},
      {"theta is inf", [=](Spec& s) { s.theta = infinity; }},
      {"theta is nan", [=](Spec& s) { s.theta = nan; }},
      {"attention_factor is 0", [](Spec& s) { s.attention_factor = 0; }},
      {"attention_factor is -1", [](Spec& s) { s.attention_factor = -1; }},
      {"attention_factor is nan", [=](Spec& s) { s.attention_factor = nan; }},
      {"attention_factor is inf", [=](Spec& s) { s.attention_factor = infinity; }},
      {"max_position is 0", [](Spec& s) { s.max_position = 0; }},
      {"max_position is 1099511627777", [](Spec& s) { s.max_position = (std::int64_t{1} << 40) + 1; }},
      {"factor is 0.5", [=](Spec& s) { llama3(s).factor = 0.5; }},
      {"factor is nan", [=](Spec& s) { llama3(s).factor = nan; }},
      {"low_freq_factor is 0", [=](Spec& s) { llama3(s).low_freq_factor = 0; }},
      {"low_freq_factor is nan", [=](Spec& s) { llama3(s).low_freq_factor = nan; }},
      {"high_freq_factor is 0.5", [=](Spec& s) { llama3(s).high_freq_factor = 0.5; }},
      {"high_freq_factor is inf", [=](Spec& s) { llama3(s).high_freq_factor = infinity; }},
      {"original_max_position is 0", [=](Spec& s) { llama3(s).original_max_position = 0; }},
  };
  for (const Bad& bad : cases) {
    Spec spec = llama31();
    bad.change(spec);
    const auto text = problem(spec);
    ASSERT_TRUE(text.has_value()) << bad.field;
    EXPECT_THAT(*text, testing::StartsWith(bad.field));
  }
}

TEST(Problem, NamesWhatIsWrongWithDynamicNtk) {
  Spec good = llama31();
  good.family = DynamicNtkFamily{2, 4096, 8192};
  EXPECT_EQ(problem(good), std::nullopt);
  const auto problem_of = [&](const DynamicNtkFamily& family, int rotary_dim = 128) {
    Spec spec = good;
    spec.family = family;
    spec.rotary_dim = rotary_dim;
    return problem(spec).value_or("none");
  };
  EXPECT_THAT(problem_of({0.5, 4096, 8192}), testing::StartsWith("factor is 0.5;"));
  EXPECT_THAT(problem_of({65537, 4096, 8192}), testing::StartsWith("factor is 65537;"));
  EXPECT_THAT(problem_of({std::nan(""), 4096, 8192}), testing::StartsWith("factor is nan;"));
  EXPECT_THAT(problem_of({2, 0, 8192}), testing::StartsWith("original_max_position is 0;"));
  EXPECT_THAT(problem_of({2, 4096, 0}), testing::StartsWith("sequence_length is 0;"));
  EXPECT_THAT(problem_of({2, 4096, 8192}, 2), testing::StartsWith("rotary_dim is 2; dynamic"));
  EXPECT_EQ(problem_of({2, 4096, 8192}, 4), "none");
  EXPECT_EQ(problem_of({1, 4096, 1}), "none");
}

TEST(Problem, NamesWhatIsWrongWithGiven) {
  Spec good = llama31();
  good.rotary_dim = 6;
  good.theta = 0;
  good.family = GivenFamily{{1, 0.5, 0}};
  EXPECT_EQ(problem(good), std::nullopt);
  const auto problem_of = [&](const std::vector<double>& inv_freq, double theta = 0) {
    Spec spec = good;
    spec.family = GivenFamily{inv_freq};
    spec.theta = theta;
    return problem(spec).value_or("none");
  };
  EXPECT_EQ(problem_of({1, 0.5}), "inv_freq has 2 numbers; expected rotary_dim / 2 = 3");
  EXPECT_THAT(problem_of({1, 0.5, -0.25}), testing::StartsWith("inv_freq[2] is -0.25;"));
  EXPECT_THAT(problem_of({1, std::nan(""), 0}), testing::StartsWith("inv_freq[1] is nan;"));
  EXPECT_THAT(problem_of({1e31, 0, 0}), testing::StartsWith("inv_freq[0] is 1e+31;"));
  EXPECT_THAT(problem_of({1e-121, 0, 0}), testing::StartsWith("inv_freq[0] is 1e-121;"));
  EXPECT_THAT(problem_of({1, 0.5, 0}, 10000), testing::StartsWith("theta is 10000; expected 0"));
  EXPECT_EQ(problem_of({1e30, 1e-120, 0}), "none");
}

TEST(Problem, NamesWhatIsWrongWithTheScaledFamilies) {
  const auto problem_of = [](Family family, int d = 128, double theta = 5e5) {
    Spec spec = llama31();
    spec.head_dim = spec.rotary_dim = d;
    spec.theta = theta;
    spec.family = std::move(family);
    return problem(spec).value_or("none");
  };
  const double nan = std::nan("");
  EXPECT_EQ(problem_of(LinearFamily{1}), "none");
  EXPECT_THAT(problem_of(LinearFamily{0.5}), testing::StartsWith("factor is 0.5; linear"));
  EXPECT_THAT(problem_of(LinearFamily{nan}), testing::StartsWith("factor is nan; linear"));
  EXPECT_THAT(problem_of(NtkFamily{0.99}), testing::StartsWith("alpha is 0.99; ntk"));
  EXPECT_THAT(problem_of(NtkFixedFamily{0.99}), testing::StartsWith("factor is 0.99; ntk-fixed"));
  EXPECT_THAT(problem_of(NtkFixedFamily{0x1p57}), testing::StartsWith("factor is 1.44"));
  EXPECT_THAT(problem_of(NtkMixedFamily{0.99, 1}), testing::StartsWith("factor is 0.99; ntk-mixed"));
  EXPECT_THAT(problem_of(NtkMixedFamily{2, 0}), testing::StartsWith("b is 0; ntk-mixed"));
  EXPECT_THAT(problem_of(NtkMixedFamily{2, 8.1}), testing::StartsWith("b is 8.1; ntk-mixed"));
  EXPECT_THAT(problem_of(NtkFamily{2}, 2), testing::StartsWith("rotary_dim is 2; ntk"));
  EXPECT_THAT(problem_of(LengthScaledFamily{0, 1}), testing::StartsWith("original_max_position is 0; length-scaled"));
  EXPECT_THAT(problem_of(LengthScaledFamily{1, 0}), testing::StartsWith("sequence_length is 0; length-scaled"));
  EXPECT_THAT(problem_of(ProportionalFamily{0, 1}), testing::StartsWith("proportion is 0; proportional"));
  EXPECT_THAT(problem_of(ProportionalFamily{1.01, 1}), testing::StartsWith("proportion is 1.01; proportional"));
  EXPECT_THAT(problem_of(ProportionalFamily{0.001, 1}), testing::HasSubstr("nothing would rotate"));
  EXPECT_THAT(problem_of(ProportionalFamily{1, 0}), testing::StartsWith("factor is 0; proportional"));
  const std::vector<double> ones(2, 1.0), three(3, 1.0);
  EXPECT_EQ(problem_of(LongRopeFamily{ones, ones, 1, 1}, 4), "none");
  EXPECT_EQ(problem_of(LongRopeFamily{three, ones, 1, 1}, 4),
            "short_factor has 3 numbers; longrope takes rotary_dim / 2 = 2");
  EXPECT_THAT(problem_of(LongRopeFamily{ones, {1, 0}, 1, 1}, 4), testing::StartsWith("long_factor[1] is 0; longrope"));
  EXPECT_THAT(problem_of(LongRopeFamily{ones, ones, 1, 0}, 4), testing::StartsWith("sequence_length is 0; longrope"));
  EXPECT_EQ(problem_of(YarnFamily{4, 32, 1, 32768}), "none");
  EXPECT_THAT(problem_of(YarnFamily{0.9, 32, 1, 32768}), testing::StartsWith("factor is 0.9; yarn"));
  EXPECT_THAT(problem_of(YarnFamily{4, 1, 32, 32768}), testing::StartsWith("beta_fast is 1; yarn takes beta_slow"));
  EXPECT_THAT(problem_of(YarnFamily{4, 32, 0, 32768}), testing::StartsWith("beta_slow is 0; yarn"));
  EXPECT_THAT(problem_of(YarnFamily{4, 32, 1, 0}), testing::StartsWith("original_max_position is 0; yarn"));
  EXPECT_THAT(problem_of(YarnFamily{4, 32, 1, 6}), testing::HasSubstr("no pair turns that often"));
  EXPECT_EQ(problem_of(YarnFamily{4, 32, 1, 7}), "none");
  EXPECT_THAT(problem_of(YarnFamily{4, 1e12, 1, 4096}, 1024, 1 + 0x1p-52), testing::HasSubstr("farther from 1"));
  EXPECT_THAT(problem_of(YarnFamily{4, 32, 1, 32768}, 128, 1.5), testing::HasSubstr("would begin past"));
}

TEST(Problem, LimitsThemselvesAreAccepted) {
  Spec spec = llama31();
  spec.max_position = std::int64_t{1} << 40;
  EXPECT_EQ(problem(spec), std::nullopt);
  std::get<Llama3Family>(spec.family).factor = 1;
  EXPECT_EQ(problem(spec), std::nullopt);
  spec.head_dim = spec.rotary_dim = 2;
  EXPECT_EQ(problem(spec), std::nullopt);
  spec.theta = std::nextafter(1.0, 2.0);
  EXPECT_EQ(problem(spec), std::nullopt);
}

TEST(Names, OfPairingsAndFamilies) {
  EXPECT_EQ(name(Pairing::half_split), "half-split");
  EXPECT_EQ(name(Pairing::interleaved), "interleaved");
  EXPECT_EQ(pairing_from_name("half-split"), Pairing::half_split);
  EXPECT_EQ(pairing_from_name("interleaved"), Pairing::interleaved);
  EXPECT_EQ(pairing_from_name("neox"), std::nullopt);
  EXPECT_EQ(name(Family{DefaultFamily{}}), "default");
  EXPECT_EQ(name(Family{Llama3Family{}}), "llama3");
  EXPECT_EQ(name(Family{DynamicNtkFamily{}}), "dynamic");
  EXPECT_EQ(name(Family{GivenFamily{}}), "given");
  EXPECT_EQ(name(Family{LinearFamily{}}), "linear");
  EXPECT_EQ(name(Family{NtkFamily{}}), "ntk");
  EXPECT_EQ(name(Family{NtkFixedFamily{}}), "ntk-fixed");
  EXPECT_EQ(name(Family{NtkMixedFamily{}}), "ntk-mixed");
  EXPECT_EQ(name(Family{LengthScaledFamily{}}), "length-scaled");
  EXPECT_EQ(name(Family{YarnFamily{}}), "yarn");
  EXPECT_EQ(name(Family{LongRopeFamily{}}), "longrope");
  EXPECT_EQ(name(Family{ProportionalFamily{}}), "proportional");
}

TEST(Pairing, PlacesEveryElementOnce) {
  for (const Pairing pairing : {Pairing::half_split, Pairing::interleaved}) {
    std::vector<int> seen(8);
    for (int pair = 0; pair < 4; ++pair) {
      for (int element = 0; element < 2; ++element) {
        seen[static_cast<std::size_t>(element_of_pair(pairing, 8, pair, element))]++;
      }
    }
    EXPECT_THAT(seen, testing::Each(1));
  }
  EXPECT_EQ(element_of_pair(Pairing::half_split, 8, 1, 1), 5);
  EXPECT_EQ(element_of_pair(Pairing::interleaved, 8, 1, 1), 3);
}

}  // namespace
}  // namespace rope
