// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The messages between the suite and a worker, as plain structs and as the JSON texts of docs/protocol.md. Constants
// (dtypes, pairings, ...) have the values of rope_impl.h. What is decoded has been checked, field by field.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "impls/include/rope_impl.h"

namespace rope::conformance::protocol {

/// Compared exactly while the major version is 0.
inline constexpr std::string_view version = "0.4";

/// No message is longer; both sides refuse longer ones.
inline constexpr std::size_t max_message_bytes = 64 * 1024;

/// Longest text of one field (a reason, an error); longer ones are cut before they are sent.
inline constexpr std::size_t max_text_bytes = 4096;

/// Contracts, and cases of rope.must_support: nobody has more.
inline constexpr std::size_t max_contracts = 16;
inline constexpr std::size_t max_must_support = 64;

/// Numbers of one list of LongRoPE, which a message has room for: head_dim 2048.
inline constexpr std::size_t max_factors = 1024;

/// Handles that are open at once are numbered from 0 on.
inline constexpr std::uint32_t max_handles = 8;

/// Calls that are made at once, and threads that make them.
inline constexpr std::size_t max_calls_at_once = 32;
inline constexpr std::uint32_t max_threads = 16;

/// Numbers of export_inv_freq, which a message has room for.
inline constexpr std::size_t max_exported = 2048;

/// No memory is larger.
inline constexpr std::uint64_t max_memory_bytes = std::uint64_t{1} << 40;

/// A message that is not what docs/protocol.md says; what() names the field.
class Violation : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// ---- what requests are made of

/// A place in shared memory. memory 0: none (in a query).
struct Place {
  std::uint64_t memory = 0;
  std::uint64_t offset = 0;  ///< bytes
  friend bool operator==(const Place&, const Place&) = default;
};

/// rope_matrix. dtype 0: absent.
struct WireMatrix {
  Place place;
  rope_dtype dtype = 0;
  std::int64_t rows = 0, columns = 0, row_stride = 0;
  friend bool operator==(const WireMatrix&, const WireMatrix&) = default;
};

/// rope_spec with its angle source; the fields of other sources are at their defaults.
struct WireSpec {
  std::uint32_t head_dim = 0, rotary_dim = 0, dim_offset = 0;
  rope_pairing pairing_in = ROPE_HALF_SPLIT, pairing_out = ROPE_HALF_SPLIT;
  double attention_factor = 1, query_scale = 1;
  std::int64_t max_position = 0;
  rope_source source = ROPE_SOURCE_PARAMETRIC;
  WireMatrix first, second;  ///< INV_FREQ, ANGLES, TABLES
  bool full_width = false;   ///< TABLES
  rope_family family = ROPE_FAMILY_DEFAULT;
  double base = 0, factor = 0, low_freq_factor = 0, high_freq_factor = 0, beta_fast = 0, beta_slow = 0, proportion = 0;
  std::int64_t original_max_position = 0, sequence_length = 0;
  bool correction_not_truncated = false;
  std::vector<double> short_factor, long_factor;
  friend bool operator==(const WireSpec&, const WireSpec&) = default;
};

struct WireTensor {
  Place place;
  rope_dtype dtype = ROPE_F32;
  rope_layout layout = ROPE_BSHD;
  std::array<std::int64_t, 4> shape{}, strides{};
};

struct WirePositions {
  rope_position_kind kind = ROPE_POSITIONS_TOKEN;
  rope_dtype dtype = ROPE_I64;
  std::int64_t offset = 0;  ///< kind OFFSET
  Place place;              ///< other kinds
  std::int64_t batch_stride = 0, token_stride = 0;
  std::int64_t axis_stride = 0;          ///< kind AXES
  std::vector<std::uint32_t> pair_axis;  ///< kind AXES
};

struct WireCall {
  rope_direction direction = ROPE_FORWARD;
  WireTensor q_in, q_out;
  std::optional<WireTensor> k_in, k_out;  ///< both or neither
  WirePositions positions;
  std::int64_t cu_seqlens_count = 0;  ///< 0: not packed
  Place cu_seqlens;
  bool has_start_positions = false;
  Place start_positions;
  bool in_place = false;    ///< for a query; in apply the places say it
  bool own_stream = false;  ///< on the worker's one stream of the extension rope.streams, not the default one
  Place workspace;
  std::uint64_t workspace_bytes = 0;
};

// ---- requests: suite to worker; each is answered once

struct Hello {
  std::string protocol;
};
struct Load {
  std::string library;  ///< absolute path
};
struct Map {
  std::uint64_t memory = 0;  ///< number it gets, not 0; one already in use is replaced
  std::uint64_t bytes = 0;   ///< whole pages; the descriptor comes along
};
struct Query {
  WireSpec spec;
  WireCall call;
};
struct Prepare {
  WireSpec spec;
  std::uint32_t handle = 0;
};
struct Apply {
  WireCall call;
  std::uint32_t handle = 0;
};
struct Close {
  std::uint32_t handle = 0;
};
/// Calls without own_stream, made by several threads at once: thread t makes the calls t, t + threads, ...
struct Together {
  std::vector<Apply> calls;
  std::uint32_t threads = 1;
};
struct InvFreq {
  std::uint32_t handle = 0;
  std::uint32_t count = 0;
};
struct End {};  ///< the last one; the process ends after the answer

using Request = std::variant<Hello, Load, Map, Query, Prepare, Apply, Close, Together, InvFreq, End>;

struct NumberedRequest {
  std::uint64_t id = 0;
  Request request;
};

std::string encode(const NumberedRequest& request);
NumberedRequest decode_request(std::string_view text);  ///< throws Violation

// ---- messages from the worker

/// Not an answer: the worker is about to call this function of the implementation.
struct Entering {
  std::string function;
};

struct HelloAnswer {
  std::string protocol;
  std::string worker;  ///< which worker this is, for people
};

/// rope_impl_info as the library filled it; masks unchecked.
struct Information {
  std::string name, version, summary;
  std::uint64_t dtypes = 0, pairings = 0, directions = 0, sources = 0, families = 0, layouts = 0, position_kinds = 0,
                position_dtypes = 0, flags = 0;
  std::uint32_t out_of_range = 0, alignment = 0;
  std::vector<std::pair<rope_dtype, std::string>> contracts;
  bool streams = false;                              ///< it has the extension rope.streams
  std::vector<rope_must_support_case> must_support;  ///< of the extension rope.must_support
};

struct Loaded {
  Information information;
  std::string fp_environment;  ///< what loading left changed; empty where nothing
};

struct NotLoaded {
  enum class Kind {
    loader,     ///< dlopen said no; text is dlerror's
    no_symbol,  ///< no rope_impl_entry; text is dlerror's
    refused,    ///< rope_impl_entry returned NULL
    abi,        ///< the table has another ABI version, `abi`
    broken,     ///< the table or the description breaks a rule of rope_impl.h; text names it
  } kind = Kind::loader;
  std::string text;
  std::uint32_t abi = 0;
};

/// What came of calling functions of the implementation.
struct Outcome {
  std::string function;        ///< the last one called
  rope_status status = 0;      ///< its answer
  std::string error;           ///< last_error after a status other than ROPE_OK
  std::string broken_rule;     ///< a rule of rope_impl.h that it broke (an exception, ...); empty where none
  std::string fp_environment;  ///< "apply left flush-to-zero on"; empty where nothing was left changed
  double seconds = 0;          ///< spent in these functions, steady clock
};

struct QueryAnswer {
  Outcome outcome;
  bool supported = false;
  std::string reason;
  std::uint64_t workspace_bytes = 0;
};

struct InvFreqAnswer {
  Outcome outcome;
  bool there = false;          ///< the table has export_inv_freq
  std::vector<double> values;  ///< as many as were asked for; empty after a failure
};

/// To Map, Prepare, Apply, Close, Together, End.
struct Done {
  Outcome outcome;
};

/// The request could not be carried out for a reason that is not the implementation's.
struct Rejected {
  std::string text;
};

using Answer = std::variant<Entering, HelloAnswer, Loaded, NotLoaded, QueryAnswer, InvFreqAnswer, Done, Rejected>;

struct NumberedAnswer {
  std::uint64_t id = 0;
  Answer answer;
};

std::string encode(const NumberedAnswer& answer);
NumberedAnswer decode_answer(std::string_view text);  ///< throws Violation

/// "ROPE_UNSUPPORTED" for 1, ...; "status 7, which rope_impl.h does not define" for others.
std::string status_name(rope_status status);

}  // namespace rope::conformance::protocol
