// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The text of the progress line.
#include "conformance/terminal.hpp"

#include <gtest/gtest.h>

#include "fixtures/catalogue.hpp"

namespace rope::conformance {
namespace {

TEST(PassText, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(pass_text("llama-3.1-8b fp32 half-split", 500000, 1100000, 0.5),
            "llama-3.1-8b fp32 half-split: 500000/1100000, 1 M/s, 1 s left");
  EXPECT_EQ(pass_text("phi-2 bf16 interleaved", 0, 131072, 0), "phi-2 bf16 interleaved: 0/131072");
}

TEST(PassText, EveryModelFitsEightyColumns) {
  for (const fixtures::Model& model : fixtures::catalogue()) {
    const std::string text = pass_text(model.name + " bf16 interleaved", 1048575, 1048576, 1e6);
    EXPECT_LT(text.size(), 80U) << text;
    const std::string slow = pass_text(model.name + " bf16 interleaved", 262144, 1048576, 1200);
    EXPECT_LT(slow.size(), 80U) << slow;
  }
}

}  // namespace
}  // namespace rope::conformance
