// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every sample's rendered text, byte for byte against testdata/. After a wanted change run this program once with
// ROPE_CONFORM_REGENERATE=1 and read the difference before committing it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "reports/render.hpp"
#include "reports/sample_records.hpp"

namespace rope::reports {
namespace {

void expect_golden(const std::string& file, const std::string& text) {
  const std::filesystem::path path = std::filesystem::path(ROPE_REPORTS_TESTDATA) / file;
  if (const char* regenerate = std::getenv("ROPE_CONFORM_REGENERATE"); regenerate != nullptr && *regenerate == '1') {
    std::ofstream(path, std::ios::binary) << text;
    return;
  }
  std::ifstream in(path, std::ios::binary);
  ASSERT_TRUE(in) << "no golden file " << path << "; make it with ROPE_CONFORM_REGENERATE=1";
  std::ostringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(text, golden.str()) << path;
}

class GoldenText : public testing::TestWithParam<Sample> {};

TEST_P(GoldenText, EveryFormIsAsStored) {
  const Sample& sample = GetParam();
  expect_golden(sample.name + ".80.txt", render_terminal(sample.record, 80, false));
  expect_golden(sample.name + ".60.txt", render_terminal(sample.record, 60, false));
  // The forms for programs hold every case, so two samples of them are stored: an ordinary failure, and the worst text.
  if (sample.name == "exhaustive") expect_golden(sample.name + ".md", render_markdown(sample.record));
  if (sample.name != "failing" && sample.name != "hostile") return;
  expect_golden(sample.name + ".json", render_json(sample.record));
  expect_golden(sample.name + ".xml", render_junit(sample.record));
  expect_golden(sample.name + ".md", render_markdown(sample.record));
}

INSTANTIATE_TEST_SUITE_P(Samples, GoldenText, testing::ValuesIn(sample_records()), [](const auto& test) {
  std::string name = test.param.name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
});

}  // namespace
}  // namespace rope::reports
