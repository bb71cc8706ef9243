// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// /proc/self/exe says where the tool is; the way from there to the installed programs comes from the build.
#include "conformance/own_program.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

namespace rope::conformance {

namespace fs = std::filesystem;

fs::path own_program(const std::string& name) {
  std::error_code error;
  const fs::path tool = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    throw std::runtime_error(
        fmt::format("{} is looked for from where rope-conform lies, and /proc/self/exe, which says "
                    "that, cannot be read: {}; mount /proc",
                    name, error.message()));
  }
  const fs::path beside = tool.parent_path() / name;
  const fs::path installed = (tool.parent_path() / ROPE_CONFORM_LIBEXEC / name).lexically_normal();
  for (const fs::path& program : {beside, installed}) {
    if (access(program.c_str(), X_OK) == 0) return program;
  }
  throw std::runtime_error(fmt::format(
      "expected {} beside rope-conform, or {}; found neither of them, or none that may be started. Next: build the "
      "target {}, install again, or keep the programs together",
      beside.string(), installed.string(), name));
}

}  // namespace rope::conformance
