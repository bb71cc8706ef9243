// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// families sees each family that is wrong and says which; what is not claimed is listed and never a pass.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <utility>
#include <variant>
#include <vector>

#include "conformance/testing/judged_property.hpp"
#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

using reports::Verdict;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

/// Right for the spec that `change` leaves.
Rotate rotating(const std::function<void(Spec&)>& change) {
  return [change](const RotateRequest& request) {
    RotateRequest read = request;
    change(read.spec);
    const Exact exact(read.spec);
    std::vector<double> inv_freq;
    for (int pair = 0; pair < read.spec.pairs(); ++pair) inv_freq.push_back(exact.inv_freq(pair).hi);
    return rotate_synthetically(read, inv_freq, {});
  };
}

template <typename F>
std::function<void(Spec&)> in(const std::function<void(F&)>& change) {
  return [change](Spec& spec) {
    if (auto* family = std::get_if<F>(&spec.family)) change(*family);
  };
}

TEST(Families, RightOnesPassInEachDtypeAndPairing) {
  for (const Setting& setting : every_setting()) {
    const reports::Case result = judged(families, rotating([](Spec&) {}), setting);
    EXPECT_EQ(result.verdict, Verdict::pass) << name(setting.dtype) << " " << result.message;
  }
}

TEST(Families, EachOneThatIsWrongIsSeenAndNamed) {
  const std::vector<std::pair<std::function<void(Spec&)>, const char*>> wrong{
      {[](Spec& spec) { spec.theta = 10100; }, "default"},
      {in<LinearFamily>([](LinearFamily& f) { f.factor = 3; }), "linear"},
      {in<DynamicNtkFamily>([](DynamicNtkFamily& f) { f.sequence_length = f.original_max_position; }),
       "dynamic, past the original length"},
      {in<DynamicNtkFamily>([](DynamicNtkFamily& f) { f.sequence_length = 4 * f.original_max_position; }),
       "dynamic, within the original length"},
      {in<YarnFamily>([](YarnFamily& f) { f.truncate = true; }), "yarn, truncate false"},
      {in<YarnFamily>([](YarnFamily& f) { f.beta_fast = 32, f.beta_slow = 1; }), "yarn, other betas"},
      {in<LongRopeFamily>([](LongRopeFamily& f) { f.sequence_length = f.original_max_position; }),
       "longrope, past the original length"},
      {in<LongRopeFamily>([](LongRopeFamily& f) { f.sequence_length = 4 * f.original_max_position; }),
       "longrope, within the original length"},
      {in<Llama3Family>([](Llama3Family& f) { f.low_freq_factor = 3.99; }), "llama3"},
      {in<ProportionalFamily>([](ProportionalFamily& f) { f.factor = 1; }), "proportional, with a factor"},
      {[](Spec& spec) {
         if (std::holds_alternative<YarnFamily>(spec.family)) spec.attention_factor = 1;
       },
       "yarn"}};
  for (const auto& [change, words] : wrong) {
    const reports::Case result = judged(families, rotating(change));
    EXPECT_EQ(result.verdict, Verdict::fail) << words;
    EXPECT_THAT(result.message, HasSubstr(words));
  }
}

TEST(Families, WhatIsNotClaimedIsListedAndNeverAPass) {
  Description some = claims_everything();
  some.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT) | ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3);
  Setting setting;
  setting.description = &some;
  // Wrong in what it does not claim, which is its own business.
  const reports::Case result = judged(families, rotating(in<YarnFamily>([](YarnFamily& f) { f.factor = 2; })), setting);
  EXPECT_EQ(result.verdict, Verdict::pass) << result.message;
  EXPECT_THAT(result.message, AllOf(HasSubstr("not asked: linear (linear is not among its families)"),
                                    Not(HasSubstr("llama3 is not"))));
  some.families = 0;
  EXPECT_EQ(judged(families, rotating([](Spec&) {}), setting).verdict, Verdict::unsupported);
  some.families = ~std::uint64_t{0};
  some.sources = ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES);
  const reports::Case supplied = judged(families, rotating([](Spec&) {}), setting);
  EXPECT_EQ(supplied.verdict, Verdict::unsupported);
  EXPECT_THAT(supplied.message, HasSubstr("it takes no parameters"));
}

}  // namespace
}  // namespace rope::conformance
