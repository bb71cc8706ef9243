// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What surrounds every call of a function of the implementation.
#pragma once

#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <typeinfo>
#include <variant>

#include "conformance/protocol/foreign_text.hpp"
#include "conformance/worker/plugin.hpp"

namespace rope::conformance::worker {

/// Copies rope_impl_info out of the implementation's memory; a text where it breaks a rule of rope_impl.h.
std::variant<protocol::Information, std::string> read_information(const ForeignMemory& foreign,
                                                                  const rope_impl_info* address);

/// False where an exception came out; then outcome.broken_rule says so.
template <class Function>
bool Plugin::call(const char* name, protocol::Outcome& outcome, Function function) {
  announce_(name);
  return call_quietly(name, outcome, function);
}

template <class Function>
bool Plugin::call_quietly(const char* name, protocol::Outcome& outcome, Function function) const {
  outcome.function = name;
  std::string escaped;
  const auto start = std::chrono::steady_clock::now();
  try {
    outcome.status = function();
  } catch (const std::exception& exception) {
    escaped = typeid(exception).name() + std::string(": ") + exception.what();
  } catch (...) {
    escaped = "not a std::exception";
  }
  outcome.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string left = own_environment_.restore();
  std::fflush(stdout);
  if (!left.empty()) {
    if (!outcome.fp_environment.empty()) outcome.fp_environment += "; ";
    outcome.fp_environment += std::string(name) + " left " + left;
  }
  if (escaped.empty()) return true;
  outcome.status = ROPE_ERROR;
  outcome.broken_rule = std::string(name) + " let a C++ exception escape (" + printable(escaped, 512) +
                        "); rope_impl.h: no C++ exception may leave a function of this interface";
  return false;
}

}  // namespace rope::conformance::worker
