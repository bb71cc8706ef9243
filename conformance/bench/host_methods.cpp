// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// All methods of a group share one output, which is the input, too, of what works in place.
#include "conformance/bench/host_methods.hpp"

#include <omp.h>

#include <cstring>
#include <memory>

#include "conformance/bench/memory.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::kernels {
namespace {

constexpr int suite_failed = 4;

template <class Call>
double mean_seconds(int repeats, Call call) {
  return seconds([&] {
           for (int n = 0; n < repeats; ++n) call();
         }) /
         repeats;
}

class HostCopy : public Timed {
 public:
  using Copy = void (*)(const char*, char*, std::size_t, int);
  HostCopy(Copy copy, const Work& work, const Array& out, int threads)
      : copy_(copy), work_(work), out_(out), threads_(threads) {}

  std::vector<char> first() override {
    seconds_of(1);
    return {};
  }
  double seconds_of(int repeats) override {
    return mean_seconds(repeats, [&] { copy_(work_.in.data(), out_.data(), work_.bytes, threads_); });
  }

 private:
  Copy copy_;
  const Work& work_;
  const Array& out_;
  int threads_;
};

class HostCall : public Timed {
 public:
  HostCall(const Plugin& plugin, const Method& method, const Work& work, const Array& out)
      : work_(work),
        out_(out),
        plugin_(plugin),
        call_(work.call(method.in_place ? out.data() : work.in.data(), out.data())),
        prepared_(plugin, work, method.pairing, call_) {}

  std::vector<char> first() override {
    std::memcpy(out_.data(), work_.in.data(), work_.bytes);
    seconds_of(1);
    return work_.rows_of(out_.data(), work_.tokens());
  }
  double seconds_of(int repeats) override {
    const Deadline::Step step(plugin_.deadline(), plugin_.name() + ", apply", suite_failed);
    return mean_seconds(repeats, [&] {
      prepared_.apply(call_);
      prepared_.synchronize(nullptr);
    });
  }

 private:
  const Work& work_;
  const Array& out_;
  const Plugin& plugin_;
  rope_call call_;
  PreparedPlugin prepared_;
};

}  // namespace

std::vector<Entrant> host_entrants(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings,
                                   const Work& work, const Array& out, int threads) {
  omp_set_num_threads(threads);  // also the number that a plug-in's OpenMP starts from this thread
  std::vector<Entrant> all;
  const auto copies = [&](Method::Kind kind, HostCopy::Copy copy) {
    all.push_back({Method{kind, "", 0, false},
                   [&work, &out, copy, threads] { return std::make_unique<HostCopy>(copy, work, out, threads); }});
  };
  copies(Method::Kind::plain_copy, plain_copy);
  if (has_stream_copy()) copies(Method::Kind::stream_copy, stream_copy);
  for (const Plugin& plugin : plugins) {
    for (const rope_pairing pairing : pairings) {
      for (const bool in_place : {false, true}) {
        const Method method{Method::Kind::plugin, plugin.name(), pairing, in_place};
        all.push_back(
            {method, [&plugin, method, &work, &out] { return std::make_unique<HostCall>(plugin, method, work, out); }});
      }
    }
  }
  return all;
}

}  // namespace rope::bench::kernels
