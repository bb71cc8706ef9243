// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Loading, and reading the declared contracts.
#include "conformance/loaded.hpp"

#include <fmt/format.h>

#include <utility>

namespace rope::conformance {
namespace {

using Contracts = std::map<DType, Contract>;

/// Contracts as declared; a text that cannot be read is the library's fault.
std::variant<Contracts, LoadProblem> read_contracts(const Description& description) {
  Contracts contracts;
  for (const auto& [dtype, declared] : description.contracts) {
    const auto parsed = parse_contract(declared, dtype);
    if (const auto* error = std::get_if<ContractError>(&parsed)) {
      return LoadProblem{
          fmt::format("{} declares a contract for {} that cannot be read: {} (declared: \"{}\"); mend "
                      "rope_contract.text or declare none",
                      description.name, name(dtype), error->message, declared)};
    }
    contracts.emplace(dtype, std::get<Contract>(parsed));
  }
  return contracts;
}

}  // namespace

std::variant<Loaded, LoadProblem> load(const DriverOptions& options, const std::filesystem::path& library) {
  Loaded out;
  out.library = library;
  out.driver = std::make_unique<Driver>(options, library);
  auto answer = out.driver->load();
  if (const auto* problem = std::get_if<LoadProblem>(&answer)) return *problem;
  out.description = std::get<Description>(std::move(answer));
  auto contracts = read_contracts(out.description);
  if (const auto* problem = std::get_if<LoadProblem>(&contracts)) return *problem;
  out.contracts = std::get<Contracts>(std::move(contracts));
  return out;
}

}  // namespace rope::conformance
