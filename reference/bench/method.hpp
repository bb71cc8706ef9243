// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// A method: one way to do the work, or part of it, that a round times once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reference/bench/work.hpp"
#include "reference/certified/isa.hpp"
#include "reference/certified/table.hpp"

namespace rope::bench {

/// Begins where a cache line does, so that no method pays for stores across two lines and none is spared them by luck.
template <class T>
struct LineAllocator {
  using value_type = T;
  LineAllocator() = default;
  template <class U>
  LineAllocator(const LineAllocator<U>&) {}
  T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), line)); }
  void deallocate(T* p, std::size_t) { ::operator delete(p, line); }
  friend bool operator==(const LineAllocator&, const LineAllocator&) { return true; }
  static constexpr std::align_val_t line{64};
};
template <class T>
using Array = std::vector<T, LineAllocator<T>>;

/// Where results go, allocated and touched once, before the first round.
struct Outputs {
  Array<float> cos, sin;                         ///< [positions][pairs]
  Array<std::uint16_t> cos_16, sin_16;           ///< the same
  Array<double> cos_hi, cos_lo, sin_hi, sin_lo;  ///< the same
};

/// The certified table's fp32 values, which the verifier reads and every other fp32 result is compared with.
struct Truth {
  Array<float> cos, sin;
};

enum class Kind : std::uint8_t {
  table,     ///< the certified table
  baseline,  ///< another way to the same values
  memory,    ///< no values, only the traffic
};

struct Method {
  std::string id;     ///< stable: a key of the JSON form
  std::string title;  ///< for people
  Kind kind = Kind::baseline;
  std::optional<Isa> isa;    ///< where the method is compiled for several
  bool certified = false;    ///< each value proved to be the correct rounding
  std::size_t rows = 0;      ///< rows that one round measures
  bool stores_fp32 = false;  ///< row j of the outputs' cos and sin is positions[j] of the round, in fp32
  /// The timed part.
  std::function<void(std::span<const std::int64_t> positions)> run;
  /// Afterwards, what the certified table said of its levels, if it is one.
  std::function<std::optional<LevelCounts>()> levels = [] { return std::nullopt; };
};

/// A baseline computes rows one by one: (positions, cos, sin), outputs [positions][pairs].
using Rows = std::function<void(std::span<const std::int64_t> positions, float* cos, float* sin)>;

/// A baseline that this build or machine lacks.
struct LeftOut {
  std::string id;
  std::string reason;
};

struct Methods {
  std::vector<Method> all;  ///< the first is what others are compared with: the table, fp32, end to end, best ISA
  std::vector<LeftOut> left_out;
};

void add_table_methods(const Request& request, int threads, Outputs& out, const Truth& truth, Methods& methods);
void add_memory_methods(const Request& request, int threads, Outputs& out, const Truth& truth, Methods& methods);

/// Each in a translation unit of its own, which keeps what it links and what it takes to compile in one place. At most
/// request.positions rows.
void add_glibc(const Request& request, int threads, Outputs& out, Methods& methods);
void add_mpfr(const Request& request, int threads, Outputs& out, Methods& methods);
void add_boost(const Request& request, int threads, Outputs& out, Methods& methods);
void add_arb(const Request& request, int threads, Outputs& out, Methods& methods);
void add_libquadmath(const Request& request, int threads, Outputs& out, Methods& methods);
void add_exact(const Request& request, int threads, Outputs& out, Methods& methods);

/// A method out of a baseline: rows dealt out to threads, at most `rows` of them.
Method baseline(std::string id, std::string title, std::size_t rows, const Request& request, int threads, Outputs& out,
                Rows compute);

/// Reads every word of the two arrays and gives their sum, so that no read can be left out.
std::uint64_t plain_read(std::span<const float> cos, std::span<const float> sin, int threads);

}  // namespace rope::bench
