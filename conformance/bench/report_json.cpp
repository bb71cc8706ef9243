// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The figures as JSON.
#include <cmath>
#include <nlohmann/json.hpp>

#include "conformance/bench/report.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::kernels {
namespace {

using json = nlohmann::ordered_json;

json spread_json(const char* middle, double value, const Spread& spread) {
  return {{middle, value},
          {"lower_quartile", spread.lower_quartile},
          {"upper_quartile", spread.upper_quartile},
          {"smallest", spread.smallest},
          {"largest", spread.largest}};
}

json text_or_null(const std::string& text) {
  return text.empty() ? json() : json(text);
}

const char* kind_name(Method::Kind kind, bool on_device) {
  switch (kind) {
    case Method::Kind::plain_copy:
      return on_device ? "device-copy" : "memcpy";
    case Method::Kind::stream_copy:
      return "stream-copy";
    case Method::Kind::plugin:
      return "plugin";
    default:
      return "peer";
  }
}

json result_json(const Report& report, const Result& result, std::size_t bytes) {
  const Method& method = result.method;
  const bool rotates = method.rotates();
  json out;
  out["kind"] = kind_name(method.kind, report.on_device());
  out["plugin"] = method.kind == Method::Kind::plugin ? json(method.name) : json();
  out["peer"] = method.kind == Method::Kind::peer ? json(method.name) : json();
  out["pairing"] = rotates ? json(pairing_name(method.pairing)) : json();
  out["in_place"] = method.in_place;
  out["left_out"] = text_or_null(result.left_out);
  if (!result.left_out.empty()) return out;
  const Spread times = spread_of(result.seconds);
  const Ratio ratio = ratio_of(result.seconds, result.copy_seconds);
  const double rate = 2e-9 * static_cast<double>(bytes) / times.median;
  out["rounds"] = result.seconds.size();
  out["seconds"] = spread_json("median", times.median, times);
  out[report.on_device() ? "against_device_copy" : "against_memcpy"] =
      spread_json("of_medians", ratio.of_medians, ratio.within_rounds);
  out["gigabytes_per_second"] = rate;
  if (report.on_device()) {
    const double peak = report.device.peak_gigabytes_per_second;
    out["share_of_peak"] = peak > 0 ? json(rate / peak) : json();
  }
  out["worst_units"] = rotates && std::isfinite(result.errors.units) ? json(result.errors.units) : json();
  out["wrong"] = rotates ? json(result.errors.wrong()) : json();
  return out;
}

json machine_json(const Machine& machine) {
  return {{"cpu", machine.cpu},
          {"architecture", machine.architecture},
          {"cores", machine.cores},
          {"isas", machine.isas},
          {"cache_bytes", machine.cache_bytes > 0 ? json(machine.cache_bytes) : json()},
          {"compiler", machine.compiler},
          {"build_type", machine.build_type},
          {"load", machine.load < 0 ? json() : json(machine.load)}};
}

json device_json(const Device& device) {
  return {{"name", device.name},
          {"multiprocessors", device.multiprocessors},
          {"cache_bytes", device.cache_bytes},
          {"memory_bytes", device.memory_bytes},
          {"peak_gigabytes_per_second",
           device.peak_gigabytes_per_second > 0 ? json(device.peak_gigabytes_per_second) : json()}};
}

}  // namespace

std::string json_text(const Report& report) {
  json out;
  out["schema_version"] = "1.1";
  out["bench"] = report.on_device() ? "gpu" : "cpu";
  out["version"] = ROPE_CONFORM_VERSION;
  out["machine"] = machine_json(report.machine);
  if (report.on_device()) out["device"] = device_json(report.device);
  out["figures_void_because"] = text_or_null(report.void_because);
  out["rounds"] = report.rounds;
  out["plugins"] = report.plugins;
  out["peers"] = json::array();
  for (const PeerLibrary& peer : report.peers) {
    out["peers"].push_back({{"library", peer.name},
                            {"version", text_or_null(peer.version)},
                            {"note", text_or_null(peer.note)},
                            {"left_out", text_or_null(peer.left_out)}});
  }
  out["groups"] = json::array();
  for (const Group& group : report.groups) {
    json methods = json::array();
    for (const Result& result : group.results) methods.push_back(result_json(report, result, group.bytes));
    out["groups"].push_back({{"shape", group.shape.name},
                             {"batch", group.shape.batch},
                             {"tokens", group.shape.tokens},
                             {"q_heads", q_heads},
                             {"k_heads", k_heads},
                             {"head_dim", head_dim},
                             {"dtype", dtype_name(group.dtype)},
                             {"threads", group.threads > 0 ? json(group.threads) : json()},
                             {"bytes", group.bytes},
                             {"methods", methods}});
  }
  return out.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace rope::bench::kernels
