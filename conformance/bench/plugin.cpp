// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// dlopen, query, prepare, apply.
#include "conformance/bench/plugin.hpp"

#include <dlfcn.h>

#include <stdexcept>

namespace rope::bench::cpu {
namespace {

std::string reason_of(const char* said, const char* otherwise) {
  return said == nullptr || *said == '\0' ? otherwise : said;
}

}  // namespace

Plugin::Plugin(const std::string& path) {
  void* const library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) throw std::runtime_error(reason_of(dlerror(), "cannot be loaded"));
  const auto entry = reinterpret_cast<rope_impl_entry_fn>(dlsym(library, "rope_impl_entry"));
  if (entry == nullptr) throw std::runtime_error(path + ": it has no symbol rope_impl_entry");
  api_ = entry(ROPE_IMPL_ABI_VERSION);
  if (api_ == nullptr) throw std::runtime_error(path + ": it does not serve this ABI");
  const rope_impl_info& info = *api_->describe();
  name_ = info.name;
  if ((info.flags & ROPE_FLAG_DEVICE_MEMORY) != 0) {
    throw std::runtime_error(path + ": its tensors must lie in device memory");
  }
}

PreparedCall::PreparedCall(const Plugin& plugin, rope_pairing pairing, const Work& work, bool in_place)
    : api_(plugin.api()), call_(work.call(in_place ? work.out.data() : work.in.data(), work.out.data())) {
  const std::uint64_t flags = api_.describe()->flags;
  if (in_place && (flags & (ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY)) == 0) {
    throw std::runtime_error("it does not rotate in place");
  }
  if (!in_place && (flags & ROPE_FLAG_IN_PLACE_ONLY) != 0) throw std::runtime_error("it rotates in place only");
  const rope_spec spec = spec_of(pairing);
  rope_query_result answer{};
  answer.struct_size = sizeof answer;
  if (api_.query(&spec, &call_, &answer) != ROPE_OK) throw std::runtime_error("query failed");
  if (answer.supported == 0) throw std::runtime_error(reason_of(answer.reason, "not supported"));
  if (answer.workspace_size != 0) throw std::runtime_error("it wants a workspace, which bench does not give");
  if (api_.prepare(&spec, &handle_) != ROPE_OK) {
    const std::string reason =
        reason_of(api_.last_error == nullptr ? nullptr : api_.last_error(handle_), "prepare failed");
    api_.close(handle_);
    throw std::runtime_error(reason);
  }
}

PreparedCall::~PreparedCall() {
  api_.close(handle_);
}

void PreparedCall::operator()() {
  rope_status status = api_.apply(handle_, &call_);
  if (status == ROPE_OK && api_.synchronize != nullptr) status = api_.synchronize(handle_, nullptr);
  if (status != ROPE_OK) {
    throw std::runtime_error(
        reason_of(api_.last_error == nullptr ? nullptr : api_.last_error(handle_), "apply failed"));
  }
}

}  // namespace rope::bench::cpu
