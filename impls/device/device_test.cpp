// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The unreadable device is what it says: host code cannot touch its memory, nothing happens before synchronize, streams
// do not wait for each other, and what comes out is one-rounding's, bit for bit.
#include <gtest/gtest.h>

#include <csignal>
#include <memory>
#include <set>
#include <utility>

#include "impls/device/hidden_bytes.hpp"
#include "impls/device/testing/on_device.hpp"
#include "impls/device/unreadable_state.hpp"

namespace rope::device {
namespace {

using impls::call_of;
using impls::LoadedPlugin;
using impls::Prepared;
using impls::Tensor;
using impls::usual_spec;

class UnreadableDevice : public testing::Test {
 protected:
  const UnreadableState& state() const {
    return *static_cast<const UnreadableState*>(plugin.api().extension(unreadable_state_id, 1));
  }
  const rope_streams& streams() const {
    return *static_cast<const rope_streams*>(plugin.api().extension(ROPE_EXT_STREAMS, 1));
  }

  void TearDown() override {
    EXPECT_EQ(state().allocations(), 0U);
    EXPECT_EQ(state().streams(), 0U);
    EXPECT_EQ(state().queued_calls(), 0U);
  }

  LoadedPlugin plugin{"device/unreadable"};
  rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  Tensor q = random_tensor(ROPE_F32);
  Tensor blank{ROPE_F32, shape};
};

/// As the worker would be ended: sanitizers have handlers of their own.
[[noreturn]] void touch(volatile char* address, bool write) {
  std::signal(SIGSEGV, SIG_DFL);
  std::signal(SIGBUS, SIG_DFL);
  const char there = *address;
  if (write) *address = there;
  std::_Exit(0);
}

TEST_F(UnreadableDevice, ToReadOrWriteAnAddressOfItIsACrash) {
  const DeviceBytes memory(plugin, 100);
  auto* const address = static_cast<char*>(memory.address());
  for (const int offset : {-1, 0, 99, 100}) {
    EXPECT_EXIT(touch(address + offset, false), testing::KilledBySignal(SIGSEGV), "") << offset;
  }
  EXPECT_EXIT(
      {
        std::signal(SIGSEGV, SIG_DFL);
        *static_cast<volatile char*>(address) = 1;
      },
      testing::KilledBySignal(SIGSEGV), "");
  void* stream = nullptr;
  ASSERT_EQ(streams().create(&stream), ROPE_OK);
  EXPECT_EXIT(touch(static_cast<char*>(stream), false), testing::KilledBySignal(SIGSEGV), "");
  streams().destroy(stream);
}

TEST(HiddenBytes, AreOpenWhileTheDeviceWorksAndAtNoOtherTime) {
  const HiddenBytes bytes(100);
  auto* const first = reinterpret_cast<char*>(bytes.data());
  EXPECT_EXIT(touch(first, false), testing::KilledBySignal(SIGSEGV), "");
  bytes.open();
  EXPECT_EXIT(touch(first, true), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(touch(first - 1, false), testing::KilledBySignal(SIGSEGV), "");
  EXPECT_EXIT(touch(first + page_bytes(), false), testing::KilledBySignal(SIGSEGV), "");
  bytes.close();
  EXPECT_EXIT(touch(first, false), testing::KilledBySignal(SIGSEGV), "");
}

TEST_F(UnreadableDevice, StaysUnreadableAfterItHasWorked) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  const DevicePositions at(plugin, positions);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK);
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_FALSE(out.contents().same_elements(blank));
  for (DeviceTensor* const tensor : {&in, &out}) {
    EXPECT_EXIT(touch(static_cast<char*>(tensor->view().data), false), testing::KilledBySignal(SIGSEGV), "");
  }
}

TEST_F(UnreadableDevice, SaysWhatItIs) {
  const rope_impl_info& info = *plugin.api().describe();
  EXPECT_STREQ(info.name, "unreadable");
  EXPECT_TRUE(info.flags & ROPE_FLAG_DEVICE_MEMORY);
  EXPECT_TRUE(info.flags & ROPE_FLAG_IN_PLACE);
  EXPECT_EQ(plugin.api().extension(ROPE_EXT_STREAMS, 2), nullptr);
  EXPECT_EQ(plugin.api().extension("rope.fp8", 1), nullptr);
}

TEST_F(UnreadableDevice, QueryRefusesHostMemory) {
  const auto reason = [&](rope_memory tensors, rope_memory tokens) {
    rope_call call = call_of(q.view(false), q.view(false), impls::token_positions(positions));
    call.q_in.memory = call.q_out.memory = tensors;
    call.positions.memory = tokens;
    call.positions.data = nullptr;
    rope_query_result result{};
    result.struct_size = sizeof(result);
    EXPECT_EQ(plugin.api().query(&spec, &call, &result), ROPE_OK);
    return std::string(result.supported == 1 ? "" : result.reason);
  };
  EXPECT_EQ(reason(ROPE_DEVICE, ROPE_DEVICE), "");
  EXPECT_EQ(reason(ROPE_HOST, ROPE_DEVICE), "tensors must lie in device memory");
  EXPECT_EQ(reason(ROPE_DEVICE, ROPE_HOST), "positions must lie in device memory");
}

TEST_F(UnreadableDevice, ApplyRefusesWhatIsNotOnTheDevice) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  const DevicePositions at(plugin, positions);
  Prepared prepared(plugin, spec);
  const rope_call good = call_of(in.view(), out.view(), at.view());
  const auto refused = [&](const char* what, auto change) {
    rope_call call = good;
    change(call);
    EXPECT_EQ(prepared.apply(call), ROPE_INVALID_ARGUMENT) << what;
    EXPECT_EQ(prepared.error(), std::string(what) + " does not lie in device memory that was allocated here");
  };
  Tensor on_host = q;
  const auto host = [&](rope_tensor& tensor) { tensor.data = on_host.view().data; };
  refused("q_in", [&](rope_call& call) { host(call.q_in); });
  refused("q_out", [&](rope_call& call) { host(call.q_out); });
  refused("k_in", [&](rope_call& call) {
    call.k_in = call.k_out = call.q_in;
    host(call.k_in);
  });
  refused("k_out", [&](rope_call& call) {
    call.k_in = call.k_out = call.q_in;
    host(call.k_out);
  });
  refused("q_in", [&](rope_call& call) { call.q_in.memory = ROPE_HOST; });
  refused("q_in", [&](rope_call& call) { call.q_in.data = nullptr; });
  refused("positions", [&](rope_call& call) { call.positions.data = positions.data(); });
  refused("positions", [&](rope_call& call) { call.positions.memory = ROPE_HOST; });
  refused("workspace", [&](rope_call& call) {
    call.workspace = on_host.view().data;
    call.workspace_size = 256;
  });
  const std::int32_t sequences[2] = {0, 7};
  refused("cu_seqlens", [&](rope_call& call) {
    call.cu_seqlens = sequences;
    call.cu_seqlens_count = 2;
  });
  // In memory of the device, but reaching out of it.
  refused("q_in", [&](rope_call& call) { call.q_in.strides[1] = 4096; });
  refused("q_out", [&](rope_call& call) { call.q_out.strides[2] = -4096; });
  refused("positions", [&](rope_call& call) { call.positions.token_stride = 2; });
  refused("q_in", [&](rope_call& call) { call.q_in.strides[0] = INT64_MAX; });

