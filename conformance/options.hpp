// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The command line as data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace rope::conformance {

/// Which specs: configuration files, catalogue names, or (both empty) the catalogue's representatives.
struct ModelChoice {
  std::vector<std::filesystem::path> configs;
  std::vector<std::string> models;
};

struct RunOptions {
  std::vector<std::filesystem::path> implementations;
  ModelChoice choice;
  std::string profile = "standard";
  std::int64_t extent = 0;  ///< of the exhaustive pass; 0: the larger of the model's limit and 131072
  std::string check = "*";  ///< glob over check ids
  std::vector<std::string> dtypes;
  std::string rules;
  std::string match;         ///< a pipeline's name or a file of contracts; empty: none
  std::filesystem::path qk;  ///< q and k of a real model for attention-effect; empty: none
  std::filesystem::path out = "rope-conform-report";
  std::filesystem::path fixtures;  ///< empty: made in out/fixtures
  double timeout_scale = 1;
  std::uint64_t seed = 1;
  int jobs = 0;
  bool accept_declared = false;
  bool deterministic = false;  ///< bitwise SHOULDs become MUSTs
  bool quiet = false;
};

struct ReproduceOptions {
  std::string case_id;
  RunOptions run;
};

struct GenerateOptions {
  ModelChoice choice;
  std::filesystem::path out = "fixtures";
  std::size_t positions = 1024;
  std::int64_t extent = 0;  ///< 0: the larger of the model's limit and 131072
  std::uint64_t seed = 1;
  int jobs = 0;
  bool force = false;
};

struct VerifyOptions {
  std::vector<std::filesystem::path> files;
  int jobs = 0;
};

struct ListOptions {
  std::string what = "all";
};

/// A check, or a model.
struct ExplainOptions {
  std::string check;
  ModelChoice choice;
};

struct DiffOptions {
  std::vector<std::string> models;  ///< files, folders or names of the catalogue; the first is what others are held to
  std::filesystem::path json;       ///< empty: no JSON form
};

struct MatrixOptions {
  RunOptions run;
};

struct BenchReferenceOptions {
  std::filesystem::path json;  ///< empty: no JSON form
  std::int64_t positions = std::int64_t{1} << 17;
  int rounds = 11;
  int threads = 0;  ///< 0: not said
  bool full = false;
};

struct BenchCpuOptions {
  std::vector<std::string> implementations;
  std::filesystem::path json;  ///< empty: no JSON form
  std::string peers;           ///< a Python interpreter; empty: no peers
  bool markdown = false;
  int rounds = 11;
  double timeout_scale = 1;
  std::vector<int> threads{1, 2};
  std::vector<std::string> shapes{"prefill", "large", "decode"};
  std::vector<std::string> dtypes{"fp32", "fp16", "bf16"};
  std::vector<std::string> pairings{"half-split", "interleaved"};
};

struct BenchGpuOptions {
  std::vector<std::string> implementations;
  std::filesystem::path json;  ///< empty: no JSON form
  std::string peers;           ///< a Python interpreter; empty: no peers
  bool markdown = false;
  int rounds = 11;
  double timeout_scale = 1;
  std::vector<std::string> shapes{"prefill", "long", "decode"};
  std::vector<std::string> dtypes{"fp32", "fp16", "bf16"};
  std::vector<std::string> pairings{"half-split", "interleaved"};
};

struct SearchOptions {
  ModelChoice choice;
  std::int64_t extent = 0;  ///< 0: the larger of the model's limit and 131072
  std::size_t count = 8;    ///< of each dtype
  std::vector<std::string> dtypes;
  std::filesystem::path out;  ///< empty: standard output
  int jobs = 0;
};

/// The process is to end at once with this code; text has been printed (help, version, or what is wrong).
struct Ended {
  int code = 0;
};

using Command = std::variant<RunOptions, ReproduceOptions, GenerateOptions, VerifyOptions, ListOptions, ExplainOptions,
                             MatrixOptions, BenchReferenceOptions, BenchCpuOptions, BenchGpuOptions, SearchOptions,
                             DiffOptions, Ended>;

Command parse_command_line(int argc, const char* const* argv);

}  // namespace rope::conformance
