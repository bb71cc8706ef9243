// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What each wrapper does not do it refuses with a sentence about that, in query and again in apply.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "impls/wrappers/testing/request.hpp"

namespace rope::impls {
namespace {

struct Question {
  const char* plugin;
  const char* what;
  std::function<void(Axes&)> axes;
  std::function<void(rope_spec&, rope_call&)> change;
  const char* reason;  ///< a part of it; "" where the answer is yes
};

void as_is(Axes&) {}
void unchanged(rope_spec&, rope_call&) {}

const char *const flash = "flash-rotary", *const vllm = "vllm-rotary", *const te = "te-rotary",
                  *const onnx = "onnx-rotary", *const ggml = "ggml-rope";

Axes usual_axes(const std::string& plugin) {
  Axes a;
  if (plugin == vllm) {
    a.kind = ROPE_POSITIONS_TOKEN;
    a.form.joined = a.in_place = true;
  } else if (plugin == te) {
    a.source = ROPE_SOURCE_ANGLES;
  } else if (plugin == onnx) {
    a.kind = ROPE_POSITIONS_TOKEN;
  } else if (plugin == ggml) {
    a.source = ROPE_SOURCE_PARAMETRIC;
    a.kind = ROPE_POSITIONS_TOKEN;
    a.position_dtype = ROPE_I32;
    a.shared_rows = true;
  }
  return a;
}

std::vector<Question> questions() {
  std::vector<Question> all;
  for (const char* plugin : {flash, vllm, te, onnx, ggml}) {
    const auto add = [&](const char* what, std::function<void(rope_spec&, rope_call&)> change, const char* reason) {
      all.push_back({plugin, what, as_is, std::move(change), reason});
    };
    add("nothing changed", unchanged, "");
    add(
        "a later edition's larger struct", [](auto& s, auto& c) { s.struct_size += 64, c.struct_size += 64; }, "");
    add(
        "trailing rotary", [](auto& s, auto&) { s.dim_offset = 4; }, "must come first in the head");
    add(
        "odd rotary_dim", [](auto& s, auto&) { s.rotary_dim = 7; }, "must be even");
    add(
        "rotary_dim too large", [](auto& s, auto&) { s.rotary_dim = 18; }, "more than the head has");
    add(
        "unknown pairing", [](auto& s, auto&) { s.pairing_in = s.pairing_out = 77; }, "pairing");
    add(
        "permuting", [](auto& s, auto&) { s.pairing_out = ROPE_INTERLEAVED; }, "pairing_out");
    add(
        "query scale", [](auto& s, auto&) { s.query_scale = 2; }, "query_scale");
    add(
        "inv_freq", [](auto& s, auto&) { s.angles.source = ROPE_SOURCE_INV_FREQ; }, "angle source");
    add(
        "fp64", [](auto&, auto& c) { c.q_in.dtype = c.q_out.dtype = ROPE_F64; }, "does not list this dtype");
    add(
        "k of another dtype", [](auto&, auto& c) { c.k_in.dtype = c.k_out.dtype = ROPE_F16; }, "one dtype");
    add(
        "device memory", [](auto&, auto& c) { c.q_in.memory = ROPE_DEVICE; }, "memory");
    add(
        "another head_dim", [](auto&, auto& c) { c.q_in.shape[3] = c.q_out.shape[3] = 8; }, "head_dim elements");
    add(
        "a smaller output", [](auto&, auto& c) { c.q_out.shape[2] = 1; }, "input's shape");
    add(
        "a negative shape", [](auto&, auto& c) { c.q_in.shape[0] = c.q_out.shape[0] = -1; }, "negative");
    add(
        "k with another length", [](auto&, auto& c) { c.k_in.shape[1] = c.k_out.shape[1] = 2; }, "sequence length");
    add(
        "k without k_in", [](auto&, auto& c) { c.k_in = rope_tensor{}; }, "k must be there");
    add(
        "no direction", [](auto&, auto& c) { c.direction = 0; }, "direction");
    add(
        "axes", [](auto&, auto& c) { c.positions.kind = ROPE_POSITIONS_AXES; }, "kind of positions");
    add(
        "cu_seqlens without thd", [](auto&, auto& c) { c.cu_seqlens_count = 3; }, "thd goes with");
    const bool tables = usual_axes(plugin).source == ROPE_SOURCE_TABLES;
    if (usual_axes(plugin).source != ROPE_SOURCE_PARAMETRIC) {
      add(
          "columns missing", [](auto& s, auto&) { s.angles.first.columns -= 1; }, "width");
      add(
          "parametric", [](auto& s, auto&) { s.angles.source = ROPE_SOURCE_PARAMETRIC; }, "angle source");
    }
    if (tables) {
      add(
          "attention factor twice", [](auto& s, auto&) { s.attention_factor = 2; }, "attention factor");
      all.push_back({plugin, "fp64 tables", [](Axes& a) { a.form.dtype = ROPE_F64; }, unchanged, "must"});
      all.push_back({plugin, "bf16 tables of fp32", [](Axes& a) { a.form.dtype = ROPE_BF16; }, unchanged, "must"});
      all.push_back({plugin, "full width", [](Axes& a) { a.form.full_width = true; }, unchanged, "half width"});
      all.push_back({plugin, "the other form", [](Axes& a) { a.form.joined = !a.form.joined; }, unchanged, "half"});
      all.push_back({plugin, "gaps between rows", [](Axes& a) { a.form.gap = 3; }, unchanged, "gaps"});
    }
  }
  const auto backward = [](Axes& a) { a.direction = ROPE_BACKWARD; };
  const auto with = [](auto member, auto value) { return [=](Axes& a) { a.*member = value; }; };
  const std::vector<Question> own{
      {flash, "positions for each token", with(&Axes::kind, ROPE_POSITIONS_TOKEN), unchanged, "kind of positions"},
      {flash, "bhsd", with(&Axes::layout, ROPE_BHSD), unchanged, "layout"},
      {flash, "backward", backward, unchanged, ""},
      {vllm, "an offset", with(&Axes::kind, ROPE_POSITIONS_OFFSET), unchanged, "kind of positions"},
      {vllm, "int32 positions", with(&Axes::position_dtype, ROPE_I32), unchanged, "dtype of positions"},
      {vllm, "shared positions", with(&Axes::shared_rows, true), unchanged, "dense"},
      {vllm, "backward", backward, unchanged, "direction"},
      {vllm, "sbhd", with(&Axes::layout, ROPE_SBHD), unchanged, "layout"},
      {te, "positions for each token", with(&Axes::kind, ROPE_POSITIONS_TOKEN), unchanged, "kind of positions"},
      {te, "angles in fp64", with(&Axes::form, Form{ROPE_F64}), unchanged, "angles must be fp32"},
      {te, "angles with gaps", with(&Axes::form, Form{ROPE_F32, false, false, 5}), unchanged, ""},
      {te, "bhsd", with(&Axes::layout, ROPE_BHSD), unchanged, "layout"},
      {te, "far away", as_is, [](auto& s, auto&) { s.max_position = std::int64_t{1} << 40; }, "int32"},
      {onnx, "fp32 tables of bf16", with(&Axes::dtype, ROPE_BF16), unchanged, "the tensors' dtype"},
      {onnx, "shared positions", with(&Axes::shared_rows, true), unchanged, "dense"},
      {onnx, "an offset of two rows", with(&Axes::kind, ROPE_POSITIONS_OFFSET), unchanged, "only one row"},
      {onnx, "backward", backward, unchanged, "direction"},
      {onnx, "sbhd", with(&Axes::layout, ROPE_SBHD), unchanged, "layout"},
      {ggml, "bf16", with(&Axes::dtype, ROPE_BF16), unchanged, "dtype"},
      {ggml, "int64 positions", with(&Axes::position_dtype, ROPE_I64), unchanged, "dtype of positions"},
      {ggml, "rows of their own", with(&Axes::shared_rows, false), unchanged, "share"},
      {ggml, "yarn", as_is, [](auto& s, auto&) { s.angles.parametric.family = ROPE_FAMILY_YARN; }, "family"},
      {ggml, "far away", as_is, [](auto& s, auto&) { s.max_position = 1 << 25; }, "2^24"},
  };
  all.insert(all.end(), own.begin(), own.end());
  return all;
}

TEST(WrapperRefusals, HaveReasonsAndApplyAgrees) {
  for (const Question& question : questions()) {
    SCOPED_TRACE(std::string(question.plugin) + ": " + question.what);
    const LoadedPlugin plugin(std::string("wrappers/") + question.plugin);
    Axes axes = usual_axes(question.plugin);
    question.axes(axes);
    Request r(axes);
    rope_call asked = r.call(false), made = r.call();
    rope_spec spec = r.spec;
    question.change(spec, asked);
    rope_spec same = r.spec;
    question.change(same, made);
    spec.angles.first.data = spec.angles.second.data = nullptr;

    rope_query_result result{};
    result.struct_size = sizeof(result);
    ASSERT_EQ(plugin.api().query(&spec, &asked, &result), ROPE_OK);
    const std::string wanted = question.reason;
    ASSERT_EQ(result.supported != 0, wanted.empty()) << (result.reason ? result.reason : "yes");
    if (wanted.empty()) {
      continue;
    }
    EXPECT_THAT(result.reason, testing::HasSubstr(wanted));
    const Tensor q = r.q_out, k = r.k_out;
    Prepared prepared(plugin, same);
    const rope_status status = prepared.status != ROPE_OK ? prepared.status : prepared.apply(made);
    EXPECT_EQ(status, ROPE_UNSUPPORTED);
    EXPECT_EQ(prepared.error(), result.reason);
    EXPECT_TRUE(r.q_out == q && r.k_out == k) << "refused, and yet written";
  }
}

}  // namespace
}  // namespace rope::impls
