// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The pipeline that --match asks for: a name, or a file of contracts by dtype.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "reference/contract.hpp"
#include "reference/spec.hpp"

namespace rope::conformance {

struct WantedPipeline {
  std::string name;  ///< as given on the command line
  std::map<DType, Contract> contracts;

  const Contract* contract(DType dtype) const {
    const auto it = contracts.find(dtype);
    return it == contracts.end() ? nullptr : &it->second;
  }
};

/// Text of such a file: a line for each dtype, "bf16: <contract>"; # begins a comment. `name` stands in messages. The
/// string is what is wrong, with its line.
std::variant<WantedPipeline, std::string> read_wanted(const std::string& name, std::string_view text);

/// By name, or, where there is no such name, the file of that path. The string says what is wrong.
std::variant<WantedPipeline, std::string> wanted_pipeline(const std::string& name_or_file);

/// Why it cannot be emulated on this spec; nothing where it can.
std::optional<std::string> cannot_match(const WantedPipeline& wanted, const std::string& model, const Spec& spec);

}  // namespace rope::conformance
