// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls follow each other on one stream without waiting, and the device's clock says how long all of them took: of
// short calls that is how fast they can be issued. One call before them is not timed.
#include "conformance/bench/gpu/device_methods.hpp"

#include <memory>
#include <stdexcept>

#include "conformance/bench/gpu/runtime.hpp"

namespace rope::bench::kernels {
namespace {

constexpr int suite_failed = 4;

template <class Call>
double mean_seconds(DeviceClock& clock, void* stream, int repeats, Call call) {
  call();
  clock.begin(stream);
  for (int n = 0; n < repeats; ++n) call();
  return clock.end(stream) / repeats;
}

class DeviceCopy : public Timed {
 public:
  DeviceCopy(const Work& work, const DeviceArrays& arrays, DeviceClock& clock, Deadline& deadline)
      : work_(work), arrays_(arrays), clock_(clock), deadline_(deadline) {}

  std::vector<char> first() override {
    seconds_of(1);
    return {};
  }
  double seconds_of(int repeats) override {
    const Deadline::Step step(deadline_, "a copy on the device", suite_failed);
    return mean_seconds(clock_, clock_.own_stream(), repeats, [&] {
      at_ = (at_ + 1) % arrays_.count();
      runtime::copy_on_device(arrays_.out(at_), arrays_.in(at_), work_.bytes, clock_.own_stream());
    });
  }

 private:
  const Work& work_;
  const DeviceArrays& arrays_;
  DeviceClock& clock_;
  Deadline& deadline_;
  std::size_t at_ = 0;
};

/// Throws where the plug-in's device memory is not CUDA's.
void require_cuda(const Plugin& plugin) {
  void* address = nullptr;
  if (plugin.api().allocate(64, &address) != ROPE_OK) throw std::runtime_error("its allocate failed");
  const bool ours = runtime::is_device_memory(address);
  plugin.api().release(address);
  if (!ours) throw std::runtime_error("its device memory is none of CUDA's device 0, which bench gpu measures");
}

/// One of the plug-in's own, as rope_impl.h asks, where it has the extension for it; else the default stream. Of a CUDA
/// plug-in it is a stream of CUDA's.
class PluginStream {
 public:
  explicit PluginStream(const Plugin& plugin) {
    const rope_impl_api& api = plugin.api();
    if (api.extension == nullptr) return;
    streams_ = static_cast<const rope_streams*>(api.extension(ROPE_EXT_STREAMS, 1));
    if (streams_ != nullptr && streams_->create(&stream_) != ROPE_OK) throw std::runtime_error("it made no stream");
  }
  ~PluginStream() {
    if (stream_ != nullptr) streams_->destroy(stream_);
  }
  PluginStream(const PluginStream&) = delete;
  PluginStream& operator=(const PluginStream&) = delete;
  void* get() const { return stream_; }

 private:
  const rope_streams* streams_ = nullptr;
  void* stream_ = nullptr;
};

class DeviceCall : public Timed {
 public:
  DeviceCall(const Plugin& plugin, const Method& method, const Work& work, const DeviceArrays& arrays,
             DeviceClock& clock)
      : plugin_(plugin), arrays_(arrays), clock_(clock) {
    {
      const Deadline::Step step(plugin.deadline(), plugin.name() + ", allocate", suite_failed);
      require_cuda(plugin);
      stream_ = std::make_unique<PluginStream>(plugin);
    }
    for (std::size_t n = 0; n < arrays.count(); ++n) {
      calls_.push_back(work.call(method.in_place ? arrays.out(n) : arrays.in(n), arrays.out(n), arrays.positions()));
      calls_.back().stream = stream_->get();
    }
    prepared_ = std::make_unique<PreparedPlugin>(plugin, work, method.pairing, calls_.front());
  }

  std::vector<char> first() override {
    arrays_.refresh(0);
    const Deadline::Step step(plugin_.deadline(), plugin_.name() + ", apply", suite_failed);
    prepared_->apply(calls_.front());
    prepared_->synchronize(stream_->get());
    return arrays_.rows(0);
  }
  double seconds_of(int repeats) override {
    const Deadline::Step step(plugin_.deadline(), plugin_.name() + ", apply", suite_failed);
    const double took = mean_seconds(clock_, stream_->get(), repeats, [&] {
      at_ = (at_ + 1) % calls_.size();
      prepared_->apply(calls_[at_]);
    });
    prepared_->synchronize(stream_->get());  // what went wrong on the device comes out here
    return took;
  }

 private:
  const Plugin& plugin_;
  const DeviceArrays& arrays_;
  DeviceClock& clock_;
  std::unique_ptr<PluginStream> stream_;
  std::vector<rope_call> calls_;
  std::unique_ptr<PreparedPlugin> prepared_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Entrant> device_entrants(const std::vector<Plugin>& plugins, const std::vector<rope_pairing>& pairings,
                                     const Work& work, const DeviceArrays& arrays, DeviceClock& clock,
                                     Deadline& deadline) {
  std::vector<Entrant> all;
  all.push_back({Method{}, [&] { return std::make_unique<DeviceCopy>(work, arrays, clock, deadline); }});
  for (const Plugin& plugin : plugins) {
    for (const rope_pairing pairing : pairings) {
      for (const bool in_place : {false, true}) {
        const Method method{Method::Kind::plugin, plugin.name(), pairing, in_place};
        all.push_back({method, [&plugin, method, &work, &arrays, &clock] {
                         return std::make_unique<DeviceCall>(plugin, method, work, arrays, clock);
                       }});
      }
    }
  }
  return all;
}

}  // namespace rope::bench::kernels
