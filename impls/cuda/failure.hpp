// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Errors of the device inside the plug-in: an exception with the status that leaves it.
#pragma once

#include <stdexcept>
#include <string>

#include "rope_impl.h"

namespace rope::cuda {

class Failure : public std::runtime_error {
 public:
  Failure(rope_status status, const std::string& text) : std::runtime_error(text), status_(status) {}
  rope_status status() const { return status_; }

 private:
  rope_status status_;
};

}  // namespace rope::cuda
