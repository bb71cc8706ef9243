// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// What is left open is tried from the plainest on; what is asked for is asked for or refused, never replaced.
#include "conformance/driving/call_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "conformance/driving/description.hpp"
#include "conformance/driving/wire_request.hpp"

namespace rope::conformance {
namespace {

/// Lists longer than a message holds are supplied as inv_freq or tables.
bool can_be_sent(const Spec& spec) {
  const auto* const lists = std::get_if<LongRopeFamily>(&spec.family);
  return lists == nullptr || lists->long_factor.size() <= protocol::max_factors;
}

using std::string;

constexpr rope_layout abi_layout(Layout layout) {
  constexpr std::array<rope_layout, 5> numbers{0, ROPE_BSHD, ROPE_BHSD, ROPE_SBHD, ROPE_THD};
  return numbers[static_cast<std::size_t>(layout)];
}

constexpr rope_source abi_source(AngleSource source) {
  constexpr std::array<rope_source, 5> numbers{0, ROPE_SOURCE_PARAMETRIC, ROPE_SOURCE_INV_FREQ, ROPE_SOURCE_ANGLES,
                                               ROPE_SOURCE_TABLES};
  return numbers[static_cast<std::size_t>(source)];
}

class Claims {
 public:
  Claims(const Description& description, const RotateRequest& request)
      : description_(description), request_(request), asked_(request.arrangement) {}

  std::variant<std::vector<Arrangement>, string> all() {
    if (auto missing = not_claimed(description_, request_)) return *missing;
    const std::vector<Layout> layouts = this->layouts();
    const std::optional<AngleSource> source = this->source();
    if (layouts.empty() || !source) return reason_;
    std::vector<Arrangement> out;
    for (const Layout layout : layouts) {
      for (const PositionsAs positions : this->positions(layout)) {
        for (const SuppliedForm& form : forms(*source)) {
          Arrangement one = asked_;
          one.layout = layout;
          one.positions = positions;
          one.source = *source;
          one.form = form;
          one.in_place = asked_.in_place || (description_.flags & ROPE_FLAG_IN_PLACE_ONLY) != 0;
          out.push_back(one);
        }
      }
    }
    if (out.empty()) return reason_;
    return out;
  }

 private:
  string says(std::string_view what) const { return fmt::format("{} does not claim {}", description_.name, what); }

  std::vector<Layout> layouts() {
    std::vector<Layout> out;
    const bool packed = !request_.sequences.empty();
    for (const Layout layout : {Layout::bshd, Layout::bhsd, Layout::sbhd, Layout::thd}) {
      const bool any = asked_.layout == Layout::any;
      const bool wanted = packed ? layout == Layout::thd : any || asked_.layout == layout;
      if (!wanted) continue;
      const bool of_rows = asked_.strides == Strides::broadcast || (request_.batch != 1 && !any);
      if (layout == Layout::thd && of_rows) {
        if (reason_.empty()) reason_ = "layout thd has one row, and this request is about several";
      } else if ((description_.layouts & ROPE_LAYOUT_BIT(abi_layout(layout))) == 0) {
        reason_ = says(packed ? "packed sequences (layout thd)" : fmt::format("layout {}", name(layout)));
      } else {
        out.push_back(layout);
      }
    }
    if (out.empty() && asked_.layout == Layout::any && !packed) reason_ = says("any layout that serves");
    return out;
  }

  bool claims(rope_position_kind kind) const {
    return (description_.position_kinds & ROPE_POSITION_KIND_BIT(kind)) != 0;
  }
  bool holds(rope_dtype dtype) const { return (description_.position_dtypes & ROPE_DTYPE_BIT(dtype)) != 0; }

