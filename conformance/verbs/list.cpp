// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform list: what there is to choose from.
#include <fmt/format.h>

#include <algorithm>

#include "conformance/checks/check.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/catalogue.hpp"
#include "fixtures/conventions.hpp"
#include "fixtures/fingerprint.hpp"

namespace rope::conformance {
namespace {

void list_checks() {
  fmt::print("checks (since which rule set; the latest is {}):\n", latest_rules);
  for (const CheckInfo& check : all_checks) {
    fmt::print("  {:<21} {:<3} {:<6} {}  {}\n", check.id, check.rule, check.level, check.since, check.sentence);
  }
}

void list_models() {
  fmt::print("models:\n");
  std::size_t width = 0;
  for (const fixtures::Model& model : fixtures::catalogue()) width = std::max(width, model.name.size());
  for (const fixtures::Model& model : fixtures::catalogue()) {
    fmt::print("  {:<{}} {}: head_dim {}, rope_theta {}, rope_type {}, {} positions\n", model.name, width, model.title,
               model.spec.head_dim, model.spec.theta, name(model.spec.family), model.spec.max_position);
    fmt::print("  {:<{}} from {}; {}\n", "", width, model.source, fixtures::fingerprint(model.spec));
    if (!model.represents.empty()) fmt::print("  {:<{}} stands for: {}\n", "", width, model.represents);
  }
}

void list_profiles() {
  fmt::print("profiles:\n");
  fmt::print("  smoke       {} sampled positions a model\n", positions_of_profile("smoke"));
  fmt::print("  standard    {} sampled positions a model (default)\n", positions_of_profile("standard"));
  fmt::print("  exhaustive  as standard, and every position to the model's limit or --extent\n");
}

void list_conventions() {
  fmt::print("conventions, as the end of a model's name (gpt-oss-20b@ggml) or file:\n");
  for (const fixtures::Convention& one : fixtures::conventions()) {
    fmt::print("  {:<17} {}: {}\n", one.name, one.who, one.what);
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
