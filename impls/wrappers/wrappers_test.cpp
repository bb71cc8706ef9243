// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each wrapper does what it claims, against a plain binary64 rotation, and refuses the rest with a reason.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "impls/wrappers/testing/request.hpp"

namespace rope::impls {
namespace {

using testing::HasSubstr;

bool claims(std::uint64_t mask, std::uint32_t number) {
  return (mask >> number & 1) != 0;
}

/// NULL where the plug-in says yes; otherwise its reason, which it must have.
const char* refusal(const LoadedPlugin& plugin, const rope_spec& spec, const rope_call& call) {
  rope_spec without_data = spec;
  without_data.angles.first.data = without_data.angles.second.data = nullptr;
  rope_query_result result{};
  result.struct_size = sizeof(result);
  EXPECT_EQ(plugin.api().query(&without_data, &call, &result), ROPE_OK);
  EXPECT_EQ(result.supported == 0, result.reason != nullptr);
  EXPECT_EQ(result.workspace_size, 0U);
  return result.supported != 0 ? nullptr : result.reason;
}

/// The first form in the suite's order that the plug-in takes: rows that share positions or do not, batches of 2 and of
/// 1, and of the tables first fp32, then the tensors' dtype, then fp64; split, then joined; half, then full width.
std::unique_ptr<Request> accepted(const LoadedPlugin& plugin, Axes axes) {
  for (const std::int64_t batch : {2, 1}) {
    for (const bool shared_rows : {false, true}) {
      for (const rope_dtype dtype : {ROPE_F32, axes.dtype, ROPE_F64}) {
        for (const bool joined : {false, true}) {
          for (const bool full_width : {false, true}) {
            axes.batch = batch, axes.shared_rows = shared_rows;
            axes.form = {dtype, joined, full_width, 0};
            auto request = std::make_unique<Request>(axes);
            if (refusal(plugin, request->spec, request->call(false)) == nullptr) {
              return request;
            }
          }
        }
      }
    }
  }
  return nullptr;
}

/// All that describe lists, every combination once.
std::vector<Axes> claimed(const rope_impl_info& info) {
  std::vector<Axes> all;
  Axes a;
  a.source = claims(info.sources, ROPE_SOURCE_TABLES)   ? ROPE_SOURCE_TABLES
             : claims(info.sources, ROPE_SOURCE_ANGLES) ? ROPE_SOURCE_ANGLES
                                                        : ROPE_SOURCE_PARAMETRIC;
  a.in_place = (info.flags & ROPE_FLAG_IN_PLACE_ONLY) != 0;
  for (a.dtype = ROPE_F32; a.dtype <= ROPE_BF16; ++a.dtype)
    for (a.pairing = ROPE_HALF_SPLIT; a.pairing <= ROPE_INTERLEAVED; ++a.pairing)
      for (a.direction = ROPE_FORWARD; a.direction <= ROPE_BACKWARD; ++a.direction)
        for (a.layout = ROPE_BSHD; a.layout <= ROPE_THD; ++a.layout)
          for (a.kind = ROPE_POSITIONS_OFFSET; a.kind <= ROPE_POSITIONS_TOKEN; ++a.kind)
            for (a.position_dtype = ROPE_I32; a.position_dtype <= ROPE_I64; ++a.position_dtype)
              for (a.family = ROPE_FAMILY_DEFAULT; a.family <= ROPE_FAMILY_PROPORTIONAL; ++a.family)
                for (a.rotary_dim = 12; a.rotary_dim <= 16; a.rotary_dim += 4)
                  for (const bool start_positions : {true, false}) {
                    a.start_positions = start_positions;
                    const bool packed = a.layout == ROPE_THD && a.kind == ROPE_POSITIONS_OFFSET;
                    const bool parametric = a.source == ROPE_SOURCE_PARAMETRIC;
                    const bool known = parametric ? claims(info.families, a.family) : a.family == ROPE_FAMILY_DEFAULT;
                    const bool timed = a.kind == ROPE_POSITIONS_OFFSET ? a.position_dtype == ROPE_I64
                                                                       : claims(info.position_dtypes, a.position_dtype);
                    if (claims(info.dtypes, a.dtype) && claims(info.pairings, a.pairing) && known && timed &&
                        claims(info.directions, a.direction) && claims(info.layouts, a.layout) &&
                        claims(info.position_kinds, a.kind) && (start_positions || packed) &&
                        (packed || a.layout != ROPE_THD || a.kind == ROPE_POSITIONS_TOKEN)) {
                      all.push_back(a);
                    }
                  }
  return all;
}

std::string text_of(const Axes& a) {
  return "dtype " + std::to_string(a.dtype) + " pairing " + std::to_string(a.pairing) + " direction " +
         std::to_string(a.direction) + " layout " + std::to_string(a.layout) + " kind " + std::to_string(a.kind) +
         " positions " + std::to_string(a.position_dtype) + " family " + std::to_string(a.family) + " rotary " +
         std::to_string(a.rotary_dim);
}

/// How far an honest kernel may be from the exact rotation of a pair, in one component.
///
/// u = 2^-24. Two products and a sum in fp32 are each off by u relatively: less than 2.01 u (|x0 c| + |x1 s|). Where
/// the kernel makes cosine and sine itself, they are good to an ulp, 2 u, the attention factor is rounded to fp32, u,
/// and so is the product, u: 4.01 u more. Where it multiplies its angle up, pair i has i products, u each, by the same
/// number, powf(base, -2/n): an ulp of powf, 2 u, and the rounding of the exponent, u (2/n) ln base. Factor or scale
/// and their product or quotient: 2 u; one more for the position. The last rounding, to 16 bits, is u_T relatively, or
/// half the spacing of fp16 below its normal range.
double bound(const Request& r, std::int64_t position, std::int64_t i, double x0c, double x1s, double y, double size) {
  constexpr double u = 0x1p-24;
  const bool parametric = r.axes.source == ROPE_SOURCE_PARAMETRIC;
  double limit = (r.axes.source == ROPE_SOURCE_TABLES ? 2.01 : 6.02) * u * (std::abs(x0c) + std::abs(x1s));
  if (parametric) {
    const double step = 3 * u + u * (2.0 / r.axes.rotary_dim) * std::log(Request::base);
    limit += size * static_cast<double>(position) * r.inv_freq(i) * (static_cast<double>(i) * step + 3 * u) * 1.001;
  }
  const double last = r.axes.dtype == ROPE_F32 ? 0 : r.axes.dtype == ROPE_F16 ? 0x1p-11 : 0x1p-8;
  return limit + last * (std::abs(y) + limit) + (r.axes.dtype == ROPE_F16 ? 0x1p-25 : 0);
}

/// Every element of `out` is that of `in` rotated as the request says.
void expect_rotated(const Request& r, const Tensor& in, const Tensor& out) {
  const std::int64_t pairs = r.axes.rotary_dim / 2;
  int wrong = 0;
  in.for_each([&](Tensor::Index at) {
    const std::int64_t e = at[3];
    if (e >= 2 * pairs) {
      wrong += in.get(at) != out.get(at) ? 1 : 0;
      return;
    }
    const bool interleaved = r.axes.pairing == ROPE_INTERLEAVED, is_first = interleaved ? e % 2 == 0 : e < pairs;
    const std::int64_t i = interleaved ? e / 2 : e % pairs;
    Tensor::Index other = at;
    other[3] = interleaved ? (is_first ? e + 1 : e - 1) : (is_first ? e + pairs : e - pairs);
    const std::int64_t position = r.position(at[0], at[1]);
    const auto [c, s] = r.turn(position, i);
    const double sign = (is_first ? -1 : 1) * (r.axes.direction == ROPE_BACKWARD ? -1 : 1);
    const double own = static_cast<double>(in.value(at)) * c,
                 from_other = sign * static_cast<double>(in.value(other)) * s;
    const double exact = own + from_other, size = Request::attention_factor * 2 * std::numbers::sqrt2;
    const double error = std::abs(static_cast<double>(out.value(at)) - exact);
    if (!(error <= bound(r, position, i, own, from_other, exact, size))) {
      ++wrong;
    }
  });
  EXPECT_EQ(wrong, 0);
}

struct Result {
  Tensor q, k;
};

/// Calls, expects the memory around everything to be as it was, and gives the outputs.
Result run(const LoadedPlugin& plugin, Request& r) {
  const Tensor q = r.q, k = r.k;
  Prepared prepared(plugin, r.spec);
  EXPECT_EQ(prepared.status, ROPE_OK) << prepared.error();
  EXPECT_EQ(prepared.apply(r.call()), ROPE_OK) << prepared.error();
  EXPECT_TRUE(r.q == q && r.k == k) << "an input was changed";
  EXPECT_TRUE(r.q_out.surroundings_untouched() && r.k_out.surroundings_untouched());
  return {r.q_out, r.k_out};
}

bool same(const Result& a, const Result& b) {
  return a.q.same_elements(b.q) && a.k.same_elements(b.k);
}

class Wrappers : public testing::TestWithParam<const char*> {
 protected:
  Wrappers() : plugin(std::string("wrappers/") + GetParam()), info(*plugin.api().describe()) {}

