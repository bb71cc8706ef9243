// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform list: what there is to choose from.
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "conformance/checks/check.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/conventions.hpp"
#include "fixtures/fingerprint.hpp"
#include "reports/sheet.hpp"
#include "reports/utf8.hpp"

namespace rope::conformance {
namespace {

/// One line each, for scripts; on a terminal wrapped at its width, beside the first column.
class Items {
 public:
  explicit Items(std::string_view title) { fmt::print("{}\n", title); }

  void item(const std::string& first_column, const std::string& text) const {
    if (!terminal_.out_is_terminal) {
      fmt::print("{}{}\n", first_column, text);
      return;
    }
    const int indent = reports::columns_of(first_column);
    std::string_view before = first_column;
    const std::string blank(static_cast<std::size_t>(indent), ' ');
    for (const reports::Spans& line : reports::wrap({{text}}, std::max(terminal_.columns, 60) - indent)) {
      fmt::print("{}", before);
      for (const reports::Span& span : line) fmt::print("{}", span.text);
      fmt::print("\n");
      before = blank;
    }
  }

 private:
  Terminal terminal_ = look_at_terminal();
};

void list_checks() {
  const Items items(fmt::format("checks (since which rule set; the latest is {}):", latest_rules));
  for (const CheckInfo& check : all_checks) {
    items.item(fmt::format("  {:<21} {:<3} {:<6} {}  ", check.id, check.rule, check.level, check.since),
               std::string(check.sentence));
  }
}

void list_models() {
  const Items items("models:");
  std::size_t width = 0;
  for (const fixtures::Model& model : fixtures::catalogue()) width = std::max(width, model.name.size());
  for (const fixtures::Model& model : fixtures::catalogue()) {
    const std::string blank = fmt::format("  {:<{}} ", "", width);
    items.item(fmt::format("  {:<{}} ", model.name, width),
               fmt::format("{}: head_dim {}, rope_theta {}, rope_type {}, {} positions", model.title,
                           model.spec.head_dim, model.spec.theta, name(model.spec.family), model.spec.max_position));
    items.item(blank, fmt::format("from {}; {}", model.source, fixtures::fingerprint(model.spec)));
    if (!model.represents.empty()) items.item(blank, fmt::format("stands for: {}", model.represents));
  }
}

void list_profiles() {
  const Items items("profiles:");
  const auto sampled = [](const char* profile) {
    return fmt::format("{} sampled positions a model", positions_of_profile(profile));
  };
  items.item("  smoke       ", sampled("smoke"));
  items.item("  standard    ", sampled("standard") + " (default)");
  items.item("  exhaustive  ", "as standard, and every position to the model's limit or --extent");
}

void list_conventions() {
  const Items items("conventions, as the end of a model's name (gpt-oss-20b@ggml) or file:");
  for (const fixtures::Convention& one : fixtures::conventions()) {
    items.item(fmt::format("  {:<17} ", one.name), fmt::format("{}: {}", one.who, one.what));
  }
}

}  // namespace

ExitCode list(const ListOptions& options) {
  const bool all = options.what == "all";
  if (all || options.what == "checks") list_checks();
  if (all || options.what == "models") list_models();
  if (all || options.what == "conventions") list_conventions();
  if (all || options.what == "profiles") list_profiles();
  return ExitCode::conforms;
}

}  // namespace rope::conformance
