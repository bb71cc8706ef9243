// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Every combination of two, and no more than a report can show.
#include "conformance/case_selection.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <variant>

#include "conformance/attention/attention_effect.hpp"
#include "conformance/checks/check.hpp"
#include "conformance/checks/properties.hpp"
#include "conformance/driving/description.hpp"
#include "rope_impl.h"

namespace rope::conformance {
namespace {

constexpr std::array<Pairing, 2> pairings{Pairing::half_split, Pairing::interleaved};

}  // namespace

std::optional<CaseId> parse_case_id(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t slash = std::min(text.find('/', at), text.size());
    parts.push_back(text.substr(at, slash - at));
    at = slash + 1;
  }
  if (parts.size() != 4 || find_check(parts[0]) == nullptr || !dtype_from_name(parts[2]) ||
      *dtype_from_name(parts[2]) == DType::f64) {
    return std::nullopt;
  }
  const bool both = parts[0] == "pairing-equivalence" || parts[0] == "match" || parts[0] == "must-support" ||
                    parts[0] == "attention-effect" || find_property(parts[0]) != nullptr;
  if (both ? parts[3] != "both" : !pairing_from_name(parts[3])) return std::nullopt;
  return CaseId{parts[0], parts[1], parts[2], parts[3]};
}

std::optional<WantedPipeline> wanted_of(const RunOptions& options, const std::vector<ChosenModel>& models) {
  if (options.match.empty()) return std::nullopt;
  const CheckInfo& check = *find_check("match");
  if (!options.rules.empty() && !in_rules(check, options.rules)) {
    throw UsageError(
        fmt::format("--match is judged by rule {}, which came with rules {}, and --rules {} does not have "
                    "it; expected {} or later",
                    check.rule, check.since, options.rules, check.since));
  }
  auto found = wanted_pipeline(options.match);
  if (const auto* problem = std::get_if<std::string>(&found)) throw UsageError(*problem);
  auto& wanted = std::get<WantedPipeline>(found);
  std::string dtypes;
  bool any = options.dtypes.empty();
  for (const auto& [dtype, contract] : wanted.contracts) {
    dtypes.append(dtypes.empty() ? "" : " ").append(name(dtype));
    any = any || std::find(options.dtypes.begin(), options.dtypes.end(), name(dtype)) != options.dtypes.end();
  }
  if (!any) {
    throw UsageError(fmt::format("--match {} is for {}, and no --dtype is; expected --dtype {}, or none", wanted.name,
                                 dtypes, dtypes.substr(0, dtypes.find(' '))));
  }
  for (const ChosenModel& model : models) {
    if (const auto problem = cannot_match(wanted, model.name, model.spec)) throw UsageError("--match " + *problem);
  }
  return std::move(wanted);
}

std::optional<fixtures::QkFile> qk_of(const RunOptions& options, const std::vector<ChosenModel>& models) {
  if (options.qk.empty()) return std::nullopt;
  if (models.size() != 1) {
    throw UsageError(
        fmt::format("--qk is q and k of one model, and {} are chosen; expected one --model NAME or "
                    "--config FILE",
                    models.size()));
  }
  const CheckInfo& check = *find_check("attention-effect");
  if (!options.rules.empty() && !in_rules(check, options.rules)) {
    throw UsageError(
        fmt::format("--qk is for {}, which came with rules {}, and --rules {} does not have it; expected {} "
                    "or later",
                    check.id, check.since, options.rules, check.since));
  }
  fixtures::QkFile file = fixtures::read_qk_file(options.qk);
  if (const auto why = does_not_fit(file, models.front().spec)) {
    throw UsageError(
        fmt::format("--qk {}: {}; expected q and k of {}", options.qk.string(), *why, models.front().name));
  }
  return file;
}

