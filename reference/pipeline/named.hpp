// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Pipelines that people call by name, as contracts that the emulator takes.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "reference/contract.hpp"

namespace rope {

struct NamedPipeline {
  std::string_view name;
  DType dtype;  ///< of the tensors
  std::string_view contract;
  std::string_view source;
  std::string_view not_emulated;  ///< which bits of the original may differ, and why
};

/// All there are, in the order in which they are listed.
const std::vector<NamedPipeline>& named_pipelines();

/// Nothing where no pipeline has this name. Its tensors are of contract.tensor_dtype().
std::optional<Contract> named_pipeline(std::string_view name);

}  // namespace rope