  std::vector<PositionsAs> positions(Layout layout) {
    if (!request_.sequences.empty()) {
      if (claims(ROPE_POSITIONS_OFFSET)) return {PositionsAs::offset};
      reason_ = says("a position offset, which packed sequences have");
      return {};
    }
    if (!request_.pair_axis.empty()) {
      if (claims(ROPE_POSITIONS_AXES)) {
        if (asked_.positions != PositionsAs::any) return {asked_.positions};
        return {holds(ROPE_I64) ? PositionsAs::token_int64 : PositionsAs::token_int32};
      }
      reason_ = says("several position axes");
      return {};
    }
    if (asked_.positions != PositionsAs::any) return {asked_.positions};  // checked when it is put into words
    std::vector<PositionsAs> out;
    if (claims(ROPE_POSITIONS_TOKEN)) {
      out.push_back(holds(ROPE_I64) ? PositionsAs::token_int64 : PositionsAs::token_int32);
    }
    const bool run = rows_are_consecutive(request_);
    const bool thd = layout == Layout::thd;
    // Rows that share their memory must stay the rows that they are.
    const bool rows_stay = asked_.strides == Strides::broadcast;
    if (claims(ROPE_POSITIONS_OFFSET) && run && rows_agree(request_) && (!thd || request_.batch == 1)) {
      out.push_back(PositionsAs::offset);
    }
    if (claims(ROPE_POSITIONS_BATCH_OFFSET) && !thd) {
      if (run) out.push_back(PositionsAs::batch_offset);
      if (!rows_stay) out.push_back(PositionsAs::row_each);
    }
    if (claims(ROPE_POSITIONS_OFFSET) && thd) out.push_back(PositionsAs::sequence_each);
    if (claims(ROPE_POSITIONS_OFFSET) && !thd && !rows_stay && !asked_.one_call) out.push_back(PositionsAs::call_each);
    if (out.empty()) {
      reason_ =
          !run && !claims(ROPE_POSITIONS_TOKEN)
              ? fmt::format("{} takes no position for each token, and these are not consecutive", description_.name)
              : says("a kind of positions that fits");
    }
    return out;
  }

  std::optional<AngleSource> source() {
    const auto claimed = [&](AngleSource source) {
      return (description_.sources & ROPE_SOURCE_BIT(abi_source(source))) != 0;
    };
    const bool family =
        (description_.families & ROPE_FAMILY_BIT(abi_family(request_.spec.family))) != 0 && can_be_sent(request_.spec);
    if (asked_.source != AngleSource::any) {
      if (!claimed(asked_.source)) {
        reason_ = says(fmt::format("the angle source {}", name(asked_.source)));
        return std::nullopt;
      }
      if (asked_.source == AngleSource::parametric && !family) {
        reason_ = says(fmt::format("frequency family {}", name(request_.spec.family)));
        return std::nullopt;
      }
      return asked_.source;
    }
    if (claimed(AngleSource::parametric) && family) return AngleSource::parametric;
    for (const AngleSource source : {AngleSource::inv_freq, AngleSource::tables, AngleSource::angles}) {
      if (claimed(source)) return source;
    }
    reason_ = claimed(AngleSource::parametric) ? says(fmt::format("frequency family {}", name(request_.spec.family)))
                                               : says("any source of angles");
    return std::nullopt;
  }

  std::vector<SuppliedForm> forms(AngleSource source) const {
    if (source == AngleSource::parametric) return {SuppliedForm{}};
    // inv_freq and angles in the widest type first, so that their rounding is the kernel's; tables as frameworks hold
    // them.
    const bool tables_first = source == AngleSource::tables;
    std::vector<DType> dtypes;
    for (const DType more : tables_first ? std::array{DType::f32, request_.dtype, DType::f64}
                                         : std::array{DType::f64, DType::f32, request_.dtype}) {
      if (std::find(dtypes.begin(), dtypes.end(), more) == dtypes.end()) dtypes.push_back(more);
    }
    if (asked_.form.dtype) dtypes = {*asked_.form.dtype};
    const bool tables = source == AngleSource::tables;
    const auto choices = [&](const std::optional<bool>& asked) {
      if (!tables) return std::vector<std::optional<bool>>{std::nullopt};
      return asked ? std::vector<std::optional<bool>>{asked} : std::vector<std::optional<bool>>{false, true};
    };
    std::vector<SuppliedForm> out;
    for (const auto& full : choices(asked_.form.full_width)) {
      for (const auto& joined : choices(asked_.form.joined)) {
        for (const DType dtype : dtypes) {
          SuppliedForm form = asked_.form;
          form.dtype = dtype;
          form.joined = joined;
          form.full_width = full;
          out.push_back(form);
        }
      }
    }
    return out;
  }

