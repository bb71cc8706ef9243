// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One table for each shape and number of threads: a line for each method, a column for each dtype.
#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <string_view>

#include "conformance/bench/report.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::kernels {
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

/// Null where the method is not there or was left out.
const Result* result_of(const Group& group, const Method& method) {
  for (const Result& result : group.results) {
    if (result.method == method) return result.seconds.empty() ? nullptr : &result;
  }
  return nullptr;
}

template <class Text>
Line line(std::string title, const Groups& groups, const Method& method, Text text) {
  Line out{std::move(title), {}};
  for (const Group* group : groups) {
    const Result* const result = result_of(*group, method);
    out.cells.push_back(result == nullptr ? "-" : text(*group, *result));
  }
  return out;
}

std::string ratio_text(const Group&, const Result& result) {
  const Ratio ratio = ratio_of(result.seconds, result.copy_seconds);
  return spread_text(ratio.of_medians, ratio.within_rounds);
}

/// Of all that a plug-in, or a peer's method, does in the group.
std::string units_text(const Group& group, const Method& of) {
  Errors worst;
  bool any = false;
  for (const Result& result : group.results) {
    if (result.method.kind != of.kind || result.method.name != of.name || result.seconds.empty()) continue;
    any = true;
    worst.units = std::max(worst.units, result.errors.units);
    worst.against_limit = std::max(worst.against_limit, result.errors.against_limit);
  }
  if (!any) return "-";
  return worst.wrong() ? "WRONG" : three_digits(worst.units);
}

/// Each method of any of the groups, in the order of its first, but for those of one name, which stand together.
std::vector<Method> methods_of(const Groups& groups) {
  std::vector<Method> all;
  for (const Group* group : groups) {
    for (const Result& result : group->results) {
      const Method& method = result.method;
      if (std::find(all.begin(), all.end(), method) != all.end()) continue;
      const auto last = std::find_if(all.rbegin(), all.rend(), [&](const Method& other) {
        return other.kind == method.kind && other.name == method.name;
      });
      all.insert(last == all.rend() ? all.end() : last.base(), method);
    }
  }
  return all;
}

/// The plain copy: its time, what it moves in a second and, on a device, how much of the memory's peak that is.
void copy_lines(const Report& report, const Groups& groups, const Method& copy, std::vector<Line>& out) {
  const std::string name = report.on_device() ? "device copy" : "memcpy";
  const Result* const first = result_of(*groups.front(), copy);
  const bool short_calls = first != nullptr && spread_of(first->seconds).median < 1e-3;
  const double unit = short_calls ? 1e-6 : 1e-3;
  out.push_back(line(name + (short_calls ? ", us" : ", ms"), groups, copy, [unit](const Group&, const Result& result) {
    std::vector<double> times;
    for (const double s : result.seconds) times.push_back(s / unit);
    return spread_text(spread_of(times).median, spread_of(times));
  }));
  const auto rate = [](const Group& group, const Result& result) {
    return 2e-9 * static_cast<double>(group.bytes) / spread_of(result.seconds).median;
  };
  out.push_back(line(name + ", GB/s", groups, copy,
                     [rate](const Group& group, const Result& result) { return three_digits(rate(group, result)); }));
  const double peak = report.device.peak_gigabytes_per_second;
  if (peak > 0) {
    out.push_back(line(name + ", of peak", groups, copy, [rate, peak](const Group& group, const Result& result) {
      return fmt::format("{:.0f}%", 100 * rate(group, result) / peak);
    }));
  }
}

