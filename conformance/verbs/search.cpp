// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform search: the values of a model that are hardest to round.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <span>

#include "conformance/chosen_models.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/hard_case_list.hpp"
#include "fixtures/replace_file.hpp"

namespace rope::conformance {
namespace {

std::vector<DType> chosen_dtypes(const std::vector<std::string>& names) {
  std::vector<DType> out;
  for (const DType dtype : tensor_dtypes) {
    const bool chosen =
        std::any_of(names.begin(), names.end(), [&](const std::string& given) { return given == name(dtype); });
    if (chosen || names.empty()) out.push_back(dtype);
  }
  return out;
}

}  // namespace

ExitCode search(const SearchOptions& options) {
  const std::vector<ChosenModel> models = chosen_models(options.choice);
  if (!options.out.empty()) {
    if (const auto why = fixtures::cannot_replace(options.out)) {
      throw UsageError(fmt::format("--out {}: expected a file that can be written: {}", options.out.string(), *why));
    }
  }
  ProgressLine progress(look_at_terminal(), false);
  std::string text;
  for (const ChosenModel& model : models) {
    fixtures::HardCaseRequest request;
    request.model = model.name;
    request.spec = model.spec;
    request.extent = options.extent == 0 ? default_extent(model.spec) : options.extent;
    request.count = options.count;
    request.dtypes = chosen_dtypes(options.dtypes);
    const std::string waiting = fmt::format("{}: positions 0 to {}", model.name, request.extent - 1);
    progress.show(waiting);
    const auto list =
        fixtures::search_hard_cases(request, options.jobs, [&](DType dtype, std::int64_t done, std::int64_t all) {
          progress.show(fmt::format("{}: {}, {} of {} positions", model.name, name(dtype), done, all));
        });
    progress.clear();
    const std::string found = fixtures::to_text(list, ROPE_CONFORM_VERSION);
    if (options.out.empty()) {
      fmt::print("{}", found);
      std::fflush(stdout);
    } else {
      text += found;
    }
  }
  if (!options.out.empty()) fixtures::replace_file(options.out, std::as_bytes(std::span(text)));
  return ExitCode::conforms;
}

}  // namespace rope::conformance
