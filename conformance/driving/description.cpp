// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Masks of rope_impl.h: which bits have a meaning, and which a request needs.
#include "conformance/driving/description.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace rope::conformance {
namespace {

constexpr std::uint64_t bits(std::uint32_t first, std::uint32_t last) {
  std::uint64_t mask = 0;
  for (std::uint32_t value = first; value <= last; ++value) mask |= std::uint64_t{1} << value;
  return mask;
}

constexpr std::uint64_t known_dtypes = bits(ROPE_F32, ROPE_F64);
constexpr std::uint64_t known_pairings = bits(ROPE_HALF_SPLIT, ROPE_INTERLEAVED);
constexpr std::uint64_t known_directions = bits(ROPE_FORWARD, ROPE_BACKWARD);
constexpr std::uint64_t known_sources = bits(ROPE_SOURCE_PARAMETRIC, ROPE_SOURCE_TABLES);
constexpr std::uint64_t known_families = bits(ROPE_FAMILY_DEFAULT, ROPE_FAMILY_PROPORTIONAL);
constexpr std::uint64_t known_layouts = bits(ROPE_BSHD, ROPE_THD);
constexpr std::uint64_t known_position_kinds = bits(ROPE_POSITIONS_OFFSET, ROPE_POSITIONS_AXES);
constexpr std::uint64_t known_position_dtypes = bits(ROPE_I32, ROPE_I64);
constexpr std::uint64_t known_flags = ROPE_FLAG_THREAD_SAFE | ROPE_FLAG_DEVICE_MEMORY | ROPE_FLAG_IN_PLACE |
                                      ROPE_FLAG_IN_PLACE_ONLY | ROPE_FLAG_STRIDED | ROPE_FLAG_PAIRING_CHANGE |
                                      ROPE_FLAG_PARTIAL | ROPE_FLAG_Q_ALONE | ROPE_FLAG_QUERY_SCALE |
                                      ROPE_FLAG_NEGATIVE_POSITIONS;
// No *_BIT macro gives it for anything: a mask that has it was made of the plain numbers.
constexpr std::uint64_t no_bit = 1;

constexpr std::uint32_t largest_alignment = 4096;

std::optional<DType> dtype_from_abi(rope_dtype dtype) {
  switch (dtype) {
    case ROPE_F64:
      return DType::f64;
    case ROPE_F32:
      return DType::f32;
    case ROPE_F16:
      return DType::f16;
    case ROPE_BF16:
      return DType::bf16;
    default:
      return std::nullopt;
  }
}

// The name becomes a file name and an XML attribute.
bool usable_name(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '+';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), plain);
}

}  // namespace

rope_dtype abi_dtype(DType dtype) {
  switch (dtype) {
    case DType::f64:
      return ROPE_F64;
    case DType::f32:
      return ROPE_F32;
    case DType::f16:
      return ROPE_F16;
    case DType::bf16:
      return ROPE_BF16;
  }
  return 0;
}

rope_pairing abi_pairing(Pairing pairing) {
  return pairing == Pairing::half_split ? ROPE_HALF_SPLIT : ROPE_INTERLEAVED;
}

rope_direction abi_direction(Direction direction) {
  return direction == Direction::forward ? ROPE_FORWARD : ROPE_BACKWARD;
}

rope_family abi_family(const Family& family) {
  if (std::holds_alternative<DefaultFamily>(family)) return ROPE_FAMILY_DEFAULT;
  if (std::holds_alternative<LinearFamily>(family)) return ROPE_FAMILY_LINEAR;
  if (std::holds_alternative<DynamicNtkFamily>(family)) return ROPE_FAMILY_DYNAMIC_NTK;
  if (std::holds_alternative<YarnFamily>(family)) return ROPE_FAMILY_YARN;
  if (std::holds_alternative<LongRopeFamily>(family)) return ROPE_FAMILY_LONGROPE;
  if (std::holds_alternative<Llama3Family>(family)) return ROPE_FAMILY_LLAMA3;
  if (std::holds_alternative<ProportionalFamily>(family)) return ROPE_FAMILY_PROPORTIONAL;
  return 0;
}

bool Description::has(DType dtype) const {
  return (dtypes & ROPE_DTYPE_BIT(abi_dtype(dtype))) != 0;
}

bool Description::has(Pairing pairing) const {
  return (pairings & ROPE_PAIRING_BIT(abi_pairing(pairing))) != 0;
}

