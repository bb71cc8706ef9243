// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// For tests of what the plug-ins over impls/kernel do: each of them with each dtype, and calls with one request
// changed.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "impls/loaded_plugin.hpp"

namespace rope::impls {

struct PluginAndDtype {
  std::string plugin;
  rope_dtype dtype;

  friend void PrintTo(const PluginAndDtype& p, std::ostream* out) { *out << p.plugin; }
};

inline std::string readable(const testing::TestParamInfo<PluginAndDtype>& info) {
  std::string text = info.param.plugin;
  std::replace(text.begin(), text.end(), '-', '_');
  return text + (info.param.dtype == ROPE_F32 ? "_fp32" : info.param.dtype == ROPE_F16 ? "_fp16" : "_bf16");
}

inline std::vector<PluginAndDtype> bundled_plugins() {
  std::vector<PluginAndDtype> all;
  for (const char* plugin : {"usual", "one-rounding", "careful", "device-arithmetic", "fused"}) {
    for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
      all.push_back({plugin, dtype});
    }
  }
  return all;
}

class BundledPlugin : public testing::TestWithParam<PluginAndDtype> {
 protected:
  BundledPlugin() : plugin(GetParam().plugin), dtype(GetParam().dtype) {}

  Tensor random_tensor(Tensor::Index shape, std::uint32_t seed = 7) const {
    Tensor t(dtype, shape);
    t.randomize(seed);
    return t;
  }

  LoadedPlugin plugin;
  rope_dtype dtype;
};

/// q rotated out of place by any positions; throws where the plug-in fails.
inline Tensor rotated_by(const LoadedPlugin& plugin, const rope_spec& spec, const Tensor& q,
                         const rope_positions& positions, rope_direction direction = ROPE_FORWARD) {
  Prepared prepared(plugin, spec);
  Tensor in = q, out(q.dtype(), q.shape());
  if (prepared.status != ROPE_OK || prepared.apply(call_of(in.view(), out.view(), positions, direction)) != ROPE_OK) {
    throw std::runtime_error(prepared.error());
  }
  return out;
}

/// What query says of a call whose data it does not see: "" where it is supported.
inline std::string reason_against(const LoadedPlugin& plugin, const rope_spec& spec, rope_call call) {
  rope_spec without = spec;
  without.angles.first.data = without.angles.second.data = nullptr;
  for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) {
    t->data = nullptr;
  }
  call.positions.data = call.cu_seqlens = call.start_positions = nullptr;
  rope_query_result result{};
  result.struct_size = sizeof(result);
  if (plugin.api().query(&without, &call, &result) != ROPE_OK) {
    return "query failed";
  }
  return result.supported != 0 ? "" : result.reason;
}

}  // namespace rope::impls