  LoadedPlugin plugin;
  const rope_impl_info& info;
};

TEST_P(Wrappers, DescribesItself) {
  EXPECT_EQ(plugin.entry()(ROPE_IMPL_ABI_VERSION + 1), nullptr);
  EXPECT_EQ(plugin.entry()(ROPE_IMPL_ABI_VERSION), &plugin.api());
  EXPECT_EQ(plugin.api().describe(), &info);
  EXPECT_STREQ(info.name, GetParam());
  EXPECT_EQ(info.struct_size, sizeof(rope_impl_info));
  EXPECT_STRNE(info.summary, "");
  EXPECT_GE(claimed(info).size(), 16U);
}

TEST_P(Wrappers, RotatesAsClaimed) {
  for (const Axes& axes : claimed(info)) {
    SCOPED_TRACE(text_of(axes));
    const auto r = accepted(plugin, axes);
    ASSERT_NE(r, nullptr) << "describe claims it, query refuses every form";
    run(plugin, *r);
    expect_rotated(*r, r->q, r->q_out);
    expect_rotated(*r, r->k, r->k_out);
  }
}

TEST_P(Wrappers, QAloneIsTheSame) {
  const auto r = accepted(plugin, claimed(info).front());
  const Result both = run(plugin, *r);
  r->set_outputs();
  rope_call call = r->call(false);
  call.k_in = call.k_out = rope_tensor{};
  ASSERT_EQ(refusal(plugin, r->spec, call), nullptr);
  call = r->call();
  call.k_in = call.k_out = rope_tensor{};
  Prepared prepared(plugin, r->spec);
  ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
  EXPECT_TRUE(r->q_out.same_elements(both.q));
}

TEST_P(Wrappers, InPlaceIsTheSameOrRefused) {
  for (Axes axes : claimed(info)) {
    auto r = accepted(plugin, axes);
    if ((info.flags & ROPE_FLAG_IN_PLACE) != 0) {
      const Result outside = run(plugin, *r);
      r->axes.in_place = true;
      r->set_outputs();
      EXPECT_TRUE(same(run(plugin, *r), outside)) << text_of(axes);
      continue;
    }
    r->axes.in_place = !axes.in_place;
    r->set_outputs();
    Prepared prepared(plugin, r->spec);
    EXPECT_EQ(prepared.apply(r->call()), ROPE_UNSUPPORTED);
    EXPECT_THAT(prepared.error(), HasSubstr(axes.in_place ? "outputs must be the inputs" : "must not be the inputs"));
    EXPECT_TRUE(axes.in_place || (r->q_out.same_elements(r->q) && r->k_out.same_elements(r->k)));
  }
}

TEST_P(Wrappers, StridesDoNotMatterOrAreRefused) {
  std::set<std::size_t> taken;
  for (const Axes& axes : claimed(info)) {
    const auto dense = accepted(plugin, axes);
    const Result expected = run(plugin, *dense);
    const std::int64_t b = dense->q.shape()[0], d = Request::head_dim, s = Request::tokens;
    // Tokens apart; heads, too; elements, too; backwards in the sequence.
    const std::vector<std::array<Tensor::Index, 2>> strides{
        {Tensor::Index{s * 80, 80, d, 1}, Tensor::Index{s * 48, 48, d, 1}},
        {Tensor::Index{s * 96, 96, 24, 1}, Tensor::Index{s * 96, 96, 24, 1}},
        {Tensor::Index{s * 40 * 3, 40, s * 40 * 3 * b, 2}, Tensor::Index{s * 40, 40, s * 40 * b, 2}},
        {Tensor::Index{s * 96, -96, 24, 1}, Tensor::Index{s * 96, -96, 24, 1}}};
    for (std::size_t n = 0; n < strides.size(); ++n) {
      SCOPED_TRACE(text_of(axes) + " strides " + std::to_string(n));
      Request r(dense->axes);
      r.restride(strides[n][0], strides[n][1]);
      const char* const reason = refusal(plugin, r.spec, r.call(false));
      Prepared prepared(plugin, r.spec);
      if (reason == nullptr) {
        taken.insert(n);
        EXPECT_TRUE(same(run(plugin, r), expected));
      } else {
        EXPECT_EQ(prepared.apply(r.call()), ROPE_UNSUPPORTED);
        EXPECT_EQ(prepared.error(), reason);
      }
    }
  }
  const std::string name = GetParam();
  const std::set<std::size_t> right = name == "onnx-rotary"   ? std::set<std::size_t>{}
                                      : name == "vllm-rotary" ? std::set<std::size_t>{0}
                                      : name == "ggml-rope"   ? std::set<std::size_t>{0, 1, 3}
                                                              : std::set<std::size_t>{0, 1, 2, 3};
  EXPECT_EQ(taken, right);
}

TEST_P(Wrappers, PackedSequencesEqualThoseAlone) {
  if (!claims(info.layouts, ROPE_THD) || !claims(info.position_kinds, ROPE_POSITIONS_OFFSET)) {
    return;  // vllm-rotary and ggml-rope take flat tokens, onnx-rotary none
  }
  for (const Axes& axes : claimed(info)) {
    if (axes.layout != ROPE_THD) {
      continue;
    }
    const auto packed = accepted(plugin, axes);
    const Result together = run(plugin, *packed);
    for (const std::int64_t first : {0, 3}) {
      Axes one_row = packed->axes;
      one_row.layout = ROPE_BSHD;
      one_row.batch = 1;
      Request alone(one_row);  // all tokens; those of the sequence are looked at
      alone.positions.offset = packed->position(0, first) - first;
      const Result by_itself = run(plugin, alone);
      by_itself.q.for_each([&](Tensor::Index at) {
        if (first == 0 ? at[1] < 3 : at[1] >= 3) {
          EXPECT_EQ(together.q.get(at), by_itself.q.get(at));
        }
      });
    }
  }
}

TEST_P(Wrappers, EmptyCallsDoNothing) {
  const auto r = accepted(plugin, claimed(info).front());
  for (const std::size_t axis : {0U, 1U, 2U}) {
    rope_call call = r->call();
    for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) {
      t->shape[axis] = 0;
      t->data = nullptr;
    }
    call.positions.batch_stride = r->axes.shared_rows ? 0 : call.q_in.shape[1];
    Prepared prepared(plugin, r->spec);
    EXPECT_EQ(prepared.apply(call), ROPE_OK) << axis << prepared.error();
  }
}

TEST_P(Wrappers, OutOfRangeIsAsDeclared) {
  if (info.out_of_range == ROPE_OUT_OF_RANGE_UNDEFINED) {
    return;
  }
  for (const Axes& axes : claimed(info)) {
    const auto r = accepted(plugin, axes);
    const Result inside = run(plugin, *r);
    r->set_outputs();
    for (const std::int64_t shift : {std::int64_t{-25}, Request::rows - 3}) {
      SCOPED_TRACE(text_of(axes) + " by " + std::to_string(shift));
      Request moved(r->axes);
      rope_call call = moved.call();
      std::vector<std::int64_t> listed = moved.listed;
      listed[3] = shift < 0 ? -1 : Request::rows;
      std::vector<std::int32_t> narrow(moved.row_offsets.begin(), moved.row_offsets.end());
      std::vector<std::int64_t> wide = moved.row_offsets;
      narrow[0] = static_cast<std::int32_t>(wide[0] = shift);
      call.positions.offset = shift;
      call.start_positions = nullptr;
      const bool tokens = axes.kind == ROPE_POSITIONS_TOKEN;
      call.positions.data = tokens                            ? static_cast<const void*>(listed.data())
                            : axes.position_dtype == ROPE_I32 ? static_cast<const void*>(narrow.data())
                                                              : wide.data();
      const Tensor before = moved.q_out;
      Prepared prepared(plugin, moved.spec);
      if (info.out_of_range == ROPE_OUT_OF_RANGE_ERROR) {
        EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
        EXPECT_NE(prepared.error(), "");
        EXPECT_EQ(moved.q_out, before);
        continue;
      }
      ASSERT_EQ(prepared.apply(call), ROPE_OK) << prepared.error();
      int turned = 0;
      moved.q.for_each([&](Tensor::Index at) {
        const std::int64_t in_sequence = moved.packed() && at[1] >= 3 ? at[1] - 3 : at[1];
        const std::int64_t position =
            axes.kind == ROPE_POSITIONS_BATCH_OFFSET && at[0] == 1 ? moved.row_offsets[1] + at[1] : shift + in_sequence;
        const bool outside = position < 0 || position >= Request::rows;
        turned += moved.q_out.get(at) != moved.q.get(at) ? 1 : 0;
        if (outside) {
          EXPECT_EQ(moved.q_out.get(at), moved.q.get(at));
        }
      });
      EXPECT_TRUE(turned > 0 || (shift < 0 && axes.kind == ROPE_POSITIONS_OFFSET));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Each, Wrappers,
                         testing::Values("flash-rotary", "vllm-rotary", "te-rotary", "onnx-rotary", "ggml-rope"),
                         [](const auto& named) {
                           std::string name = named.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

}  // namespace
}  // namespace rope::impls