  EXPECT_EQ(plugin.api().copy_in(on_host.view().data, q.view().data, 4), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(state().queued_calls(), 0U);
  EXPECT_TRUE(out.contents().same_elements(blank));
}

TEST_F(UnreadableDevice, SuppliedFrequenciesMustLieOnTheDevice) {
  const std::vector<float> inv_freq(8, 0.5F);
  const DeviceBytes there(plugin, inv_freq.size() * sizeof(float));
  there.write(inv_freq.data(), inv_freq.size() * sizeof(float));
  spec.angles.source = ROPE_SOURCE_INV_FREQ;
  rope_matrix& first = spec.angles.first;
  first = {sizeof(first), ROPE_F32, ROPE_DEVICE, 0, inv_freq.data(), 1, 8, 8, {}};
  {
    const Prepared prepared(plugin, spec);
    EXPECT_EQ(prepared.status, ROPE_INVALID_ARGUMENT);
    EXPECT_EQ(prepared.error(), "angles.first does not lie in device memory that was allocated here");
  }
  first.data = there.address();
  const Prepared prepared(plugin, spec);
  EXPECT_NE(prepared.status, ROPE_INVALID_ARGUMENT) << prepared.error();  // what the kernel does with them is its own
}

TEST_F(UnreadableDevice, NothingHasHappenedBeforeSynchronize) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  const DevicePositions at(plugin, positions);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK);
  EXPECT_EQ(state().queued_calls(), 1U);
  EXPECT_TRUE(out.contents().same_elements(blank));
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(out.contents().same_elements(rotated(LoadedPlugin("one-rounding"), spec, q, positions)));
}

