// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Reading the fields of a JSON object that nobody vouches for: each getter checks presence, type, range and length, and
// throws protocol::Violation with the field's name.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/protocol/foreign_text.hpp"
#include "conformance/protocol/messages.hpp"

namespace rope::conformance::protocol {

using Json = nlohmann::json;

/// A word of a message and the constant of rope_impl.h it stands for.
struct Word {
  std::string_view word;
  std::uint32_t value;
};

class Fields {
 public:
  Fields(const Json& object, std::string where) : object_(object), where_(std::move(where)) {
    if (!object.is_object()) throw Violation(where_ + " is not a JSON object");
  }

  bool has(const char* key) const { return object_.contains(key); }

  Fields object(const char* key) const { return Fields(at(key), path(key)); }

  const Json& array(const char* key, std::size_t max_size) const {
    const Json& value = at(key);
    if (!value.is_array() || value.size() > max_size) {
      throw Violation(path(key) + " is not an array of at most " + std::to_string(max_size) + " values");
    }
    return value;
  }

  std::string text(const char* key, std::size_t max_bytes = max_text_bytes) const {
    const Json& value = at(key);
    if (!value.is_string()) throw Violation(path(key) + " is not a string");
    const auto& string = value.get_ref<const std::string&>();
    if (string.size() > max_bytes) {
      throw Violation(path(key) + " has " + std::to_string(string.size()) + " bytes, more than " +
                      std::to_string(max_bytes));
    }
    return printable(string, 4 * string.size());
  }

  std::uint64_t natural(const char* key, std::uint64_t max = std::numeric_limits<std::uint64_t>::max()) const {
    const Json& value = at(key);
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > max) {
      throw Violation(path(key) + " is not an integer from 0 to " + std::to_string(max));
    }
    return value.get<std::uint64_t>();
  }

  std::uint32_t natural32(const char* key) const {
    return static_cast<std::uint32_t>(natural(key, std::numeric_limits<std::uint32_t>::max()));
  }

  std::int64_t integer(const char* key) const { return integer_value(at(key), path(key)); }

  /// Finite.
  double number(const char* key) const {
    const Json& value = at(key);
    if (!value.is_number()) throw Violation(path(key) + " is not a number");
    const double number = value.get<double>();
    if (!std::isfinite(number)) throw Violation(path(key) + " is not finite");
    return number;
  }

  std::vector<double> numbers(const char* key, std::size_t max_size) const {
    std::vector<double> out;
    for (const Json& value : array(key, max_size)) {
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        throw Violation(path(key) + " holds what is no finite number");
      }
      out.push_back(value.get<double>());
    }
    return out;
  }

  bool flag(const char* key) const {
    const Json& value = at(key);
    if (!value.is_boolean()) throw Violation(path(key) + " is not true or false");
    return value.get<bool>();
  }

  template <std::size_t n>
  std::uint32_t word(const char* key, const Word (&words)[n]) const {
    const std::string found = text(key, 64);
    for (const Word& word : words) {
      if (word.word == found) return word.value;
    }
    throw Violation(path(key) + " is \"" + found + "\", which is not one of its words");
  }

  static std::uint32_t natural32_value(const Json& value, const std::string& where) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<std::uint32_t>::max()) {
      throw Violation(where + " is not a 32-bit unsigned integer");
    }
    return value.get<std::uint32_t>();
  }

  static std::uint64_t natural_value(const Json& value, const std::string& where) {
    if (!value.is_number_unsigned()) throw Violation(where + " is not a 64-bit unsigned integer");
    return value.get<std::uint64_t>();
  }

  static std::int64_t integer_value(const Json& value, const std::string& where) {
    // A number beyond int64 is stored unsigned.
    if (!value.is_number_integer() ||
        (value.is_number_unsigned() &&
         value.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))) {
      throw Violation(where + " is not a 64-bit signed integer");
    }
    return value.get<std::int64_t>();
  }

 private:
  std::string path(const char* key) const { return where_.empty() ? key : where_ + "." + key; }

  const Json& at(const char* key) const {
    const auto found = object_.find(key);
    if (found == object_.end()) throw Violation(path(key) + " is missing");
    return *found;
  }

  const Json& object_;
  std::string where_;
};

/// Throws Violation where `text` is not one JSON object.
inline Json parse_message(std::string_view text) {
  if (text.size() > max_message_bytes) throw Violation("the message is too long");
  Json parsed = Json::parse(text, nullptr, false);
  if (parsed.is_discarded()) throw Violation("the message is not JSON: " + printable(text.substr(0, 200), 240));
  if (!parsed.is_object()) throw Violation("the message is not a JSON object");
  return parsed;
}

template <std::size_t n>
std::string_view word_for(std::uint32_t value, const Word (&words)[n]) {
  for (const Word& word : words) {
    if (word.value == value) return word.word;
  }
  throw Violation("constant " + std::to_string(value) + " has no word in the protocol");
}

inline constexpr Word dtype_words[] = {{"fp32", ROPE_F32}, {"fp16", ROPE_F16}, {"bf16", ROPE_BF16}, {"fp64", ROPE_F64}};
inline constexpr Word index_words[] = {{"int32", ROPE_I32}, {"int64", ROPE_I64}};
inline constexpr Word pairing_words[] = {{"half-split", ROPE_HALF_SPLIT}, {"interleaved", ROPE_INTERLEAVED}};
inline constexpr Word direction_words[] = {{"forward", ROPE_FORWARD}, {"backward", ROPE_BACKWARD}};
inline constexpr Word layout_words[] = {
    {"bshd", ROPE_BSHD}, {"bhsd", ROPE_BHSD}, {"sbhd", ROPE_SBHD}, {"thd", ROPE_THD}};
inline constexpr Word family_words[] = {{"default", ROPE_FAMILY_DEFAULT},          {"linear", ROPE_FAMILY_LINEAR},
                                        {"dynamic", ROPE_FAMILY_DYNAMIC_NTK},      {"yarn", ROPE_FAMILY_YARN},
                                        {"longrope", ROPE_FAMILY_LONGROPE},        {"llama3", ROPE_FAMILY_LLAMA3},
                                        {"proportional", ROPE_FAMILY_PROPORTIONAL}};
inline constexpr Word position_words[] = {{"offset", ROPE_POSITIONS_OFFSET},
                                          {"batch-offset", ROPE_POSITIONS_BATCH_OFFSET},
                                          {"token", ROPE_POSITIONS_TOKEN},
                                          {"axes", ROPE_POSITIONS_AXES}};
inline constexpr Word source_words[] = {{"parametric", ROPE_SOURCE_PARAMETRIC},
                                        {"inv-freq", ROPE_SOURCE_INV_FREQ},
                                        {"angles", ROPE_SOURCE_ANGLES},
                                        {"tables", ROPE_SOURCE_TABLES}};

}  // namespace rope::conformance::protocol
