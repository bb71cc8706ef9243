// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform generate: golden fixtures as files.
#include "fixtures/generate.hpp"

#include <fmt/format.h>
#include <omp.h>

#include "conformance/chosen_models.hpp"
#include "conformance/terminal.hpp"
#include "conformance/verbs/verbs.hpp"
#include "fixtures/file.hpp"

namespace rope::conformance {

ExitCode generate(const GenerateOptions& options) {
  namespace fs = std::filesystem;
  const std::vector<ChosenModel> models = chosen_models(options.choice);
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error) {
    throw UsageError(fmt::format("--out \"{}\": cannot make the folder: {}; choose another --out", options.out.string(),
                                 error.message()));
  }
  for (const ChosenModel& model : models) {
    const fs::path path = options.out / (model.name + ".h5");
    if (fs::exists(path, error) && !options.force) {
      throw UsageError(fmt::format("{} exists; --force replaces it, or choose another --out", path.string()));
    }
    const std::int64_t extent = options.extent == 0 ? default_extent(model.spec) : options.extent;
    if (extent < model.spec.max_position) {
      throw UsageError(
          fmt::format("--extent {}: less than the limit of {}, {}", extent, model.name, model.spec.max_position));
    }
  }
  omp_set_num_threads(options.jobs);
  ProgressLine progress(look_at_terminal(), false);
  for (const ChosenModel& model : models) {
    const fs::path path = options.out / (model.name + ".h5");
    const std::int64_t extent = options.extent == 0 ? default_extent(model.spec) : options.extent;
    const fixtures::Request request{model.name, model.spec, extent, options.seed, options.positions};
    fixtures::write(fixtures::generate(request,
                                       [&](std::size_t done, std::size_t all) {
                                         progress.show(fmt::format("{}: {} of {} positions", model.name, done, all));
                                       }),
                    path);
    const fixtures::Fixture written = fixtures::read(path);
    progress.clear();
    fmt::print("{}: {} of {} positions, {} pairs, {:.1f} MB, {}\n", path.string(), written.positions.size(), extent,
               written.pairs(), static_cast<double>(fs::file_size(path)) * 1e-6, written.digest);
    std::fflush(stdout);
  }
  return ExitCode::conforms;
}

}  // namespace rope::conformance
