// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// dlopen, query, prepare, apply. What the suite judges in a worker is believed here, but for what would crash.
#include "conformance/bench/plugin.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstddef>
#include <stdexcept>

namespace rope::bench::kernels {
namespace {

constexpr int not_loadable = 3, suite_failed = 4;
/// Preparing may compile.
constexpr int preparing = 10;

std::string reason_of(const char* said, const char* otherwise) {
  return said == nullptr || *said == '\0' ? otherwise : said;
}

/// Why the table must not be used; empty where it may.
std::string problem_of(const rope_impl_api* api) {
  if (api == nullptr) return fmt::format("it does not serve ABI {}", ROPE_IMPL_ABI_VERSION);
  if (api->struct_size < offsetof(rope_impl_api, last_error)) {
    return fmt::format("its table of functions says that it has {} bytes, which is too short", api->struct_size);
  }
  if (api->abi_version != ROPE_IMPL_ABI_VERSION) {
    return fmt::format("expected ABI {}, found ABI {}. Next: compile it with this version's rope_impl.h",
                       ROPE_IMPL_ABI_VERSION, api->abi_version);
  }
  const bool all = api->describe != nullptr && api->query != nullptr && api->prepare != nullptr &&
                   api->apply != nullptr && api->close != nullptr;
  return all ? "" : "its table of functions lacks one of describe, query, prepare, apply and close";
}

}  // namespace

Plugin::Plugin(const std::string& path, bool on_device, Deadline& deadline) : deadline_(&deadline) {
  const Deadline::Step step(deadline, path + ", loading", not_loadable);
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    throw std::runtime_error(fmt::format("{}. Next: rope-conform --impl {}, which explains it",
                                         reason_of(dlerror(), "cannot be loaded"), path));
  }
  const auto entry = reinterpret_cast<rope_impl_entry_fn>(dlsym(library, "rope_impl_entry"));
  if (entry == nullptr) throw std::runtime_error(path + ": it has no symbol rope_impl_entry");
  api_ = entry(ROPE_IMPL_ABI_VERSION);
  if (const std::string problem = problem_of(api_); !problem.empty()) throw std::runtime_error(path + ": " + problem);
  const rope_impl_info* const info = api_->describe();
  if (info == nullptr || info->name == nullptr) throw std::runtime_error(path + ": it does not say its name");
  name_ = info->name;
  flags_ = info->flags;
  if (((flags_ & ROPE_FLAG_DEVICE_MEMORY) != 0) != on_device) {
    throw std::runtime_error(path + (on_device ? ": its tensors lie in the host's memory; bench cpu measures that"
                                               : ": its tensors must lie in device memory"));
  }
  const bool moves =
      api_->allocate != nullptr && api_->release != nullptr && api_->copy_in != nullptr && api_->copy_out != nullptr;
  if (on_device && !moves) {
    throw std::runtime_error(path + ": it lacks one of allocate, release, copy_in and copy_out");
  }
}

PreparedPlugin::PreparedPlugin(const Plugin& plugin, const Work& work, rope_pairing pairing, const rope_call& call)
    : plugin_(plugin) {
  const Deadline::Step step(plugin.deadline(), plugin.name() + ", preparing", suite_failed, preparing);
  const rope_impl_api& api = plugin.api();
  const bool in_place = call.in_place != 0;
  if (in_place && (plugin.flags() & (ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY)) == 0) {
    throw std::runtime_error("it does not rotate in place");
  }
  if (!in_place && (plugin.flags() & ROPE_FLAG_IN_PLACE_ONLY) != 0) {
    throw std::runtime_error("it rotates in place only");
  }
  const rope_spec spec = spec_of(work.shape, pairing);
  rope_query_result answer{};
  answer.struct_size = sizeof answer;
  rope_call asked = call;  // without addresses, as rope_impl.h says
  for (rope_tensor* const t : {&asked.q_in, &asked.q_out, &asked.k_in, &asked.k_out}) t->data = nullptr;
  asked.positions.data = nullptr;
  if (api.query(&spec, &asked, &answer) != ROPE_OK) throw std::runtime_error("query failed");
  if (answer.supported == 0) throw std::runtime_error(reason_of(answer.reason, "not supported"));
  if (answer.workspace_size != 0) throw std::runtime_error("it wants a workspace, which bench does not give");
  try {
    check(api.prepare(&spec, &handle_), "prepare failed");
  } catch (const std::runtime_error&) {
    api.close(handle_);
    throw;
  }
}

PreparedPlugin::~PreparedPlugin() {
  const Deadline::Step step(plugin_.deadline(), plugin_.name() + ", close", suite_failed);
  plugin_.api().close(handle_);
}

void PreparedPlugin::check(rope_status status, const char* function) {
  if (status == ROPE_OK) return;
  const rope_impl_api& api = plugin_.api();
  throw std::runtime_error(reason_of(api.last_error == nullptr ? nullptr : api.last_error(handle_), function));
}

void PreparedPlugin::apply(const rope_call& call) {
  check(plugin_.api().apply(handle_, &call), "apply failed");
}

void PreparedPlugin::synchronize(void* stream) {
  if (plugin_.api().synchronize == nullptr) return;
  check(plugin_.api().synchronize(handle_, stream), "synchronize failed");
}

}  // namespace rope::bench::kernels
