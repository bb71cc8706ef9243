// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What a device's runtime refuses, as an exception with the status that leaves the plug-in. None of them does itself.
#pragma once

#include <new>
#include <stdexcept>
#include <string>

#include "rope_impl.h"

namespace rope::device {

class Failure : public std::runtime_error {
 public:
  Failure(rope_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  rope_status status() const { return status_; }

 private:
  rope_status status_;
};

/// The text of last_error where no handle can own it. Of one thread.
inline std::string& error_elsewhere() {
  thread_local std::string text;
  return text;
}

/// Runs `work`; what it throws becomes a status and, but for want of memory, `error`.
template <class Work>
rope_status guarded(std::string& error, Work work) {
  error.clear();
  try {
    work();
    return ROPE_OK;
  } catch (const Failure& failure) {
    error = failure.what();
    return failure.status();
  } catch (const std::bad_alloc&) {
    return ROPE_OUT_OF_MEMORY;
  } catch (const std::exception& other) {
    error = other.what();
    return ROPE_ERROR;
  }
}

}  // namespace rope::device
