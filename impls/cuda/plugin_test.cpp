// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The CUDA plug-in has the bits of device-arithmetic, however a call is arranged: on a device that is the host (label
// unit), and on a GPU (label gpu) where there is one.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "impls/device/testing/mirrored_call.hpp"
#include "impls/loaded_plugin.hpp"
#include "impls/supplied_matrix.hpp"

namespace rope::cuda {
namespace {

using device::DeviceBytes;
using device::MirroredCall;
using device::MirroredSpec;
using impls::call_of;
using impls::LoadedPlugin;
using impls::Matrix;
using impls::Prepared;
using impls::TableForm;
using impls::Tables;
using impls::Tensor;
using impls::token_positions;
using impls::usual_spec;

/// Everything that a call has, in host memory; in place where outputs are asked to be inputs.
struct Asked {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_dtype dtype = ROPE_BF16;
  Tensor::Index q_shape{2, 7, 3, 16}, k_shape{2, 7, 2, 16};
  Tensor::Index in_strides{}, out_strides{};  ///< all 0: dense
  rope_positions positions = token_positions(some_positions);
  rope_direction direction = ROPE_FORWARD;
  bool with_k = true, in_place = false;
  std::vector<std::int32_t> cu_seqlens;
  std::vector<std::int64_t> start_positions;

  inline static const std::vector<std::int64_t> some_positions{0, 1, -2, 257, 1023, 8192, 131071};
};

/// A call's tensors with the call.
struct Made {
  explicit Made(const Asked& asked)
      : q(random(asked, asked.q_shape, 1)),
        k(random(asked, asked.k_shape, 2)),
        q_out(asked.dtype, asked.q_shape, strides(asked.out_strides, asked.q_shape)),
        k_out(asked.dtype, asked.k_shape, strides(asked.out_strides, asked.k_shape)) {
    call = call_of(q.view(), asked.in_place ? q.view() : q_out.view(), asked.positions, asked.direction);
    if (asked.with_k) {
      call.k_in = k.view();
      call.k_out = asked.in_place ? k.view() : k_out.view();
    }
    call.in_place = asked.in_place ? 1 : 0;
    if (asked.cu_seqlens.empty()) return;
    for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) t->layout = ROPE_THD;
    call.cu_seqlens = asked.cu_seqlens.data();
    call.cu_seqlens_count = static_cast<std::int64_t>(asked.cu_seqlens.size());
    call.start_positions = asked.start_positions.empty() ? nullptr : asked.start_positions.data();
    call.has_start_positions = asked.start_positions.empty() ? 0 : 1;
  }

  static Tensor::Index strides(const Tensor::Index& given, const Tensor::Index& shape) {
    return given == Tensor::Index{} ? Tensor::dense(shape) : given;
  }
  static Tensor random(const Asked& asked, const Tensor::Index& shape, std::uint32_t seed) {
    Tensor dense(asked.dtype, shape);
    dense.randomize(seed);
    return dense.with_strides(strides(asked.in_strides, shape));
  }

  Tensor q, k, q_out, k_out;
  rope_call call;
};

class CudaPlugin : public testing::Test {
 protected:
  void SetUp() override {
    rope_query_result result{};
    result.struct_size = sizeof(result);
    const rope_spec spec = Asked{}.spec;
    rope_call call = Made(Asked{}).call;
    for (rope_tensor* t : {&call.q_in, &call.q_out, &call.k_in, &call.k_out}) t->memory = ROPE_DEVICE;
    call.positions.memory = ROPE_DEVICE;
    ASSERT_EQ(plugin.api().query(&spec, &call, &result), ROPE_OK);
    const std::string reason = result.reason == nullptr ? "" : result.reason;
    if (reason.find("no CUDA device") != std::string::npos) GTEST_SKIP() << reason;
    ASSERT_EQ(result.supported, 1U) << reason;
  }

