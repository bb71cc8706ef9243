// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rope-conform-bench-reference: a program of its own, so that what it compares with is never linked into the tool,
// whose verb `bench` starts it with five words: positions, rounds, threads (0: the default), full (0 or 1), and the
// descriptor that the JSON form goes to (- for none).
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <exception>
#include <new>
#include <optional>
#include <string_view>
#include <system_error>

#include "reference/bench/report.hpp"
#include "reference/bench/while_measuring.hpp"
#include "reference/fp_environment.hpp"

namespace {

using namespace rope::bench;

std::optional<std::int64_t> number(std::string_view text, std::int64_t least, std::int64_t most) {
  std::int64_t value = 0;
  const auto [rest, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || rest != text.data() + text.size() || value < least || value > most) return std::nullopt;
  return value;
}

Report bench(const Request& request) {
  Report report;
  report.request = request;
  report.machine = this_machine();
  report.void_because = figures_are_void();
  report.threads = request.threads == 0 ? 1 : request.threads;
  {
    const auto values = static_cast<std::size_t>(request.positions) * pairs;
    Outputs out{Array<float>(values),         Array<float>(values),  Array<std::uint16_t>(values),
                Array<std::uint16_t>(values), Array<double>(values), Array<double>(values),
                Array<double>(values),        Array<double>(values)};
    Truth truth{Array<float>(values), Array<float>(values)};
    rope::CertifiedTable(table_spec(), 0, request.positions)
        .round_f32(0, static_cast<std::size_t>(request.positions), truth.cos.data(), truth.sin.data());
    add_table_methods(request, report.threads, out, truth, report.methods);
    add_memory_methods(request, report.threads, out, truth, report.methods);
    add_glibc(request, report.threads, out, report.methods);
    add_arb(request, report.threads, out, report.methods);
    add_libquadmath(request, report.threads, out, report.methods);
    add_mpfr(request, report.threads, out, report.methods);
    add_boost(request, report.threads, out, report.methods);
    add_exact(request, report.threads, out, report.methods);
    report.results = measure(report.methods.all, request, out, truth,
                             [&](int round) { show_progress("table", round, request.rounds); });
    // The methods refer to the arrays, which end here.
    for (Method& method : report.methods.all) method.run = nullptr;
  }
  if (request.full) {
    report.full = measure_full(request, request.threads == 0 ? 2 : request.threads,
                               [&](int round) { show_progress("larger figures", round, request.rounds); });
  }
  end_progress();
  return report;
}

int complain(std::string_view what) {
  fmt::print(stderr, "rope-conform-bench-reference: {}\n", what);
  return 4;
}

}  // namespace

int main(int argc, char** argv) {
  Request request;
  std::optional<std::int64_t> descriptor;
  bool understood = argc == 6;
  if (understood) {
    const auto positions = number(argv[1], 256, std::int64_t{1} << 17);
    const auto rounds = number(argv[2], 3, 1000);
    const auto threads = number(argv[3], 0, 1024);
    const auto full = number(argv[4], 0, 1);
    descriptor = number(argv[5], 0, 1024);
    understood = positions && rounds && threads && full && (descriptor || std::string_view(argv[5]) == "-");
    if (understood) request = {*positions, static_cast<int>(*rounds), static_cast<int>(*threads), *full == 1};
  }
  if (!understood) return complain("this is started by: rope-conform bench reference");
  try {
    if (const auto problem = rope::fp_environment_problem()) return complain(*problem);
    const Report report = bench(request);
    fmt::print("{}", table_text(report));
    if (std::fflush(stdout) != 0) return complain("cannot write to standard output: is the disk full?");
    if (descriptor) write_all(static_cast<int>(*descriptor), json_text(report));
    return 0;
  } catch (const std::bad_alloc&) {
    return complain(
        "not enough memory: the table takes 3400 bytes a position, --full 4096 a position besides; "
        "choose fewer with --positions");
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
