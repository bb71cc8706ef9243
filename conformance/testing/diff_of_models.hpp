// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform diff as a user runs it, with what it wrote.
#pragma once

#include <string>
#include <vector>

#include "conformance/testing/tool_process.hpp"

namespace rope::conformance {

struct Diff {
  ToolResult result;
  nlohmann::json report;  ///< of --json
};

inline Diff diff(const ScratchFolder& scratch, const std::vector<std::string>& models) {
  std::vector<std::string> words{"diff", "--json", "diff.json"};
  words.insert(words.end(), models.begin(), models.end());
  Diff out{run_tool(words, scratch.path()), {}};
  if (out.result.exit_code < 2) out.report = nlohmann::json::parse(read_text(scratch / "diff.json"));
  return out;
}

}  // namespace rope::conformance
