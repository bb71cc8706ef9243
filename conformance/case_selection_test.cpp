// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Which cases a run has: enough to see every combination of two, few enough to read.
#include "conformance/case_selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "conformance/checks/check.hpp"
#include "conformance/representatives.hpp"
#include "impls/include/rope_impl.h"

namespace rope::conformance {
namespace {

using Pairs = std::set<std::pair<std::string, std::string>>;

std::vector<ChosenModel> catalogue() {
  return chosen_models({});
}

std::vector<ChosenModel> first_models(std::size_t count) {
  std::vector<ChosenModel> all = catalogue();
  all.resize(count);
  return all;
}

TEST(SelectCases, TheCatalogueStaysWithin200AndCoversEveryPair) {
  const auto models = catalogue();
  const auto cases = select_cases({}, models);
  EXPECT_LE(cases.size(), 200U);
  std::map<std::string, Pairs> dtype_pairing, model_pairing, model_dtype;
  std::map<std::string, std::set<std::string>> property_dtypes;
  for (const CaseId& id : cases) {
    dtype_pairing[id.check].insert({id.dtype, id.pairing});
    model_pairing[id.check].insert({id.model, id.pairing});
    model_dtype[id.check].insert({id.model, id.dtype});
    property_dtypes[id.check].insert(id.dtype);
  }
  EXPECT_EQ(dtype_pairing["relative-position"].size(), 6U);
  EXPECT_EQ(model_dtype["relative-position"].size(), models.size()) << "one dtype for each model";
  EXPECT_EQ(model_dtype["pairing-equivalence"].size(), models.size());
  for (const char* check : {"long-context", "golden-table", "golden-rotation"}) {
    EXPECT_EQ(dtype_pairing[check].size(), 6U) << check;
    EXPECT_EQ(model_pairing[check].size(), 2 * models.size()) << check;
    EXPECT_EQ(model_dtype[check].size(), 3 * models.size()) << check;
  }
  for (const CheckInfo& check : all_checks) {
    const std::size_t expected = check.id == "match" ? 0 : check.once ? 1 : 3;
    EXPECT_EQ(property_dtypes[std::string(check.id)].size(), expected) << check.id;
  }
}

TEST(SelectCases, AttentionEffectTakesTheLongestContextAndIsLeftOutOfASmokeTest) {
  const auto models = catalogue();
  std::int64_t longest = 0;
  for (const ChosenModel& model : models) longest = std::max(longest, model.spec.max_position);
  const auto attention = [&](const RunOptions& options) {
    std::vector<CaseId> out;
    for (const CaseId& id : select_cases(options, models)) {
      if (id.check == "attention-effect") out.push_back(id);
    }
    return out;
  };
  const std::vector<CaseId> cases = attention({});
  ASSERT_EQ(cases.size(), 3U);
  for (const CaseId& id : cases) {
    EXPECT_EQ(id.model, cases.front().model);
    EXPECT_TRUE(parse_case_id(id.text()));
    const auto model = std::find_if(models.begin(), models.end(), [&](const auto& m) { return m.name == id.model; });
    EXPECT_EQ(model->spec.max_position, longest);
  }
  RunOptions options;
  options.profile = "smoke";
  EXPECT_EQ(attention(options).size(), 0U);
  options.check = "attention-*";
  EXPECT_EQ(attention(options).size(), 3U);
  options.dtypes = {"bf16"};
  EXPECT_EQ(attention(options).size(), 1U);
  options.dtypes.clear();
  options.check = "*";
  options.qk = "layer0.h5";
  EXPECT_EQ(attention(options).size(), 3U);
  options.profile = "exhaustive";
  options.rules = "2026.4";
  options.qk.clear();
  EXPECT_EQ(attention(options).size(), 0U) << "came with 2026.5";
}

TEST(SelectCases, AWantedPipelineIsMatchedOnEveryModelInItsDtypes) {
  RunOptions options;
  options.match = "hf-eager-bf16";
  const auto models = catalogue();
  const auto wanted = wanted_of(options, models);
  ASSERT_TRUE(wanted);
  std::set<std::string> matched;
  const auto cases = select_cases(options, models, nullptr, &*wanted);
  EXPECT_EQ(cases.size(), select_cases({}, models).size() + models.size()) << "one more for each";
  for (const CaseId& id : cases) {
    if (id.check != "match") continue;
    EXPECT_TRUE(matched.insert(id.text()).second && id.dtype == "bf16") << id.text();
  }
  EXPECT_EQ(matched.size(), models.size());
  EXPECT_TRUE(parse_case_id(*matched.begin()));
}

TEST(SelectCases, AWantedPipelineThatWouldNotBeJudgedIsAnError) {
  RunOptions options;
  options.match = "hf-eager-bf16";
  const auto models = catalogue();
  const auto wanted = wanted_of(options, models);
  RunOptions golden_only = options;
  golden_only.check = "golden-*";
  EXPECT_THROW(select_cases(golden_only, models, nullptr, &*wanted), UsageError);
  RunOptions older = options;
  older.rules = "2026.2";
  EXPECT_THROW(wanted_of(older, models), UsageError);
  RunOptions other = options;
  other.dtypes = {"fp32"};
  EXPECT_THROW(wanted_of(other, models), UsageError);
  EXPECT_EQ(wanted_of({}, models), std::nullopt);
}

TEST(SelectCases, AFewModelsAreDrivenInBothPairings) {
  for (std::size_t count : {std::size_t{1}, std::size_t{2}, std::size_t{3}}) {
    RunOptions options;
    if (count == 3) options.rules = "2026.4";  // later ones combine three models pairwise
    const auto cases = select_cases(options, first_models(count));
    std::map<std::string, std::size_t> of;
    for (const CaseId& id : cases) ++of[id.check];
    EXPECT_EQ(of["golden-table"], count * 3U * 2U);
    EXPECT_EQ(of["relative-position"], count < 3 ? count * 3U * 2U : count * 2U);
    EXPECT_EQ(of["norm"], count * 3U);
    EXPECT_EQ(of["strides"], 3U);
    EXPECT_EQ(of["multi-axis"], count < 3 ? 3U : 0U);
    EXPECT_EQ(of["determinism"], count * 3U);
    EXPECT_LE(cases.size(), 200U) << count;
  }
}

TEST(SelectCases, ThreeModelsAreCombinedPairwise) {
  std::map<std::string, std::size_t> of;
  std::set<std::string> pairings;
  for (const CaseId& id : select_cases({}, first_models(3))) {
    ++of[id.check];
    if (id.check == "golden-table") pairings.insert(id.pairing);
  }
  EXPECT_EQ(of["golden-table"], 9U);
  EXPECT_EQ(pairings.size(), 2U);
  EXPECT_EQ(of["norm"], 3U);
  EXPECT_EQ(of["threads"], 1U);
}

TEST(SelectCases, MultiAxisTakesAModelThatHasAxes) {
  std::vector<ChosenModel> models = first_models(3);
  models[1].spec.axes = PositionAxes{AxisOrder::sections, {16, 24, 24}};
  RunOptions options;
  options.check = "multi-axis";
  const auto cases = select_cases(options, models);
  EXPECT_EQ(cases.size(), 3U) << "one for each dtype";
  for (const CaseId& id : cases) EXPECT_EQ(id.model, models[1].name);
  options.rules = "2026.4";
  EXPECT_THROW(select_cases(options, models), UsageError);
  options.check = "determinism";
  EXPECT_EQ(select_cases(options, models).size(), 9U) << "as it was";
}

TEST(SelectCases, OlderRulesHaveTheirChecksOnly) {
  RunOptions options;
  options.rules = "2026.1";
  std::set<std::string> checks;
  for (const CaseId& id : select_cases(options, catalogue())) checks.insert(id.check);
  const auto cases = select_cases(options, catalogue());
  EXPECT_EQ(cases.size(), 5 * 3 * catalogue().size()) << "each check on each model in each dtype, as then";
  EXPECT_EQ(checks, (std::set<std::string>{"pairing-equivalence", "relative-position", "long-context", "golden-table",
                                           "golden-rotation"}));
}

TEST(SelectCases, WhateverIsClaimedOneModelAndDtypeHasWhatAVerdictNeeds) {
  const auto models = catalogue();
  for (std::uint64_t family : {ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT), ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3)}) {
    for (rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
      Description one;
      one.families = family;
      one.dtypes = ROPE_DTYPE_BIT(dtype);
      bool found = false;
      for (const CaseId& id : select_cases({}, models, &one)) {
        if (id.check != "relative-position") continue;
        const auto model =
            std::find_if(models.begin(), models.end(), [&](const auto& m) { return m.name == id.model; });
        const bool llama3 = std::holds_alternative<Llama3Family>(model->spec.family);
        const bool is_default = std::holds_alternative<DefaultFamily>(model->spec.family);
        const bool claimed = family == ROPE_FAMILY_BIT(ROPE_FAMILY_LLAMA3) ? llama3 : is_default;
        found = found || (claimed && one.has(*dtype_from_name(id.dtype)));
      }
      EXPECT_TRUE(found) << family << " " << dtype;
    }
  }
}

