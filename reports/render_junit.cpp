// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// report.xml: JUnit as CI systems read it. One test suite per check, one test case per case, and a last suite that
// holds the verdict itself, so that a run which does not conform is never all green.
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>

#include "reports/render.hpp"
#include "reports/utf8.hpp"
#include "reports/wording.hpp"

namespace rope::reports {
namespace {

/// Text and attribute values: line breaks in attributes would be normalised to spaces, so they are written as
/// references.
std::string escaped(std::string_view raw, bool attribute) {
  std::string out;
  for (const char c : clean(raw)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += attribute ? "&quot;" : "\"";
        break;
      case '\n':
        out += attribute ? "&#10;" : "\n";
        break;
      case '\t':
        out += attribute ? "&#9;" : "\t";
        break;
      default:
        out += c;
    }
  }
  return out;
}
std::string attribute(std::string_view raw) {
  return escaped(raw, true);
}
std::string text(std::string_view raw) {
  return escaped(raw, false);
}

double seconds_or_zero(double seconds) {
  return std::isfinite(seconds) && seconds > 0 ? seconds : 0;
}

struct Counts {
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  double seconds = 0;
  Counts& operator+=(const Counts& other) {
    tests += other.tests;
    failures += other.failures;
    errors += other.errors;
    skipped += other.skipped;
    seconds += other.seconds;
    return *this;
  }
};

std::string count_attributes(const Counts& counts) {
  return fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" time=\"{:.6f}\"", counts.tests,
                     counts.failures, counts.errors, counts.skipped, counts.seconds);
}

std::string joined(const std::vector<Number>& numbers) {
  std::string out;
  for (const Number& number : numbers) {
    out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", number.dec, number.hex);
  }
  return out;
}

std::string details(const Check& check, const Case& one) {
  std::string body;
  auto line = [&](const char* label, const std::string& value) {
    if (!value.empty()) fmt::format_to(std::back_inserter(body), "{:<10}{}\n", label, value);
  };
  line("observed", one.message);
  if (one.worst) {
    const Worst& w = *one.worst;
    line("where", fmt::format("position {}, pair {}, {}, {}", w.position, w.pair, w.dtype, w.input_kind));
    line("inputs", joined(w.inputs));
    line("expected", joined(w.expected));
    line("got", joined(w.got));
    line("error", fmt::format("{} (limit {})", w.error, w.bound));
  }
  line("bound", check.bound);
  line("reproduce", one.reproduce);
  return body;
}

/// What stands inside the <testcase>; counts it.
std::string outcome(Verdict verdict, const std::string& message, const std::string& body, Counts& counts) {
  const auto element = [&](const char* tag) {
    return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", tag, name(verdict),
                       attribute(message.empty() ? name(verdict) : message), text(body));
  };
  switch (verdict) {
    case Verdict::pass:
      return {};
    case Verdict::measured:
      return fmt::format("      <system-out>{}</system-out>\n", text("measured: " + message + "\n"));
    case Verdict::warning:
      return fmt::format("      <system-out>{}</system-out>\n", text("warning: " + message + "\n" + body));
    case Verdict::fail:
      ++counts.failures;
      return element("failure");
    case Verdict::crashed:
    case Verdict::timed_out:
      ++counts.errors;
      return element("error");
    case Verdict::unsupported:
    case Verdict::not_observable:
    case Verdict::inconclusive:
      ++counts.skipped;
      return fmt::format("      <skipped message=\"{}\"/>\n",
                         attribute(fmt::format("{}{}{}", name(verdict), message.empty() ? "" : ": ", message)));
  }
  return {};
}

struct Suite {
  std::string cases;
  Counts counts;

  void add(const std::string& class_name, const std::string& case_name, double seconds, Verdict verdict,
           const std::string& message, const std::string& body) {
    ++counts.tests;
    counts.seconds += seconds_or_zero(seconds);
    const std::string inside = outcome(verdict, message, body, counts);
    fmt::format_to(std::back_inserter(cases), "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"",
                   attribute(class_name), attribute(case_name), seconds_or_zero(seconds));
    cases += inside.empty() ? "/>\n" : ">\n" + inside + "    </testcase>\n";
  }
};

}  // namespace

std::string render_junit(const Record& record) {
  const std::string prefix = "rope-conform." + record.implementation_name + ".";
  Counts all;
  std::string suites;
  const auto close = [&](const std::string& id, const Suite& suite, const std::string& properties,
                         const std::string& after) {
    all += suite.counts;
    fmt::format_to(std::back_inserter(suites),
                   "  <testsuite name=\"{}\" {} timestamp=\"{}\" hostname=\"{}\">\n{}{}{}  </testsuite>\n",
                   attribute(id), count_attributes(suite.counts), attribute(record.started), attribute(record.host),
                   properties, suite.cases, after);
  };

  for (const Check& check : record.checks) {
    Suite suite;
    for (const Case& one : check.cases) {
      suite.add(prefix + check.id, one.id, one.seconds, one.verdict, one.message, details(check, one));
    }
    // A check without cases has a verdict all the same.
    if (check.cases.empty()) suite.add(prefix + check.id, check.id, 0, check.verdict, "no case was run", check.bound);
    close(check.id, suite,
          fmt::format("    <properties>\n      <property name=\"rule\" value=\"{}\"/>\n      <property name=\"level\" "
                      "value=\"{}\"/>\n      <property name=\"bound\" value=\"{}\"/>\n    </properties>\n",
                      attribute(check.rule), attribute(check.level), attribute(check.bound)),
          "");
  }

  Suite verdict;
  std::string body = fmt::format("exit code {}\n", record.exit_code);
  for (const Diagnosis& one : record.diagnosis)
    body += fmt::format("{}: {} ({})\n", one.id, one.sentence, one.evidence);
  if (record.exit_code == 0 || is_failure(record.verdict)) {
    verdict.add(prefix + "verdict", "verdict", 0, record.verdict, record.verdict_sentence, body);
  } else {
    // An inconclusive or interrupted run is not a skipped one: whoever reads only this file must see it.
    verdict.add(prefix + "verdict", "verdict", 0, Verdict::crashed, headline(record) + ": " + verdict_reason(record),
                body);
  }
  close("verdict", verdict, "",
        record.captured_output.empty()
            ? std::string()
            : fmt::format("    <system-out>{}</system-out>\n", text(record.captured_output)));

  return fmt::format("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"{}\" {}>\n{}</testsuites>\n",
                     attribute("rope-conform " + record.implementation_name), count_attributes(all), suites);
}

}  // namespace rope::reports
