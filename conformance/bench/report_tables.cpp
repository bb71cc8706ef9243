// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One table for each shape and number of threads: a line for each method, a column for each dtype.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "conformance/bench/report.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::cpu {
namespace {

/// Three digits that mean something, without an exponent.
std::string three_digits(double x) {
  if (x >= 100) return fmt::format("{:.0f}", x);
  return fmt::format("{:.{}f}", x, x >= 10 ? 1 : 2);
}

std::string spread_text(double middle, const Spread& spread) {
  return fmt::format("{} {}..{}", three_digits(middle), three_digits(spread.lower_quartile),
                     three_digits(spread.upper_quartile));
}

/// A title, and a cell for each dtype.
struct Line {
  std::string title;
  std::vector<std::string> cells;
};

using Groups = std::vector<const Group*>;

template <class Text>
Line line(std::string title, const Groups& groups, std::size_t method, Text text) {
  Line out{std::move(title), {}};
  for (const Group* group : groups) {
    const Result& result = group->results[method];
    out.cells.push_back(result.seconds.empty() ? "-" : text(*group, result));
  }
  return out;
}

std::string ratio_text(const Group&, const Result& result) {
  const Ratio ratio = ratio_of(result.seconds, result.memcpy_seconds);
  return spread_text(ratio.of_medians, ratio.within_rounds);
}

std::string units_text(const Report& report, const Group& group, std::size_t plugin) {
  double worst = -1;
  for (std::size_t m = 0; m < report.methods.size(); ++m) {
    const bool its = report.methods[m].kind == Method::Kind::plugin && report.methods[m].plugin == plugin;
    if (its && !group.results[m].seconds.empty()) worst = std::max(worst, group.results[m].units);
  }
  return worst < 0 ? "-" : worst < 1e6 ? three_digits(worst) : "wrong";
}

std::vector<Line> lines_of(const Report& report, const Groups& groups, Form form) {
  std::vector<Line> out;
  const bool short_calls = spread_of(groups.front()->results[0].seconds).median < 1e-3;
  const double unit = short_calls ? 1e-6 : 1e-3;
  out.push_back(line(short_calls ? "memcpy, us" : "memcpy, ms", groups, 0, [unit](const Group&, const Result& result) {
    std::vector<double> times;
    for (const double s : result.seconds) times.push_back(s / unit);
    return spread_text(spread_of(times).median, spread_of(times));
  }));
  out.push_back(line("memcpy, GB/s", groups, 0, [](const Group& group, const Result& result) {
    return three_digits(2e-9 * static_cast<double>(group.bytes) / spread_of(result.seconds).median);
  }));
  std::size_t plugin = report.plugins.size();
  for (std::size_t m = 1; m < report.methods.size(); ++m) {
    const Method& method = report.methods[m];
    if (method.kind == Method::Kind::stream_copy) {
      out.push_back(line("stream copy / memcpy", groups, m, ratio_text));
      continue;
    }
    const std::string& name = report.plugins[method.plugin];
    if (plugin != method.plugin) {
      plugin = method.plugin;
      Line units{form == Form::text ? name + ", worst units" : name + ": worst units", {}};
      for (const Group* group : groups) units.cells.push_back(units_text(report, *group, plugin));
      out.push_back(std::move(units));
    }
    const std::string title = fmt::format("{}{}", pairing_name(method.pairing), method.in_place ? ", in place" : "");
    out.push_back(line(form == Form::text ? "  " + title : name + ", " + title, groups, m, ratio_text));
  }
  return out;
}

std::string heading(const Groups& groups) {
  const Shape& shape = groups.front()->shape;
  std::string tokens;
  for (const Group* group : groups) {
    const std::string text = std::to_string(group->shape.tokens);
    if (tokens.find(text) == std::string::npos) tokens += (tokens.empty() ? "" : " or ") + text;
  }
  return fmt::format("{}: q [{}, {}, {}, {}], k with {} heads; {} thread{}", shape.name, shape.batch, tokens, q_heads,
                     head_dim, k_heads, groups.front()->threads, groups.front()->threads == 1 ? "" : "s");
}

std::string table(const Report& report, const Groups& groups, Form form) {
  const bool markdown = form == Form::markdown;
  std::string out = markdown ? fmt::format("**{}**\n\n", heading(groups)) : fmt::format("\n{}\n", heading(groups));
  const auto row = [&](const Line& line) {
    std::string text = markdown ? fmt::format("| {} |", line.title) : fmt::format("  {:<25}", line.title);
    for (const std::string& cell : line.cells)
      text += markdown ? fmt::format(" {} |", cell) : fmt::format(" {:<16}", cell);
    out += text.substr(0, text.find_last_not_of(' ') + 1) + '\n';
  };
  Line head{"", {}};
  for (const Group* group : groups) head.cells.emplace_back(dtype_name(group->dtype));
  row(head);
  if (markdown) {
    out += "|---|";
    for (std::size_t i = 0; i < groups.size(); ++i) out += "---|";
    out += '\n';
  }
  for (const Line& line : lines_of(report, groups, form)) row(line);
  return markdown ? out + "\n" : out;
}

std::string reasons(const Report& report) {
  std::set<std::string> said;
  for (const Group& group : report.groups) {
    for (std::size_t m = 0; m < report.methods.size(); ++m) {
      if (group.results[m].left_out.empty()) continue;
      said.insert(fmt::format("{}, {}: {}", report.plugins[report.methods[m].plugin], dtype_name(group.dtype),
                              group.results[m].left_out));
    }
  }
  std::string out;
  for (const std::string& reason : said) out += "Left out: " + reason + '\n';
  return out.empty() ? out : "\n" + out;
}

}  // namespace

std::string tables_of(const Report& report, Form form) {
  const Machine& machine = report.machine;
  std::string out = "bench cpu: as multiples of the time that memcpy takes for the same bytes\n";
  out += fmt::format("{} rounds; ratio of medians, then lower..upper quartile within rounds\n", report.rounds);
  out += fmt::format("{}, {} cores, {}", machine.cpu, machine.cores, machine.architecture);
  if (machine.cache_bytes > 0) out += fmt::format(", last cache {} MiB", machine.cache_bytes >> 20);
  out += fmt::format("\n{}, {}", machine.compiler, machine.build_type);
  out += machine.load < 0 ? "\n" : fmt::format("; load {:.2f} at the start\n", machine.load);
  if (!report.void_because.empty()) out += fmt::format("THESE FIGURES SAY LITTLE: {}\n", report.void_because);
  if (form == Form::markdown) out += '\n';
  for (std::size_t from = 0, to = 0; from < report.groups.size(); from = to) {
    Groups groups;
    for (to = from; to < report.groups.size() && report.groups[to].shape.name == report.groups[from].shape.name &&
                    report.groups[to].threads == report.groups[from].threads;
         ++to) {
      groups.push_back(&report.groups[to]);
    }
    out += table(report, groups, form);
  }
  return out + reasons(report);
}

}  // namespace rope::bench::cpu
