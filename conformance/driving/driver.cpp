// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A worker that died, or whose device may be in any state, is replaced; what it printed is kept.
#include "conformance/driving/driver.hpp"

#include <fmt/format.h>

#include <stdexcept>
#include <utility>

#include "conformance/driving/driven_plugin.hpp"
#include "conformance/driving/library_file.hpp"

namespace rope::conformance {
namespace {

using Status = RotateAnswer::Status;

// Adds to what was printed before, keeping the last 64 KiB.
void remember(std::string& all, const std::string& more) {
  constexpr std::size_t limit = 64 * 1024;
  constexpr std::string_view mark = "[... earlier output left out ...]\n";
  all += more;
  if (all.size() <= limit) return;
  std::size_t start = all.size() - (limit - mark.size());
  while (start < all.size() && (static_cast<unsigned char>(all[start]) & 0xC0) == 0x80) ++start;  // whole characters
  all = std::string(mark) + all.substr(start);
}

}  // namespace

Driver::Driver(DriverOptions options, std::filesystem::path library)
    : options_(std::move(options)), library_(std::move(library)) {
  if (!(options_.timeout_scale > 0)) throw std::invalid_argument("Driver: timeout_scale must be above 0");
}

Driver::~Driver() = default;

std::variant<Description, LoadProblem> Driver::load() {
  if (auto wrong = problem_before_loading(library_)) return LoadProblem{std::move(*wrong)};
  worker_.reset();
  worker_ = std::make_unique<DrivenPlugin>(options_, library_);
  std::variant<Description, LoadProblem> result;
  try {
    result = worker_->load();
  } catch (const WorkerLost& lost) {
    result = LoadProblem{explain_lost_while_loading(library_, lost.what(), worker_->last_output())};
  }
  if (std::holds_alternative<LoadProblem>(result)) {
    remember(output_of_dead_workers_, worker_->output());
    worker_.reset();
  }
  return result;
}

// A worker that serves, or why there is none.
std::optional<RotateAnswer> Driver::without_worker() {
  if (worker_ && worker_->serves()) return std::nullopt;
  if (worker_) remember(output_of_dead_workers_, worker_->output());
  worker_.reset();
  auto worker = std::make_unique<DrivenPlugin>(options_, library_);
  ++restarts_;
  RotateAnswer answer;
  try {
    const auto loaded = worker->load();
    if (const auto* wrong = std::get_if<LoadProblem>(&loaded)) {
      answer.status = Status::failed;
      answer.message = "it loaded before, but not again: " + wrong->message;
    }
  } catch (const WorkerLost& lost) {
    answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
    answer.message = fmt::format("it loaded before, but not again: {}", lost.what());
  }
  worker_ = std::move(worker);
  if (answer.message.empty()) return std::nullopt;
  remember(output_of_dead_workers_, worker_->output());
  worker_.reset();
  return answer;
}

RotateAnswer Driver::rotate(const RotateRequest& request) {
  require_valid(request);
  if (auto none = without_worker()) return *none;
  return worker_->rotate(request);
}

Driver::MustSupport Driver::must_support() {
  MustSupport out;
  if (const auto none = without_worker()) {
    out.problem = none->message;
    return out;
  }
  try {
    return worker_->must_support();
  } catch (const WorkerLost& lost) {
    out.problem = lost.what();
  }
  return out;
}

RotateAnswer Driver::end() {
  RotateAnswer answer;
  answer.status = Status::ok;
  if (!worker_) return answer;
  // After an error of a device what else fails has that one's reason.
  if (worker_->serves()) answer = worker_->end();
  remember(output_of_dead_workers_, worker_->output());
  worker_.reset();
  return answer;
}

std::string Driver::captured_output() const {
  std::string all = output_of_dead_workers_;
  if (worker_) remember(all, worker_->output());
  return all;
}

int Driver::restarts() const {
  return restarts_;
}

}  // namespace rope::conformance
