// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The figures as JSON.
#include <cmath>
#include <nlohmann/json.hpp>

#include "conformance/bench/report.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::cpu {
namespace {

using json = nlohmann::ordered_json;

json spread_json(const char* middle, double value, const Spread& spread) {
  return {{middle, value},
          {"lower_quartile", spread.lower_quartile},
          {"upper_quartile", spread.upper_quartile},
          {"smallest", spread.smallest},
          {"largest", spread.largest}};
}

json method_json(const Report& report, const Method& method, const Result& result, std::size_t bytes) {
  const bool plugin = method.kind == Method::Kind::plugin;
  json out;
  out["kind"] = plugin ? "plugin" : method.kind == Method::Kind::plain_copy ? "memcpy" : "stream-copy";
  out["plugin"] = plugin ? json(report.plugins[method.plugin]) : json();
  out["pairing"] = plugin ? json(pairing_name(method.pairing)) : json();
  out["in_place"] = method.in_place;
  out["left_out"] = result.left_out.empty() ? json() : json(result.left_out);
  if (!result.left_out.empty()) return out;
  const Spread times = spread_of(result.seconds);
  const Ratio ratio = ratio_of(result.seconds, result.memcpy_seconds);
  out["rounds"] = result.seconds.size();
  out["seconds"] = spread_json("median", times.median, times);
  out["against_memcpy"] = spread_json("of_medians", ratio.of_medians, ratio.within_rounds);
  out["gigabytes_per_second"] = 2e-9 * static_cast<double>(bytes) / times.median;
  out["worst_units"] = plugin && std::isfinite(result.units) ? json(result.units) : json();
  return out;
}

}  // namespace

std::string json_text(const Report& report) {
  const Machine& machine = report.machine;
  json out;
  out["schema_version"] = "1.0";
  out["bench"] = "cpu";
  out["version"] = ROPE_CONFORM_VERSION;
  out["machine"] = {{"cpu", machine.cpu},
                    {"architecture", machine.architecture},
                    {"cores", machine.cores},
                    {"isas", machine.isas},
                    {"cache_bytes", machine.cache_bytes > 0 ? json(machine.cache_bytes) : json()},
                    {"compiler", machine.compiler},
                    {"build_type", machine.build_type},
                    {"load", machine.load < 0 ? json() : json(machine.load)}};
  out["figures_void_because"] = report.void_because.empty() ? json() : json(report.void_because);
  out["rounds"] = report.rounds;
  out["plugins"] = report.plugins;
  out["groups"] = json::array();
  for (const Group& group : report.groups) {
    json methods = json::array();
    for (std::size_t m = 0; m < report.methods.size(); ++m) {
      methods.push_back(method_json(report, report.methods[m], group.results[m], group.bytes));
    }
    out["groups"].push_back({{"shape", group.shape.name},
                             {"batch", group.shape.batch},
                             {"tokens", group.shape.tokens},
                             {"q_heads", q_heads},
                             {"k_heads", k_heads},
                             {"head_dim", head_dim},
                             {"dtype", dtype_name(group.dtype)},
                             {"threads", group.threads},
                             {"bytes", group.bytes},
                             {"methods", methods}});
  }
  return out.dump(2) + "\n";
}

}  // namespace rope::bench::cpu