  /// On both, and every bit that they leave behind.
  void expect_same(const Asked& asked, const std::string& what) const {
    Made expected(asked), got(asked);
    Prepared on_host(host, asked.spec);
    ASSERT_EQ(on_host.status, ROPE_OK) << what << ": " << on_host.error();
    ASSERT_EQ(on_host.apply(expected.call), ROPE_OK) << what << ": " << on_host.error();

    const MirroredSpec spec(plugin, asked.spec);
    const MirroredCall call(plugin, got.call);
    Prepared on_device(plugin, spec.spec);
    ASSERT_EQ(on_device.status, ROPE_OK) << what << ": " << on_device.error();
    ASSERT_EQ(on_device.apply(call.call), ROPE_OK) << what << ": " << on_device.error();
    ASSERT_EQ(plugin.api().synchronize(on_device.handle(), nullptr), ROPE_OK) << what << ": " << on_device.error();
    EXPECT_TRUE(call.fetch()) << what << ": changed what is no output";
    EXPECT_TRUE(got.q == expected.q) << what << ": q";
    EXPECT_TRUE(got.k == expected.k) << what << ": k";
    EXPECT_TRUE(got.q_out == expected.q_out) << what << ": q_out";
    EXPECT_TRUE(got.k_out == expected.k_out) << what << ": k_out";
  }

  const LoadedPlugin plugin{ROPE_CUDA_PLUGIN}, host{"device-arithmetic"};
};

constexpr rope_dtype dtypes[] = {ROPE_F32, ROPE_F16, ROPE_BF16};
constexpr rope_pairing pairings[] = {ROPE_HALF_SPLIT, ROPE_INTERLEAVED};

TEST_F(CudaPlugin, DtypesPairingsAndDirectionsInPlaceAndNot) {
  for (const rope_dtype dtype : dtypes) {
    for (const rope_pairing from : pairings) {
      for (const rope_pairing to : pairings) {
        for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
          for (const bool in_place : {false, true}) {
            Asked asked;
            asked.dtype = dtype;
            asked.spec.pairing_in = from;
            asked.spec.pairing_out = to;
            asked.direction = direction;
            asked.in_place = in_place;
            expect_same(asked, "dtype " + std::to_string(dtype) + " pairings " + std::to_string(from) +
                                   std::to_string(to) + " direction " + std::to_string(direction) +
                                   (in_place ? " in place" : ""));
          }
        }
      }
    }
  }
}

/// Sizes around what 16 bytes hold: some fit, some do not, and a head is rotated in part.
TEST_F(CudaPlugin, HeadSizesAndPartsOfHeads) {
  struct Size {
    std::uint32_t head, rotary, offset;
  };
  for (const Size size : {Size{128, 128, 0}, Size{64, 32, 16}, Size{80, 32, 0}, Size{24, 8, 8}, Size{20, 6, 3},
                          Size{2, 2, 0}, Size{256, 192, 64}, Size{96, 94, 1}, Size{1056, 1024, 32}}) {
    for (const rope_dtype dtype : dtypes) {
      for (const rope_pairing to : pairings) {
        for (const bool in_place : {false, true}) {
          Asked asked;
          asked.dtype = dtype;
          asked.spec.head_dim = size.head;
          asked.spec.rotary_dim = size.rotary;
          asked.spec.dim_offset = size.offset;
          asked.spec.pairing_out = to;
          asked.in_place = in_place;
          asked.q_shape[3] = asked.k_shape[3] = size.head;
          expect_same(asked, "head_dim " + std::to_string(size.head) + " dtype " + std::to_string(dtype) +
                                 " pairing_out " + std::to_string(to) + (in_place ? " in place" : ""));
        }
      }
    }
  }
}

/// One head, more heads than a block has rows, more k heads than q heads, and q alone; one token and many.
TEST_F(CudaPlugin, NumbersOfHeadsAndTokens) {
  for (const auto& [q_heads, k_heads] : {std::pair{1, 1}, {70, 9}, {3, 40}, {300, 1}}) {
    for (const std::int64_t tokens : {1, 3, 200}) {
      for (const rope_pairing to : pairings) {
        Asked asked;
        std::vector<std::int64_t> at;
        for (std::int64_t s = 0; s < tokens; ++s) at.push_back(1000 - 7 * s);
        asked.positions = token_positions(at);
        asked.q_shape = {1, tokens, q_heads, 32};
        asked.k_shape = {1, tokens, k_heads, 32};
        asked.spec.head_dim = asked.spec.rotary_dim = 32;
        asked.spec.pairing_out = to;
        asked.in_place = true;
        const std::string what = std::to_string(q_heads) + " heads, " + std::to_string(tokens) + " tokens";
        expect_same(asked, what);
        asked.with_k = false;
        asked.in_place = false;
        expect_same(asked, what + ", q alone");
      }
    }
  }
}