  const Description& description_;
  const RotateRequest& request_;
  const Arrangement& asked_;
  string reason_;
};

template <typename Number>
void append(std::vector<std::byte>& bytes, std::int64_t number) {
  const auto narrow = static_cast<Number>(number);
  const auto* const from = reinterpret_cast<const std::byte*>(&narrow);
  bytes.insert(bytes.end(), from, from + sizeof narrow);
}

void pack_sequences(const RotateRequest& request, const std::vector<std::int64_t>& sequences, CallPlan& plan) {
  std::int64_t token = 0;
  append<std::int32_t>(plan.cu_seqlens, 0);
  for (const std::int64_t length : sequences) {
    const std::int64_t start = length > 0 ? request.positions[static_cast<std::size_t>(token)] : 0;
    token += length;
    append<std::int32_t>(plan.cu_seqlens, token);
    append<std::int64_t>(plan.start_positions, start);
    plan.call.has_start_positions = plan.call.has_start_positions || start != 0;
  }
  plan.call.cu_seqlens_count = static_cast<std::int64_t>(sequences.size()) + 1;
  if (!plan.call.has_start_positions) plan.start_positions.clear();
}

/// The request without its tensors, its rows and sequences as the arrangement has them. The logical order of the tokens
/// is the same.
RotateRequest reshaped(const RotateRequest& request, const Arrangement& arrangement) {
  RotateRequest out;
  out.spec = request.spec;
  out.max_position = request.max_position;
  out.dtype = request.dtype;
  out.pairing = request.pairing;
  out.pairing_out = request.pairing_out;
  out.direction = request.direction;
  out.query_scale = request.query_scale;
  out.batch = request.batch;
  out.positions = request.positions;
  out.q_heads = request.q_heads;
  out.k_heads = request.k_heads;
  out.sequences = request.sequences;
  out.pair_axis = request.pair_axis;
  out.out_of_range = request.out_of_range;
  out.arrangement = arrangement;
  if (arrangement.positions == PositionsAs::row_each) out.batch = static_cast<int>(request.positions.size());
  if (arrangement.positions == PositionsAs::sequence_each) out.sequences = runs_of(request);
  if (arrangement.layout == Layout::thd) out.batch = 1;
  if (out.batch == 0) out.batch = 1;
  return out;
}

std::optional<string> outside_the_rows(const RotateRequest& request) {
  if (request.out_of_range) return std::nullopt;
  for (const std::int64_t p : request.positions) {
    if (p < 0) return fmt::format("supplied angles and tables have no row for position {}", p);
  }
  return std::nullopt;
}

}  // namespace

std::vector<std::int64_t> runs_of(const RotateRequest& request) {
  std::vector<std::int64_t> out;
  for (std::size_t i = 0; i < request.positions.size(); ++i) {
    const bool goes_on = i % request.tokens() != 0 && request.positions[i] == request.positions[i - 1] + 1;
    if (goes_on) {
      ++out.back();
    } else {
      out.push_back(1);
    }
  }
  return out;
}

RotateRequest first_run_of(const RotateRequest& request) {
  RotateRequest out = reshaped(request, request.arrangement);
  out.batch = 1;
  const std::vector<std::int64_t> runs = runs_of(request);
  out.positions.resize(runs.empty() ? 0 : static_cast<std::size_t>(runs.front()));
  return out;
}

std::variant<std::vector<Arrangement>, string> claimed_arrangements(const Description& description,
                                                                    const RotateRequest& request) {
  return Claims(description, request).all();
}

std::variant<CallPlan, string> plan_of(const Description& description, const RotateRequest& given,
                                       const Arrangement& arrangement, std::size_t alignment) {
  const RotateRequest request = reshaped(given, arrangement);
  CallPlan plan;
  plan.used = arrangement;
  const bool strided_inputs = arrangement.strides == Strides::reversed || arrangement.strides == Strides::broadcast;
  if (arrangement.in_place && strided_inputs) {
    return string("in place outputs have the inputs' strides, and those of outputs are positive");
  }

  plan.spec = wire_spec(request);
  if (arrangement.source != AngleSource::parametric) {
    if (arrangement.source != AngleSource::inv_freq) {
      if (auto reason = outside_the_rows(request)) return *reason;
    }
    plan.supplied.emplace(SuppliedKind{request.spec, arrangement.source, arrangement.form});
    plan.supplied->spec.pairing = request.pairing;
    plan.supplied->spec.max_position = request.max_position;
    // inv_freq and angles do not depend on these, and full width alone on the pairing.
    if (arrangement.source != AngleSource::tables) plan.supplied->spec.attention_factor = 1;
    if (!arrangement.form.full_width.value_or(false)) plan.supplied->spec.pairing = Pairing::half_split;
    if (const std::uint64_t bytes = supplied_bytes(*plan.supplied); bytes > largest_supplied) {
      return fmt::format("{} rows of supplied {} have {} MiB; the suite gives at most {}", request.max_position,
                         name(arrangement.source), bytes >> 20, largest_supplied >> 20);
    }
    describe_supplied(*plan.supplied, plan.spec);
    if (arrangement.source == AngleSource::tables) plan.spec.attention_factor = 1;  // the tables contain it
  }

  plan.call.direction = abi_direction(request.direction);
  plan.call.in_place = arrangement.in_place;
  plan.call.own_stream = arrangement.own_stream;
  const auto element_bytes = static_cast<std::size_t>(format(request.dtype).bytes);
  // Rows that become calls of their own lie one after the other, each as dense as it would be alone.
  const bool rows_apart = given.threads > 0 && arrangement.layout == Layout::sbhd;
  const Layout in_memory = rows_apart ? Layout::bshd : arrangement.layout;
  const auto tensor = [&](int heads, std::optional<TensorMemory>& in, std::optional<TensorMemory>& out) {
    const TensorMemory::Four shape{request.batch, static_cast<std::int64_t>(request.tokens()), heads,
                                   request.spec.head_dim};
    in.emplace(shape, in_memory, arrangement.strides, false, element_bytes, alignment);
    out.emplace(shape, in_memory, arrangement.strides, true, element_bytes, alignment);
    const auto wire = [&](const TensorMemory& memory) {
      protocol::WireTensor made;
      made.dtype = abi_dtype(request.dtype);
      made.layout = abi_layout(arrangement.layout);
      made.shape = memory.shape();
      made.strides = memory.strides();
      return made;
    };
    return std::pair(wire(*in), wire(*out));
  };
  std::tie(plan.call.q_in, plan.call.q_out) = tensor(request.q_heads, plan.q_in, plan.q_out);
  if (request.k_heads > 0) {
    std::tie(plan.call.k_in, plan.call.k_out) = tensor(request.k_heads, plan.k_in, plan.k_out);
  }

  const bool packed = !request.sequences.empty();
  if (packed) {
    pack_sequences(request, request.sequences, plan);
    plan.call.positions.kind = ROPE_POSITIONS_OFFSET;
    return plan;
  }
  auto choice = choose_positions(description, request, arrangement.positions);
  if (const auto* reason = std::get_if<string>(&choice)) return *reason;
  plan.call.positions = std::get<PositionChoice>(choice).wire;
  if (arrangement.layout == Layout::thd && plan.call.positions.kind == ROPE_POSITIONS_BATCH_OFFSET) {
    return string("packed tokens have no offset by row");
  }
  plan.position_data = std::move(std::get<PositionChoice>(choice).data);
  if (arrangement.layout == Layout::thd && plan.call.positions.kind == ROPE_POSITIONS_OFFSET) {
    // Without a position for each token a packed call has sequences: here it is one.
    append<std::int32_t>(plan.cu_seqlens, 0);
    append<std::int32_t>(plan.cu_seqlens, static_cast<std::int64_t>(request.tokens()));
    plan.call.cu_seqlens_count = 2;
  }
  return plan;
}

}  // namespace rope::conformance
