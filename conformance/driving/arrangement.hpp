// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// How one and the same request is put into memory and given to an implementation: all that rope_impl.h leaves open once
// it is said what is rotated by which position. The default of every field is what the implementation takes most
// plainly.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "reference/dtype.hpp"

namespace rope::conformance {

/// `any` is the first of the others that is claimed.
enum class Layout : std::uint8_t { any, bshd, bhsd, sbhd, thd };

enum class Strides : std::uint8_t {
  dense,
  padded,     ///< gaps between heads, tokens and rows, of inputs and outputs, multiples of 16 elements
  spread,     ///< the elements of a head lie two apart
  reversed,   ///< inputs run backwards through memory: negative strides of tokens and heads; outputs are dense
  broadcast,  ///< the inputs of all rows are the first one's: stride 0; outputs are dense
  odd,        ///< as padded, but gaps of 1, 3 and 5 elements, so that hardly a head begins aligned
};

/// How a call gives its positions.
enum class PositionsAs : std::uint8_t {
  any,               ///< the most general kind that the implementation claims
  token_int64,       ///< one for each token
  token_int32,       ///< the same in 32 bits
  token_strided,     ///< one for each token, the numbers three apart, in the widest type that is claimed
  token_shared,      ///< one for each token of the first row; batch stride 0, so the rows must agree
  offset,            ///< of the first token; positions must be consecutive and the rows agree
  batch_offset,      ///< of the first token of each row, in the widest type that is claimed
  batch_offset_i32,  ///< the same in 32 bits
  // What `any` falls back to where positions are not consecutive and have to be given as offsets:
  row_each,       ///< each token is a row of its own, with its offset
  sequence_each,  ///< each run of consecutive positions is a packed sequence of its own, with its start
  call_each       ///< each run is a call of its own, with its offset
};

/// Where the kernel's angles come from. `any`: parametric where source and family are claimed, else the first of
/// inv_freq, tables and angles that is.
enum class AngleSource : std::uint8_t { any, parametric, inv_freq, angles, tables };

/// The form of supplied numbers. Without a value, the first form that query accepts is taken.
struct SuppliedForm {
  std::optional<DType> dtype;      ///< fp32, the tensors' dtype and fp64 are tried in this order
  std::optional<bool> joined;      ///< tables: [cos | sin] in one matrix
  std::optional<bool> full_width;  ///< tables: a column for each element, not for each pair
  bool padded_rows = false;        ///< a gap of NaN after each row
  /// Tables of full width whose columns for the second elements are those of the next position: no rotation any more,
  /// but forward and backward must still be each other's transpose.
  bool uneven_halves = false;
  friend bool operator==(const SuppliedForm&, const SuppliedForm&) = default;
};

struct Arrangement {
  Layout layout = Layout::any;
  Strides strides = Strides::dense;
  PositionsAs positions = PositionsAs::any;
  AngleSource source = AngleSource::any;
  SuppliedForm form;
  bool in_place = false;    ///< outputs replace inputs; what works in place only is always asked so
  bool own_stream = false;  ///< on a stream of the extension rope.streams
  bool one_call = false;    ///< not call_each, which would compare calls with themselves
  friend bool operator==(const Arrangement&, const Arrangement&) = default;
};

/// "bhsd, padded, offset, tables fp32 joined, in place": what differs from the default; "plain" where nothing does.
std::string words(const Arrangement& arrangement);

std::string_view name(Layout layout);
std::string_view name(Strides strides);
std::string_view name(PositionsAs positions);
std::string_view name(AngleSource source);

}  // namespace rope::conformance