TEST_F(UnreadableDevice, WithoutWaitingOutputsHoldWhatTheyHeld) {
  const LoadedPlugin no_wait("device/unreadable-no-wait");
  DeviceTensor in(no_wait, q), out(no_wait, blank);
  const DevicePositions at(no_wait, positions);
  Prepared prepared(no_wait, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK);
  ASSERT_EQ(no_wait.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_TRUE(out.contents().same_elements(blank));
}

TEST_F(UnreadableDevice, StreamsDoNotWaitForEachOther) {
  void* one = nullptr;
  void* two = nullptr;
  ASSERT_EQ(streams().create(&one), ROPE_OK);
  ASSERT_EQ(streams().create(&two), ROPE_OK);
  EXPECT_NE(one, two);
  EXPECT_EQ(state().streams(), 2U);
  const DevicePositions at(plugin, positions);
  DeviceTensor in(plugin, q), first(plugin, blank), second(plugin, blank), third(plugin, blank);
  Prepared prepared(plugin, spec);
  for (const auto& [out, stream] :
       {std::pair{&first, one}, std::pair{&second, two}, std::pair<DeviceTensor*, void*>{&third, nullptr}}) {
    rope_call call = call_of(in.view(), out->view(), at.view());
    call.stream = stream;
    ASSERT_EQ(prepared.apply(call), ROPE_OK);
  }
  const auto done = [&] {
    std::string which;
    for (DeviceTensor* const out : {&first, &second, &third}) which += out->contents().same_elements(blank) ? '-' : '+';
    return which;
  };
  EXPECT_EQ(done(), "---");
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), two), ROPE_OK);
  EXPECT_EQ(done(), "-+-");
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
  EXPECT_EQ(done(), "-++");
  EXPECT_EXIT(streams().destroy(one), testing::KilledBySignal(SIGABRT), "a stream that was not synchronized");
  ASSERT_EQ(plugin.api().synchronize(prepared.handle(), one), ROPE_OK);
  EXPECT_EQ(done(), "+++");

  streams().destroy(one);
  rope_call late = call_of(in.view(), first.view(), at.view());
  late.stream = one;
  EXPECT_EQ(prepared.apply(late), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "the stream was not created here, or is destroyed");
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), one), ROPE_INVALID_ARGUMENT);
  EXPECT_EXIT(streams().destroy(one), testing::KilledBySignal(SIGABRT), "a stream that does not exist");
  streams().destroy(two);
}

TEST_F(UnreadableDevice, CloseWaitsForTheWorkOfItsHandle) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  const DevicePositions at(plugin, positions);
  {
    Prepared prepared(plugin, spec);
    ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK);
  }
  EXPECT_FALSE(out.contents().same_elements(blank));
}

TEST_F(UnreadableDevice, MemoryThatIsReleasedBeforeItIsUsedIsSeen) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  const DevicePositions at(plugin, positions);
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_OK);
  out.memory().release();
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(prepared.error(), "q_out does not lie in device memory that was allocated here");
}

TEST_F(UnreadableDevice, PositionsOutOfRangeAreRefusedByApply) {
  DeviceTensor in(plugin, q), out(plugin, blank);
  std::vector<std::int64_t> beyond = positions;
  beyond.back() = spec.max_position;
  const DevicePositions at(plugin, beyond);
  Prepared prepared(plugin, spec);
  EXPECT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view())), ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(state().queued_calls(), 0U);
}

TEST_F(UnreadableDevice, AddressesAreNeverHandedOutTwice) {
  std::set<void*> seen;
  for (int i = 0; i < 500; ++i) {
    const DeviceBytes memory(plugin, 5000);
    EXPECT_TRUE(seen.insert(memory.address()).second);
    EXPECT_EQ(state().allocations(), 1U);
  }
  EXPECT_EXIT(plugin.api().release(*seen.begin()), testing::KilledBySignal(SIGABRT), "not allocated here");
  EXPECT_EQ(plugin.api().copy_in(*seen.begin(), positions.data(), 8), ROPE_INVALID_ARGUMENT);
  plugin.api().release(nullptr);
  void* address = nullptr;
  EXPECT_EQ(plugin.api().allocate(UINT64_MAX, &address), ROPE_OUT_OF_MEMORY);
}

TEST_F(UnreadableDevice, AnEmptyCallNeedsNoMemory) {
  Prepared prepared(plugin, spec);
  rope_tensor none = Tensor(ROPE_F32, {1, 0, 3, 16}).view(false);
  none.memory = ROPE_DEVICE;
  rope_positions at = impls::token_positions({});
  at.memory = ROPE_DEVICE;
  at.data = nullptr;
  EXPECT_EQ(prepared.apply(call_of(none, none, at)), ROPE_OK) << prepared.error();
  EXPECT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK);
}