TEST_F(CudaPlugin, StridesOfEveryKind) {
  // {2, 7, 3, 16} for q and the first two heads of it for k.
  struct Case {
    const char* what;
    Tensor::Index in, out;
  };
  const Tensor::Index none{};
  for (const Case& one :
       {Case{"bhsd", {7 * 48, 16, 7 * 16, 1}, {7 * 48, 16, 7 * 16, 1}}, Case{"sbhd", {48, 96, 16, 1}, none},
        Case{"gaps of 16 bytes and more", {7 * 96, 96, 32, 1}, {7 * 72, 72, 24, 1}},
        Case{"gaps that are not", {7 * 60, 60, 19, 1}, {7 * 57, 57, 17, 1}},
        Case{"elements apart", {672, 96, 32, 2}, none}, Case{"outputs apart", none, {1008, 144, 48, 3}},
        Case{"tokens in reverse", {336, -48, 16, 1}, none}, Case{"elements in reverse", {336, 48, 16, -1}, none},
        Case{"one row for all", {0, 48, 16, 1}, none}, Case{"one head for all", {336, 48, 0, 1}, none}}) {
    for (const rope_dtype dtype : dtypes) {
      Asked asked;
      asked.dtype = dtype;
      asked.in_strides = one.in;
      asked.out_strides = one.out;
      asked.k_shape = {2, 7, 2, 16};
      expect_same(asked, std::string(one.what) + ", dtype " + std::to_string(dtype));
    }
  }
}

TEST_F(CudaPlugin, PositionsOfEveryKind) {
  const std::vector<std::int64_t> wide{5, 1000000, -3, 70, 71, 72, 8, 100000, 131071, -131072, 0, 1, 2, 3};
  const std::vector<std::int32_t> narrow(wide.begin(), wide.end());
  rope_positions p = token_positions(wide);
  p.batch_stride = 7;
  std::vector<std::pair<const char*, rope_positions>> kinds{{"int64", p}};
  p.data = narrow.data();
  p.dtype = ROPE_I32;
  kinds.emplace_back("int32", p);
  p.data = narrow.data() + 6;
  p.token_stride = -1;
  p.batch_stride = 0;
  kinds.emplace_back("in reverse", p);
  p.kind = ROPE_POSITIONS_BATCH_OFFSET;
  p.batch_stride = p.token_stride = 99;  // not used
  kinds.emplace_back("an offset for each row", p);
  p = rope_positions{};
  p.struct_size = sizeof(p);
  p.kind = ROPE_POSITIONS_OFFSET;
  p.offset = -4;
  kinds.emplace_back("an offset", p);
  const std::vector<std::uint32_t> pair_axis{0, 1, 1, 0, 1, 0, 0, 1};
  p = token_positions(wide);
  p.kind = ROPE_POSITIONS_AXES;
  p.axes = 2;
  p.pair_axis = pair_axis.data();
  p.axis_stride = 7;
  kinds.emplace_back("two axes", p);
  for (const auto& [what, positions] : kinds) {
    Asked asked;
    asked.spec.max_position = 1 << 20;
    asked.positions = positions;
    expect_same(asked, what);
    asked.dtype = ROPE_F32;
    asked.spec.pairing_in = ROPE_INTERLEAVED;
    expect_same(asked, what);
  }
}

TEST_F(CudaPlugin, PackedSequences) {
  Asked asked;
  asked.q_shape = {1, 12, 3, 16};
  asked.k_shape = {1, 12, 1, 16};
  asked.positions = rope_positions{};
  asked.positions.struct_size = sizeof(rope_positions);
  asked.positions.kind = ROPE_POSITIONS_OFFSET;
  asked.positions.offset = 100;
  asked.cu_seqlens = {0, 0, 5, 5, 5, 6, 12, 12};  // some are empty
  expect_same(asked, "without starts");
  asked.start_positions = {9, 1000, -7, 8, 31, 0, 4};
  expect_same(asked, "with starts");
}

