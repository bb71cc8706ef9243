// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Control bits: Intel SDM volume 1, 10.2.3 (MXCSR) and 8.1.5 (x87 control word); Arm ARM, FPCR.
#include "conformance/worker/fp_environment.hpp"

#include <cstdint>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

namespace rope::conformance::worker {
namespace {

struct Control {
  int rounding = 0;  // FE_TONEAREST, ...
  bool flush_results = false;
  bool flush_inputs = false;
  bool traps = false;
};

std::string_view rounding_name(int rounding) {
  switch (rounding) {
    case FE_TONEAREST:
      return "to nearest";
    case FE_UPWARD:
      return "upward";
    case FE_DOWNWARD:
      return "downward";
    case FE_TOWARDZERO:
      return "toward zero";
    default:
      return "unknown";
  }
}

#if defined(__x86_64__)
Control control_of_vector_unit() {
  const unsigned mxcsr = _mm_getcsr();
  constexpr int modes[] = {FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO};
  return {modes[(mxcsr >> 13) & 3], (mxcsr & 0x8000u) != 0, (mxcsr & 0x0040u) != 0, (mxcsr & 0x1F80u) != 0x1F80u};
}
#elif defined(__aarch64__)
Control control_of_vector_unit() {
  std::uint64_t fpcr = 0;
  __asm__ volatile("mrs %0, fpcr" : "=r"(fpcr));
  // FZ flushes inputs and results of fp32 and fp64, FZ16 (bit 19) those of fp16.
  const bool flush = (fpcr & ((std::uint64_t{1} << 24) | (std::uint64_t{1} << 19))) != 0;
  return {std::fegetround(), flush, flush, (fpcr & 0x9F00u) != 0};
}
#else
Control control_of_vector_unit() {
  return {std::fegetround(), false, false, false};
}
#endif

void add(std::string& text, std::string_view what) {
  if (!text.empty()) text += ", ";
  text += what;
}

}  // namespace

FpEnvironment::FpEnvironment() {
  std::fegetenv(&saved_);
}

std::string FpEnvironment::restore() const {
  const Control left = control_of_vector_unit();
  const int left_scalar_rounding = std::fegetround();  // x86-64: the x87 unit's, which the vector unit does not share
  std::fesetenv(&saved_);
  const Control own = control_of_vector_unit();

  std::string text;
  if (left.flush_results != own.flush_results) {
    add(text, left.flush_results ? "flush-to-zero on" : "flush-to-zero off");
  }
  if (left.flush_inputs != own.flush_inputs) {
    add(text, left.flush_inputs ? "denormals-are-zero on" : "denormals-are-zero off");
  }
  if (left.rounding != own.rounding) {
    add(text, "rounding ");
    text += rounding_name(left.rounding);
  } else if (left_scalar_rounding != std::fegetround()) {
    add(text, "x87 rounding ");
    text += rounding_name(left_scalar_rounding);
  }
  if (left.traps != own.traps) add(text, "floating-point traps enabled");
  return text;
}

}  // namespace rope::conformance::worker
