// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading of --match.
#include "conformance/match/wanted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "conformance/match/match.hpp"
#include "reference/pipeline/named.hpp"

namespace rope::conformance {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";  // some editors begin UTF-8 with it
constexpr std::size_t largest_file = 65536;

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

}  // namespace

std::variant<WantedPipeline, std::string> read_wanted(const std::string& name, std::string_view text) {
  WantedPipeline out;
  out.name = name;
  std::size_t number = 0;
  if (text.rfind(byte_order_mark, 0) == 0) text.remove_prefix(byte_order_mark.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = text.substr(at, end - at);
    at = end + 1;
    ++number;
    line = trimmed(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const auto wrong = [&](const std::string& what) { return fmt::format("{}, line {}: {}", name, number, what); };
    const std::size_t colon = line.find(':');
    const std::string_view first = trimmed(line.substr(0, colon));
    const auto dtype = dtype_from_name(first);
    if (colon == std::string_view::npos || !dtype || *dtype == DType::f64) {
      return wrong(fmt::format("expected \"fp32: \", \"fp16: \" or \"bf16: \" and a contract, found \"{}\"",
                               line.substr(0, 60)));
    }
    if (out.contracts.count(*dtype) != 0) {
      return wrong(fmt::format("expected one contract for each dtype, found a second one for {}", first));
    }
    const auto parsed = parse_contract(trimmed(line.substr(colon + 1)), *dtype);
    if (const auto* error = std::get_if<ContractError>(&parsed)) return wrong(error->message);
    const auto& contract = std::get<Contract>(parsed);
    if (contract.tensor_dtype() != *dtype) {
      return wrong(
          fmt::format("expected a contract whose outputs are {}, found one whose outputs are {}; write its "
                      "stage out",
                      rope::name(*dtype), rope::name(contract.tensor_dtype())));
    }
    out.contracts.emplace(*dtype, contract);
  }
  if (out.contracts.empty()) {
    return fmt::format("{}: expected a line such as \"bf16: <contract>\" (docs/numerics.md, \"Contracts\"), found none",
                       name);
  }
  return out;
}

std::variant<WantedPipeline, std::string> wanted_pipeline(const std::string& name_or_file) {
  std::string known;
  for (const NamedPipeline& one : named_pipelines()) known.append(known.empty() ? "" : ", ").append(one.name);
  if (const auto contract = named_pipeline(name_or_file)) {
    WantedPipeline out;
    out.name = name_or_file;
    out.contracts.emplace(contract->tensor_dtype(), *contract);
    return out;
  }
  std::error_code error;
  std::ifstream file;
  if (std::filesystem::is_regular_file(name_or_file, error)) file.open(name_or_file, std::ios::binary);
  if (!file.is_open()) {
    return fmt::format("--match {}: expected {}, or a readable file of contracts; found {}", name_or_file, known,
                       std::filesystem::is_directory(name_or_file, error) ? "a folder" : "neither");
  }
  std::string text;
  text.resize(largest_file + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > largest_file || text.find('\0') != std::string::npos) {
    return fmt::format("--match {}: expected a text file of contracts of at most {} bytes, found something else",
                       name_or_file, largest_file);
  }
  return read_wanted(name_or_file, text);
}

std::optional<std::string> cannot_match(const WantedPipeline& wanted, const std::string& model, const Spec& spec) {
  for (const auto& [dtype, contract] : wanted.contracts) {
    if (const auto open = cannot_emulate(contract, spec)) {
      return fmt::format("{}: its contract for {} cannot be emulated on {}: {}", wanted.name, name(dtype), model,
                         *open);
    }
  }
  return std::nullopt;
}

}  // namespace rope::conformance