/// Both halves of a full-width table differ.
Tables tables_of(TableForm form, std::int64_t rows, std::int64_t pairs) {
  const auto angle = [](std::int64_t position, std::int64_t column) {
    return static_cast<double>(5 * position + 3 * column) + 0.1;
  };
  return Tables(
      form, rows, pairs, [&](std::int64_t p, std::int64_t c) { return std::cos(angle(p, c)); },
      [&](std::int64_t p, std::int64_t c) { return std::sin(angle(p, c)); });
}

TEST_F(CudaPlugin, SuppliedFrequenciesAnglesAndTables) {
  const std::int64_t pairs = 8, rows = 8192 + 1;
  const std::vector<std::int64_t> at{0, 1, 2, 257, 1023, 8192, 77};
  for (const rope_dtype given : {ROPE_F32, ROPE_F64, ROPE_F16, ROPE_BF16}) {
    Matrix frequencies(given, 1, pairs, 3), angles(given, rows, pairs, 2);
    for (std::int64_t i = 0; i < pairs; ++i) {
      const double frequency = std::pow(1.7, static_cast<double>(2 - i)) * (i == 3 ? -1 : 1);
      frequencies.set(0, i, frequency);
      for (std::int64_t p = 0; p < rows; ++p) angles.set(p, i, static_cast<double>(p) * frequency);
    }
    const std::string what = " in dtype " + std::to_string(given);
    Asked asked;
    asked.dtype = ROPE_F32;
    asked.positions = token_positions(at);
    asked.spec.attention_factor = 1.25;
    const rope_spec plain = asked.spec;
    asked.spec = with_matrix(plain, ROPE_SOURCE_INV_FREQ, frequencies);
    expect_same(asked, "inv_freq" + what);
    asked.spec = with_matrix(plain, ROPE_SOURCE_ANGLES, angles);
    expect_same(asked, "angles" + what);
    for (const bool joined : {false, true}) {
      for (const bool full_width : {false, true}) {
        for (const rope_pairing pairing : pairings) {
          const Tables tables = tables_of(TableForm{given, joined, full_width}, rows, pairs);
          asked.spec = tables.in(usual_spec(pairing));
          for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
            asked.direction = direction;
            expect_same(asked, std::string(joined ? "joined " : "split ") + (full_width ? "full" : "half") + what);
          }
          asked.direction = ROPE_FORWARD;
        }
      }
    }
  }
}

TEST_F(CudaPlugin, FamiliesAndFactors) {
  for (const rope_dtype dtype : dtypes) {
    Asked asked;
    asked.dtype = dtype;
    asked.spec.attention_factor = 1.4177;
    asked.spec.query_scale = -0.3;
    expect_same(asked, "attention factor and query scale");
    impls::scale_as_llama3(asked.spec);
    expect_same(asked, "llama3");
    impls::scale_as_dynamic_ntk(asked.spec);
    expect_same(asked, "dynamic NTK");
  }
}

TEST_F(CudaPlugin, PositionsOutOfRangeAreClamped) {
  ASSERT_EQ(plugin.api().describe()->out_of_range, ROPE_OUT_OF_RANGE_CLAMP);
  const std::int64_t limit = Asked{}.spec.max_position;
  const std::vector<std::int64_t> beyond{0, limit - 1, limit, INT64_MAX, -limit, INT64_MIN, 5};
  const std::vector<std::int64_t> nearest{0, limit - 1, limit - 1, limit - 1, -limit, -limit, 5};
  Asked asked;
  asked.positions = token_positions(beyond);
  Made got(asked);
  const MirroredCall call(plugin, got.call);
  Prepared prepared(plugin, asked.spec);
  ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(call.fetch());
  EXPECT_TRUE(got.q_out.same_elements(rotated(host, asked.spec, got.q, nearest)));
}

