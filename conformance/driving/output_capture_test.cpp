// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is kept of an implementation's output: all of little, the beginning and the end of much.
#include "conformance/driving/output_capture.hpp"

#include <gtest/gtest.h>

namespace rope::conformance {
namespace {

TEST(OutputCapture, KeepsBeginningAndEnd) {
  OutputCapture capture;
  capture.append("first line\n");
  EXPECT_EQ(capture.text(), "first line\n");
  for (int i = 0; i < 100'000; ++i) capture.append("0123456789\n");
  capture.append("last line\n");
  const std::string text = capture.text();
  EXPECT_LE(text.size(), 64u * 1024);
  EXPECT_EQ(text.substr(0, 11), "first line\n");
  EXPECT_EQ(text.substr(text.size() - 10), "last line\n");
  // All that was written is either there or counted.
  const std::size_t mark = text.find("[... ");
  ASSERT_NE(mark, std::string::npos);
  const std::size_t left_out = std::stoul(text.substr(mark + 5));
  EXPECT_EQ(left_out + OutputCapture::head_bytes + OutputCapture::tail_bytes, 11u + 100'000u * 11 + 10);
  EXPECT_EQ(capture.end(9), "last line");
}

TEST(OutputCapture, OneHugePieceIsTheSame) {
  OutputCapture capture;
  capture.append(std::string(10'000'000, '\xff') + "end");
  EXPECT_LE(capture.text().size(), 64u * 1024);
  EXPECT_EQ(capture.end(3), "end");
}

}  // namespace
}  // namespace rope::conformance
