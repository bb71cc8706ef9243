// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The summary for a terminal. Verdict and likely cause first, then what was judged in the order it was judged, last
// what to do next.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "reports/render.hpp"
#include "reports/sheet.hpp"
#include "reports/utf8.hpp"
#include "reports/wording.hpp"

namespace rope::reports {
namespace {

// A summary stays one screen: longer lists are cut, and report.md has the rest.
constexpr std::size_t most_listed = 6;

Style style_of(Verdict verdict) {
  if (verdict == Verdict::pass) return Style::good;
  return is_failure(verdict) ? Style::bad : Style::doubtful;
}

Style style_of_headline(const Record& record) {
  if (record.exit_code == 0) return style_of(record.verdict);
  return record.exit_code == 5 || record.exit_code == 130 ? Style::doubtful : Style::bad;
}

Style style_of_grade(const std::string& grade) {
  if (grade == "fail") return Style::bad;
  return grade == "looser" ? Style::doubtful : Style::good;
}

Style style_of_contract(const std::string& verdict) {
  if (verdict == "inside") return Style::good;
  return verdict == "outside" ? Style::bad : Style::doubtful;
}

std::string and_more(std::size_t count) {
  return fmt::format("and {} more: see report.md", count);
}

/// Paragraphs under one label, cut to what one screen holds.
void list(Sheet& sheet, std::string_view label, const std::vector<std::string>& items) {
  const std::size_t shown = items.size() > most_listed + 1 ? most_listed : items.size();
  for (std::size_t i = 0; i < shown; ++i) sheet.paragraph(i == 0 ? label : "", {{clean_line(items[i])}});
  if (shown < items.size()) sheet.paragraph("", {{and_more(items.size() - shown), Style::faint}});
}

void banner(Sheet& sheet, const Record& record) {
  const Style style = style_of_headline(record);
  const std::string file =
      clean_line(record.implementation_file.substr(record.implementation_file.find_last_of('/') + 1));
  std::string who = clean_line(record.implementation_name);
  if (!record.implementation_version.empty()) who += fmt::format(" {}", clean_line(record.implementation_version));
  if (!file.empty() && file != who) who += who.empty() ? file : fmt::format(" ({})", file);
  sheet.rule(style);
  sheet.ends({headline(record), style}, {who, Style::strong});
  const std::string reason = clean_line(verdict_reason(record));
  if (!reason.empty()) sheet.plain({{reason}});
  sheet.rule(style);
}

void cause(Sheet& sheet, const Record& record) {
  for (const Diagnosis& one : record.diagnosis) {
    sheet.paragraph(&one == &record.diagnosis.front() ? "CAUSE" : "",
                    {{clean_line(one.sentence), Style::strong},
                     {clean_line(fmt::format(" [{}]{}{}", one.id, one.evidence.empty() ? "" : ": ", one.evidence))}});
  }
}

void maths(Sheet& sheet, const Record& record) {
  std::string text = record.maths.empty() ? std::string("not judged") : record.maths;
  if (!record.diagnosis.empty()) {
    // The cause stands above already.
    const std::size_t said = text.find(": " + record.diagnosis.front().sentence);
    if (said != std::string::npos) text.resize(said);
  }
  sheet.paragraph("MATHS", {{clean_line(text)}});
  std::vector<Spans> rows;
  std::size_t uneventful = 0;
  for (const Check& check : record.checks) {
    // A long list of passes would push the failures off the screen.
    if (check.verdict == Verdict::measured && !record.attention.empty()) continue;  // has a part of its own
    if (record.checks.size() > 2 * most_listed && check.verdict == Verdict::pass) {
      ++uneventful;
      continue;
    }
    rows.push_back(
        {{{clean_line(check.id)}, {name(check.verdict), style_of(check.verdict)}, {tally_text(tally(check))}}});
  }
  if (!rows.empty()) sheet.table("", rows);
  if (uneventful != 0) sheet.paragraph("", {{fmt::format("{} checks pass", uneventful), Style::faint}});
}

void grade_table(Sheet& sheet, const std::vector<Grade>& grades) {
  std::vector<Spans> rows{
      {{"dtype", Style::faint}, {"grade", Style::faint}, {"of bound", Style::faint}, {"worst at", Style::faint}}};
  std::vector<std::string> meanings;
  for (const Grade& grade : grades) {
    rows.push_back({{clean_line(grade.dtype)},
                    {clean_line(grade.grade), style_of_grade(grade.grade)},
                    {ratio_text(grade.ratio)},
                    {clean_line(fmt::format("p = {}, pair {} ({})", grade.position, grade.pair, grade.model))}});
    const std::string meaning = grade_meaning(grade.grade);
    if (meaning.empty()) continue;
    std::string entry = fmt::format("{}: {}", grade.grade, meaning);
    if (std::find(meanings.begin(), meanings.end(), entry) == meanings.end()) meanings.push_back(std::move(entry));
  }
  sheet.table("ACCURACY", rows);
  if (!meanings.empty()) sheet.paragraph("", {{fmt::format("{}", fmt::join(meanings, "; ")), Style::faint}});
}

void horizon_table(Sheet& sheet, const Record& record) {
  std::vector<HorizonGroup> groups = horizon_groups(record.horizons);
  if (groups.empty()) return;
  const std::size_t all = groups.size();
  if (all > most_listed + 1) {
    // What falls short is shown before what holds.
    std::stable_partition(groups.begin(), groups.end(), [](const HorizonGroup& group) { return !group.whole_context; });
    groups.resize(most_listed);
  }
  std::vector<Spans> rows{
      {{"model", Style::faint}, {"valid to position", Style::faint}, {"angle error (usual), rad", Style::faint}}};
  for (const HorizonGroup& group : groups) {
    std::string who = clean_line(group.model);
    if (!group.every_dtype) who += clean_line(fmt::format(" {}", fmt::join(group.dtypes, " ")));
    rows.push_back({{who},
                    {group.valid_to, group.whole_context ? Style::plain : Style::bad},
                    {fmt::format("{} ({})", angle_text(group.angle_error), angle_text(group.usual_angle_error))}});
  }
  sheet.table("", rows);
  if (groups.size() < all) sheet.paragraph("", {{and_more(all - groups.size()), Style::faint}});
}

void tier_table(Sheet& sheet, const Record& record) {
  std::vector<Spans> rows{{{"tier", Style::faint},
                           {"units", Style::faint},
                           {"A to", Style::faint},
                           {"B to", Style::faint},
                           {"", Style::faint}}};
  std::size_t all = 0;
  for (const Horizon& one : record.horizons) {
    if (!one.tiers || all++ >= most_listed) continue;
    rows.push_back({{clean_line(one.tiers->tier)},
                    {ratio_text(one.tiers->units)},
                    {holds_to(one.tiers->a_to)},
                    {holds_to(one.tiers->b_to)},
                    {clean_line(fmt::format("{} {}", one.model, one.dtype))}});
  }
  if (all == 0) return;
  sheet.table("", rows);
  if (all > most_listed) sheet.paragraph("", {{and_more(all - most_listed), Style::faint}});
}

void empty_limits(Sheet& sheet, const Record& record) {
  // One line for all dtypes of a model with the same limit.
  std::vector<std::pair<std::string, std::vector<std::string>>> lines;
  const auto add = [&](const Horizon& one, const std::string& text) {
    const std::string line = fmt::format("{}: {}", one.model, text);
    auto same = std::find_if(lines.begin(), lines.end(), [&](const auto& known) { return known.first == line; });
    if (same == lines.end()) same = lines.insert(same, {line, {}});
    same->second.push_back(one.dtype);
  };
  for (const Horizon& one : record.horizons) {
    if (one.limit_empty_from) {
      add(one, fmt::format("from position {} on E(16, 2) lets some pair's angle be anything; only tiers say something "
                           "there",
                           *one.limit_empty_from));
    }
    if (one.contract_empty_from) {
      add(one,
          fmt::format("from position {} on the declared contract says nothing of some pair", *one.contract_empty_from));
    }
  }
  for (const auto& [line, dtypes] : lines) {
    sheet.paragraph("", {{clean_line(fmt::format("{} ({})", line, fmt::join(dtypes, " "))), Style::doubtful}});
  }
}

void accuracy(Sheet& sheet, const Record& record) {
  const std::vector<Grade> grades = worst_by_dtype(record.grades);
  if (grades.empty()) {
    sheet.paragraph("ACCURACY", {{"not graded"}});
  } else {
    grade_table(sheet, grades);
  }
  horizon_table(sheet, record);
  tier_table(sheet, record);
  empty_limits(sheet, record);
  for (const Grade& grade : grades) {
    if (grade.contract.empty()) continue;
    sheet.paragraph("", {{clean_line(grade.dtype + " contract: ")},
                         {clean_line(grade.contract_verdict), style_of_contract(grade.contract_verdict)},
                         {fmt::format(", {} of its own bound", ratio_text(grade.contract_ratio))}});
  }
}

/// One line for all dtypes that have every bit of a pipeline, then those that have not.
void matched_bits(Sheet& sheet, const Record& record) {
  // Emulating is for samples; a pass over every position does not do it.
  const char* const where = record.profile.rfind("exhaustive", 0) == 0 ? " at the sampled positions" : "";
  const std::vector<BitsGroup> groups = bits_groups(record.bits);
  std::vector<std::string> said;
  for (const BitsGroup& group : groups) {
    if (std::find(said.begin(), said.end(), group.pipeline) != said.end()) continue;
    said.push_back(group.pipeline);
    std::vector<std::string> dtypes;
    for (const BitsGroup& same : groups) {
      if (same.pipeline == group.pipeline && same.compared > 0 && same.worst == nullptr) dtypes.push_back(same.dtype);
    }
    if (dtypes.empty()) continue;
    sheet.paragraph(
        "", {{"every bit", Style::good},
             {clean_line(fmt::format(" of {}{}: {}", pipeline_text(group.pipeline), where, fmt::join(dtypes, " ")))}});
  }
  for (const BitsGroup& group : groups) {
    if (group.worst == nullptr) continue;
    const Match& worst = *group.worst;
    std::string text =
        fmt::format(" of the bits of {}, {}; worst {}: ", pipeline_text(group.pipeline), group.dtype, worst.model);
    if (worst.first) text += fmt::format("first at position {}, pair {}; ", worst.first->position, worst.first->pair);
    sheet.paragraph("", {{share_text(static_cast<double>(group.equal) / static_cast<double>(group.compared)),
                          group.pipeline == "declared" ? Style::doubtful : Style::bad},
                         {clean_line(text + worst.finding)}});
  }
}

void bits(Sheet& sheet, const Record& record) {
  std::vector<std::string> shares;
  for (const Grade& grade : worst_by_dtype(record.grades)) {
    shares.push_back(fmt::format("{} {}", grade.dtype, share_text(grade.correctly_rounded)));
  }
  sheet.paragraph("BITS",
                  {{shares.empty() ? "not compared with the correctly rounded ones"
                                   : clean_line(fmt::format("correctly rounded: {}", fmt::join(shares, ", ")))}});
  matched_bits(sheet, record);
}

/// How far the softmax weights move, and how many queries get another top token.
void attention(Sheet& sheet, const Record& record) {
  const std::vector<AttentionGroup> groups = attention_groups(record.attention);
  if (groups.empty()) return;
  std::vector<Spans> rows{{{"dtype", Style::faint},
                           {"weights move", Style::faint},
                           {"usual", Style::faint},
                           {"rounded once", Style::faint},
                           {"other top token", Style::faint}}};
  for (const AttentionGroup& group : groups) {
    const std::string where =
        group.file.empty() ? grouped(static_cast<std::uint64_t>(group.tokens)) + " tokens" : group.file;
    rows.push_back({{clean_line(group.dtype)},
                    {short_number(group.implementation.weights)},
                    {group.usual ? short_number(group.usual->weights) : "-"},
                    {short_number(group.rounded.weights)},
                    {clean_line(fmt::format("{} of {} ({})", group.implementation.changed, group.queries, where))}});
  }
  sheet.table("ATTENTION", rows);
}

void scope(Sheet& sheet, const Record& record) {
  Tally all;
  for (const Check& check : record.checks) {
    const Tally one = tally(check);
    all.cases += one.cases;
    all.cells += one.cells;
  }
  std::string text = record.scope;
  const std::string coverage = coverage_text(record.coverage);
  if (!coverage.empty()) text += (text.empty() ? "" : "; ") + coverage;
  text += fmt::format("{}{} {}, {} {} compared", text.empty() ? "" : "; ", grouped(all.cases),
                      all.cases == 1 ? "case" : "cases", grouped(all.cells), all.cells == 1 ? "pair" : "pairs");
  sheet.paragraph("SCOPE", {{clean_line(text)}});
  const std::string stand_for = representatives_text(record.representatives);
  if (!stand_for.empty()) sheet.paragraph("", {{clean_line(stand_for + " (which for which: report.md)")}});
  const std::string ways = combinations_text(record.combinations);
  if (!ways.empty()) sheet.paragraph("", {{ways}});
}

void rules_and_time(Sheet& sheet, const Record& record) {
  std::string rules = record.rules.empty() ? std::string("none") : record.rules;
  if (!record.profile.empty()) rules += ", profile " + record.profile;
  sheet.paragraph("RULES", {{clean_line(fmt::format("{}, seed {}", rules, record.seed))}});
  sheet.paragraph("TIME", {{time_text(record)}});
}

void worst_cell(Sheet& sheet, const Worst& worst) {
  std::vector<Spans> rows;
  const auto add = [&](const std::string& what, const std::vector<Number>& numbers, std::size_t i, Style style) {
    if (i < numbers.size()) rows.push_back({{what}, {clean_line(numbers[i].dec), style}, {clean_line(numbers[i].hex)}});
  };
  for (std::size_t i = 0; i < worst.inputs.size(); ++i) add(fmt::format("x{}", i), worst.inputs, i, Style::plain);
  for (std::size_t i = 0; i < std::max(worst.expected.size(), worst.got.size()); ++i) {
    add(fmt::format("y{} expected", i), worst.expected, i, Style::plain);
    const bool differs =
        i >= worst.expected.size() || i >= worst.got.size() || worst.expected[i].hex != worst.got[i].hex;
    add(fmt::format("y{} got", i), worst.got, i, differs ? Style::bad : Style::plain);
  }
  if (!rows.empty()) sheet.table("", rows);
  std::string text = fmt::format("error {}, limit {}", short_number(worst.error), short_number(worst.bound));
  const double ratio = worst.error / worst.bound;
  if (std::isfinite(ratio)) text += fmt::format(": {} {} the limit", ratio_text(ratio), ratio > 1 ? "times" : "of");
  sheet.paragraph("", {{text}});
}

std::size_t count_failing_cases(const Record& record) {
  std::size_t count = 0;
  for (const Check& check : record.checks) {
    for (const Case& one : check.cases) count += is_failure(one.verdict) ? 1U : 0U;
  }
  return count;
}

void failure(Sheet& sheet, const Record& record, const FirstFailure& first) {
  const Case& one = *first.failing_case;
  sheet.paragraph("FAILURE", {{clean_line(one.id), Style::strong},
                              {one.verdict == Verdict::fail ? "" : fmt::format(" {}", name(one.verdict)), Style::bad}});
  if (!one.message.empty()) sheet.paragraph("", {{clean_line(one.message)}});
  // Where it crashed or hung, no output is to be compared.
  if (one.verdict == Verdict::fail && first.worst != nullptr) {
    const Worst& w = *first.worst;
    if (one.message.find(fmt::format("position {}, pair {}", w.position, w.pair)) == std::string::npos) {
      sheet.paragraph("", {{clean_line(fmt::format("position {}, pair {}, {}", w.position, w.pair, w.input_kind))}});
    }
    worst_cell(sheet, w);
  }
  if (!one.reproduce.empty()) sheet.command("REPRODUCE", clean_line(one.reproduce));
  if (const std::size_t all = count_failing_cases(record); all > 1) {
    sheet.paragraph("", {{fmt::format("{} more to reproduce: see report.md", grouped(all - 1)), Style::faint}});
  }
}

void next_step(Sheet& sheet, const Record& record) {
  const FirstFailure first = first_failure(record);
  if (first.failing_case != nullptr) {
    failure(sheet, record, first);
  } else if (first.check != nullptr) {
    sheet.paragraph("FAILURE", {{clean_line(first.check->id + ": " + first.check->bound)}});
  }
  if (!record.directory.empty()) {
    sheet.paragraph("REPORTS", {{clean_line(record.directory + ": report.md, report.json, report.xml")}});
  }
}

}  // namespace

std::string render_terminal(const Record& record, int columns, bool colour) {
  Sheet sheet(columns, colour);
  banner(sheet, record);
  cause(sheet, record);
  // Where nothing ran, a page of "not judged" would hide the one line that matters.
  if (!record.checks.empty()) {
    maths(sheet, record);
    accuracy(sheet, record);
    bits(sheet, record);
    attention(sheet, record);
    list(sheet, "MEMORY", record.memory.empty() ? std::vector<std::string>{"nothing observed"} : record.memory);
    list(sheet, "NOT TESTED",
         record.not_tested.empty() ? std::vector<std::string>{"nothing was declined"} : record.not_tested);
    scope(sheet, record);
    rules_and_time(sheet, record);
  }
  next_step(sheet, record);
  return sheet.text();
}

}  // namespace rope::reports
