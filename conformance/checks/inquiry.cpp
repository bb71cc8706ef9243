// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The verdict is that of what was compared; what was not stands in the message, and at length in the report's
// combinations.
#include "conformance/checks/inquiry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "conformance/checks/number_text.hpp"
#include "conformance/checks/same_rows.hpp"

namespace rope::conformance {
namespace {

// A message is one line: the report's combinations have the rest.
constexpr std::size_t most_named = 3;

constexpr const char* plain_call = "a plain call";

}  // namespace

Inquiry::Inquiry(const Probe& probe, std::string check) : probe_(probe), check_(std::move(check)), deviations_(probe) {}

std::optional<Tokens> Inquiry::plain(const Tokens& in, int batch) {
  return ask(in, request_for(probe_, in, batch), plain_call);
}

std::optional<Tokens> Inquiry::plain(const Tokens& in, const RotateRequest& as, int batch) {
  RotateRequest request = request_for(probe_, in, batch);
  request.max_position = as.max_position;
  request.direction = as.direction;
  request.arrangement.source = as.arrangement.source;
  return ask(in, request, plain_call);
}

std::optional<Tokens> Inquiry::ask(const Tokens& in, const RotateRequest& request, const std::string& what) {
  const auto there = answer(request, what);
  return there ? std::optional(outputs_of(probe_, in, request, *there)) : std::nullopt;
}

std::optional<RotateAnswer> Inquiry::answer(const RotateRequest& request, const std::string& what) {
  if (over()) return std::nullopt;
  // What is asked is one call; what it is held against may be several, so that both would be the same.
  RotateRequest asked = request;
  asked.arrangement.one_call = what != plain_call;
  RotateAnswer answer = probe_.rotate(asked);
  if (answer.status == RotateAnswer::Status::unsupported) {
    refused(what, answer.message);
    return std::nullopt;
  }
  if (auto none = no_answer(answer)) {
    none->message = fmt::format("{}: {}", what, none->message);
    wrong_ = std::move(none);
    return std::nullopt;
  }
  used_ = answer.used;
  if (probe_.asked && what != plain_call) probe_.asked({check_, what, true, {}});
  return answer;
}

void Inquiry::same(const Tokens& in, const Tokens& expected, const Tokens& got, const std::string& what) {
  add_same_rows(deviations_, probe_, rows_of(probe_, in), rows_of(probe_, expected).values, rows_of(probe_, got).values,
                what);
  same_beside(in, got, what);
}

void Inquiry::same_beside(const Tokens& in, const Tokens& got, const std::string& what) {
  const Spec& spec = probe_.fixture.spec;
  if (spec.rotary_dim == spec.head_dim) return;
  const auto head_dim = static_cast<std::size_t>(spec.head_dim);
  const auto compare = [&](const std::vector<std::uint32_t>& before, const std::vector<std::uint32_t>& after) {
    for (std::size_t at = 0; at < before.size(); ++at) {
      const int element = static_cast<int>(at % head_dim);
      if (element >= spec.dim_offset && element < spec.dim_offset + spec.rotary_dim) continue;
      const std::int64_t position = in.positions[at / (before.size() / in.count())];
      deviations_.add_copy(before[at], after[at], position,
                           [&] { return fmt::format("{}, element {}, which does not rotate", what, element); });
    }
  };
  compare(in.q, got.q);
  compare(in.k, got.k);
}

void Inquiry::refused(const std::string& what, const std::string& reason) {
  if (probe_.asked) probe_.asked({check_, what, false, reason});
  auto same = std::find_if(refused_.begin(), refused_.end(), [&](const auto& known) { return known.first == reason; });
  if (same == refused_.end()) same = refused_.insert(same, {reason, {}});
  auto& whats = same->second;
  if (std::find(whats.begin(), whats.end(), what) == whats.end()) whats.push_back(what);
}

void Inquiry::wrong(reports::Case found) {
  if (!over()) wrong_ = std::move(found);
}

void Inquiry::fail(const std::string& message) {
  reports::Case out;
  out.verdict = reports::Verdict::fail;
  out.ratio = HUGE_VAL;
  out.message = message;
  wrong(std::move(out));
}

reports::Case Inquiry::result(const std::string& what) const {
  std::string not_asked;
  std::size_t named = 0;
  std::size_t all = 0;
  for (const auto& [reason, whats] : refused_) {
    all += whats.size();
    if (named == most_named) continue;
    const std::size_t shown = std::min(whats.size(), most_named - named);
    named += shown;
    not_asked +=
        fmt::format("{}{} ({})", not_asked.empty() ? "not asked: " : "; ",
                    fmt::join(whats.begin(), whats.begin() + static_cast<std::ptrdiff_t>(shown), ", "), reason);
  }
  if (named < all) not_asked += fmt::format("; and {} more", all - named);
  reports::Case out;
  if (wrong_) {
    out = *wrong_;
    out.cells = deviations_.cells();
  } else if (deviations_.cells() == 0 && !refused_.empty()) {
    out.verdict = reports::Verdict::unsupported;
  } else {
    out = deviations_.result(what);
    // Where it is wrong is said first, and how it was asked.
    if (out.verdict == reports::Verdict::fail && out.worst && !out.worst->input_kind.empty()) {
      out.message += ": " + out.worst->input_kind;
    }
  }
  if (!out.message.empty() && !not_asked.empty()) out.message += "; ";
  out.message += not_asked;
  return out;
}

}  // namespace rope::conformance