/// Elements lie where 32 bits cannot count them; between them there is nothing that needs to be there on the host.
TEST_F(CudaPlugin, TensorsOfMoreThanTwoToThe31Elements) {
  constexpr std::int64_t apart = (std::int64_t{1} << 31) + 8;
  void* address = nullptr;
  if (plugin.api().allocate((apart + 16) * 2, &address) == ROPE_OUT_OF_MEMORY) GTEST_SKIP() << "no 4 GiB are free";
  ASSERT_NE(address, nullptr) << plugin.api().last_error(nullptr);
  auto* const first = static_cast<std::uint16_t*>(address);
  Tensor q(ROPE_BF16, {1, 2, 1, 16});
  q.randomize(1);
  const auto head = [&](std::int64_t s) {
    std::vector<std::uint16_t> bits;
    for (std::int64_t e = 0; e < 16; ++e) bits.push_back(static_cast<std::uint16_t>(q.get({0, s, 0, e})));
    return bits;
  };
  const std::vector<std::int64_t> at{77, 3001};
  for (std::int64_t s = 0; s < 2; ++s) {
    ASSERT_EQ(plugin.api().copy_in(first + s * apart, head(s).data(), 32), ROPE_OK);
  }
  const DeviceBytes positions(plugin, 16);
  positions.write(at.data(), 16);
  rope_tensor tensor = q.view();
  tensor.data = address;
  tensor.memory = ROPE_DEVICE;
  tensor.strides[0] = 2 * apart;
  tensor.strides[1] = apart;
  rope_positions p = token_positions(at);
  p.data = positions.address();
  p.memory = ROPE_DEVICE;
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(tensor, tensor, p)), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK) << prepared.error();
  const Tensor expected = rotated(host, spec, q, at);
  for (std::int64_t s = 0; s < 2; ++s) {
    std::vector<std::uint16_t> got(16);
    ASSERT_EQ(plugin.api().copy_out(got.data(), first + s * apart, 32), ROPE_OK);
    for (std::int64_t e = 0; e < 16; ++e) {
      EXPECT_EQ(got[static_cast<std::size_t>(e)], expected.get({0, s, 0, e})) << s << " " << e;
    }
  }
  plugin.api().release(address);
}

TEST_F(CudaPlugin, StreamsOfItsOwn) {
  const auto& streams = *static_cast<const rope_streams*>(plugin.api().extension(ROPE_EXT_STREAMS, 1));
  const Asked asked;
  Made expected(asked);
  Prepared on_host(host, asked.spec), prepared(plugin, asked.spec);
  ASSERT_EQ(on_host.apply(expected.call), ROPE_OK);
  for (int i = 0; i < 20; ++i) {
    void* stream = nullptr;
    ASSERT_EQ(streams.create(&stream), ROPE_OK);
    ASSERT_NE(stream, nullptr);
    Made got(asked);
    MirroredCall call(plugin, got.call);
    call.call.stream = stream;
    ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), stream), ROPE_OK) << prepared.error();
    EXPECT_TRUE(call.fetch());
    EXPECT_TRUE(got.q_out == expected.q_out);
    streams.destroy(stream);
  }
}

TEST_F(CudaPlugin, NaNsStayNaNsAndSpoilNobodyElse) {
  for (const rope_dtype dtype : dtypes) {
    Asked asked;
    asked.dtype = dtype;
    Made got(asked);
    got.q.set({0, 3, 1, 2}, Tensor::to_bits(dtype, NAN));
    got.q.set({1, 5, 0, 4}, Tensor::to_bits(dtype, INFINITY));
    const MirroredCall call(plugin, got.call);
    Prepared prepared(plugin, asked.spec);
    ASSERT_EQ(prepared.apply(call.call), ROPE_OK);
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
    EXPECT_TRUE(call.fetch());
    const Tensor expected = rotated(host, asked.spec, got.q, Asked::some_positions);
    got.q_out.for_each([&](Tensor::Index i) {
      const bool nan = std::isnan(expected.value(i));
      EXPECT_TRUE(nan ? std::isnan(got.q_out.value(i)) : got.q_out.get(i) == expected.get(i));
    });
    EXPECT_TRUE(std::isnan(got.q_out.value({0, 3, 1, 10})));
    EXPECT_FALSE(std::isfinite(got.q_out.value({1, 5, 0, 12})));
  }
}

