// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each hostile plug-in really does what its name says, and nothing else: else a test of the loader or the worker that
// uses it proves nothing.
#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cfenv>
#include <csignal>
#include <stdexcept>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#include "impls/loaded_plugin.hpp"

namespace rope::impls {
namespace {

using testing::HasSubstr;

const std::vector<std::int64_t> positions{0, 1, 2};

std::string path(const std::string& name) {
  return std::string(ROPE_PLUGIN_FOLDER) + "/hostile/" + name + ".so";
}

/// What dlopen says, "" where it loads.
std::string loading_error(const std::string& name) {
  return dlopen(path(name).c_str(), RTLD_NOW | RTLD_LOCAL) != nullptr ? "" : dlerror();
}

/// One prepared call of a hostile plug-in.
struct Call {
  explicit Call(const std::string& name) : plugin("hostile/" + name), prepared(plugin, usual_spec(ROPE_HALF_SPLIT)) {
    q.randomize(5);
    before = q;
    call = call_of(q.view(), out.view(), token_positions(positions));
  }
  rope_status apply() { return prepared.apply(call); }
  bool correct() const {
    return out.same_elements(rotated(LoadedPlugin("one-rounding"), usual_spec(ROPE_HALF_SPLIT), before, positions));
  }

  LoadedPlugin plugin;
  Prepared prepared;
  Tensor q{ROPE_F32, {1, 3, 2, 16}}, out = q, before = q;
  rope_call call;
};

TEST(HostileDeathTest, CrashOnLoad) {
  EXPECT_DEATH(dlopen(path("crash-on-load").c_str(), RTLD_NOW), "");
}

TEST(HostileDeathTest, HangOnLoad) {
  EXPECT_EXIT((alarm(1), dlopen(path("hang-on-load").c_str(), RTLD_NOW)), testing::KilledBySignal(SIGALRM), "");
}

TEST(Hostile, MissingDependency) {
  EXPECT_THAT(loading_error("missing-dependency"), HasSubstr("librope_missing_dependency.so.11.0: cannot open"));
}

TEST(Hostile, UndefinedSymbol) {
  EXPECT_THAT(loading_error("undefined-symbol"), HasSubstr("undefined symbol: rope_no_such_function"));
}

TEST(Hostile, NoSymbol) {
  void* const library = dlopen(path("no-symbol").c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_NE(library, nullptr) << dlerror();
  EXPECT_EQ(dlsym(library, "rope_impl_entry"), nullptr);
}

TEST(Hostile, NullEntry) {
  EXPECT_EQ(LoadedPlugin("hostile/null-entry").entry()(ROPE_IMPL_ABI_VERSION), nullptr);
}

TEST(Hostile, WrongAbiVersion) {
  EXPECT_EQ(LoadedPlugin("hostile/wrong-abi-version").api().abi_version, 77U);
}

TEST(Hostile, AbsurdStructSize) {
  EXPECT_EQ(LoadedPlugin("hostile/absurd-struct-size").api().struct_size, 4U);
}

TEST(Hostile, GarbageDescribe) {
  const LoadedPlugin plugin("hostile/garbage-describe");
  const rope_impl_info& info = *plugin.api().describe();
  EXPECT_EQ(info.name, nullptr);
  EXPECT_EQ(info.contracts, nullptr);
  EXPECT_GT(info.contract_count, 0U);
  EXPECT_EQ(info.dtypes, ~UINT64_C(0));
}

TEST(Hostile, UnsupportedEverything) {
  Call c("unsupported-everything");
  const rope_spec spec = usual_spec(ROPE_HALF_SPLIT);
  rope_query_result result{};
  result.struct_size = sizeof(result);
  result.supported = 1;
  ASSERT_EQ(c.plugin.api().query(&spec, &c.call, &result), ROPE_OK);
  EXPECT_EQ(result.supported, 0U);
  EXPECT_STRNE(result.reason, "");
}

TEST(HostileDeathTest, CrashInPrepare) {
  const LoadedPlugin plugin("hostile/crash-in-prepare");
  EXPECT_DEATH(Prepared(plugin, usual_spec(ROPE_HALF_SPLIT)), "");
}

TEST(HostileDeathTest, CrashInApply) {
  Call c("crash-in-apply");
  ASSERT_EQ(c.prepared.status, ROPE_OK);
  EXPECT_DEATH(c.apply(), "");
}

TEST(HostileDeathTest, HangInApply) {
  Call c("hang-in-apply");
  ASSERT_EQ(c.prepared.status, ROPE_OK);
  EXPECT_EXIT((alarm(1), c.apply()), testing::KilledBySignal(SIGALRM), "");
}

TEST(HostileDeathTest, ExitInApply) {
  Call c("exit-in-apply");
  ASSERT_EQ(c.prepared.status, ROPE_OK);
  EXPECT_EXIT(c.apply(), testing::ExitedWithCode(0), "");
}

TEST(Hostile, ThrowsInApply) {
  Call c("throws-in-apply");
  EXPECT_THROW(c.apply(), std::runtime_error);
}

TEST(Hostile, ErrorInApply) {
  Call c("error-in-apply");
  ASSERT_EQ(c.prepared.status, ROPE_OK);
  EXPECT_EQ(c.apply(), ROPE_ERROR);
  EXPECT_THAT(c.prepared.error(), HasSubstr("fell off the bus"));
}

TEST(HostileDeathTest, CrashInClose) {
  EXPECT_DEATH(
      {
        Call c("crash-in-close");
        std::fputs(c.apply() == ROPE_OK && c.correct() ? "rotated" : "", stderr);
      },
      "rotated");
}

TEST(Hostile, ThrowsInClose) {
  const LoadedPlugin plugin("hostile/throws-in-close");
  EXPECT_THROW(plugin.api().close(nullptr), std::runtime_error);
}

TEST(HostileDeathTest, CrashOnExit) {
  EXPECT_EXIT((Call("crash-on-exit").apply(), std::exit(0)), testing::KilledBySignal(SIGABRT), "");
}

TEST(HostileDeathTest, HangOnExit) {
  EXPECT_EXIT((alarm(1), Call("hang-on-exit").apply(), std::exit(0)), testing::KilledBySignal(SIGALRM), "");
}

TEST(Hostile, WritesPastTheEnd) {
  Call c("writes-past-the-end");
  // The margin holds Tensor::fill, which is what the plug-in writes too: make the element behind the end tell.
  unsigned char* const end = static_cast<unsigned char*>(c.call.q_out.data) + 3 * 2 * 16 * 4;
  std::memset(end, 0, 16);
  ASSERT_EQ(c.apply(), ROPE_OK);
  EXPECT_TRUE(c.correct());
  EXPECT_NE(end[0], 0);
  EXPECT_NE(end[7], 0);
  EXPECT_EQ(end[8], 0);
}

TEST(Hostile, WritesBeforeStart) {
  Call c("writes-before-start");
  unsigned char* const start = static_cast<unsigned char*>(c.call.q_out.data);
  std::memset(start - 16, 0, 16);
  ASSERT_EQ(c.apply(), ROPE_OK);
  EXPECT_TRUE(c.correct());
  EXPECT_NE(start[-1], 0);
  EXPECT_NE(start[-8], 0);
  EXPECT_EQ(start[-9], 0);
}

TEST(Hostile, ChangesInput) {
  Call c("changes-input");
  ASSERT_EQ(c.apply(), ROPE_OK);
  EXPECT_TRUE(c.correct());
  EXPECT_FALSE(c.q.same_elements(c.before));
}

TEST(Hostile, LeavesFtzOn) {
  Call c("leaves-ftz-on");
  std::fenv_t environment;
  std::fegetenv(&environment);
  EXPECT_EQ(c.apply(), ROPE_OK);
#if defined(__SSE2__)
  const bool changed = (_mm_getcsr() & 0x8040U) == 0x8040U;
#else
  const bool changed = std::fegetround() != FE_TONEAREST;
#endif
  std::fesetenv(&environment);
  EXPECT_TRUE(changed);
  EXPECT_TRUE(c.correct());
}

TEST(Hostile, PrintsALot) {
  Call c("prints-a-lot");
  testing::internal::CaptureStdout();
  const rope_status status = c.apply();
  EXPECT_EQ(testing::internal::GetCapturedStdout().size(), std::size_t{1} << 20);
  EXPECT_EQ(status, ROPE_OK);
  EXPECT_TRUE(c.correct());
}

}  // namespace
}  // namespace rope::impls
