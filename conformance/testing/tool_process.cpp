// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// posix_spawn with files for the output; paths come from the build as compile definitions.
#include "conformance/testing/tool_process.hpp"

#include <fcntl.h>
#include <signal.h>
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

RunningTool::RunningTool(const std::vector<std::string>& arguments, const fs::path& folder) {
  const std::string out = capture_ / "out";
  const std::string err = capture_ / "err";
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
  // A test under nohup or in a shell's background ignores SIGINT, and what it starts would, too.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t heard;
  sigemptyset(&heard);
  sigaddset(&heard, SIGINT);
  sigaddset(&heard, SIGTERM);
  posix_spawnattr_setsigdefault(&attributes, &heard);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  const int failed = posix_spawn(&child_, ROPE_CONFORM_TOOL, &actions, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::runtime_error("cannot start " + std::string(ROPE_CONFORM_TOOL));
}

void RunningTool::signal(int number) const {
  if (!reaped_) kill(child_, number);
}

bool RunningTool::ended() {
  if (!reaped_) reaped_ = waitpid(child_, &status_, WNOHANG) == child_;
  return reaped_;
}

ToolResult RunningTool::wait() {
  if (!reaped_) waitpid(child_, &status_, 0);
  reaped_ = true;
  ToolResult result;
  result.by_signal = WIFSIGNALED(status_);
  result.exit_code = result.by_signal ? 128 + WTERMSIG(status_) : WEXITSTATUS(status_);
  result.out = read_text(capture_ / "out");
  result.err = read_text(capture_ / "err");
  return result;
}

ToolResult run_tool(const std::vector<std::string>& arguments, const fs::path& folder) {
  return RunningTool(arguments, folder).wait();
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
