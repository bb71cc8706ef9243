// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform bench: starts the program that measures, which is one of its own (reference/bench/main.cpp,
// conformance/bench/main.cpp or conformance/bench/gpu/main.cpp), and writes down what it says.
#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <span>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "conformance/chosen_models.hpp"
#include "conformance/driving/library_file.hpp"
#include "conformance/own_program.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/replace_file.hpp"

extern char** environ;

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;

constexpr int json_descriptor = 3;
constexpr int step_descriptor = 4;
constexpr double seconds_of_a_call = 60;

/// Before half a minute of measuring. What goes wrong later replace_file reports.
void refuse_unwritable(const fs::path& file) {
  if (const auto why = fixtures::cannot_replace(file)) {
    throw UsageError(fmt::format("--json {}: expected a file that can be written: {}", file.string(), *why));
  }
}

/// One end closed by whoever needs it no more.
struct Pipe {
  std::array<int, 2> ends{-1, -1};
  Pipe() {
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "a pipe cannot be created");
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t which) {
    if (ends[which] >= 0) ::close(std::exchange(ends[which], -1));
  }
};

/// A file that the measuring program writes its running step to, and that is left when it has crashed.
class StepFile {
 public:
  StepFile() {
    const int low = memfd_create("rope-conform-step", MFD_CLOEXEC);
    // Above the numbers that it gets in the child, so that no redirection overwrites the source of a later one.
    file_ = fcntl(low, F_DUPFD_CLOEXEC, 10);
    ::close(low);
    if (file_ < 0) throw std::system_error(errno, std::generic_category(), "a file for the bench cannot be created");
  }
  StepFile(const StepFile&) = delete;
  StepFile& operator=(const StepFile&) = delete;
  ~StepFile() { ::close(file_); }
  int descriptor() const { return file_; }
  std::string text() const {
    std::array<char, 4096> text{};
    const ssize_t n = pread(file_, text.data(), text.size(), 0);
    return {text.data(), static_cast<std::size_t>(n > 0 ? n : 0)};
  }

 private:
  int file_;
};

pid_t start(const fs::path& program, std::vector<std::string> words, int json_end, int step_file) {
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, json_end, json_descriptor);
  posix_spawn_file_actions_adddup2(&actions, step_file, step_descriptor);
  pid_t child = 0;
  const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) throw std::system_error(failed, std::generic_category(), program.string() + " cannot be started");
  return child;
}

std::string all_of(int descriptor) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t n = ::read(descriptor, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category(), "the bench's figures cannot be read");
    if (n == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::string how_it_ended(int status) {
  if (!WIFSIGNALED(status)) return "ended before it had figures: a library called exit";
  const char* const abbreviation = sigabbrev_np(WTERMSIG(status));
  return fmt::format("was ended by {}", abbreviation == nullptr ? fmt::format("signal {}", WTERMSIG(status))
                                                                : fmt::format("SIG{}", abbreviation));
}

/// What a library did to the program, and where the same is looked at in a worker.
[[noreturn]] void fail(const fs::path& program, int status, const StepFile& step,
                       const std::vector<std::string>& libraries) {
  const std::string running = step.text();
  std::string next;
  for (const std::string& library : libraries) next += " --impl " + library;
  throw std::runtime_error(fmt::format(
      "{} {}{}; no figures are written{}", program.string(), how_it_ended(status),
      running.empty() ? "" : fmt::format(" in this step: {}", running),
      next.empty() ? ""
                   : fmt::format(". Next: rope-conform{}, which runs each in a worker and says what it does", next)));
}

int status_of(pid_t child) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "the bench's end cannot be seen");
  }
  return status;
}

