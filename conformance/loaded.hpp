// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// An implementation in its worker, ready to be asked, and what it declares of itself.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <variant>

#include "conformance/driving/driver.hpp"
#include "reference/contract.hpp"

namespace rope::conformance {

/// An implementation that is loaded in its worker, and what it declares.
struct Loaded {
  std::filesystem::path library;
  std::unique_ptr<Driver> driver;
  Description description;
  std::map<DType, Contract> contracts;
};

/// A LoadProblem is exit code 3; a contract that cannot be read is one.
std::variant<Loaded, LoadProblem> load(const DriverOptions& options, const std::filesystem::path& library);

}  // namespace rope::conformance
