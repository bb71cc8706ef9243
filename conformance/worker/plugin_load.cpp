// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Loading an implementation: dlopen, the entry symbol, the table of functions and the description, each looked at
// before it is believed.
#include <dlfcn.h>

#include <cstddef>

#include "conformance/protocol/foreign_text.hpp"
#include "conformance/worker/plugin.hpp"
#include "conformance/worker/plugin_call.hpp"

namespace rope::conformance::worker {
namespace {

using protocol::NotLoaded;

constexpr std::size_t max_name_bytes = 128;
constexpr std::size_t max_summary_bytes = 1024;
constexpr std::size_t max_contract_bytes = 1024;

std::string loader_error() {
  const char* text = dlerror();
  return text == nullptr ? "the loader gave no reason" : printable(text, protocol::max_text_bytes);
}

}  // namespace

std::variant<protocol::Loaded, NotLoaded> Plugin::load(const std::string& library) {
  if (loaded()) throw protocol::Violation("a library is loaded already");
  protocol::Outcome outcome;

  void* loaded_library = nullptr;
  std::string loader;
  const bool opened = call("dlopen", outcome, [&] {
    loaded_library = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (loaded_library == nullptr) loader = loader_error();
    return rope_status{ROPE_OK};
  });
  if (!opened) return NotLoaded{NotLoaded::Kind::broken, outcome.broken_rule, 0};
  if (loaded_library == nullptr) return NotLoaded{NotLoaded::Kind::loader, loader, 0};

  const auto entry = reinterpret_cast<rope_impl_entry_fn>(dlsym(loaded_library, "rope_impl_entry"));
  if (entry == nullptr) return NotLoaded{NotLoaded::Kind::no_symbol, loader_error(), 0};

  const rope_impl_api* table = nullptr;
  const bool entered = call("rope_impl_entry", outcome, [&] {
    table = entry(ROPE_IMPL_ABI_VERSION);
    return rope_status{ROPE_OK};
  });
  if (!entered) return NotLoaded{NotLoaded::Kind::broken, outcome.broken_rule, 0};
  if (table == nullptr) return NotLoaded{NotLoaded::Kind::refused, "", 0};

  // The version stands before everything that another version may have laid out differently.
  std::string problem;
  const auto head = foreign_.read_struct<rope_impl_api>(table, offsetof(rope_impl_api, describe), problem);
  if (!head) return NotLoaded{NotLoaded::Kind::broken, "the table that rope_impl_entry returned: " + problem, 0};
  if (head->abi_version != ROPE_IMPL_ABI_VERSION) return NotLoaded{NotLoaded::Kind::abi, "", head->abi_version};
  const auto api = foreign_.read_struct<rope_impl_api>(table, offsetof(rope_impl_api, last_error), problem);
  if (!api) return NotLoaded{NotLoaded::Kind::broken, "the table that rope_impl_entry returned: " + problem, 0};
  api_ = *api;
  problem = problem_of_api();
  if (!problem.empty()) return NotLoaded{NotLoaded::Kind::broken, problem, 0};

  const rope_impl_info* info = nullptr;
  const bool described = call("describe", outcome, [&] {
    info = api_.describe();
    return rope_status{ROPE_OK};
  });
  if (!described) return NotLoaded{NotLoaded::Kind::broken, outcome.broken_rule, 0};
  auto information = read_information(foreign_, info);
  if (const auto* broken = std::get_if<std::string>(&information)) {
    return NotLoaded{NotLoaded::Kind::broken, *broken, 0};
  }
  information_ = std::get<protocol::Information>(information);
  if (device_memory() &&
      (api_.allocate == nullptr || api_.release == nullptr || api_.copy_in == nullptr || api_.copy_out == nullptr)) {
    return NotLoaded{NotLoaded::Kind::broken,
                     "ROPE_FLAG_DEVICE_MEMORY is set, but not all of allocate, release, copy_in, copy_out are there",
                     0};
  }
  problem = read_extensions(outcome);
  if (!problem.empty()) return NotLoaded{NotLoaded::Kind::broken, problem, 0};
  return protocol::Loaded{information_, outcome.fp_environment};
}

/// rope.streams and rope.must_support; a text where they break a rule of rope_impl.h.
std::string Plugin::read_extensions(protocol::Outcome& outcome) {
  if (api_.extension == nullptr) return {};
  const void* table = nullptr;
  const auto get = [&](const char* id) {
    const bool asked = call("extension", outcome, [&] {
      table = api_.extension(id, 1);
      return rope_status{ROPE_OK};
    });
    return asked && table != nullptr;
  };
  std::string problem;
  if (get(ROPE_EXT_STREAMS)) {
    const auto streams = foreign_.read_struct<rope_streams>(table, sizeof(rope_streams), problem);
    if (!streams) return "the extension rope.streams: " + problem;
    if (streams->create == nullptr || streams->destroy == nullptr) {
      return "the extension rope.streams: create and destroy are both required";
    }
    streams_ = *streams;
    information_.streams = true;
  }
  if (!outcome.broken_rule.empty()) return outcome.broken_rule;
  if (get(ROPE_EXT_MUST_SUPPORT)) {
    const auto list = foreign_.read_struct<rope_must_support>(table, sizeof(rope_must_support), problem);
    if (!list) return "the extension rope.must_support: " + problem;
    if (list->count > protocol::max_must_support) {
      return "the extension rope.must_support lists " + std::to_string(list->count) + " cases, more than " +
             std::to_string(protocol::max_must_support);
    }
    std::size_t step = sizeof(rope_must_support_case);
    for (std::uint32_t i = 0; i < list->count; ++i) {
      const void* element =
          list->cases == nullptr ? nullptr : reinterpret_cast<const std::byte*>(list->cases) + i * step;
      const auto one =
          foreign_.read_struct<rope_must_support_case>(element, offsetof(rope_must_support_case, rotary_dim), problem);
      if (!one) return "the extension rope.must_support, case " + std::to_string(i) + ": " + problem;
      step = one->struct_size;
      information_.must_support.push_back(*one);
    }
  }
  return outcome.broken_rule;
}

std::string Plugin::problem_of_api() const {
  const auto missing = [](const char* function) {
    return std::string("the required function ") + function + " is NULL in the table that rope_impl_entry returned";
  };
  if (api_.describe == nullptr) return missing("describe");
  if (api_.query == nullptr) return missing("query");
  if (api_.prepare == nullptr) return missing("prepare");
  if (api_.apply == nullptr) return missing("apply");
  if (api_.close == nullptr) return missing("close");
  return {};
}

std::variant<protocol::Information, std::string> read_information(const ForeignMemory& foreign,
                                                                  const rope_impl_info* address) {
  std::string problem;
  const auto info = foreign.read_struct<rope_impl_info>(address, offsetof(rope_impl_info, version), problem);
  if (!info) return "what describe returned: " + problem;

  protocol::Information out;
  const auto text = [&](const char* field, const char* value, std::size_t max_bytes, std::string& to) {
    auto read = foreign.read_string(value, max_bytes, problem);
    if (read) {
      to = std::move(*read);
      return true;
    }
    problem = std::string("describe's field ") + field + ": " + problem;
    return false;
  };
  if (!text("name", info->name, max_name_bytes, out.name)) return problem;
  if (!text("version", info->version, max_name_bytes, out.version)) return problem;
  if (!text("summary", info->summary, max_summary_bytes, out.summary)) return problem;
  out.dtypes = info->dtypes;
  out.pairings = info->pairings;
  out.directions = info->directions;
  out.sources = info->sources;
  out.families = info->families;
  out.layouts = info->layouts;
  out.position_kinds = info->position_kinds;
  out.position_dtypes = info->position_dtypes;
  out.flags = info->flags;
  out.out_of_range = info->out_of_range;
  out.alignment = info->alignment;

  if (info->contract_count > protocol::max_contracts) {
    return "describe's field contract_count is " + std::to_string(info->contract_count) + ", more than " +
           std::to_string(protocol::max_contracts);
  }
  // An array of structs steps by the writer's struct_size, which the first one states.
  std::size_t step = sizeof(rope_contract);
  for (std::uint32_t i = 0; i < info->contract_count; ++i) {
    const void* element =
        info->contracts == nullptr ? nullptr : reinterpret_cast<const std::byte*>(info->contracts) + i * step;
    const auto contract = foreign.read_struct<rope_contract>(element, sizeof(rope_contract), problem);
    if (!contract) return "describe's contract " + std::to_string(i) + ": " + problem;
    step = contract->struct_size;
    std::string contract_text;
    if (!text("contracts[].text", contract->text, max_contract_bytes, contract_text)) return problem;
    out.contracts.emplace_back(contract->dtype, std::move(contract_text));
  }
  return out;
}

}  // namespace rope::conformance::worker
