// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A call of the CUDA plug-in captured in a graph once, and replayed after its positions and inputs have changed: apply
// puts one kernel on the stream and nothing else.
#include <cuda_runtime_api.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "impls/device/testing/mirrored_call.hpp"
#include "impls/loaded_plugin.hpp"

namespace rope::cuda {
namespace {

using impls::call_of;
using impls::LoadedPlugin;
using impls::Prepared;
using impls::Tensor;

std::string text(cudaError_t error) {
  return std::string(cudaGetErrorName(error)) + ": " + cudaGetErrorString(error);
}

class Graph : public testing::Test {
 protected:
  void SetUp() override {
    int devices = 0;
    const cudaError_t error = cudaGetDeviceCount(&devices);
    if (error != cudaSuccess || devices == 0) GTEST_SKIP() << "no CUDA device: " << text(error);
    const void* const known = plugin.api().extension(ROPE_EXT_STREAMS, 1);
    ASSERT_NE(known, nullptr);
    streams = static_cast<const rope_streams*>(known);
    ASSERT_EQ(streams->create(&stream), ROPE_OK);
  }
  void TearDown() override {
    if (stream != nullptr) streams->destroy(stream);
  }

  const LoadedPlugin plugin{"cuda/cuda"}, host{"device-arithmetic"};
  const rope_streams* streams = nullptr;
  void* stream = nullptr;
};

TEST_F(Graph, IsReplayedWithOtherPositions) {
  const rope_spec spec = impls::usual_spec(ROPE_HALF_SPLIT);
  Tensor q(ROPE_BF16, {1, 3, 4, 16}), q_out(ROPE_BF16, q.shape());
  q.randomize(1);
  std::vector<std::int64_t> at{0, 1, 2};
  device::MirroredCall mirrored(plugin, call_of(q.view(), q_out.view(), impls::token_positions(at)));
  mirrored.call.stream = stream;
  Prepared prepared(plugin, spec);
  ASSERT_EQ(prepared.status, ROPE_OK) << prepared.error();

  const auto on = static_cast<cudaStream_t>(stream);
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t executable = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(on, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  EXPECT_EQ(prepared.apply(mirrored.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(cudaStreamEndCapture(on, &graph), cudaSuccess) << text(cudaGetLastError());
  std::size_t nodes = 0;
  ASSERT_EQ(cudaGraphGetNodes(graph, nullptr, &nodes), cudaSuccess);
  EXPECT_EQ(nodes, 1U);
  ASSERT_EQ(cudaGraphInstantiate(&executable, graph, 0), cudaSuccess) << text(cudaGetLastError());

  for (const std::vector<std::int64_t>& next : {at, {77, 131071, 5}, {1000, 1001, 1002}}) {
    ASSERT_EQ(plugin.api().copy_in(const_cast<void*>(mirrored.call.positions.data), next.data(), 24), ROPE_OK);
    ASSERT_EQ(cudaGraphLaunch(executable, on), cudaSuccess);
    ASSERT_EQ(plugin.api().synchronize(prepared.handle(), stream), ROPE_OK) << prepared.error();
    at = next;  // what the mirror must have kept
    EXPECT_TRUE(mirrored.fetch());
    EXPECT_TRUE(q_out.same_elements(rotated(host, spec, q, next)));
  }
  EXPECT_EQ(cudaGraphExecDestroy(executable), cudaSuccess);
  EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
}

TEST_F(Graph, HasOneKernelForQAndK) {
  const rope_spec spec = impls::usual_spec(ROPE_INTERLEAVED);
  Tensor q(ROPE_F32, {2, 3, 4, 16}), k(ROPE_F32, {2, 3, 1, 16});
  const std::vector<std::int64_t> at{5, 6, 7};
  rope_call call = call_of(q.view(), q.view(), impls::token_positions(at));
  call.k_in = call.k_out = k.view();
  device::MirroredCall mirrored(plugin, call);
  mirrored.call.stream = stream;
  Prepared prepared(plugin, spec);
  const auto on = static_cast<cudaStream_t>(stream);
  cudaGraph_t graph = nullptr;
  ASSERT_EQ(cudaStreamBeginCapture(on, cudaStreamCaptureModeThreadLocal), cudaSuccess);
  EXPECT_EQ(prepared.apply(mirrored.call), ROPE_OK) << prepared.error();
  ASSERT_EQ(cudaStreamEndCapture(on, &graph), cudaSuccess);
  std::size_t nodes = 0;
  ASSERT_EQ(cudaGraphGetNodes(graph, nullptr, &nodes), cudaSuccess);
  EXPECT_EQ(nodes, 1U);
  EXPECT_EQ(cudaGraphDestroy(graph), cudaSuccess);
}

}  // namespace
}  // namespace rope::cuda
