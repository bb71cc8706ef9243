// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Token by token, so that its turns stay in the first cache from head to head; where one head's tokens lie nearer to
// each other than one token's heads, blocks of tokens, each head by head.
#include "impls/cpu/fused/rotation.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <new>
#include <string>
#include <type_traits>
#include <vector>

#include "impls/cpu/fused/turns.hpp"
#include "impls/kernel/abi.hpp"

namespace rope::fused {
namespace {

/// What the turns of a block of several tokens may take of a first cache of 32 KiB at least.
constexpr std::size_t block_bytes = 16384;
constexpr std::int64_t cache_line = 64;

template <ElementKind kind>
struct Format {
  using Element = std::conditional_t<kind == ElementKind::fp32, std::uint32_t, std::uint16_t>;
  using Number = std::conditional_t<kind == ElementKind::fp32, double, float>;
};

std::int64_t bytes_of(const rope_tensor& t) {
  return t.shape[0] * t.shape[1] * t.shape[2] * t.shape[3] * (t.dtype == ROPE_F32 ? 4 : 2);
}

/// q or k: where its heads lie, and which way they can be gone through.
template <class Element>
struct Side {
  const rope_tensor& in;
  const rope_tensor& out;
  double scale;
  bool in_place;
  bool direct;        ///< rotating elements lie side by side in one order: the loops work on the tensors themselves
  bool streams;       ///< written past the caches
  bool heads_nearer;  ///< one token's heads lie nearer to each other than one head's tokens

  Side(const rope_spec& spec, const rope_tensor& from, const rope_tensor& to, double factor, bool large)
      : in(from), out(to), scale(factor), in_place(kernel::same_place(from, to)) {
    direct = in.strides[3] == 1 && out.strides[3] == 1 && spec.pairing_in == spec.pairing_out;
    streams = large && direct && !in_place && scale == 1 && in_lines(spec);
    heads_nearer = in.shape[1] == 1 || out.strides[2] <= out.strides[1];
  }

  const Element* source(std::int64_t b, std::int64_t s, std::int64_t head) const {
    return static_cast<const Element*>(in.data) + b * in.strides[0] + s * in.strides[1] + head * in.strides[2];
  }
  Element* target(std::int64_t b, std::int64_t s, std::int64_t head) const {
    return static_cast<Element*>(out.data) + b * out.strides[0] + s * out.strides[1] + head * out.strides[2];
  }

 private:
  /// Everything that is written begins and ends where a cache line of the output does.
  bool in_lines(const rope_spec& spec) const {
    constexpr auto size = static_cast<std::int64_t>(sizeof(Element));
    const auto whole = [](std::int64_t elements) { return elements * size % cache_line == 0; };
    bool all = reinterpret_cast<std::uintptr_t>(out.data) % cache_line == 0;
    for (int axis = 0; axis < 3; ++axis) all = all && (out.shape[axis] <= 1 || whole(out.strides[axis]));
    const bool halves = spec.pairing_out == ROPE_HALF_SPLIT;
    return all && whole(spec.head_dim) && whole(spec.dim_offset) && whole(spec.rotary_dim / (halves ? 2 : 1));
  }
};

/// What one thread does and needs. Made before threads are, since it may throw.
template <ElementKind kind>
class Worker {
  using Element = typename Format<kind>::Element;
  using Number = typename Format<kind>::Number;

 public:
  Worker(const Kernels& kernels, const kernel::Model<double>& model, const rope_call& call, bool large)
      : kernels_(kernels),
        spec_(model.spec),
        call_(call),
        loops_((spec_.pairing_out == ROPE_HALF_SPLIT ? kernels.half_split
                                                     : kernels.interleaved)[static_cast<std::size_t>(kind)]),
        turns_(kernels, model, call, loops_.by_element, spec_.query_scale != 1),
        numbers_(Turns<Number>::numbers_per_token(spec_)),
        q_(spec_, call.q_in, call.q_out, spec_.query_scale, large),
        k_(spec_, call.k_in, call.k_out, 1, large) {
    const bool one = q_.heads_nearer && (!kernel::present(call.k_in) || k_.heads_nearer);
    const std::size_t tokens = one ? 1 : std::max<std::size_t>(1, block_bytes / (numbers_ * sizeof(Number)));
    const std::int64_t all = call.q_in.shape[0] * call.q_in.shape[1];
    block_.resize(std::min(tokens, static_cast<std::size_t>(all)));
    memory_.resize(block_.size() * numbers_);
    head_.resize(spec_.rotary_dim);
  }

