// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading contracts: each stage once, for all tensors or one side, and what they must agree on.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "reference/contract.hpp"
#include "reference/contract_agreement.hpp"
#include "reference/contract_stage_reader.hpp"
#include "reference/contract_stages.hpp"
#include "reference/contract_words.hpp"

namespace rope {
namespace {

using std::string_view;

class Parser {
 public:
  Parser(string_view text, DType dtype)
      : text_(without_inner_blanks(text)), dtype_(dtype), contract_(baseline_contract(dtype)) {}

  std::variant<Contract, ContractError> parse() {
    std::vector<string_view> seen;
    const string_view all = text_;
    for (std::size_t at = 0; at < all.size() && error_.empty();) {
      if (all[at] == ' ') {
        ++at;
        continue;
      }
      const std::size_t end = std::min(all.find(' ', at), all.size());
      const Stage stage = split_stage(all.substr(at, end - at), error_);
      at = end;
      if (!error_.empty()) break;
      if (std::find(seen.begin(), seen.end(), stage.full) != seen.end()) fail(stage, "stands twice", "each stage once");
      seen.push_back(stage.full);
      if (error_.empty()) place(stage);
    }
    if (seen.empty() && error_.empty()) {
      error_ = "the contract is empty: expected stages such as \"freq=f32:rpow~2ulp\"";
    }
    if (error_.empty()) finish();
    if (!error_.empty()) return ContractError{error_};
    return contract_;
  }

 private:
  void fail(const Stage& stage, const std::string& found, const std::string& accepted) {
    refuse_stage(stage, found, accepted, error_);
  }

  /// Where the stage belongs: all tensors, or one side.
  void place(const Stage& stage) {
    if (stage.name == "repro") {
      if (!stage.prefix.empty()) return fail(stage, "found a prefix", "repro without one: it speaks of the whole");
      refuse_term(stage, error_);
      refuse_operation(stage, error_);
      if (stage.format != "bits" && stage.format != "bounded") {
        fail(stage, "found \"" + std::string(stage.format) + "\"", "bits or bounded");
      }
      contract_.bit_reproducible = stage.format == "bits";
      return;
    }
    const auto* const known = std::find(stage_names.begin(), stage_names.end(), stage.name);
    if (known == stage_names.end()) {
      return fail(stage, "not a stage", "pos, freq, angle, trig, af, table, in, rotate, out, sub or repro");
    }
    const auto number = static_cast<StageOf>(known - stage_names.begin());
    if (stage.prefix.empty()) return read_stage(number, stage, std::nullopt, contract_, error_);
    const auto* const prefix = std::find(side_names.begin(), side_names.end(), stage.prefix);
    if (prefix == side_names.end()) return fail(stage, "found an unknown prefix", "q., k. or backward.");
    if (number <= StageOf::angle) {
      return fail(stage, "found a prefix", "none: all tensors and both directions have the same angles");
    }
    const auto side = static_cast<Side>(prefix - side_names.begin());
    auto& all = contract_.variations;
    auto at = std::find_if(all.begin(), all.end(), [&](const auto& v) { return v.side >= side; });
    if (at == all.end() || at->side != side) at = all.insert(at, {side, 0, {}});
    at->stages |= bit(number);
    read_stage(number, stage, side, at->values, error_);
  }

  void finish() {
    for (const Direction direction : {Direction::forward, Direction::backward}) {
      for (const Tensor tensor : {Tensor::q, Tensor::k}) {
        const auto wrong = disagreement(for_tensor(contract_, tensor, direction), dtype_);
        if (wrong && error_.empty()) error_ = *wrong;
      }
    }
    if (error_.empty() && contract_.variations.empty()) {
      if (const auto idle = idle_rounding(contract_)) error_ = *idle;
    }
  }

  std::string text_;
  DType dtype_;
  Contract contract_;
  std::string error_;
};

}  // namespace

std::variant<Contract, ContractError> parse_contract(string_view text, DType dtype) {
  return Parser(text, dtype).parse();
}

}  // namespace rope
