// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// In sanitizer builds: a crash of the implementation stays the signal it is, and a finding aborts, so that the suite
// sees both as in any other build. Leaks of foreign code are not ours to report.
#if defined(__SANITIZE_ADDRESS__)
#define ROPE_CONFORM_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ROPE_CONFORM_ASAN 1
#endif
#endif

#if defined(ROPE_CONFORM_ASAN)
extern "C" __attribute__((visibility("default"), used)) const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "handle_segv=0:handle_sigbus=0:handle_abort=0:handle_sigill=0:handle_sigfpe=0:abort_on_error=1:detect_leaks=0";
}
extern "C" __attribute__((visibility("default"), used)) const char* __ubsan_default_options();
extern "C" const char* __ubsan_default_options() {
  return "abort_on_error=1:print_stacktrace=0";
}
#endif
