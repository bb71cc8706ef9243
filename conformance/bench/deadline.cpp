// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A thread of its own that sleeps: a signal could be taken over by a library.
#include "conformance/bench/deadline.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

namespace rope::bench::kernels {

Deadline::Deadline(double seconds, int step_file)
    : seconds_(seconds), step_file_(step_file), watcher_([this] { watch(); }) {}

Deadline::~Deadline() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  changed_.notify_one();
  watcher_.join();
}

void Deadline::tell(const std::string& step) const {
  if (step_file_ < 0) return;
  const bool told = ftruncate(step_file_, 0) == 0 &&
                    pwrite(step_file_, step.data(), step.size(), 0) == static_cast<ssize_t>(step.size());
  if (!told) fmt::print(stderr, "rope-conform bench: what is running cannot be written down\n");
}

void Deadline::watch() {
  std::unique_lock lock(mutex_);
  while (!over_) {
    if (!running_) {
      changed_.wait(lock);
    } else if (changed_.wait_until(lock, running_->end) == std::cv_status::timeout && running_ &&
               std::chrono::steady_clock::now() >= running_->end) {
      fmt::print(stderr,
                 "rope-conform bench: {}: expected an end within {:.3g} seconds, found none, and what hangs in this "
                 "process ends with it. Next: measure the others without it, or give it longer with --timeout\n",
                 running_->what, running_->seconds);
      std::fflush(stderr);
      _exit(running_->exit_code);
    }
  }
}

Deadline::Step::Step(Deadline& deadline, const std::string& what, int exit_code, int times) : deadline_(deadline) {
  deadline.tell(what);
  const double seconds = deadline.seconds_ * times;
  const auto time =
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(std::chrono::duration<double>(seconds));
  {
    const std::lock_guard lock(deadline.mutex_);
    deadline.running_.emplace(Running{what, exit_code, seconds, std::chrono::steady_clock::now() + time});
  }
  deadline.changed_.notify_one();
}

Deadline::Step::~Step() {
  const std::lock_guard lock(deadline_.mutex_);
  deadline_.running_.reset();
  deadline_.tell("");
}

}  // namespace rope::bench::kernels