TEST(SelectCases, MustSupportIsOneCase) {
  RunOptions options;
  options.check = "must-support";
  options.dtypes = {"bf16"};
  const auto cases = select_cases(options, catalogue());
  ASSERT_EQ(cases.size(), 1U);
  EXPECT_EQ(cases.front().dtype, "bf16");
  EXPECT_TRUE(parse_case_id(cases.front().text()));
}

TEST(SelectCases, FamiliesIsOneCaseInADtypeThatIsClaimed) {
  RunOptions options;
  options.check = "families";
  Description bf16_only;
  bf16_only.dtypes = ROPE_DTYPE_BIT(ROPE_BF16);
  for (std::size_t count : {std::size_t{1}, std::size_t{3}, catalogue().size()}) {
    const auto cases = select_cases(options, first_models(count), &bf16_only);
    ASSERT_EQ(cases.size(), 1U) << count;
    EXPECT_EQ(cases.front().dtype, "bf16");
    EXPECT_TRUE(parse_case_id(cases.front().text()));
  }
}

// The whole catalogue, where it is asked for, has what the default has of each model.
TEST(SelectCases, AllModelsAreAMultipleOfTheDefault) {
  const auto all = chosen_models({{}, {"all"}});
  EXPECT_GE(all.size(), 36U);
  std::map<std::string, Pairs> model_dtype;
  for (const CaseId& id : select_cases({}, all)) model_dtype[id.check].insert({id.model, id.dtype});
  for (const char* check : {"long-context", "golden-table", "golden-rotation"}) {
    EXPECT_EQ(model_dtype[check].size(), 3 * all.size()) << check;
  }
  EXPECT_EQ(model_dtype["pairing-equivalence"].size(), all.size());
}