TEST_F(CudaPlugin, ExportsTheFrequenciesThatItUses) {
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  double exported[8], expected[8];
  Prepared on_device(plugin, spec), on_host(host, spec);
  ASSERT_EQ(plugin.api().export_inv_freq(on_device.handle(), exported, 8), ROPE_OK);
  ASSERT_EQ(host.api().export_inv_freq(on_host.handle(), expected, 8), ROPE_OK);
  for (int i = 0; i < 8; ++i) EXPECT_EQ(exported[i], expected[i]) << i;
  EXPECT_EQ(plugin.api().export_inv_freq(on_device.handle(), exported, 7), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(on_device.error(), "export_inv_freq: count must be rotary_dim/2");
}

TEST_F(CudaPlugin, RefusesWhatItCannotDo) {
  Made made(Asked{});
  const MirroredCall mirrored(plugin, made.call);
  const auto answer = [&](const std::function<void(rope_spec&, rope_call&)>& change) {
    rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
    rope_call call = mirrored.call;
    change(spec, call);
    rope_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(plugin.api().query(&spec, &call, &result), ROPE_OK);
    return std::string(result.supported == 1 ? "" : result.reason);
  };
  EXPECT_EQ(answer([](rope_spec&, rope_call&) {}), "");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.q_in.memory = ROPE_HOST; }), "tensors must lie in device memory");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.positions.memory = ROPE_HOST; }),
            "positions must lie in device memory");
  EXPECT_EQ(answer([](rope_spec& s, rope_call& c) {
              s.head_dim = s.rotary_dim = 1026;
              for (rope_tensor* t : {&c.q_in, &c.q_out, &c.k_in, &c.k_out}) t->shape[3] = 1026;
            }),
            "rotary_dim must not exceed 1024");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.positions.kind = ROPE_POSITIONS_AXES, c.positions.axes = 257; }),
            "positions must not have more than 256 axes");
  EXPECT_EQ(answer([](rope_spec& s, rope_call&) { s.rotary_dim = 7; }), "rotary_dim must be even and at least 2");
  EXPECT_EQ(answer([](rope_spec&, rope_call& c) { c.q_in.dtype = ROPE_F64; }),
            "only fp32, fp16 and bf16 tensors are implemented");

  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  rope_call call = mirrored.call;
  call.k_out.data = nullptr;
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "k_in and k_out must have data where k is present");
  call = mirrored.call;
  call.positions.data = nullptr;
  EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "positions must have data");

  Matrix infinite(ROPE_F32, 1, 8, 0);
  for (std::int64_t i = 0; i < 8; ++i) infinite.set(0, i, i == 5 ? INFINITY : 1);
  const rope_spec supplied = with_matrix(usual_spec(ROPE_HALF_SPLIT), ROPE_SOURCE_INV_FREQ, infinite);
  const MirroredSpec on_device(plugin, supplied);
  Prepared not_finite(plugin, on_device.spec);
  EXPECT_EQ(not_finite.status, ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(not_finite.error(), "supplied inv_freq must be finite");
  EXPECT_EQ(not_finite.apply(mirrored.call), ROPE_INVALID_ARGUMENT);
}

TEST_F(CudaPlugin, AnEmptyCallDoesNothing) {
  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  for (const Tensor::Index shape :
       {Tensor::Index{1, 0, 3, 16}, Tensor::Index{0, 4, 3, 16}, Tensor::Index{2, 4, 0, 16}}) {
    rope_tensor none = Tensor(ROPE_F32, shape).view(false);
    none.memory = ROPE_DEVICE;
    rope_positions at{};
    at.struct_size = sizeof(at);
    at.kind = ROPE_POSITIONS_OFFSET;
    EXPECT_EQ(prepared.apply(call_of(none, none, at)), ROPE_OK) << prepared.error();
  }
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
}

/// q without heads beside a k that has some.
TEST_F(CudaPlugin, KAloneIsRotatedAndNotScaled) {
  Asked asked;
  asked.spec.query_scale = 3;
  asked.q_shape[2] = 0;
  Made expected(asked);
  Prepared on_host(host, asked.spec);
  ASSERT_EQ(on_host.apply(expected.call), ROPE_OK) << on_host.error();
  Made got(asked);
  rope_call k_only = got.call;
  k_only.q_in = k_only.k_in;
  k_only.q_out = k_only.k_out;
  k_only.k_in = k_only.k_out = rope_tensor{};
  MirroredCall call(plugin, k_only);
  call.call.k_in = call.call.q_in;
  call.call.k_out = call.call.q_out;
  call.call.q_in = got.call.q_in;
  call.call.q_out = got.call.q_out;
  call.call.q_in.memory = call.call.q_out.memory = ROPE_DEVICE;
  Prepared prepared(plugin, asked.spec);
  ASSERT_EQ(prepared.apply(call.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(call.fetch());
  EXPECT_TRUE(got.k_out == expected.k_out);
}

}  // namespace
}  // namespace rope::cuda
