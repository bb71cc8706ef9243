// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The canary sings: each wrong mode is set, and must be reported.
#include "reference/fp_environment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cfenv>
#include <cstdint>
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace rope {
namespace {

class Environment : public testing::Test {
 protected:
  void SetUp() override { std::fegetenv(&saved_); }
  void TearDown() override { std::fesetenv(&saved_); }

 private:
  std::fenv_t saved_{};
};

TEST_F(Environment, IsGoodAtTheStart) {
  EXPECT_EQ(fp_environment_problem(), std::nullopt);
}

TEST_F(Environment, EveryOtherRoundingModeIsReported) {
  for (const int mode : {FE_UPWARD, FE_DOWNWARD, FE_TOWARDZERO}) {
    ASSERT_EQ(std::fesetround(mode), 0);
    const auto text = fp_environment_problem();
    ASSERT_EQ(std::fesetround(FE_TONEAREST), 0);
    ASSERT_TRUE(text.has_value()) << mode;
    EXPECT_THAT(*text, testing::HasSubstr("rounding mode"));
  }
}

#if defined(__SSE2__)
TEST_F(Environment, FlushedResultsAreReported) {
  _mm_setcsr(_mm_getcsr() | 0x8000U);  // FTZ
  const auto text = fp_environment_problem();
  _mm_setcsr(_mm_getcsr() & ~0x8000U);
  ASSERT_TRUE(text.has_value());
  EXPECT_THAT(*text, testing::HasSubstr("(FTZ)"));
}

TEST_F(Environment, FlushedOperandsAreReported) {
  _mm_setcsr(_mm_getcsr() | 0x0040U);  // DAZ
  const auto text = fp_environment_problem();
  _mm_setcsr(_mm_getcsr() & ~0x0040U);
  ASSERT_TRUE(text.has_value());
  EXPECT_THAT(*text, testing::HasSubstr("(DAZ)"));
}
#elif defined(__aarch64__)
TEST_F(Environment, FlushToZeroIsReported) {
  std::uint64_t saved = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
  __asm__ volatile("msr fpcr, %0" ::"r"(saved | (std::uint64_t{1} << 24)));  // FZ
  const auto text = fp_environment_problem();
  __asm__ volatile("msr fpcr, %0" ::"r"(saved));
  ASSERT_TRUE(text.has_value());
  EXPECT_THAT(*text, testing::HasSubstr("(FTZ)"));
}
#endif

}  // namespace
}  // namespace rope