TEST_F(UnreadableDevice, HasTheBitsOfOneRounding) {
  const LoadedPlugin on_host("one-rounding");
  for (const rope_dtype dtype : {ROPE_F32, ROPE_F16, ROPE_BF16}) {
    for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
      for (const rope_direction direction : {ROPE_FORWARD, ROPE_BACKWARD}) {
        rope_spec partial = usual_spec(pairing);
        impls::scale_as_llama3(partial);
        partial.rotary_dim = 8;
        partial.dim_offset = 4;
        const Tensor given = random_tensor(dtype, 7 + dtype);
        const Tensor expected = rotated(on_host, partial, given, positions, direction);
        const DevicePositions at(plugin, std::vector<std::int32_t>(positions.begin(), positions.end()));
        Prepared prepared(plugin, partial);
        // Tokens of the input in reverse order in memory, and gaps between the output's heads.
        const Tensor::Index reversed{336, -48, 16, 1}, gaps{7 * 60, 60, 20, 1};
        DeviceTensor in(plugin, given.with_strides(reversed)), out(plugin, Tensor(dtype, shape, gaps)),
            same(plugin, given);
        ASSERT_EQ(prepared.apply(call_of(in.view(), out.view(), at.view(), direction)), ROPE_OK) << prepared.error();
        ASSERT_EQ(prepared.apply(call_of(same.view(), same.view(), at.view(), direction)), ROPE_OK);
        ASSERT_EQ(plugin.api().synchronize(prepared.handle(), nullptr), ROPE_OK) << prepared.error();
        EXPECT_TRUE(out.contents().same_elements(expected));
        EXPECT_TRUE(out.contents().surroundings_untouched());
        EXPECT_TRUE(same.contents().same_elements(expected));
        EXPECT_TRUE(in.contents().same_elements(given));
        EXPECT_TRUE(in.guards_untouched() && out.guards_untouched() && same.guards_untouched());
      }
    }
  }
}

/// One-rounding serves these on the host and is the truth for the device, where every pointer has to be found again.
TEST_F(UnreadableDevice, CarriesPackedSequencesAndSuppliedTables) {
  const LoadedPlugin on_host("one-rounding");
  const rope_impl_info& info = *on_host.api().describe();
  if (!(info.sources & ROPE_SOURCE_BIT(ROPE_SOURCE_TABLES)) || !(info.layouts & ROPE_LAYOUT_BIT(ROPE_THD))) {
    GTEST_SKIP() << "impls/kernel takes no tables or no packed sequences";
  }
  const std::vector<std::int32_t> begins{0, 5, 5, 12};
  const std::vector<std::int64_t> starts{7, 1, 20};
  std::vector<float> table(std::size_t{64} * 16);  // [cos | sin]
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = static_cast<float>(i % 101) / 128;
  const auto on_device = [&](const auto& numbers) {
    auto memory = std::make_unique<DeviceBytes>(plugin, numbers.size() * sizeof(numbers[0]));
    memory->write(numbers.data(), numbers.size() * sizeof(numbers[0]));
    return memory;
  };
  const auto device_begins = on_device(begins), device_starts = on_device(starts), device_table = on_device(table);

  spec.max_position = 64;
  spec.angles = {};
  spec.angles.struct_size = sizeof(spec.angles);
  spec.angles.source = ROPE_SOURCE_TABLES;
  spec.angles.first = {sizeof(rope_matrix), ROPE_F32, ROPE_HOST, 0, table.data(), 64, 16, 16, {}};
  Prepared host_handle(on_host, spec);
  spec.angles.first.memory = ROPE_DEVICE;
  spec.angles.first.data = device_table->address();
  Prepared device_handle(plugin, spec);
  ASSERT_EQ(host_handle.status, ROPE_OK) << host_handle.error();
  ASSERT_EQ(device_handle.status, ROPE_OK) << device_handle.error();

  Tensor packed(ROPE_BF16, {1, 12, 3, 16}), expected = packed;
  packed.randomize(3);
  DeviceTensor in(plugin, packed), out(plugin, expected);
  rope_positions offset{};
  offset.struct_size = sizeof(offset);
  offset.kind = ROPE_POSITIONS_OFFSET;
  offset.offset = 2;
  const auto call = [&](rope_tensor from, rope_tensor to, const void* cu_seqlens, const void* start_positions) {
    from.layout = to.layout = ROPE_THD;
    rope_call packed_call = call_of(from, to, offset);
    packed_call.cu_seqlens = cu_seqlens;
    packed_call.cu_seqlens_count = 4;
    packed_call.start_positions = start_positions;
    return packed_call;
  };
  ASSERT_EQ(host_handle.apply(call(packed.view(), expected.view(), begins.data(), starts.data())), ROPE_OK);
  EXPECT_EQ(device_handle.apply(call(in.view(), out.view(), device_begins->address(), starts.data())),
            ROPE_INVALID_ARGUMENT);
  EXPECT_EQ(device_handle.error(), "start_positions does not lie in device memory that was allocated here");
  ASSERT_EQ(device_handle.apply(call(in.view(), out.view(), device_begins->address(), device_starts->address())),
            ROPE_OK)
      << device_handle.error();
  ASSERT_EQ(plugin.api().synchronize(device_handle.handle(), nullptr), ROPE_OK) << device_handle.error();
  EXPECT_TRUE(out.contents().same_elements(expected));
}

}  // namespace
}  // namespace rope::device
