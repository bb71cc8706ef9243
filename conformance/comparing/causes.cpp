// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Keys are compared as files name them; steps are tried by making the changed spec and comparing fingerprints.
#include "conformance/comparing/causes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace rope::conformance {
namespace {

using fixtures::Field;
using fixtures::Setting;

std::vector<Setting> settings_for(const ComparedLayer& side, Field field, bool stated) {
  std::vector<Setting> out;
  for (const Setting& setting : side.layer.settings) {
    if (setting.field == field && setting.stated == stated) out.push_back(setting);
  }
  return out;
}

/// "rope_scaling" where all keys lie in it.
std::string common_parent(const std::vector<Setting>& settings) {
  const auto parent = [](const std::string& key) { return key.substr(0, key.rfind('.')); };
  const std::string first = parent(settings.front().key);
  const bool one = std::all_of(settings.begin(), settings.end(), [&](const Setting& s) {
    return s.key.rfind('.') != std::string::npos && parent(s.key) == first;
  });
  return one && settings.size() > 1 ? first : settings.front().key;
}

/// "rope_scaling (factor 8.0, rope_type "llama3")", or one key after the other.
std::string listed(const std::vector<Setting>& settings) {
  const std::string parent = common_parent(settings);
  const bool inside = settings.size() > 1 && parent != settings.front().key;
  std::string text;
  for (const Setting& setting : settings) {
    const std::string key = inside ? setting.key.substr(parent.size() + 1) : setting.key;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", key, setting.value);
  }
  return inside ? fmt::format("{} ({})", parent, text) : text;
}

/// Those of `mine` that `theirs` lacks or has otherwise.
std::vector<Setting> particular(const std::vector<Setting>& mine, const std::vector<Setting>& theirs) {
  std::vector<Setting> out;
  std::copy_if(mine.begin(), mine.end(), std::back_inserter(out), [&](const Setting& setting) {
    return std::none_of(theirs.begin(), theirs.end(),
                        [&](const Setting& other) { return other.key == setting.key && other.value == setting.value; });
  });
  return out;
}

reports::Cause missing(const ComparedLayer& side, const ComparedLayer& against, const std::vector<Setting>& there,
                       Field field) {
  const std::vector<Setting> assumed = settings_for(side, field, false);
  reports::Cause cause{std::string(name(field)), side.letter, "", ""};
  // A GGUF file has a tensor of factors for Llama 3's scaling, its first assumption, and keys for the others.
  const bool factors = std::holds_alternative<Llama3Family>(against.layer.spec.family);
  const Setting* const taken_for = assumed.empty() ? nullptr : factors ? &assumed.front() : &assumed.back();
  cause.key = taken_for == nullptr ? common_parent(there) : taken_for->key;
  const std::string taken = taken_for == nullptr ? "" : fmt::format(" (taken: {})", taken_for->value);
  cause.text =
      fmt::format("{} has no key {}{}; {} has {}", side.letter, cause.key, taken, against.letter, listed(there));
  return cause;
}

/// Against tables of cos and sin no key can be missing: a table has whatever scaling it was made with.
reports::Cause by_tables(const ComparedLayer& first, const std::vector<Setting>& a, const ComparedLayer& other,
                         const std::vector<Setting>& b) {
  const auto words = [](const ComparedLayer& side, const std::vector<Setting>& stated) {
    if (!stated.empty()) return listed(stated);
    const std::vector<Setting> assumed = settings_for(side, Field::frequencies, false);
    return assumed.empty() ? std::string("no such key") : fmt::format("no {}", assumed.front().key);
  };
  return {std::string(name(Field::frequencies)), "", "",
          fmt::format("{} has {}; {} has {}", first.letter, words(first, a), other.letter, words(other, b))};
}

/// A layer with another spec, for comparing alone.
ComparedLayer changed(const ComparedLayer& side, const Spec& spec) {
  fixtures::LayerSpec layer = side.layer;
  layer.spec = spec;
  return compared_layer(side.letter, layer);
}

std::optional<reports::Cause> step_to(const ComparedLayer& from, const ComparedLayer& to) {
  const auto gives = [&](const Spec& spec) {
    return !problem(spec) && published_pairing(from.layer) == published_pairing(to.layer) &&
           spec.attention_factor == to.layer.spec.attention_factor && spec.axes == to.layer.spec.axes &&
           same_frequencies(changed(from, spec), to);
  };
  const std::vector<Setting> scaling = settings_for(from, Field::frequencies, true);
  Spec spec = from.layer.spec;
  spec.family = DefaultFamily{};
  spec.theta = from.layer.base;
  spec.attention_factor = 1;
  spec.axes.reset();  // their sections stand there, too
  if (!scaling.empty() && gives(spec)) {
    // rope_parameters may hold the base as well, which stays.
    const std::string parent = common_parent(scaling);
    const bool shared = parent.find("rope_parameters") != std::string::npos;
    return reports::Cause{
        "frequencies", to.letter, parent,
        fmt::format("{} without {}{} is {}", from.letter, shared ? "the scaling in " : "", parent, to.letter)};
  }
  spec = from.layer.spec;
  spec.theta = to.layer.base;
  if (from.layer.spec.theta != 0 && to.layer.base != from.layer.base && gives(spec)) {
    return reports::Cause{"theta", "", "",
                          fmt::format("{} with the base {} is {}", from.letter, to.layer.base, to.letter)};
  }
  spec = from.layer.spec;
  spec.rotary_dim = spec.head_dim - spec.dim_offset;
  if (spec.rotary_dim != from.layer.spec.rotary_dim && gives(spec)) {
    return reports::Cause{"rotary_dim", "", "",
                          fmt::format("{} with the whole head rotated is {}", from.letter, to.letter)};
  }
  return std::nullopt;
}

}  // namespace

std::optional<reports::Cause> cause_in_keys(Field field, const ComparedLayer& first, const ComparedLayer& other) {
  const std::vector<Setting> a = settings_for(first, field, true);
  const std::vector<Setting> b = settings_for(other, field, true);
  if (a.empty() && b.empty()) return std::nullopt;
  if (field == Field::frequencies && (first.layer.tables || other.layer.tables)) return by_tables(first, a, other, b);
  if (b.empty()) return missing(other, first, a, field);
  if (a.empty()) return missing(first, other, b, field);
  const std::vector<Setting> only_a = particular(a, b);
  const std::vector<Setting> only_b = particular(b, a);
  if (only_a.empty() && only_b.empty()) return std::nullopt;
  const auto words = [](const std::vector<Setting>& only) { return only.empty() ? "no such key" : listed(only); };
  return reports::Cause{std::string(name(field)), "", "",
                        fmt::format("{} has {}; {} has {}", first.letter, words(only_a), other.letter, words(only_b))};
}

std::optional<reports::Cause> single_step(const ComparedLayer& first, const ComparedLayer& other) {
  auto step = step_to(first, other);
  return step ? step : step_to(other, first);
}

}  // namespace rope::conformance