  /// Tokens count through all rows of the batch.
  void rotate(std::int64_t from, std::int64_t to) {
    while (from < to) {
      const std::size_t tokens =
          static_cast<std::size_t>(std::min(to - from, static_cast<std::int64_t>(block_.size())));
      prepare(from, tokens);
      rotate_side(q_, tokens);
      if (kernel::present(call_.k_in)) rotate_side(k_, tokens);
      from += static_cast<std::int64_t>(tokens);
    }
    if (q_.streams || k_.streams) kernels_.end_of_stream();
  }

 private:
  struct Token {
    std::int64_t b = 0, s = 0;
    Number* turns = nullptr;
    bool even = true;
  };

  void prepare(std::int64_t first, std::size_t tokens) {
    for (std::size_t t = 0; t < tokens; ++t) {
      const std::int64_t at = first + static_cast<std::int64_t>(t), length = call_.q_in.shape[1];
      Token token{at / length, at % length, memory_.data() + t * numbers_, true};
      // In a block of one, the token before it is the one that it replaces.
      const Token& before = t > 0 ? block_[t - 1] : block_[0];
      const bool is_there = t > 0 || block_.size() == 1;
      if (is_there && before.turns != nullptr && turns_.same(token.b, token.s, before.b, before.s)) {
        token.turns = before.turns;
        token.even = before.even;
      } else {
        token.even = turns_.write(token.b, token.s, token.turns);
      }
      block_[t] = token;
    }
  }

  void rotate_side(const Side<Element>& side, std::size_t tokens) {
    const std::int64_t heads = side.in.shape[2];
    if (heads == 0) return;  // and there need be no data
    if (side.heads_nearer) {
      for (std::size_t t = 0; t < tokens; ++t) rotate_heads(side, block_[t], 0, heads);
    } else {
      for (std::int64_t head = 0; head < heads; ++head) {
        for (std::size_t t = 0; t < tokens; ++t) rotate_heads(side, block_[t], head, 1);
      }
    }
  }

  void rotate_heads(const Side<Element>& side, const Token& token, std::int64_t first, std::int64_t heads) {
    HeadRun run{};
    run.in = side.source(token.b, token.s, first) + spec_.dim_offset;
    run.out = side.target(token.b, token.s, first) + spec_.dim_offset;
    run.in_stride = side.in.strides[2];
    run.out_stride = side.out.strides[2];
    run.heads = static_cast<std::size_t>(heads);
    run.pairs = spec_.rotary_dim / 2;
    run.turns = token.turns;
    run.row = turns_.row();
    run.scale = side.scale;
    const bool plain = side.scale == 1 && (token.even || loops_.by_element);
    if (side.direct) {
      (plain ? (side.streams ? loops_.streamed : loops_.even) : loops_.any)(run);
    } else {
      for (std::int64_t head = first; head < first + heads; ++head) {
        rotate_gathered(side, token, head, run, plain ? loops_.even : loops_.any);
      }
    }
    if (!side.in_place && spec_.rotary_dim != spec_.head_dim) {
      for (std::int64_t head = first; head < first + heads; ++head) copy_the_rest(side, token, head);
    }
  }

  /// One head, brought together in the order of the output, and written back from there.
  void rotate_gathered(const Side<Element>& side, const Token& token, std::int64_t head, HeadRun run, Rotate* loop) {
    const Element* const in = side.source(token.b, token.s, head) + spec_.dim_offset * side.in.strides[3];
    Element* const out = side.target(token.b, token.s, head) + spec_.dim_offset * side.out.strides[3];
    const std::int64_t pairs = spec_.rotary_dim / 2;
    const auto place = [&](rope_pairing pairing, std::int64_t pair, std::int64_t which) {
      return pairing == ROPE_HALF_SPLIT ? pair + which * pairs : 2 * pair + which;
    };
    for (std::int64_t which = 0; which < 2; ++which) {
      for (std::int64_t pair = 0; pair < pairs; ++pair) {
        head_[static_cast<std::size_t>(place(spec_.pairing_out, pair, which))] =
            in[place(spec_.pairing_in, pair, which) * side.in.strides[3]];
      }
    }
    run.in = run.out = head_.data();
    run.in_stride = run.out_stride = 0;
    run.heads = 1;
    loop(run);
    for (std::int64_t e = 0; e < 2 * pairs; ++e) out[e * side.out.strides[3]] = head_[static_cast<std::size_t>(e)];
  }

