// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is asked of models without an implementation, with help texts.
#include "conformance/model_options.hpp"

#include <CLI/CLI.hpp>
#include <cstddef>
#include <cstdint>
#include <string>

namespace rope::conformance {

CLI::Validator not_empty() {
  return CLI::Validator(
      [](const std::string& text) {
        return text.empty() ? std::string("expected a name or a file, found nothing between the quotes")
                            : std::string();
      },
      "", "not empty");
}

void add_choice(CLI::App& app, ModelChoice& choice) {
  app.add_option("--config", choice.configs,
                 "a model's config.json, its folder, a GGUF or an ONNX file (may be repeated)")
      ->allow_extra_args(false)
      ->option_text("FILE");
  app.add_option("--model", choice.models,
                 "model of the catalogue (may be repeated), or all; see: rope-conform list models. A name, like a "
                 "FILE, may end "
                 "in a convention: NAME@ggml")
      ->allow_extra_args(false)
      ->option_text("NAME");
}

void add_search(CLI::App& app, SearchOptions& search) {
  add_choice(app, search.choice);
  app.add_option("--extent", search.extent,
                 "positions 0 to N - 1, at most 2^40; default: the model's limit or 131072, whichever is larger")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 40))
      ->option_text("N");
  app.add_option("--count", search.count, "how many of each dtype, at most 65536; default: 8")
      ->check(CLI::Range(std::size_t{1}, std::size_t{65536}))
      ->option_text("N")
      ->capture_default_str();
  app.add_option("--dtype", search.dtypes, "only these: fp32, fp16, bf16 (may be repeated)")
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"fp32", "fp16", "bf16"}))
      ->option_text("NAME");
  app.add_option("--out", search.out, "write to FILE, whole or not at all; default: standard output")
      ->option_text("FILE");
  app.add_option("--jobs", search.jobs, "threads; default: one for each core")
      ->check(CLI::Range(1, 1024))
      ->option_text("N");
  app.footer(R"(
Examples:
  rope-conform search --model llama-3.1-8b
  rope-conform search --config config.json --dtype fp32 --count 100 --out hard.txt
  rope-conform search --model llama-2-7b --extent 16777216     some seconds

Exit codes: 0 found, 2 a bad option, configuration or FILE, 4 the search failed.)");
}

void add_explain(CLI::App& app, ExplainOptions& explain) {
  app.add_option("check", explain.check, "check id; see: rope-conform list checks")->option_text("CHECK");
  add_choice(app, explain.choice);
  app.footer(R"(
Examples:
  rope-conform explain golden-table
  rope-conform explain --model llama-3.1-8b
  rope-conform explain --config ./my-model/
  rope-conform explain --config model.gguf
  rope-conform explain --model gpt-oss-20b@ggml     as ggml reads it

Exit codes: 0 explained, 2 an unknown name or an unreadable FILE.)");
}

void add_diff(CLI::App& app, DiffOptions& diff) {
  app.add_option("models", diff.models,
                 "two or more: config.json, a folder with one, a GGUF or an ONNX file, or a name of the catalogue")
      ->option_text("A B...");
  app.add_option("--json", diff.json, "write the comparison as JSON, too")->check(not_empty())->option_text("FILE");
  app.footer(R"(
Every model is held against the first. A name of the catalogue wins over a file of
that name; write ./NAME for the file. A name or file that ends in @vllm, @ggml, ... is
what that program makes of it; see: rope-conform list conventions

Examples:
  rope-conform diff llama-3.1-8b ./my-finetune/
  rope-conform diff original/config.json exported/config.json
  rope-conform diff config.json model.gguf
  rope-conform diff gpt-oss-20b gpt-oss-20b@ggml
  rope-conform diff config.json model.onnx
  rope-conform diff config.json --json difference.json llama-3-8b

Exit codes: 0 the same, 1 they differ, 2 a bad option or an unreadable FILE.)");
}

}  // namespace rope::conformance
