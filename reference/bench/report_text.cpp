// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The table for people: one line a method, at most 80 columns.
#include <fmt/format.h>

#include <bit>

#include "reference/bench/report.hpp"

namespace rope::bench {
namespace {

/// Three digits that mean something, without an exponent.
std::string three_digits(double x) {
  if (x >= 100) return fmt::format("{:.0f}", x);
  return fmt::format("{:.{}f}", x, x >= 10 ? 1 : 2);
}

std::string with_quartiles(double middle, const Spread& spread) {
  return fmt::format("{:>6} {:<14}", three_digits(middle),
                     fmt::format("{}..{}", three_digits(spread.lower_quartile), three_digits(spread.upper_quartile)));
}

std::string row(const Method& method, const Result& result, const Result& ours) {
  const Spread ns = spread_of(result.ns_per_pair);
  const Ratio ratio = ratio_of(result.ns_per_pair, ours.ns_per_pair);
  const char* const certified = method.kind == Kind::memory ? "-" : (method.certified ? "yes" : "no");
  return fmt::format("  {:<29}{} {} {}\n", method.title, with_quartiles(ns.median, ns),
                     with_quartiles(ratio.of_medians, ratio.within_rounds), certified);
}

std::string count_of(std::int64_t positions) {
  const auto n = static_cast<std::uint64_t>(positions);
  return (n & (n - 1)) == 0 ? fmt::format("2^{}", std::countr_zero(n)) : fmt::format("{}", n);
}

std::string milliseconds(const std::vector<double>& times) {
  const Spread spread = spread_of(times);
  return fmt::format("{} ms ({}..{})", three_digits(1e3 * spread.median), three_digits(1e3 * spread.lower_quartile),
                     three_digits(1e3 * spread.upper_quartile));
}

std::string full_text(const FullResult& full) {
  const Ratio ratio = ratio_of(full.verify, full.read);
  std::string out = fmt::format("\nLarger figures, {} thread{}\n", full.threads, full.threads == 1 ? "" : "s");
  out += fmt::format("{} x {} in memory, fp32: made in {},\n", count_of(full.verified_positions), pairs,
                     milliseconds(full.make));
  out += fmt::format("  verified in {},\n", milliseconds(full.verify));
  out += fmt::format("  a plain read of the same bytes takes {}:\n", milliseconds(full.read));
  out +=
      fmt::format("  verifying is {} times a read ({}..{})\n", three_digits(ratio.of_medians),
                  three_digits(ratio.within_rounds.lower_quartile), three_digits(ratio.within_rounds.upper_quartile));
  out += fmt::format("{} x {} certified, nothing stored: {}\n", count_of(full.certified_positions), pairs,
                     milliseconds(full.certify));
  out += fmt::format("  of {} values level 2 decided {}, level 3 {}\n", full.levels.values,
                     full.levels.level2 - full.levels.level3, full.levels.level3);
  return out;
}

}  // namespace

std::string table_text(const Report& report) {
  const Machine& machine = report.machine;
  const Request& request = report.request;
  std::string out = fmt::format("bench reference: cos and sin of {} positions x {} pairs, base {}, fp32\n",
                                request.positions, pairs, base);
  out += fmt::format("{} rounds, {} thread{}; median over rounds, then lower..upper quartile\n", request.rounds,
                     report.threads, report.threads == 1 ? "" : "s");
  out += fmt::format("{}, {} cores, {}, up to {}\n", machine.cpu, machine.cores, machine.architecture,
                     machine.isas.back());
  out += fmt::format("{}, {}", machine.compiler, machine.build_type);
  out += machine.load < 0 ? "\n" : fmt::format("; load {:.2f} at the start\n", machine.load);
  if (!report.void_because.empty()) out += fmt::format("THESE FIGURES SAY LITTLE: {}\n", report.void_because);

  out += fmt::format("\n{:<31}{:<21} {:<21} {}\n", "method", " ns a pair", " against the first", "cert.");
  std::optional<Isa> isa;
  for (std::size_t j = 0; j < report.results.size(); ++j) {
    const Method& method = report.methods.all[j];
    if (method.isa && method.isa != isa) out += fmt::format("certified table, {}\n", name(*method.isa));
    if (!method.isa && isa) out += "others\n";
    isa = method.isa;
    out += row(method, report.results[j], report.results.front());
  }
  for (const LeftOut& left : report.methods.left_out) out += fmt::format("  {}: left out, {}\n", left.id, left.reason);

  if (const auto& levels = report.results.front().levels) {
    out += fmt::format("fp32: of {} values level 2 decided {}, level 3 {}\n", levels->values,
                       levels->level2 - levels->level3, levels->level3);
  }

  out += "\nRows that a round measures: fewer than all lie in all parts of the table, others\n";
  out += "in each round, and the figure is per pair. Wrong: fp32 values that are not the\n";
  out += "correct rounding, of all that were measured.\n";
  for (std::size_t j = 0; j < report.results.size(); ++j) {
    const Method& method = report.methods.all[j];
    const Result& result = report.results[j];
    if (method.kind != Kind::baseline) continue;
    out += fmt::format("  {:<26} {:>6} rows, wrong: {} of {}\n", method.title, method.rows, result.different,
                       result.compared);
  }
  if (report.full) out += full_text(*report.full);
  return out;
}

}  // namespace rope::bench
