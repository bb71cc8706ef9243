// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A comparison of models as text: the verdict and its cause first, then the values side by side, then the frequencies.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "reports/comparison.hpp"
#include "reports/sheet.hpp"
#include "reports/utf8.hpp"
#include "reports/wording.hpp"

namespace rope::reports {
namespace {

std::string joined(const std::vector<Difference>& parts) {
  std::string text;
  for (const Difference& part : parts) text += (text.empty() ? "" : ", ") + part.text;
  return text;
}

void heading(Sheet& sheet, const Comparison& one) {
  const std::string layer = one.layer.empty() ? "" : fmt::format(" ({})", clean_line(one.layer));
  const std::string who = fmt::format("{} and {}{}: ", one.first, one.other, layer);
  if (one.same) {
    sheet.plain({{who, Style::strong}, {"SAME", Style::good}});
  } else {
    sheet.plain({{who, Style::strong}, {"DIFFER", Style::bad}, {" in " + clean_line(joined(one.differences))}});
  }
}

std::string pairs_text(const PairRange& range) {
  return range.first == range.last ? fmt::format("{}", range.first) : fmt::format("{}-{}", range.first, range.last);
}

std::string ratio_words(double ratio) {
  // Eighths and thirty-seconds are how models stretch: "1/8" says more than "0.125".
  const double inverse = 1 / ratio;
  if (ratio < 1 && std::isfinite(inverse) && std::abs(inverse - std::round(inverse)) < 1e-9 * inverse) {
    return fmt::format("1/{:.0f}", inverse);
  }
  return fmt::format("{:.4g}", ratio);
}

std::string ratio_of(const PairRange& range) {
  if (range.kind == "equal") return "equal";
  if (range.kind == "within") {
    const bool near = std::abs(range.greatest_ratio - 1) < 1e-3 && std::abs(range.least_ratio - 1) < 1e-3;
    return near ? "nearly equal" : "not told apart";
  }
  if (range.kind == "scaled" || range.first == range.last) return "x " + ratio_words(range.least_ratio);
  if (std::abs(range.greatest_ratio - 1) < 1e-3 && std::abs(range.least_ratio - 1) < 1e-3) return "nearly equal";
  return fmt::format("x {} to {}", ratio_words(range.least_ratio), ratio_words(range.greatest_ratio));
}

std::string measure(double value) {
  return value == 0 ? "0" : std::isfinite(value) ? fmt::format("{:.1e}", value) : "infinite";
}

void add_pairs(Sheet& sheet, const Comparison& one) {
  const bool any =
      std::any_of(one.pairs.begin(), one.pairs.end(), [](const PairRange& r) { return r.kind != "equal"; });
  if (!any) {
    if (!one.pairs.empty()) {
      sheet.paragraph("frequencies", {{fmt::format("equal in all {} pairs", one.pairs.back().last + 1)}});
    }
    return;
  }
  std::vector<Spans> rows{{{"pairs", Style::faint},
                           {fmt::format("{} / {}", one.other, one.first), Style::faint},
                           {fmt::format("|{} - {}| / {}", one.other, one.first, one.first), Style::faint},
                           {fmt::format("phase at {}", one.phases.front().position), Style::faint}}};
  for (const PairRange& range : one.pairs) {
    rows.push_back({{pairs_text(range)},
                    {ratio_of(range), range.kind == "equal" ? Style::plain : Style::strong},
                    {measure(range.relative_difference)},
                    {measure(range.phase) + (range.phase == 0 ? "" : " rad")}});
  }
  sheet.table("frequencies", rows);
  for (const PhaseDifference& phase : one.phases) {
    const std::string whose =
        phase.limit == "both" ? "the last position of both" : fmt::format("the last position of {}", phase.limit);
    const double turns = phase.radians / (2 * 3.14159265358979323846);
    sheet.paragraph(&phase == &one.phases.front() ? "phase" : "",
                    {{fmt::format("at {}, {}: {} rad at pair {}{}", phase.position, whose, short_number(phase.radians),
                                  phase.pair, turns > 1 ? fmt::format(", {} turns", short_number(turns)) : "")}});
  }
}

void add_values(Sheet& sheet, const Comparison& one) {
  std::vector<Spans> rows{{{""}, {one.first, Style::faint}, {one.other, Style::faint}}};
  for (const ComparedValue& value : one.values) {
    const Style style = value.differs ? Style::strong : Style::plain;
    rows.push_back({{(value.differs ? "* " : "  ") + value.name, style},
                    {clean_line(value.first), style},
                    {clean_line(value.other), style}});
  }
  sheet.table("values", rows);
  sheet.paragraph("fingerprint",
                  {{fmt::format("{} {}, {} {}", one.first, one.first_fingerprint, one.other, one.other_fingerprint)}});
}

void add(Sheet& sheet, const Comparison& one) {
  sheet.blank();
  heading(sheet, one);
  for (const Cause& cause : one.causes) {
    sheet.paragraph(&cause == &one.causes.front() ? "cause" : "", {{clean_line(cause.text), Style::strong}});
  }
  for (const std::string& remark : one.remarks) {
    sheet.paragraph(&remark == &one.remarks.front() ? "note" : "", {{clean_line(remark)}});
  }
  if (!one.values.empty()) {
    sheet.blank();
    add_values(sheet, one);
    sheet.blank();
    add_pairs(sheet, one);
  }
  if (!one.permutation.empty()) sheet.paragraph("weights", {{clean_line(one.permutation)}});
}

}  // namespace

bool ComparisonReport::same() const {
  return std::all_of(comparisons.begin(), comparisons.end(), [](const Comparison& one) { return one.same; });
}

std::string render_comparison(const ComparisonReport& report, int columns, bool colour) {
  Sheet sheet(columns, colour);
  for (const ComparedModel& model : report.models) {
    sheet.paragraph(model.letter,
                    {{clean_line(model.name), Style::strong}, {fmt::format(" ({})", clean_line(model.form))}});
  }
  for (const Comparison& one : report.comparisons) add(sheet, one);
  return sheet.text();
}

}  // namespace rope::reports