std::vector<CaseId> select_cases(const RunOptions& options, const std::vector<ChosenModel>& models,
                                 const Description* description, const WantedPipeline* wanted) {
  const std::string rules = options.rules.empty() ? std::string(latest_rules) : options.rules;
  const bool every = models.size() <= (in_rules(*find_check("threads"), rules) ? 2 : 3);
  // Older rules keep the cases that they had.
  const bool in_turn = models.size() >= 3 && in_rules(*find_check("combinations"), rules);
  const bool one_pairing =
      description != nullptr && description->has(Pairing::half_split) != description->has(Pairing::interleaved);
  // Both pairings for each dtype, and for each model over its dtypes.
  const auto pairing_for = [&](std::size_t model, std::size_t dtype) {
    if (one_pairing) return description->has(Pairing::half_split) ? Pairing::half_split : Pairing::interleaved;
    return pairings[(model + dtype) % 2];
  };
  // Which model a property check takes for a dtype: another one each time, of those that the implementation claims.
  const auto claimed = [&](const Spec& spec) {
    if (description == nullptr) return true;
    if (spec.rotary_dim < spec.head_dim && (description->flags & ROPE_FLAG_PARTIAL) == 0) return false;
    // Where the suite supplies the frequencies, any family will do.
    constexpr std::uint64_t supplied = ROPE_SOURCE_BIT(ROPE_SOURCE_INV_FREQ) | ROPE_SOURCE_BIT(ROPE_SOURCE_ANGLES) |
                                       ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES);
    return (description->sources & supplied) != 0 ||
           (description->families & ROPE_FAMILY_BIT(abi_family(spec.family))) != 0;
  };
  const bool any_axes = std::any_of(models.begin(), models.end(),
                                    [&](const ChosenModel& model) { return model.spec.axes && claimed(model.spec); });
  const auto property_model = [&](std::size_t check, std::size_t dtype) {
    std::vector<std::size_t> fit;
    const bool of_axes = any_axes && all_checks[check].id == "multi-axis";
    for (std::size_t m = 0; m < models.size(); ++m) {
      const Spec& spec = models[m].spec;
      const bool partial = spec.rotary_dim < spec.head_dim;
      const bool shows = (partial || all_checks[check].id != "pass-through-dims") && (spec.axes || !of_axes);
      if (claimed(spec) && shows) fit.push_back(m);
    }
    // Older rules keep the models that they had; a step that is a multiple of their number would give all dtypes one.
    const std::size_t step = in_turn && fit.size() % 3 == 0 ? 1 : 3;
    return fit.empty() ? dtype % models.size() : fit[(check + step * dtype) % fit.size()];
  };
  const auto selected = [&](std::size_t dtype) {
    return options.dtypes.empty() ||
           std::find(options.dtypes.begin(), options.dtypes.end(), name(tensor_dtypes[dtype])) != options.dtypes.end();
  };
  // With three models or more relative-position and pairing-equivalence take one dtype for each in turn, of those that
  // the implementation claims if it claims any: whatever it claims, one model and dtype then has all that a verdict
  // needs.
  std::vector<std::size_t> turns;
  std::optional<std::size_t> first_selected;
  for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
    if (!selected(t)) continue;
    if (!first_selected) first_selected = t;
    if (description == nullptr || description->has(tensor_dtypes[t])) turns.push_back(t);
  }
  if (turns.empty()) {
    for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
      if (selected(t)) turns.push_back(t);
    }
  }
  // The models' places in the turn: those that are claimed take one after the other.
  std::vector<std::size_t> place;
  std::size_t claimed_before = 0;
  for (std::size_t m = 0; m < models.size(); ++m) {
    place.push_back(claimed(models[m].spec) ? claimed_before++ : m);
  }
  const auto is_its_turn = [&](std::size_t model, std::size_t dtype) {
    return !turns.empty() && turns[place[model] % turns.size()] == dtype;
  };
  // Once through the dtypes in one pairing, then in the other.
  const auto pairing_in_turn = [&](std::size_t model) {
    return one_pairing ? pairing_for(0, 0) : pairings[place[model] / turns.size() % 2];
  };
  // The longest context shows most.
  const bool attention = options.profile != "smoke" || options.check != "*" || !options.qk.empty();
  std::size_t longest = models.size();
  for (std::size_t m = 0; m < models.size(); ++m) {
    if (!claimed(models[m].spec)) continue;
    if (longest == models.size() || models[m].spec.max_position > models[longest].spec.max_position) longest = m;
  }
  std::vector<CaseId> out;
  for (std::size_t m = 0; m < models.size(); ++m) {
    for (std::size_t t = 0; t < tensor_dtypes.size(); ++t) {
      const std::string dtype(name(tensor_dtypes[t]));
      if (!selected(t)) continue;
      for (std::size_t c = 0; c < all_checks.size(); ++c) {
        const std::string id(all_checks[c].id);
        if (!in_rules(all_checks[c], rules) || fnmatch(options.check.c_str(), id.c_str(), 0) != 0) continue;
        const bool property = find_property(id) != nullptr;
        if (id == "match") {
          if (wanted == nullptr || wanted->contract(tensor_dtypes[t]) == nullptr) continue;
          out.push_back({id, models[m].name, dtype, "both"});
        } else if (id == "must-support") {
          if (m == 0 && t == first_selected) out.push_back({id, models[m].name, dtype, "both"});
        } else if (id == "attention-effect") {
          if (attention && m == longest) out.push_back({id, models[m].name, dtype, "both"});
        } else if (id == "pairing-equivalence") {
          if (!in_turn || is_its_turn(m, t)) out.push_back({id, models[m].name, dtype, "both"});
        } else if (id == "relative-position" && in_turn && !is_its_turn(m, t)) {
          continue;
        } else if (property) {
          // Those of the whole interface are about how a call is made, and less about its model.
          const bool each_model = every && !is_of_the_interface(all_checks[c]);
          const bool its_turn = all_checks[c].once ? !turns.empty() && turns.front() == t : true;
          if (its_turn && (each_model || property_model(c, t) == m)) out.push_back({id, models[m].name, dtype, "both"});
        } else if (!every) {
          const Pairing pairing = in_turn && id == "relative-position" ? pairing_in_turn(m) : pairing_for(m, t);
          out.push_back({id, models[m].name, dtype, std::string(name(pairing))});
        } else {
          for (Pairing pairing : pairings) out.push_back({id, models[m].name, dtype, std::string(name(pairing))});
        }
      }
    }
  }
  const bool match_alone = wanted == nullptr && fnmatch(options.check.c_str(), "match", 0) == 0;
  if (out.empty() && match_alone && in_rules(*find_check("match"), rules)) {
    throw UsageError(
        fmt::format("--check \"{}\" is the check match, which compares with a pipeline that is asked for; add --match "
                    "NAME|FILE",
                    options.check));
  }
  if (out.empty()) {
    const auto* const newer = std::find_if(all_checks.begin(), all_checks.end(), [&](const CheckInfo& check) {
      return fnmatch(options.check.c_str(), std::string(check.id).c_str(), 0) == 0;
    });
    throw UsageError(
        newer != all_checks.end()
            ? fmt::format("nothing is selected: {} came with rules {}, and --rules {} does not have it; expected {} or "
                          "later, or none",
                          newer->id, newer->since, rules, newer->since)
            : fmt::format("nothing is selected: no check matches --check \"{}\", which is an id or a pattern such as "
                          "\"golden-*\"; see: rope-conform list checks",
                          options.check));
  }
  const auto of_attention = [](const CaseId& id) { return id.check == "attention-effect"; };
  if (!options.qk.empty() && std::none_of(out.begin(), out.end(), of_attention)) {
    throw UsageError(
        fmt::format("--qk is for the check attention-effect, and --check \"{}\" leaves it out; expected a "
                    "pattern that it fits, or no --qk",
                    options.check));
  }
  if (wanted != nullptr && std::none_of(out.begin(), out.end(), [](const CaseId& id) { return id.check == "match"; })) {
    throw UsageError(
        fmt::format("--match {} asks for the check match, and --check \"{}\" leaves it out; expected a "
                    "pattern that it fits, or no --match",
                    wanted->name, options.check));
  }
  return out;
}

}  // namespace rope::conformance
