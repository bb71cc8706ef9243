// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One case of a check that asks the same in several ways: what was refused is noted and never passed, what came back is
// compared, and after a call that went wrong nothing more is asked.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "conformance/checks/deviation.hpp"
#include "conformance/checks/tokens.hpp"

namespace rope::conformance {

class Inquiry {
 public:
  Inquiry(const Probe& probe, std::string check);

  /// What is held against; refused, it is noted like any other way of asking.
  std::optional<Tokens> plain(const Tokens& in, int batch = 1);
  /// The same with the source, direction and limit of `as`, whatever else `as` asks.
  std::optional<Tokens> plain(const Tokens& in, const RotateRequest& as, int batch = 1);

  /// The outputs of a call for `in`; nothing where it is refused or goes wrong. `what`: the way of asking, in words.
  std::optional<Tokens> ask(const Tokens& in, const RotateRequest& request, const std::string& what);

  /// Each output of `got` against `expected`, and what does not rotate against `in`. Bits are compared.
  void same(const Tokens& in, const Tokens& expected, const Tokens& got, const std::string& what);

  /// What does not rotate, alone.
  void same_beside(const Tokens& in, const Tokens& got, const std::string& what);

  /// For a way of asking that is not tried at all.
  void refused(const std::string& what, const std::string& reason);

  /// For what is no deviation of numbers: the case, as it is, and nothing more is asked.
  void wrong(reports::Case found);
  void fail(const std::string& message);

  /// The answer itself, for what is not held against a plain call.
  std::optional<RotateAnswer> answer(const RotateRequest& request, const std::string& what);

  Deviations& deviations() { return deviations_; }
  /// How the last call was asked in the end.
  const Arrangement& used() const { return used_; }
  /// A call went wrong, or wrong() or fail() was called.
  bool over() const { return wrong_.has_value(); }

  /// `what`: what differing values mean.
  reports::Case result(const std::string& what) const;

 private:
  const Probe& probe_;
  std::string check_;
  Deviations deviations_;
  std::optional<reports::Case> wrong_;
  Arrangement used_;
  std::vector<std::pair<std::string, std::vector<std::string>>> refused_;  ///< reason, and for what
};

}  // namespace rope::conformance
