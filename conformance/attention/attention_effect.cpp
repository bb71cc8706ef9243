// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Heads made by the suite and a small transformer, and q and k of a file where there is one.
#include "conformance/attention/attention_effect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "conformance/attention/contexts.hpp"
#include "conformance/attention/transformer.hpp"
#include "conformance/checks/golden.hpp"
#include "reports/wording.hpp"

namespace rope::conformance {
namespace {

/// Where the exact values are made for.
constexpr std::int64_t most_positions = std::int64_t{1} << 20;

/// Four times as long each time, and the longest.
std::vector<std::int64_t> contexts_to(std::int64_t longest) {
  std::vector<std::int64_t> out;
  for (std::int64_t tokens = 2048; tokens < longest; tokens *= 4) out.push_back(tokens);
  out.push_back(longest);
  return out;
}

/// The effect that a reader should know of first: where weights move most.
std::string summary(const std::vector<reports::AttentionEffect>& effects) {
  const auto most = std::max_element(effects.begin(), effects.end(), [](const auto& a, const auto& b) {
    return a.implementation.weights < b.implementation.weights;
  });
  return fmt::format(
      "weights move by at most {} in total variation ({} tokens from {}, {}); another token has the most "
      "for {} of {} queries there",
      reports::short_number(most->implementation.weights), reports::grouped(static_cast<std::uint64_t>(most->tokens)),
      most->first, most->what, most->implementation.changed, most->queries);
}

}  // namespace

std::optional<std::string> does_not_fit(const fixtures::QkFile& file, const Spec& spec) {
  if (file.head_dim != spec.head_dim) {
    return fmt::format("its heads have {} elements, the model's {}", file.head_dim, spec.head_dim);
  }
  const std::int64_t positions = std::min(spec.max_position, most_positions);
  if (file.first_position >= positions || file.tokens > positions - file.first_position) {
    return fmt::format("it has {} tokens from position {} on, and positions below {} are taken here", file.tokens,
                       file.first_position, positions);
  }
  return std::nullopt;
}

AttentionFinding attention_effect(const Probe& probe, AttentionSize size, const fixtures::QkFile* file) {
  AttentionFinding out;
  const std::int64_t positions = std::min(probe.fixture.spec.max_position, most_positions);
  Ways ways(probe, positions);
  const auto add = [&](const Heads& heads, const std::string& name, std::int64_t most_keys) {
    for (reports::AttentionEffect& one :
         attention_in_contexts(ways, probe, heads, contexts_to(heads.tokens()), most_keys)) {
      one.file = name;
      out.effects.push_back(std::move(one));
    }
  };
  if (file != nullptr) add(HeadsOfFile(probe, *file), file->name, file->tokens);
  if (!ways.failure()) add(MadeHeads(probe, ways.table(), std::min(positions, size.tokens)), "", size.keys);
  if (positions >= SmallTransformer::tokens && !ways.failure()) {
    const SmallTransformer model(probe);
    std::vector<std::int64_t> begins{0};
    if (positions > SmallTransformer::tokens) begins.push_back(positions - SmallTransformer::tokens);
    for (const std::int64_t first : begins) {
      if (auto one = small_transformer(ways, probe, model, first)) out.effects.push_back(std::move(*one));
    }
  }
  for (reports::AttentionEffect& one : out.effects) {
    one.model = probe.fixture.model;
    one.dtype = name(probe.dtype);
    out.record.cells += one.queries;
  }
  out.record.verdict = reports::Verdict::measured;
  if (out.effects.empty() || (ways.failure() && ways.failure()->status != RotateAnswer::Status::unsupported)) {
    // Without a failure there is always an effect.
    out.record = unanswered(ways.failure()->status, ways.failure()->message);
    return out;
  }
  out.record.message = summary(out.effects);
  if (ways.failure()) out.record.message += fmt::format("; the rest is refused: {}", ways.failure()->message);
  if (!ways.no_usual().empty()) {
    out.record.message += fmt::format("; there are no figures of the usual pipeline: {}", ways.no_usual());
  }
  return out;
}

}  // namespace rope::conformance