std::variant<Description, std::string> checked_description(const protocol::Information& information) {
  if (!usable_name(information.name)) {
    return fmt::format("describe's field name is \"{}\"; expected letters, digits and - _ . + (it becomes a file name)",
                       information.name);
  }
  Description description;
  const struct {
    std::string_view field;
    std::uint64_t value;
    std::uint64_t known;
    std::uint64_t* to;
  } masks[] = {
      {"dtypes", information.dtypes, known_dtypes, &description.dtypes},
      {"pairings", information.pairings, known_pairings, &description.pairings},
      {"directions", information.directions, known_directions, &description.directions},
      {"sources", information.sources, known_sources, &description.sources},
      {"families", information.families, known_families, &description.families},
      {"layouts", information.layouts, known_layouts, &description.layouts},
      {"position_kinds", information.position_kinds, known_position_kinds, &description.position_kinds},
      {"position_dtypes", information.position_dtypes, known_position_dtypes, &description.position_dtypes},
      {"flags", information.flags, known_flags, &description.flags},
  };
  for (const auto& mask : masks) {
    if ((mask.value & ~mask.known & no_bit) != 0) {
      return fmt::format(
          "describe's field {} has bit 0, which has no meaning in ABI {}; masks are made of the *_BIT macros",
          mask.field, ROPE_IMPL_ABI_VERSION);
    }
    *mask.to = mask.value & mask.known;
    // Of a later header, perhaps: what is not known is not asked for, and said.
    if (const std::uint64_t unknown = mask.value & ~mask.known; unknown != 0) {
      description.unknown_claims.push_back(fmt::format("bits {:#x} of describe's field {}", unknown, mask.field));
    }
  }
  description.out_of_range = information.out_of_range;
  if (information.out_of_range > ROPE_OUT_OF_RANGE_CLAMP) {
    description.out_of_range = ROPE_OUT_OF_RANGE_UNDEFINED;
    description.unknown_claims.push_back(
        fmt::format("number {} of describe's field out_of_range", information.out_of_range));
  }
  const std::uint32_t alignment = information.alignment;
  if (alignment > largest_alignment || (alignment & (alignment - 1)) != 0) {
    return fmt::format("describe's field alignment is {}; expected 0 or a power of two up to {}", alignment,
                       largest_alignment);
  }

  description.name = information.name;
  description.version = information.version;
  description.summary = information.summary;
  description.alignment = information.alignment;
  for (const auto& [abi, text] : information.contracts) {
    if (abi > ROPE_I64) {
      description.unknown_claims.push_back(fmt::format("the contract of dtype {} in describe's contracts", abi));
      continue;
    }
    const std::optional<DType> dtype = dtype_from_abi(abi);
    if (!dtype || !description.has(*dtype)) {
      return fmt::format("describe's contracts name dtype {}, which its field dtypes does not", abi);
    }
    for (const auto& other : description.contracts) {
      if (other.first == *dtype) return fmt::format("describe's contracts name {} twice", name(*dtype));
    }
    description.contracts.emplace_back(*dtype, text);
  }
  description.streams = information.streams;
  description.must_support = information.must_support;
  return description;
}

std::optional<std::string> not_claimed(const Description& description, const RotateRequest& request) {
  const auto says = [&](std::string_view what) { return fmt::format("{} does not claim {}", description.name, what); };
  const auto lacks = [](std::uint64_t mask, std::uint32_t value) { return (mask & (std::uint64_t{1} << value)) == 0; };
  if (!description.has(request.dtype)) return says(name(request.dtype));
  if (!description.has(request.pairing)) return says(fmt::format("{} pairing", name(request.pairing)));
  if (lacks(description.directions, abi_direction(request.direction))) {
    return says(request.direction == Direction::forward ? "the forward direction" : "the backward direction");
  }
  if (request.spec.rotary_dim < request.spec.head_dim && (description.flags & ROPE_FLAG_PARTIAL) == 0) {
    return says(fmt::format("rotary_dim {} < head_dim {}", request.spec.rotary_dim, request.spec.head_dim));
  }
  const auto flagged = [&](std::uint64_t flag) { return (description.flags & flag) != 0; };
  if (request.k_heads == 0 && !flagged(ROPE_FLAG_Q_ALONE)) return says("q without k");
  if (request.pairing_out.value_or(request.pairing) != request.pairing) {
    if (!flagged(ROPE_FLAG_PAIRING_CHANGE)) return says("outputs in another pairing");
    if (!description.has(*request.pairing_out)) return says(fmt::format("{} pairing", name(*request.pairing_out)));
  }
  if (request.query_scale != 1 && !flagged(ROPE_FLAG_QUERY_SCALE)) return says("a scale of q");
  const Arrangement& how = request.arrangement;
  if (how.strides != Strides::dense && !flagged(ROPE_FLAG_STRIDED)) return says("strides");
  if (how.in_place && !flagged(ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY)) return says("to work in place");
  if (how.own_stream && !description.streams) return says("streams (the extension rope.streams)");
  return std::nullopt;
}

}  // namespace rope::conformance
