// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// One set of bits: on every instruction set, from any number of threads, past the caches or through them, in any
// strides, dense or gathered.
#include "impls/cpu/fused/rotation.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <random>
#include <vector>

#include "impls/kernel/arithmetic.hpp"
#include "impls/kernel/handle.hpp"
#include "impls/loaded_plugin.hpp"

namespace rope::fused {
namespace {

using impls::Tensor;

struct Parameter {
  rope_dtype dtype;
  rope_pairing in, out;
  std::uint32_t head_dim, rotary_dim, dim_offset;

  friend void PrintTo(const Parameter& p, std::ostream* to) { *to << p.head_dim << " " << p.rotary_dim; }
};

std::vector<Parameter> parameters() {
  std::vector<Parameter> all;
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    for (const rope_pairing in : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
      for (const rope_pairing out : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
        // Whole vectors and lines; all lengths of what is left over; parts that rotate, in whole lines and not.
        all.push_back({dtype, in, out, 128, 128, 0});
        all.push_back({dtype, in, out, 80, 80, 0});
        all.push_back({dtype, in, out, 2, 2, 0});
        all.push_back({dtype, in, out, 62, 54, 6});
        all.push_back({dtype, in, out, 256, 128, 64});
      }
    }
  }
  return all;
}

std::string readable(const testing::TestParamInfo<Parameter>& info) {
  const Parameter& p = info.param;
  const auto word = [](rope_pairing pairing) { return pairing == ROPE_HALF_SPLIT ? "half" : "adjacent"; };
  return std::string(p.dtype == ROPE_F32   ? "fp32_"
                     : p.dtype == ROPE_F16 ? "fp16_"
                                           : "bf16_") +
         word(p.in) + (p.in == p.out ? "" : std::string("_to_") + word(p.out)) + "_" + std::to_string(p.rotary_dim) +
         "_of_" + std::to_string(p.head_dim);
}

/// Bits of every kind: all exponents, subnormal numbers, infinities, NaN.
void fill(Tensor& t, std::uint32_t seed) {
  std::mt19937 bits(seed);
  t.for_each([&](Tensor::Index at) {
    const auto word = static_cast<std::uint32_t>(bits());
    t.set(at, t.dtype() == ROPE_F32 ? word : word & 0xffffU);
  });
}

bool is_nan(rope_dtype dtype, std::uint32_t bits) {
  return std::isnan(Tensor::to_value(dtype, bits));
}

/// Elements with other bits, NaN and NaN being the same; where they do not rotate, bits are bits.
std::size_t differences(const rope_spec& spec, const Tensor& a, const Tensor& b) {
  std::size_t count = 0;
  const std::int64_t first = spec.dim_offset, end = first + spec.rotary_dim;
  a.for_each([&](Tensor::Index at) {
    const bool rotates = at[3] >= first && at[3] < end;
    const bool same =
        a.get(at) == b.get(at) || (rotates && is_nan(a.dtype(), a.get(at)) && is_nan(b.dtype(), b.get(at)));
    count += same ? 0 : 1;
  });
  return count;
}

struct Rotated {
  Tensor q, k;
};

class Rotation : public testing::TestWithParam<Parameter> {
 protected:
  static constexpr std::int64_t batch = 2, tokens = 37, q_heads = 5, k_heads = 2;

  Rotation() : q(shape(q_heads)), k(shape(k_heads)) {
    const Parameter& p = GetParam();
    model.spec = impls::usual_spec(p.in);
    model.spec.pairing_out = p.out;
    model.spec.head_dim = p.head_dim;
    model.spec.rotary_dim = p.rotary_dim;
    model.spec.dim_offset = p.dim_offset;
    model.inv_freq = kernel::inv_freq_of<kernel::CarefulArithmetic>(model.spec);
    fill(q, 1);
    fill(k, 2);
    positions.resize(static_cast<std::size_t>(batch * tokens));
    std::mt19937 generator(3);
    for (std::size_t i = 0; i < positions.size(); ++i) {
      // In runs, as in a prompt, and anywhere, of both signs.
      positions[i] =
          i < 50 ? 900 + static_cast<std::int64_t>(i) : static_cast<std::int64_t>(generator() % 262143) - 131071;
    }
  }