std::vector<Line> lines_of(const Report& report, const Groups& groups, Form form) {
  constexpr std::size_t title_width = 25;
  std::vector<Line> out;
  const std::vector<Method> methods = methods_of(groups);
  copy_lines(report, groups, methods.front(), out);
  const Method* before = nullptr;
  for (std::size_t m = 1; m < methods.size(); ++m) {
    const Method& method = methods[m];
    if (method.kind == Method::Kind::stream_copy) {
      out.push_back(line("stream copy / memcpy", groups, method, ratio_text));
      continue;
    }
    if (before == nullptr || before->kind != method.kind || before->name != method.name) {
      const bool fits = method.name.size() + std::string_view(", worst units").size() <= title_width;
      Line units{
          form == Form::markdown ? method.name + ": worst units" : method.name + (fits ? ", worst units" : ", units"),
          {}};
      for (const Group* group : groups) units.cells.push_back(units_text(*group, method));
      out.push_back(std::move(units));
    }
    before = &method;
    const std::string title = fmt::format("{}{}", pairing_name(method.pairing), method.in_place ? ", in place" : "");
    out.push_back(line(form == Form::text ? "  " + title : method.name + ", " + title, groups, method, ratio_text));
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
  const int threads = groups.front()->threads;
  return fmt::format("{}: q [{}, {}, {}, {}], k with {} heads{}", shape.name, shape.batch, tokens, q_heads, head_dim,
                     k_heads, threads == 0 ? "" : fmt::format("; {} thread{}", threads, threads == 1 ? "" : "s"));
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

/// Lines of 80 columns, the later ones indented; a longer word has a line of its own.
std::string wrapped(const std::string& text) {
  constexpr std::size_t columns = 80;
  std::string out, line;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!line.empty() && line.size() + 1 + word.size() > columns) {
      out += line + '\n';
      line = "  " + word;
    } else {
      line += (line.empty() ? "" : " ") + word;
    }
  }
  return out + line + '\n';
}

std::string reasons(const Report& report) {
  std::vector<std::string> said;
  const auto say = [&](std::string reason) {
    if (std::find(said.begin(), said.end(), reason) == said.end()) said.push_back(std::move(reason));
  };
  for (const PeerLibrary& peer : report.peers) {
    if (!peer.left_out.empty()) say(fmt::format("{}: {}", peer.name, peer.left_out));
  }
  for (const Group& group : report.groups) {
    for (const Result& result : group.results) {
      if (result.left_out.empty()) continue;
      const std::string name = result.method.rotates() ? result.method.name : "the copy past the caches";
      say(fmt::format("{}, {}: {}", name, dtype_name(group.dtype), result.left_out));
    }
  }
  std::string out;
  for (const std::string& reason : said) out += wrapped("Left out: " + reason);
  return out.empty() ? out : "\n" + out;
}

std::string head(const Report& report) {
  const Machine& machine = report.machine;
  std::string out = fmt::format("bench {}: as multiples of the time that {} takes for the same bytes\n",
                                report.on_device() ? "gpu" : "cpu", report.on_device() ? "a device copy" : "memcpy");
  out += fmt::format("{} rounds; ratio of medians, then lower..upper quartile within rounds\n", report.rounds);
  if (report.on_device()) {
    const Device& device = report.device;
    out +=
        fmt::format("{}, {} multiprocessors, L2 {} MiB", device.name, device.multiprocessors, device.cache_bytes >> 20);
    if (device.peak_gigabytes_per_second > 0)
      out += fmt::format(", peak {:.0f} GB/s", device.peak_gigabytes_per_second);
    out += '\n';
  }
  out += fmt::format("{}, {} cores, {}", machine.cpu, machine.cores, machine.architecture);
  if (machine.cache_bytes > 0) out += fmt::format(", last cache {} MiB", machine.cache_bytes >> 20);
  out += fmt::format("\n{}, {}", machine.compiler, machine.build_type);
  out += machine.load < 0 ? "\n" : fmt::format("; load {:.2f} at the start\n", machine.load);
  for (const PeerLibrary& peer : report.peers) {
    if (!peer.left_out.empty()) continue;
    out += fmt::format("Peer: {} {}\n", peer.name, peer.version);
    if (!peer.note.empty()) out += fmt::format("  {}\n", peer.note);
  }
  if (!report.void_because.empty()) out += fmt::format("THESE FIGURES SAY LITTLE: {}\n", report.void_because);
  return out;
}

}  // namespace

std::string tables_of(const Report& report, Form form) {
  std::string out = head(report);
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

}  // namespace rope::bench::kernels