TEST(ChosenModels, NoneChosenAreTheRepresentativesAndALayerMayBeChosenByItself) {
  std::set<std::string> chosen, representing;
  for (const ChosenModel& model : chosen_models({})) chosen.insert(model.name);
  for (const reports::Representative& one : representatives()) representing.insert(one.model);
  EXPECT_EQ(chosen, representing);
  EXPECT_EQ(chosen.count("gemma-3-27b.full_attention"), 1U);
  EXPECT_EQ(chosen.count("gemma-3-27b.sliding_attention"), 0U);
  EXPECT_EQ(chosen_models({{}, {"gemma-3-27b"}}).size(), 2U);
  ASSERT_EQ(chosen_models({{}, {"gemma-3-27b.sliding_attention"}}).size(), 1U);
  EXPECT_EQ(chosen_models({{}, {"gemma-3-27b.sliding_attention"}}).front().spec.theta, 1e4);
  EXPECT_THROW(chosen_models({{}, {"gemma-3-27b.other"}}), UsageError);
  EXPECT_THROW(chosen_models({{}, {"all", "llama-3-8b"}}), UsageError) << "the same model twice";
}

/// Each type of layer of each model is looked at itself, or exactly one that is looked at stands for it.
TEST(ChosenModels, EveryModelIsStoodFor) {
  std::multiset<std::string> found, wanted;
  for (const ChosenModel& model : chosen_models({{}, {"all"}})) wanted.insert(model.name);
  for (const reports::Representative& one : representatives()) {
    found.insert(one.model);
    found.insert(one.stands_for.begin(), one.stands_for.end());
  }
  EXPECT_EQ(found, wanted);
}

TEST(SelectCases, PropertyChecksTakeModelsThatAreClaimed) {
  Description half_split_only;
  half_split_only.pairings = ROPE_PAIRING_BIT(ROPE_HALF_SPLIT);
  half_split_only.families = ROPE_FAMILY_BIT(ROPE_FAMILY_DEFAULT);
  const auto models = catalogue();
  for (const CaseId& id : select_cases({}, models, &half_split_only)) {
    EXPECT_NE(id.pairing, "interleaved") << id.text();
    if (id.pairing != "both" || id.check == "pairing-equivalence" || id.check == "pass-through-dims") continue;
    EXPECT_NE(id.model, "llama-3.1-8b") << id.text() << ": a family that is not claimed";
    EXPECT_NE(id.model, "phi-2") << id.text() << ": partial rotary is not claimed";
  }
}

TEST(SelectCases, PassThroughTakesModelsWithPartialRotary) {
  const auto models = catalogue();
  for (const CaseId& id : select_cases({}, models)) {
    if (id.check != "pass-through-dims") continue;
    for (const ChosenModel& model : models) {
      EXPECT_TRUE(model.name != id.model || model.spec.rotary_dim < model.spec.head_dim) << id.text();
    }
  }
}

TEST(SelectCases, NothingIsAnError) {
  RunOptions options;
  options.check = "golden-chair";
  EXPECT_THROW(select_cases(options, catalogue()), UsageError);
}

}  // namespace
}  // namespace rope::conformance
