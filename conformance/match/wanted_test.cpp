// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Files of contracts, and what is said of those that cannot be used.
#include "conformance/match/wanted.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "conformance/match/match.hpp"

namespace rope::conformance {
namespace {

using ::testing::HasSubstr;

std::string problem_of(const std::string& text) {
  const auto read = read_wanted("my.match", text);
  const auto* const problem = std::get_if<std::string>(&read);
  return problem == nullptr ? std::string() : *problem;
}

TEST(Wanted, AFileHasALineForEachDtype) {
  const auto read = read_wanted("my.match",
                                "# what the trainer runs\n\n  bf16: trig=f32:glibc   # the C library's\r\n"
                                "fp32:freq=f32:cr trig=f32:cr\n");
  ASSERT_TRUE(std::holds_alternative<WantedPipeline>(read)) << std::get<std::string>(read);
  const auto& wanted = std::get<WantedPipeline>(read);
  EXPECT_EQ(wanted.contracts.size(), 2U);
  EXPECT_EQ(wanted.contract(DType::f16), nullptr);
  ASSERT_NE(wanted.contract(DType::bf16), nullptr);
  EXPECT_EQ(*wanted.contract(DType::bf16), std::get<Contract>(parse_contract("trig=f32:glibc", DType::bf16)));
}

TEST(Wanted, WhatIsWrongIsSaidWithItsLine) {
  EXPECT_THAT(problem_of("bf16: trig=f32:glibc\nfp64: trig=f64:glibc\n"), HasSubstr("my.match, line 2: expected"));
  EXPECT_THAT(problem_of("\n\nbf16 trig=f32:glibc"), HasSubstr("line 3: expected"));
  EXPECT_THAT(problem_of("trig=f32:glibc"), HasSubstr("line 1: expected"));
  EXPECT_THAT(problem_of("bf16: trig=f31:glibc"), HasSubstr("line 1: "));
  EXPECT_THAT(problem_of("bf16: trig=f31:glibc"), HasSubstr("f31"));
  EXPECT_THAT(problem_of("bf16: sine=f32"), HasSubstr("sine"));
  EXPECT_THAT(problem_of("bf16: trig=f32:glibc\nbf16: trig=f32:cr"), HasSubstr("line 2: expected one contract"));
  EXPECT_THAT(problem_of("# nothing\n"), HasSubstr("found none"));
  EXPECT_THAT(problem_of(""), HasSubstr("found none"));
}

TEST(Wanted, AByteOrderMarkIsPassedOver) {
  const auto read = read_wanted("my.match",
                                "\xEF\xBB\xBF"
                                "bf16: trig=f32:glibc\n");
  ASSERT_TRUE(std::holds_alternative<WantedPipeline>(read)) << std::get<std::string>(read);
}

TEST(Wanted, NamesAreForOneDtype) {
  for (const auto& [name, dtype] : {std::pair{"hf-eager-bf16", DType::bf16}, std::pair{"hf-eager-f16", DType::f16},
                                    std::pair{"hf-eager-f32", DType::f32}}) {
    const auto found = wanted_pipeline(name);
    ASSERT_TRUE(std::holds_alternative<WantedPipeline>(found)) << std::get<std::string>(found);
    const auto& wanted = std::get<WantedPipeline>(found);
    EXPECT_EQ(wanted.contracts.size(), 1U);
    ASSERT_NE(wanted.contract(dtype), nullptr);
    EXPECT_EQ(wanted.contract(dtype)->tensor_dtype(), dtype);
  }
  const auto none = wanted_pipeline("hf-eager-bf15");
  ASSERT_TRUE(std::holds_alternative<std::string>(none));
  EXPECT_THAT(std::get<std::string>(none), HasSubstr("expected hf-eager-f32, hf-eager-f16, hf-eager-bf16"));
}

TEST(Wanted, AnOpenContractCannotBeMatched) {
  Spec spec;
  spec.head_dim = spec.rotary_dim = 64;
  spec.theta = 10000;
  spec.max_position = 64;
  const auto open = std::get<WantedPipeline>(read_wanted("f", "fp32: freq=f32:cr trig=f32:cr rotate=f32:any"));
  EXPECT_THAT(cannot_match(open, "tiny", spec).value_or(""), HasSubstr("leaves open which products are fused"));
  EXPECT_THAT(cannot_match(open, "tiny", spec).value_or(""), HasSubstr("tiny"));
  const auto two = std::get<WantedPipeline>(read_wanted("f", "fp32: freq=f32:cr trig=f32:cr k.rotate=f32:fma(xc,xs)"));
  EXPECT_THAT(cannot_match(two, "tiny", spec).value_or(""), HasSubstr("q and k"));
  const auto backward =
      std::get<WantedPipeline>(read_wanted("f", "fp32: freq=f32:cr trig=f32:cr backward.rotate=f32:fma(xc,xs)"));
  EXPECT_EQ(cannot_match(backward, "tiny", spec), std::nullopt);
}

}  // namespace
}  // namespace rope::conformance
