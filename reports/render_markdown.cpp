// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// report.md: the whole run for a reader, in the order of the terminal summary, with every case and worst cell.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "reports/render.hpp"
#include "reports/utf8.hpp"
#include "reports/wording.hpp"

namespace rope::reports {
namespace {

/// Text in which nothing is markup, on one line, fit for a table's cell.
std::string plain(std::string_view raw) {
  std::string out;
  for (const char c : clean_line(raw)) {
    if (std::string_view("\\`*_{}[]<>#|~$&!").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

/// The longest run of backticks: a fence must be longer.
std::size_t longest_run_of_backticks(std::string_view text) {
  std::size_t longest = 0;
  std::size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

/// Inline code, fit for a table's cell.
std::string code(std::string_view raw) {
  const std::string text = clean_line(raw);
  if (text.find_first_not_of(' ') == std::string::npos) return "";
  std::string shown;
  for (const char c : text) shown += c == '|' ? std::string("\\|") : std::string(1, c);
  const std::string fence(longest_run_of_backticks(text) + 1, '`');
  const char* pad = fence.size() > 1 ? " " : "";
  return fence + pad + shown + pad + fence;
}

std::string block(std::string_view raw) {
  std::string text = clean(raw);
  if (text.empty() || text.back() != '\n') text += '\n';
  const std::string fence(std::max<std::size_t>(longest_run_of_backticks(text) + 1, 3), '`');
  return fence + "text\n" + text + fence + "\n";
}

class Page {
 public:
  void heading(std::string_view text) { add(fmt::format("\n## {}\n\n", text)); }
  void add(std::string_view text) { text_ += text; }
  void line(std::string_view text) { text_ += std::string(text) + "\n"; }
  void bullets(const std::vector<std::string>& items, std::string_view if_none) {
    if (items.empty()) line(if_none);
    for (const std::string& item : items) line("- " + plain(item));
  }
  void row(const std::vector<std::string>& cells) { line(fmt::format("| {} |", fmt::join(cells, " | "))); }
  void header(const std::vector<std::string>& cells) {
    row(cells);
    row(std::vector<std::string>(cells.size(), "---"));
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string values(const std::vector<Number>& numbers) {
  std::string out;
  for (const Number& number : numbers) {
    out += (out.empty() ? "" : ", ") + plain(number.dec) + " " + code(number.hex);
  }
  return out;
}

void verdict(Page& page, const Record& record) {
  page.line(
      fmt::format("# rope-conform: {} {}", plain(record.implementation_name), plain(record.implementation_version)));
  page.line(fmt::format("\n**{}**{} {}", headline(record), record.verdict_sentence.empty() ? "" : ":",
                        plain(verdict_reason(record))));
  page.line(fmt::format("\n{}\n", plain(record.implementation_summary)));
  page.header({"", ""});
  page.row({"file", code(record.implementation_file)});
  page.row({"SHA-256", code(record.implementation_sha256)});
  for (const std::string& claim : record.claims) page.row({"claims", plain(claim)});
  page.row({"verdict", fmt::format("{} (exit code {})", name(record.verdict), record.exit_code)});
  page.row(
      {"rules, profile, seed", fmt::format("{}, {}, {}", plain(record.rules), plain(record.profile), record.seed)});
  if (record.diagnosis.empty()) return;
  page.heading("Likely cause");
  for (const Diagnosis& one : record.diagnosis) {
    page.line(fmt::format("- **{}** ({}). {}", plain(one.sentence), code(one.id), plain(one.evidence)));
  }
}

void tiers(Page& page, const std::vector<Horizon>& horizons) {
  std::vector<const Horizon*> all;
  for (const Horizon& one : horizons) {
    if (one.tiers) all.push_back(&one);
  }
  if (!all.empty()) {
    page.line("\n### Tiers, over every position\n");
    page.line("A unit is u·A·|input pair|, u the unit roundoff of the dtype, A the attention factor.\n");
    page.header({"model", "dtype", "tier", "largest error, units", "at", "correctly rounded to", "A to", "B to"});
    for (const Horizon* one : all) {
      const Tiers& t = *one->tiers;
      page.row({plain(one->model), plain(one->dtype), fmt::format("**{}**", plain(t.tier)), ratio_text(t.units),
                plain(fmt::format("position {}, pair {}, {}", t.position, t.pair, t.input_kind)),
                holds_to(t.correctly_rounded_to), holds_to(t.a_to), holds_to(t.b_to)});
    }
    page.line("");
    for (const char* tier : {"correctly rounded", "A", "B", "C", "none", "unknown"}) {
      page.line(fmt::format("- {}: {}", tier, tier_meaning(tier)));
    }
    page.line("\nComponent errors in ulp of the dtype (information):\n");
    page.header({"model", "dtype", "components", "correctly rounded", "median", "99%", "99.99%", "at most 0.5", "1",
                 "2", "4", "16", "1024"});
    for (const Horizon* one : all) {
      const Tiers& t = *one->tiers;
      std::vector<std::string> cells{
          plain(one->model),      plain(one->dtype),   grouped(t.components), share_text(t.correctly_rounded),
          short_number(t.median), short_number(t.p99), short_number(t.p9999)};
      for (const auto& [ulps, count] : t.histogram) {
        cells.push_back(
            share_text(t.components == 0 ? 0 : static_cast<double>(count) / static_cast<double>(t.components)));
      }
      page.row(cells);
    }
  }
  for (const Horizon& one : horizons) {
    if (one.limit_empty_from) {
      page.line(fmt::format("\n{} {}: from position {} on E(16, 2) lets some pair's angle be anything.",
                            plain(one.model), plain(one.dtype), *one.limit_empty_from));
    }
    if (one.contract_empty_from) {
      page.line(fmt::format("\n{} {}: from position {} on the declared contract says nothing of some pair.",
                            plain(one.model), plain(one.dtype), *one.contract_empty_from));
    }
  }
}

void accuracy(Page& page, const Record& record) {
  page.heading("Maths");
  page.line(record.maths.empty() ? "Not judged." : plain(record.maths));
  page.heading("Accuracy");
  if (record.grades.empty()) {
    page.line("Not graded.");
  } else {
    page.line(
        "Each dtype is held against the bound of the usual pipeline of that dtype; a ratio of 1 is that bound.\n");
    page.header({"dtype", "grade", "ratio", "model", "position", "pair", "input", "correctly rounded"});
    for (const Grade& grade : record.grades) {
      page.row({plain(grade.dtype), fmt::format("**{}**", plain(grade.grade)), ratio_text(grade.ratio),
                plain(grade.model), fmt::format("{}", grade.position), fmt::format("{}", grade.pair),
                plain(grade.input_kind), share_text(grade.correctly_rounded)});
    }
    page.line("");
    for (const char* grade : {"exact", "better", "equal", "looser", "fail"}) {
      page.line(fmt::format("- {}: {}", grade, grade_meaning(grade)));
    }
  }
  const bool contracts = std::any_of(record.grades.begin(), record.grades.end(),
                                     [](const Grade& grade) { return !grade.contract.empty(); });
  if (contracts) {
    page.line("\n### Declared contracts\n");
    page.header({"dtype", "contract", "verdict", "of its own bound"});
    for (const Grade& grade : record.grades) {
      if (grade.contract.empty()) continue;
      page.row(
          {plain(grade.dtype), code(grade.contract), plain(grade.contract_verdict), ratio_text(grade.contract_ratio)});
    }
  }
  if (record.horizons.empty()) return;
  page.line("\n### How far it holds\n");
  page.header({"model", "dtypes", "valid to position", "angle error, radians", "the usual pipeline's bound"});
  for (const HorizonGroup& group : horizon_groups(record.horizons)) {
    page.row({plain(group.model), plain(fmt::format("{}", fmt::join(group.dtypes, " "))), group.valid_to,
              angle_text(group.angle_error), angle_text(group.usual_angle_error)});
  }
  tiers(page, record.horizons);
}

/// "1.2e-7 of 2.3e-7", or the bound alone.
std::string stage_text(const Match& match, const char* stage) {
  for (const StageError& one : match.stages) {
    if (one.stage != stage) continue;
    return one.measured ? fmt::format("{} of {}", angle_text(*one.measured), angle_text(one.bound))
                        : fmt::format("at most {}", angle_text(one.bound));
  }
  return {};
}

void stages(Page& page, const std::vector<Match>& bits) {
  page.line("\n### Error by stage\n");
  page.line(
      "The largest that was measured, of what the contract allows there: in radians up to the angle, then as a share "
      "of the input pair's length. Where the contract's bits are not those of the implementation, only bounds can be "
      "given, and the measured total is unattributed.\n");
  page.header({"model", "dtype", "pipeline", "frequency", "position", "angle", "trigonometry", "table", "rotation",
               "output", "total", ""});
  for (const Match& one : bits) {
    page.row({plain(one.model), plain(one.dtype), plain(one.pipeline), stage_text(one, "frequency"),
              stage_text(one, "position"), stage_text(one, "angle"), stage_text(one, "trigonometry"),
              stage_text(one, "table"), stage_text(one, "rotation"), stage_text(one, "output"),
              fmt::format("{} of {}", angle_text(one.error), angle_text(one.error_bound)),
              one.attributed ? "" : "unattributed"});
  }
}

void bits(Page& page, const Record& record) {
  page.heading("Bits");
  if (record.bits.empty()) {
    page.line("No pipeline was asked for with --match, and no contract is declared.");
    return;
  }
  page.line(
      "Output elements that have the bits of an emulated pipeline. \"declared\" is the implementation's own "
      "contract.\n");
  page.header({"model", "dtype", "pipeline", "equal bits", "elements", "first difference", "found"});
  for (const Match& one : record.bits) {
    std::string first;
    if (one.first) {
      first = plain(fmt::format("position {}, pair {}, element {}, {}, {}: expected {}, got {}", one.first->position,
                                one.first->pair, one.first->element, one.first->input_kind, one.first->pairing,
                                one.first->expected.hex, one.first->got.hex));
    }
    const std::string share = one.compared == 0
                                  ? "not emulated"
                                  : share_text(static_cast<double>(one.equal) / static_cast<double>(one.compared));
    page.row({plain(one.model), plain(one.dtype), plain(one.pipeline), share, grouped(one.compared), first,
              plain(one.open.empty() ? one.finding : one.open)});
  }
  stages(page, record.bits);
}

void attention(Page& page, const Record& record) {
  if (record.attention.empty()) return;
  page.heading("Attention");
  page.line(
      "What attention makes of the rotated q and k, against the exact rotation of the same q and k. Score: the largest "
      "change of a score (of a logit, in the small transformer). Weights: the largest total variation distance of a "
      "query's softmax weights (of a prediction), and tanh(score/2), which it cannot exceed. Output: the largest "
      "change "
      "of an attention output in the size of a value (of logits, in theirs). Top: queries whose token of most weight "
      "(whose prediction) is another. There is no limit.\n");
  page.header({"model", "dtype", "heads", "tokens", "from", "keys", "queries", "rotation", "score", "weights", "output",
               "top"});
  for (const AttentionEffect& one : record.attention) {
    const auto row = [&](const char* rotation, const AttentionShift& shift) {
      page.row({plain(one.model), plain(one.dtype), plain(one.file.empty() ? one.what : one.what + " of " + one.file),
                grouped(static_cast<std::uint64_t>(one.tokens)), grouped(static_cast<std::uint64_t>(one.first)),
                grouped(one.keys), grouped(one.queries), rotation, short_number(shift.score),
                fmt::format("{} of {}", short_number(shift.weights), short_number(shift.weights_bound)),
                short_number(shift.output), grouped(shift.changed)});
    };
    row("**implementation**", one.implementation);
    if (one.usual) row("usual pipeline", *one.usual);
    row("rounded once", one.rounded);
  }
}

void scope(Page& page, const Record& record) {
  page.heading("Memory");
  page.bullets(record.memory, "Nothing was observed.");
  page.heading("Not tested");
  page.bullets(record.not_tested, "Nothing was declined.");
  page.heading("Scope");
  page.line(fmt::format("Computed by the implementation: {}.\n", plain(record.scope)));
  for (const Coverage& one : record.coverage) page.line("- " + plain(coverage_text({one})));
  if (!record.representatives.empty()) {
    page.line("\n### Models that stand for others\n");
    page.line(fmt::format("{}.\n", plain(representatives_text(record.representatives))));
    page.header({"model", "kind", "stands for"});
    for (const Representative& one : record.representatives) {
      page.row({plain(one.model), plain(one.of), plain(fmt::format("{}", fmt::join(one.stands_for, ", ")))});
    }
  }
  if (record.fixtures.empty()) return;
  page.line("\n### Fixtures\n");
  page.header({"model", "file", "digest"});
  for (const Fixture& one : record.fixtures) page.row({plain(one.model), code(one.path), code(one.digest)});
}

void combinations(Page& page, const Record& record) {
  if (record.combinations.empty()) return;
  page.heading("Combinations");
  page.line(fmt::format("{}.", combinations_text(record.combinations)));
  const auto table = [&](const char* common, const char* whats, const std::vector<CombinationGroup>& groups) {
    if (groups.empty()) return;
    page.line("");
    page.header({common, whats});
    for (const CombinationGroup& group : groups) {
      page.row({plain(group.common), plain(fmt::format("{}", fmt::join(group.whats, "; ")))});
    }
  };
  table("check", "asked", asked_groups(record.combinations));
  table("reason", "not asked", refused_groups(record.combinations));
}

void worst(Page& page, const Worst& w) {
  page.header({"", ""});
  page.row({"where", plain(fmt::format("position {}, pair {}, {}, {}", w.position, w.pair, w.dtype, w.input_kind))});
  page.row({"inputs", values(w.inputs)});
  page.row({"expected", values(w.expected)});
  page.row({"exact", plain(fmt::format("{}", fmt::join(w.exact, ", ")))});
  page.row({"got", values(w.got)});
  page.row({"error", fmt::format("{} (limit {})", w.error, w.bound)});
  page.row({"case", code(w.case_id)});
}

void checks(Page& page, const Record& record) {
  page.heading("Checks");
  page.header({"check", "rule", "level", "verdict", "cases", "pairs compared"});
  for (const Check& check : record.checks) {
    const Tally sum = tally(check);
    page.row({plain(check.id), plain(check.rule), plain(check.level), fmt::format("**{}**", name(check.verdict)),
              tally_text(sum), grouped(sum.cells)});
  }
  for (const Check& check : record.checks) {
    page.line(fmt::format("\n### {}\n", plain(check.id)));
    page.line(plain(check.sentence) + "\n");
    if (!check.bound.empty()) page.line(fmt::format("Held against: {}\n", plain(check.bound)));
    if (!check.cases.empty()) {
      page.header({"case", "verdict", "largest error / bound", "pairs compared", "observed"});
      for (const Case& one : check.cases) {
        page.row({code(one.id), name(one.verdict), one.ratio ? ratio_text(*one.ratio) : "", grouped(one.cells),
                  plain(one.message)});
      }
    }
    if (!check.worst) continue;
    page.line("\nWorst cell:\n");
    worst(page, *check.worst);
  }
}

void failures(Page& page, const Record& record) {
  std::string commands;
  for (const Check& check : record.checks) {
    for (const Case& one : check.cases) {
      if (is_failure(one.verdict) && !one.reproduce.empty()) commands += clean_line(one.reproduce) + "\n";
    }
  }
  if (commands.empty()) return;
  page.heading("Reproduce the failures");
  page.add(block(commands));
}

void run(Page& page, const Record& record) {
  page.heading("Run");
  page.header({"", ""});
  page.row({"started", plain(record.started)});
  page.row({"host", plain(record.host)});
  page.row({"time", time_text(record)});
  for (const auto& [key, value] : record.environment) page.row({plain(key), plain(value)});
  if (record.captured_output.empty()) return;
  page.line("\nWhat the implementation printed:\n");
  page.add(block(record.captured_output));
}

}  // namespace

std::string render_markdown(const Record& record) {
  Page page;
  verdict(page, record);
  accuracy(page, record);
  bits(page, record);
  attention(page, record);
  scope(page, record);
  combinations(page, record);
  checks(page, record);
  failures(page, record);
  run(page, record);
  return page.take();
}

}  // namespace rope::reports
