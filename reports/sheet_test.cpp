// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Wrapping, alignment, and what every sample's summary must satisfy at every width.
#include "reports/sheet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "reports/render.hpp"
#include "reports/sample_records.hpp"
#include "reports/utf8.hpp"

namespace rope::reports {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string without_colours(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\x1b') {
      out += text[i];
    } else {
      i = text.find('m', i);
    }
  }
  return out;
}

TEST(Sheet, WrapsWithAHangingIndent) {
  Sheet sheet(60, false);
  sheet.paragraph("LABEL", {{"one two three four five six seven eight nine ten eleven"}});
  EXPECT_EQ(sheet.text(),
            "LABEL       one two three four five six seven eight nine ten\n"
            "            eleven\n");
}

TEST(Sheet, BreaksAWordThatIsTooLong) {
  Sheet sheet(60, false);
  sheet.paragraph("", {{"a " + std::string(50, 'x')}});
  EXPECT_THAT(lines_of(sheet.text()),
              testing::ElementsAre("            a", "            " + std::string(48, 'x'), "            xx"));
}

TEST(Sheet, AlignsTableColumnsByTerminalColumns) {
  Sheet sheet(60, false);
  sheet.table("T", {{{"位置"}, {"1"}}, {{"abc"}, {"2"}}});
  EXPECT_EQ(sheet.text(), "T           位置  1\n            abc   2\n");
}

TEST(Sheet, BreaksCommandsOnlyBetweenArguments) {
  Sheet sheet(60, false);
  sheet.command("RUN", "tool --impl '/a folder/with a very long name that goes on/lib.so' --seed 1");
  EXPECT_EQ(sheet.text(),
            "RUN         tool --impl \\\n"
            "              '/a folder/with a very long name that goes on/lib.so' \\\n"
            "              --seed 1\n");
}

TEST(Sheet, ColourIsTheOnlyDifference) {
  for (const Sample& sample : sample_records()) {
    const std::string colourful = render_terminal(sample.record, 80, true);
    EXPECT_THAT(colourful, testing::HasSubstr("\x1b[")) << sample.name;
    EXPECT_EQ(without_colours(colourful), render_terminal(sample.record, 80, false)) << sample.name;
  }
}

TEST(Terminal, FitsItsWidthAndTrailsNoBlanks) {
  for (const Sample& sample : sample_records()) {
    for (int columns = 60; columns <= 130; ++columns) {
      bool command = false;
      for (const std::string& line : lines_of(render_terminal(sample.record, columns, false))) {
        EXPECT_FALSE(!line.empty() && line.back() == ' ') << sample.name << " " << columns << ": " << line;
        // A command's arguments are not broken, so that it can be copied.
        command = line.rfind("REPRODUCE", 0) == 0 || (command && line.rfind("              ", 0) == 0);
        EXPECT_TRUE(command || columns_of(line) <= columns) << sample.name << " " << columns << ": " << line;
        EXPECT_EQ(clean_line(line), line) << sample.name;
      }
    }
  }
}

TEST(Terminal, AConformingRunIsOneScreen) {
  EXPECT_LE(lines_of(render_terminal(conforming_record(), 80, false)).size(), 38U);
}

TEST(Terminal, OneCaseIsNotCalledCases) {
  Record record = conforming_record();
  record.checks.resize(1);
  record.checks.front().cases.resize(1);
  record.checks.front().cases.front().cells = 1;
  std::string text = render_terminal(record, 120, false);
  for (std::size_t at = text.find('\n'); at != std::string::npos; at = text.find('\n', at)) text[at] = ' ';
  EXPECT_THAT(text, testing::ContainsRegex("1 case, +1 pair +compared"));
}

TEST(Terminal, SaysThingsInTheOrderTheyAreJudged) {
  const std::string text = render_terminal(conforming_record(), 80, false);
  std::size_t last = 0;
  for (const char* label :
       {"CONFORMS", "\nMATHS", "\nACCURACY", "\nBITS", "\nMEMORY", "\nNOT TESTED", "\nSCOPE", "\nRULES", "\nTIME"}) {
    const std::size_t found = text.find(label);
    ASSERT_NE(found, std::string::npos) << label;
    EXPECT_GE(found, last) << label;
    last = found;
  }
}

}  // namespace
}  // namespace rope::reports