  void copy_the_rest(const Side<Element>& side, const Token& token, std::int64_t head) {
    const Element* const in = side.source(token.b, token.s, head);
    Element* const out = side.target(token.b, token.s, head);
    const std::int64_t first = spec_.dim_offset, end = first + spec_.rotary_dim;
    copy(side, in, out, 0, first);
    copy(side, in, out, end, spec_.head_dim);
  }

  void copy(const Side<Element>& side, const Element* in, Element* out, std::int64_t from, std::int64_t to) const {
    const std::int64_t in_step = side.in.strides[3], out_step = side.out.strides[3];
    if (in_step != 1 || out_step != 1) {
      for (std::int64_t e = from; e < to; ++e) out[e * out_step] = in[e * in_step];
    } else if (from < to) {
      const std::size_t bytes = static_cast<std::size_t>(to - from) * sizeof(Element);
      if (side.streams) {
        kernels_.stream(in + from, out + from, bytes);
      } else {
        std::memcpy(out + from, in + from, bytes);
      }
    }
  }

  const Kernels& kernels_;
  const rope_spec& spec_;
  const rope_call& call_;
  const Kernels::Of& loops_;
  Turns<Number> turns_;
  std::size_t numbers_;  ///< of one token's turns
  Side<Element> q_, k_;
  std::vector<Token> block_;
  std::vector<Number> memory_;
  std::vector<Element> head_;
};

template <ElementKind kind>
void rotate_as(const Means& means, const kernel::Model<double>& model, const rope_call& call) {
  const std::int64_t tokens = call.q_in.shape[0] * call.q_in.shape[1];
  const std::int64_t bytes = bytes_of(call.q_out) + (kernel::present(call.k_out) ? bytes_of(call.k_out) : 0);
  if (tokens == 0) return;
  const bool large = means.stream_bytes >= 0 && bytes > means.stream_bytes;
  const std::int64_t worth = means.thread_bytes > 0 ? std::max<std::int64_t>(1, bytes / means.thread_bytes) : tokens;
  const int threads = static_cast<int>(std::clamp<std::int64_t>(std::min(worth, tokens), 1, means.threads));
  std::vector<Worker<kind>> workers;
  workers.reserve(static_cast<std::size_t>(threads));
  for (int t = 0; t < threads; ++t) workers.emplace_back(kernels(means.isa), model, call, large);
  if (threads == 1) return workers[0].rotate(0, tokens);
  std::atomic<bool> no_memory{false};
#pragma omp parallel for num_threads(threads) schedule(static, 1)
  for (int t = 0; t < threads; ++t) {
    try {
      workers[static_cast<std::size_t>(t)].rotate(t * tokens / threads, (t + 1) * tokens / threads);
    } catch (const std::bad_alloc&) {
      no_memory = true;  // an exception that left the threads would end the process
    }
  }
  if (no_memory) throw std::bad_alloc();
}

/// What the largest cache of a core holds, as Linux says. glibc's sysconf adds up all that a processor's dies have, of
/// which a core reaches one.
std::int64_t last_cache_bytes() {
  constexpr std::int64_t usual = std::int64_t{32} << 20;
  for (const char* index : {"3", "2"}) {
    std::ifstream file(std::string("/sys/devices/system/cpu/cpu0/cache/index") + index + "/size");
    std::int64_t kibibytes = 0;
    if (file >> kibibytes && kibibytes > 0) return kibibytes * 1024;  // "32768K"
  }
  return usual;
}

}  // namespace

Means means_of_this_machine() {
  Means means;
  means.isa = available_isas().back();
  // Starting a team and waiting for it takes some microseconds, in which one thread moves about so many bytes.
  means.thread_bytes = std::int64_t{1} << 20;
  means.stream_bytes = last_cache_bytes();
  return means;
}

void rotate(const Means& means, const kernel::Model<double>& model, const rope_call& call) {
  switch (call.q_in.dtype) {
    case ROPE_F32:
      return rotate_as<ElementKind::fp32>(means, model, call);
    case ROPE_F16:
      return rotate_as<ElementKind::fp16>(means, model, call);
    default:
      return rotate_as<ElementKind::bf16>(means, model, call);
  }
}

}  // namespace rope::fused