  static Tensor shape(std::int64_t heads) { return {GetParam().dtype, {batch, tokens, heads, GetParam().head_dim}}; }

  rope_call call_of(const rope_tensor& q_in, const rope_tensor& q_out, const rope_tensor& k_in,
                    const rope_tensor& k_out) const {
    rope_positions at = impls::token_positions(positions);
    at.batch_stride = tokens;
    rope_call call = impls::call_of(q_in, q_out, at, direction);
    call.k_in = k_in;
    call.k_out = k_out;
    return call;
  }

  Rotated rotated(const Means& means) {
    Tensor q_in = q, k_in = k;
    Rotated out{shape(q_heads), shape(k_heads)};
    rotate(means, model, call_of(q_in.view(), out.q.view(), k_in.view(), out.k.view()));
    EXPECT_TRUE(out.q.surroundings_untouched() && out.k.surroundings_untouched());
    EXPECT_EQ(q_in, q);
    EXPECT_EQ(k_in, k);
    return out;
  }

  void expect_same(const Rotated& got, const Rotated& expected, const char* what) const {
    EXPECT_EQ(differences(model.spec, got.q, expected.q), 0U) << what;
    EXPECT_EQ(differences(model.spec, got.k, expected.k), 0U) << what;
  }

  kernel::Model<double> model;
  rope_direction direction = ROPE_FORWARD;
  Tensor q, k;
  std::vector<std::int64_t> positions;
};

TEST_P(Rotation, HasTheSameBitsOnEveryInstructionSetAndFromAnyNumberOfThreads) {
  for (const rope_direction way : {ROPE_FORWARD, ROPE_BACKWARD}) {
    for (const double query_scale : {1.0, 0.3}) {
      direction = way;
      model.spec.query_scale = query_scale;
      const Rotated expected = rotated(Means{});
      EXPECT_GT(differences(model.spec, expected.q, q), 0U);
      for (const Isa isa : available_isas()) {
        for (const int threads : {1, 3, 200}) {
          Means means;
          means.isa = isa;
          means.threads = threads;
          SCOPED_TRACE(std::to_string(static_cast<int>(isa)) + ", threads " + std::to_string(threads));
          expect_same(rotated(means), expected, "other bits");
        }
      }
    }
  }
}

// Where there are none, nothing may be added to the address that is not there; clang's sanitizer sees it.
TEST_P(Rotation, NoHeadsNeedNoData) {
  const Rotated expected = rotated(Means{});
  for (const bool of_q : {true, false}) {
    Tensor q_in = q, k_in = k;
    Rotated out{shape(q_heads), shape(k_heads)};
    rope_call call = call_of(q_in.view(), out.q.view(), k_in.view(), out.k.view());
    for (rope_tensor* none : of_q ? std::array{&call.q_in, &call.q_out} : std::array{&call.k_in, &call.k_out}) {
      none->shape[2] = 0;
      none->data = nullptr;
    }
    rotate(Means{}, model, call);
    const Tensor &got = of_q ? out.k : out.q, &wanted = of_q ? expected.k : expected.q;
    EXPECT_EQ(differences(model.spec, got, wanted), 0U);
  }
}

/// An array that begins where a cache line does.
struct Lines {
  explicit Lines(std::size_t bytes) : data(std::aligned_alloc(64, (bytes + 63) / 64 * 64), std::free) {}
  std::unique_ptr<void, void (*)(void*)> data;
};

TEST_P(Rotation, WrittenPastTheCachesHasTheSameBits) {
  const Rotated expected = rotated(Means{});
  for (const Isa isa : available_isas()) {
    for (const std::size_t skipped : {std::size_t{0}, std::size_t{8}}) {  // in whole lines, and not
      Means means;
      means.isa = isa;
      means.threads = 2;
      means.stream_bytes = 0;
      Tensor q_in = q, k_in = k;
      Rotated out{shape(q_heads), shape(k_heads)};
      const std::size_t size = GetParam().dtype == ROPE_F32 ? 4 : 2;
      rope_tensor q_out = out.q.view(), k_out = out.k.view();
      const Lines q_lines(static_cast<std::size_t>(q_out.strides[0] * batch) * size + skipped);
      const Lines k_lines(static_cast<std::size_t>(k_out.strides[0] * batch) * size + skipped);
      q_out.data = static_cast<char*>(q_lines.data.get()) + skipped;
      k_out.data = static_cast<char*>(k_lines.data.get()) + skipped;
      rotate(means, model, call_of(q_in.view(), q_out, k_in.view(), k_out));
      const auto copy_back = [&](const rope_tensor& from, Tensor& to) {
        to.for_each([&](Tensor::Index at) {
          std::int64_t offset = 0;
          for (std::size_t axis = 0; axis < 4; ++axis) offset += at[axis] * from.strides[axis];
          std::uint32_t bits = 0;
          std::memcpy(&bits, static_cast<const char*>(from.data) + static_cast<std::size_t>(offset) * size, size);
          to.set(at, bits);
        });
      };
      copy_back(q_out, out.q);
      copy_back(k_out, out.k);
      expect_same(out, expected, skipped == 0 ? "whole lines" : "parts of lines");
    }
  }
}

TEST_P(Rotation, HasTheSameBitsInPlaceAndInAnyStrides) {
  const Rotated expected = rotated(Means{});
  const std::int64_t d = GetParam().head_dim;
  for (const Isa isa : available_isas()) {
    Means means;
    means.isa = isa;
    Rotated in_place{q, k};
    rotate(means, model, call_of(in_place.q.view(), in_place.q.view(), in_place.k.view(), in_place.k.view()));
    expect_same(in_place, expected, "in place");
    EXPECT_TRUE(in_place.q.surroundings_untouched());

    const auto strides = [&](std::int64_t heads, int form) -> Tensor::Index {
      if (form == 0) return {heads * tokens * d, d, tokens * d, 1};                             // bhsd
      if (form == 1) return {heads * d, batch * heads * d, d, 1};                               // sbhd
      if (form == 2) return {tokens * heads * (2 * d + 3), heads * (2 * d + 3), 2 * d + 3, 2};  // gaps everywhere
      return {tokens * heads * d, -heads * d, -d, 1};  // backwards, inputs only
    };
    for (const auto& [from, to] : std::vector<std::pair<int, int>>{{0, 0}, {1, 1}, {2, 2}, {3, 0}, {0, 2}, {2, 1}}) {
      Tensor q_in = q.with_strides(strides(q_heads, from)), k_in = k.with_strides(strides(k_heads, from));
      Rotated out{Tensor(q.dtype(), q.shape(), strides(q_heads, to)),
                  Tensor(k.dtype(), k.shape(), strides(k_heads, to))};
      rotate(means, model, call_of(q_in.view(), out.q.view(), k_in.view(), out.k.view()));
      expect_same(out, expected, "strided");
      EXPECT_TRUE(out.q.surroundings_untouched() && out.k.surroundings_untouched());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Fused, Rotation, testing::ValuesIn(parameters()), readable);

TEST(Means, OfThisMachineAreItsBestInstructionSetAndACache) {
  const Means means = means_of_this_machine();
  EXPECT_EQ(means.isa, available_isas().back());
  EXPECT_EQ(available_isas().front(), Isa::baseline);
  EXPECT_GE(means.stream_bytes, 1 << 18);
  EXPECT_GT(means.thread_bytes, 0);
}

}  // namespace
}  // namespace rope::fused