/// `words` follow the program's name; the word at `json_word` is the descriptor that JSON goes to. It is asked for in
/// any case: that it came shows that the program reached its end, and that no library ended it.
ExitCode measured_by(const char* name, std::vector<std::string> words, std::size_t json_word, const fs::path& file,
                     const std::vector<std::string>& libraries = {}) {
  const fs::path program = own_program(name);
  if (!file.empty()) refuse_unwritable(file);
  Pipe json;
  const StepFile step;
  words.insert(words.begin() + static_cast<std::ptrdiff_t>(json_word), std::to_string(json_descriptor));
  words.insert(words.begin(), program.string());
  const pid_t child = start(program, std::move(words), json.ends[1], step.descriptor());
  json.close_end(1);
  const std::string text = all_of(json.ends[0]);
  const int status = status_of(child);
  if (WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) return ExitCode::interrupted;
  if (WIFSIGNALED(status)) fail(program, status, step, libraries);
  // It has said why.
  if (WEXITSTATUS(status) == static_cast<int>(ExitCode::not_loadable)) return ExitCode::not_loadable;
  const bool wrong = WEXITSTATUS(status) == static_cast<int>(ExitCode::does_not_conform);
  if (WEXITSTATUS(status) != 0 && !wrong) return ExitCode::suite_failed;
  if (text.empty()) fail(program, status, step, libraries);
  if (!file.empty()) fixtures::replace_file(file, std::as_bytes(std::span(text)));
  return wrong ? ExitCode::does_not_conform : ExitCode::conforms;
}

/// A name without a slash is looked for as a shell does.
std::string interpreter(const std::string& python) {
  if (python.empty()) return "";
  if (python.find('/') == std::string::npos) {
    const char* const path = std::getenv("PATH");
    std::istringstream folders(path == nullptr ? "" : path);
    for (std::string folder; std::getline(folders, folder, ':');) {
      const fs::path program = fs::path(folder.empty() ? "." : folder) / python;
      if (access(program.c_str(), X_OK) == 0) return fs::absolute(program).string();
    }
  }
  return fs::absolute(python).string();
}

/// Each word once, in the order of the first.
template <class Word>
std::string list_of(const std::vector<Word>& words) {
  std::vector<Word> once;
  for (const Word& word : words) {
    if (std::find(once.begin(), once.end(), word) == once.end()) once.push_back(word);
  }
  return fmt::format("{}", fmt::join(once, ","));
}

/// Of conformance/bench/words.hpp.
template <class Options>
std::vector<std::string> words_of(const Options& options) {
  std::vector<std::string> words{options.markdown ? "form=markdown" : "form=text",
                                 fmt::format("rounds={}", options.rounds),
                                 fmt::format("timeout={}", seconds_of_a_call * options.timeout_scale),
                                 fmt::format("step={}", step_descriptor),
                                 "shapes=" + list_of(options.shapes),
                                 "dtypes=" + list_of(options.dtypes),
                                 "pairings=" + list_of(options.pairings),
                                 "peers=" + interpreter(options.peers)};
  // An absolute path: dlopen searches elsewhere for a name without a slash.
  for (const std::string& library : options.implementations) words.push_back("impl=" + fs::absolute(library).string());
  return words;
}

/// Says of each library that is none what it is.
bool all_may_be_loaded(const std::vector<std::string>& libraries) {
  bool all = true;
  for (const std::string& library : libraries) {
    const auto problem = problem_before_loading(library);
    if (!problem) continue;
    fmt::print(stderr, "rope-conform: {}\n", *problem);
    all = false;
  }
  return all;
}

}  // namespace

ExitCode bench(const BenchReferenceOptions& options) {
  return measured_by("rope-conform-bench-reference",
                     {std::to_string(options.positions), std::to_string(options.rounds),
                      std::to_string(options.threads), options.full ? "1" : "0"},
                     4, options.json);
}

ExitCode bench(const BenchCpuOptions& options) {
  if (!all_may_be_loaded(options.implementations)) return ExitCode::not_loadable;
  std::vector<std::string> words = words_of(options);
  words.push_back("threads=" + list_of(options.threads));
  return measured_by("rope-conform-bench-cpu", std::move(words), 0, options.json, options.implementations);
}

ExitCode bench(const BenchGpuOptions& options) {
  try {
    own_program("rope-conform-bench-gpu");
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}. It is built where nvcc is, CUDA 12 or later", error.what()));
  }
  if (!all_may_be_loaded(options.implementations)) return ExitCode::not_loadable;
  return measured_by("rope-conform-bench-gpu", words_of(options), 0, options.json, options.implementations);
}

}  // namespace rope::conformance
