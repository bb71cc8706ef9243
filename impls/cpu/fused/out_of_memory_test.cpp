// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The plug-in fused where memory ends, at each allocation of a call in turn, also in threads of its own: the call says
// so, and the next one is right.
#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <cstdlib>
#include <new>
#include <numeric>

#include "impls/loaded_plugin.hpp"

namespace {

/// How many allocations succeed before all fail; negative: all succeed.
std::atomic<long> left{-1};
/// Allocations that failed in a thread which OpenMP started.
std::atomic<int> failed_elsewhere{0};

}  // namespace

// Not inlined: the compiler would see malloc and free in the place of a pair that belongs together.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  long before = left.load();
  while (before > 0 && !left.compare_exchange_weak(before, before - 1)) {
  }
  if (before == 0) {
    if (omp_get_thread_num() != 0) ++failed_elsewhere;
    throw std::bad_alloc();
  }
  if (void* const address = std::malloc(bytes == 0 ? 1 : bytes)) return address;
  throw std::bad_alloc();
}

// The plug-in's handles; a sanitizer's own would not go with the delete below.
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept {
  try {
    return operator new(bytes);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

[[gnu::noinline]] void operator delete(void* address) noexcept {
  std::free(address);
}

[[gnu::noinline]] void operator delete(void* address, std::size_t) noexcept {
  std::free(address);
}

namespace rope::impls {
namespace {

TEST(FusedWithoutMemory, SaysSoFromAnyThreadAndTheNextCallIsRight) {
  constexpr std::int64_t tokens = 5000;  // 5 MiB: two threads, as each gets one at least
  omp_set_num_threads(2);
  const LoadedPlugin plugin("fused");
  Prepared prepared(plugin, usual_spec(ROPE_HALF_SPLIT));
  ASSERT_EQ(prepared.status, ROPE_OK);
  std::vector<std::int64_t> positions(tokens);
  std::iota(positions.begin(), positions.end(), 0);
  const auto dim = static_cast<std::int64_t>(usual_spec(ROPE_HALF_SPLIT).head_dim);
  Tensor q(ROPE_F32, {1, tokens, 16, dim}), out(ROPE_F32, {1, tokens, 16, dim}),
      expected(ROPE_F32, {1, tokens, 16, dim});
  q.randomize(1);
  const rope_call right = call_of(q.view(), expected.view(), token_positions(positions));
  const rope_call call = call_of(q.view(), out.view(), token_positions(positions));
  ASSERT_EQ(prepared.apply(right), ROPE_OK);

  int refused = 0;
  for (long n = 0;; ++n) {
    ASSERT_LT(n, 10'000);
    left = n;
    const rope_status status = prepared.apply(call);
    left = -1;
    if (status == ROPE_OK) break;
    ASSERT_EQ(status, ROPE_OUT_OF_MEMORY) << n;
    ++refused;
  }
  EXPECT_GT(refused, 0);
  EXPECT_GT(failed_elsewhere, 0) << "no thread but the caller's has met the end of memory";
  ASSERT_EQ(prepared.apply(call), ROPE_OK);
  EXPECT_TRUE(out.same_elements(expected));
}

}  // namespace
}  // namespace rope::impls
