// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Runs the built tool as a user would and keeps what it said.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace rope::conformance {

struct ToolResult {
  int exit_code = -1;  ///< 128 and the signal where one ended it
  bool by_signal = false;
  std::string out;
  std::string err;
};

/// A folder that is empty at first and gone in the end.
class ScratchFolder {
 public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

/// rope-conform with these arguments in `folder`, at work until wait() is called.
class RunningTool {
 public:
  explicit RunningTool(const std::vector<std::string>& arguments, const std::filesystem::path& folder = ".");
  void signal(int number) const;
  bool ended();  ///< without waiting
  ToolResult wait();

 private:
  ScratchFolder capture_;
  int child_ = 0;
  int status_ = 0;
  bool reaped_ = false;
};

/// Runs rope-conform with the arguments in `folder` and waits for it.
ToolResult run_tool(const std::vector<std::string>& arguments, const std::filesystem::path& folder = ".");

std::string bundled(const std::string& name);  ///< path of a bundled plug-in
std::string faulty(const std::string& name);
std::string hostile(const std::string& name);

/// The committed golden fixtures.
std::string golden_folder();

nlohmann::json read_report(const std::filesystem::path& folder);
std::string read_text(const std::filesystem::path& path);
void write_text(const std::filesystem::path& path, const std::string& text);

}  // namespace rope::conformance
