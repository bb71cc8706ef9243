// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Of each plug-in the worst group speaks for all.
#include "conformance/bench/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace rope::bench::kernels {

void Report::add_peers(const std::vector<PeerLibrary>& found) {
  for (const PeerLibrary& library : found) {
    const bool known = std::any_of(peers.begin(), peers.end(), [&](const PeerLibrary& other) {
      return other.name == library.name && other.left_out == library.left_out;
    });
    if (!known) peers.push_back(library);
  }
}

int Outcome::exit_code() const {
  return !unmeasured.empty() ? 4 : wrong.empty() ? 0 : 1;
}

Outcome outcome_of(const Report& report) {
  Outcome out;
  const auto each = [&](auto look) {
    for (const Group& group : report.groups) {
      for (const Result& result : group.results) {
        if (result.method.rotates() && !result.seconds.empty()) look(group, result);
      }
    }
  };
  for (const std::string& plugin : report.plugins) {
    bool measured = false;
    const Group* where = nullptr;
    const Result* worst = nullptr;
    each([&](const Group& group, const Result& result) {
      if (result.method.kind != Method::Kind::plugin || result.method.name != plugin) return;
      measured = true;
      const bool worse = worst == nullptr || result.errors.against_limit > worst->errors.against_limit;
      if (!result.errors.wrong() || !worse) return;
      worst = &result;
      where = &group;
    });
    if (!measured) {
      out.unmeasured.push_back(fmt::format(
          "{}: nothing was measured, as it took none of the calls; why stands under Left out. Next: ask for a --shape, "
          "--dtype and --pairing that it has",
          plugin));
    }
    if (worst != nullptr) {
      out.wrong.push_back(fmt::format(
          "{}: WRONG: {}, {}, {}{}: an error of {:.3g} units, {:.3g} times what E(16, 2) allows there, beyond which no "
          "rounding leads. Next: rope-conform --impl with this library says what it does instead",
          plugin, where->shape.name, dtype_name(where->dtype), pairing_name(worst->method.pairing),
          worst->method.in_place ? ", in place" : "", worst->errors.units, worst->errors.against_limit));
    }
  }
  if (report.plugins.empty()) {
    bool measured = false;
    each([&](const Group&, const Result&) { measured = true; });
    if (!measured) out.unmeasured.emplace_back("nothing was measured: no peer could be; why stands under Left out");
  }
  return out;
}

}  // namespace rope::bench::kernels
