// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Options that are at their defaults are left out.
#include "conformance/reproduce_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace rope::conformance {
namespace {

/// A shell word: quoted only where it must be.
std::string shell(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+=:,@").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string quoted(1, '\'');
  for (char c : text) {
    if (c == '\'') {
      quoted.append("'\\''");
    } else {
      quoted.push_back(c);
    }
  }
  quoted.push_back('\'');
  return quoted;
}

/// Options that say how to judge, as opposed to what.
std::string how(const RunOptions& options) {
  std::string words;
  if (options.timeout_scale != 1) words += fmt::format(" --timeout {}", options.timeout_scale);
  if (options.accept_declared) words += " --accept-declared";
  if (options.deterministic) words += " --deterministic";
  return words;
}

}  // namespace

std::string reproduce_command(const RunContext& context, const std::filesystem::path& library, const CaseId& id) {
  std::string command = fmt::format("rope-conform reproduce {} --impl {}", id.text(), shell(library.string()));
  const RunOptions& options = context.options;
  for (const GoldenFixture& golden : context.fixtures) {
    if (golden.model.name != id.model || golden.model.argument.rfind("--config ", 0) != 0) continue;
    command += " --config " + shell(golden.model.argument.substr(9));
  }
  if (id.check == "match" && !options.match.empty()) command += " --match " + shell(options.match);
  if (id.check == "attention-effect" && !options.qk.empty()) command += " --qk " + shell(options.qk.string());
  const bool exhaustive = options.profile == "exhaustive";
  if (exhaustive) command += " --profile exhaustive";
  if (options.extent != 0) command += fmt::format(" --extent {}", options.extent);
  if (!options.fixtures.empty()) return command + " --fixtures " + shell(options.fixtures.string()) + how(options);
  if (options.profile != "standard" && !exhaustive) command += " --profile " + options.profile;
  if (options.seed != 1) command += fmt::format(" --seed {}", options.seed);
  return command + how(options);
}

}  // namespace rope::conformance
