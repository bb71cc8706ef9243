// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform explain CHECK: what it drives, what it holds it against, what it catches. Models are
// explain_model.cpp's.
#include <fmt/format.h>

#include "conformance/checks/check.hpp"
#include "conformance/chosen_models.hpp"
#include "conformance/verbs/verbs.hpp"

namespace rope::conformance {
namespace {

/// The text in lines of at most 66 columns behind a label.
void paragraph(const char* label, std::string_view text) {
  constexpr std::size_t width = 66;
  const char* lead = label;
  while (!text.empty()) {
    std::size_t cut = text.size();
    if (cut > width) {
      cut = text.rfind(' ', width);
      if (cut == std::string_view::npos) cut = width;
    }
    fmt::print("{:<10}{}\n", lead, text.substr(0, cut));
    text.remove_prefix(cut);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    lead = "";
  }
}

}  // namespace

ExitCode explain(const ExplainOptions& options) {
  if (options.check.empty()) return explain_models(options.choice);
  const CheckInfo* const check = find_check(options.check);
  if (check == nullptr) {
    std::string known;
    for (const CheckInfo& other : all_checks) known += (known.empty() ? "" : ", ") + std::string(other.id);
    throw UsageError(fmt::format("explain {}: no such check; expected one of {}", options.check, known));
  }
  fmt::print("{}\n", check->id);
  paragraph("asks", check->sentence);
  paragraph("rule", fmt::format("{}, {}, since rules {}", check->rule, check->level, check->since));
  paragraph("how", check->how);
  paragraph("bound", fmt::format("{} (docs/numerics.md)", check->bound));
  paragraph("catches", fmt::format("{} (impls/faulty)", check->catches));
  const char* const wanted = check->id == "match" ? " --match NAME" : "";
  paragraph("run it", fmt::format("rope-conform --impl FILE --check {}{}", check->id, wanted));
  return ExitCode::conforms;
}

}  // namespace rope::conformance
