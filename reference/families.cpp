// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Names of the families; the families themselves are in family_<name>.cpp.
#include "reference/families.hpp"

namespace rope {

std::string_view name(const Family& family) {
  return std::visit([](const auto& f) { return family_name(f); }, family);
}

}  // namespace rope
