// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// posix_spawn with files for the output; paths come from the build as compile definitions.
#include "conformance/testing/tool_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

extern char** environ;

namespace rope::conformance {
namespace fs = std::filesystem;

ToolResult run_tool(const std::vector<std::string>& arguments, const fs::path& folder) {
  const ScratchFolder capture;
  const std::string out = capture / "out";
  const std::string err = capture / "err";
  std::vector<std::string> words{ROPE_CONFORM_TOOL};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  pid_t child = 0;
  const int failed = posix_spawn(&child, ROPE_CONFORM_TOOL, &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + std::string(ROPE_CONFORM_TOOL));
  int status = 0;
  waitpid(child, &status, 0);
  ToolResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = read_text(out);
  result.err = read_text(err);
  return result;
}

ScratchFolder::ScratchFolder() {
  std::string pattern = (fs::temp_directory_path() / "rope-conform-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + pattern);
  path_ = pattern;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string bundled(const std::string& name) {
  return ROPE_IMPLS_FOLDER "/" + name + ".so";
}
std::string faulty(const std::string& name) {
  return ROPE_IMPLS_FOLDER "/faulty/" + name + ".so";
}
std::string hostile(const std::string& name) {
  return ROPE_IMPLS_FOLDER "/hostile/" + name + ".so";
}
std::string golden_folder() {
  return ROPE_SOURCE_FOLDER "/fixtures/golden";
}

nlohmann::json read_report(const fs::path& folder) {
  return nlohmann::json::parse(read_text(folder / "report.json"));
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

}  // namespace rope::conformance
