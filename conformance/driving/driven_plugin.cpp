// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests to calls: query, prepare, tensors into guarded shared memory, apply, and the memory looked at after.
#include "conformance/driving/driven_plugin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "conformance/driving/description.hpp"
#include "conformance/driving/library_file.hpp"
#include "conformance/driving/must_support.hpp"
#include "conformance/driving/row_call.hpp"
#include "conformance/driving/run_by_run.hpp"

namespace rope::conformance {
namespace {

using Status = RotateAnswer::Status;

// More than any kernel asks for; a number beyond it is a mistake, not a need.
constexpr std::uint64_t largest_workspace = std::uint64_t{1} << 30;
constexpr std::size_t least_alignment = 64;

// A NaN from `nan` down that stands nowhere in the inputs, with either sign, so that finding it in an output means one
// thing only.
std::uint32_t absent_nan(const RotateRequest& request, std::uint32_t nan) {
  const std::uint32_t sign = request.dtype == DType::f32 ? 0x8000'0000u : 0x8000u;
  const auto occurs = [&](const std::vector<std::uint32_t>& elements) {
    return std::any_of(elements.begin(), elements.end(),
                       [&](std::uint32_t element) { return (element & ~sign) == nan; });
  };
  // At most one step for each NaN payload that the inputs use; 16 in a row are more than any input has.
  for (int i = 0; i < 16 && (occurs(request.q) || occurs(request.k)); ++i) --nan;
  return nan;
}

// Each of them has a workspace of its own.
std::uint64_t calls_at_once(const RotateRequest& request, const protocol::WireCall& call) {
  return request.threads > 0 ? static_cast<std::uint64_t>(call.q_in.shape[0]) : 1;
}

}  // namespace

std::variant<Description, LoadProblem> DrivenPlugin::load() {
  auto answer = session_.load(std::filesystem::absolute(library_).string());
  if (const auto* refused = std::get_if<protocol::NotLoaded>(&answer)) {
    return LoadProblem{explain_not_loaded(library_, *refused)};
  }
  const auto& loaded = std::get<protocol::Loaded>(answer);
  auto checked = checked_description(loaded.information);
  if (const auto* wrong = std::get_if<std::string>(&checked)) {
    return LoadProblem{explain_not_loaded(library_, {protocol::NotLoaded::Kind::broken, *wrong, 0})};
  }
  description_ = std::get<Description>(checked);
  description_.fp_environment = loaded.fp_environment;
  return description_;
}

RotateAnswer DrivenPlugin::rotate(const RotateRequest& request) {
  RotateAnswer answer;
  try {
    if (!run(request, answer)) {
      rotate_run_by_run(request, answer, [this](const RotateRequest& one, RotateAnswer& its) { run(one, its); });
    }
  } catch (const WorkerLost& lost) {
    answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
    answer.message = lost.what();
  }
  return answer;
}

RotateAnswer DrivenPlugin::end() {
  RotateAnswer answer;
  try {
    for (Handle& handle : handles_) {
      if (handle.prepared) look_at_supplied(handle, answer, " for earlier calls");
    }
    if (take(session_.end(), answer)) answer.status = Status::ok;
  } catch (const WorkerLost& lost) {
    answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
    answer.message = lost.what();
  }
  return answer;
}

// Adds time and environment; false where the function did not succeed, and then the answer is complete.
bool DrivenPlugin::take(const protocol::Outcome& outcome, RotateAnswer& answer) {
  answer.seconds += outcome.seconds;
  if (!outcome.fp_environment.empty()) {
    answer.fp_environment_changed = true;
    if (!answer.fp_environment.empty()) answer.fp_environment += "; ";
    answer.fp_environment += outcome.fp_environment;
  }
  if (outcome.broken_rule.empty() && outcome.status == ROPE_OK) return true;
  const bool on_device = (description_.flags & ROPE_FLAG_DEVICE_MEMORY) != 0;
  device_failed_ = device_failed_ || (on_device && outcome.status == ROPE_ERROR);
  answer.function = outcome.function;
  answer.returned = outcome.status;
  if (!outcome.broken_rule.empty()) {
    answer.status = Status::failed;
    answer.message = outcome.broken_rule;
    return false;
  }
  // After query said yes there is nothing left to refuse.
  const bool refusal = outcome.status == ROPE_UNSUPPORTED && outcome.function == "query";
  answer.status = refusal ? Status::unsupported : Status::failed;
  answer.message = fmt::format(
      "{}{} returned {}{}", outcome.status == ROPE_UNSUPPORTED && !refusal ? "query says yes, but " : "",
      outcome.function, protocol::status_name(outcome.status),
      outcome.error.empty() ? std::string(" and gave no reason in last_error") : fmt::format(": {}", outcome.error));
  return false;
}

// Each fault is told once, and numbers that were changed are not used again.
void DrivenPlugin::look_at_supplied(Handle& handle, RotateAnswer& answer, const char* when) {
  if (!handle.supplied || handle.supplied_changed || handle.supplied->unchanged()) return;
  handle.supplied_changed = true;
  answer.memory_faults.push_back(
      fmt::format("changed the {} that it was given{}", name(handle.supplied->kind().source), when));
}

bool DrivenPlugin::close(std::uint32_t number, RotateAnswer& answer) {
  Handle& handle = handles_.at(number);
  if (handle.prepared) look_at_supplied(handle, answer, " for earlier calls");
  // Gone in the worker, whatever close did.
  const protocol::Outcome outcome = session_.close(number);
  if (handle.supplied && !handle.supplied_changed) stock_.put_back(std::move(*handle.supplied));
  handle = Handle{};
  return take(outcome, answer);
}

bool DrivenPlugin::close_all_but_the_first(RotateAnswer& answer) {
  for (std::uint32_t number = 1; number < handles_.size(); ++number) {
    if ((handles_[number].prepared || handles_[number].supplied) && !close(number, answer)) return false;
  }
  return true;
}

bool DrivenPlugin::prepare(std::uint32_t number, CallPlan& plan, RotateAnswer& answer) {
  Handle& handle = handles_.at(number);
  const bool same_numbers =
      plan.supplied ? handle.supplied && !handle.supplied_changed && handle.supplied->kind() == *plan.supplied
                    : !handle.supplied;
  if (handle.prepared && same_numbers && handle.spec == plan.spec) return true;
  if (handle.prepared) look_at_supplied(handle, answer, " for earlier calls");
  handle.prepared = false;
  handle.applied_shapes.clear();
  const std::uint64_t matrices = matrices_of(number);
  if (!same_numbers) {
    // The numbers live until close.
    if (!close(number, answer)) return false;
    if (plan.supplied) {
      handle.supplied.emplace(stock_.take(*plan.supplied));
      for (std::size_t m = 0; m < 2; ++m) {
        if (handle.supplied->memory(m) != nullptr) session_.map(matrices + m, *handle.supplied->memory(m));
      }
    }
  }
  protocol::WireSpec spec = plan.spec;
  if (handle.supplied) {
    spec.first.place = {matrices, 0};
    if (spec.second.dtype != 0) spec.second.place = {matrices + 1, 0};
  }
  if (!take(session_.prepare({spec, number}), answer)) return false;
  handle.prepared = true;
  handle.spec = plan.spec;
  return true;
}

// The call of the plan, or each of its rows at once.
bool DrivenPlugin::apply(const RotateRequest& request, const protocol::WireCall& call, RotateAnswer& answer) {
  const auto handle = static_cast<std::uint32_t>(request.handle);
  const std::uint64_t elements = request.q.size() + request.k.size();
  if (request.threads == 0) {
    const Shape shape{call.q_in.dtype, call.direction, call.q_in.layout, call.q_in.shape,
                      call.k_in ? call.k_in->shape : std::array<std::int64_t, 4>{}};
    const bool first = handles_.at(handle).applied_shapes.insert(shape).second;
    return take(session_.apply({call, handle}, first, elements), answer);
  }
  protocol::Together together;
  together.threads = static_cast<std::uint32_t>(request.threads);
  const auto rows = static_cast<int>(call.q_in.shape[0]);
  for (int row = 0; row < rows; ++row) {
    const auto own = static_cast<std::uint32_t>(1 + row % request.threads);
    together.calls.push_back({row_of(call, row), request.handle_each ? own : handle});
  }
  return take(session_.together(together, elements), answer);
}

// False where it is a failure, and then the answer is complete.
bool DrivenPlugin::export_inv_freq(const RotateRequest& request, RotateAnswer& answer) {
  const auto handle = static_cast<std::uint32_t>(request.handle);
  auto exported = session_.inv_freq({handle, static_cast<std::uint32_t>(request.spec.pairs())});
  if (!exported.there) {
    answer.no_inv_freq = fmt::format("{} has no export_inv_freq", description_.name);
    return true;
  }
  if (exported.outcome.status == ROPE_UNSUPPORTED && exported.outcome.broken_rule.empty()) {
    answer.no_inv_freq = exported.outcome.error.empty() ? "export_inv_freq is not supported" : exported.outcome.error;
    return true;
  }
  answer.inv_freq = std::move(exported.values);
  return take(exported.outcome, answer);
}

protocol::Place DrivenPlugin::place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment) {
  if (buffer.resize(bytes, alignment)) session_.map(buffer.memory_number(), buffer.memory());
  return {buffer.memory_number(), buffer.offset()};
}

// The first arrangement that query says yes to. Without one, a sentence; where query itself failed, an empty one, and
// the answer is complete.
std::variant<CallPlan, std::string> DrivenPlugin::accepted_plan(const RotateRequest& request, RotateAnswer& answer) {
  const auto claimed = claimed_arrangements(description_, request);
  if (const auto* reason = std::get_if<std::string>(&claimed)) return *reason;
  const std::size_t alignment = std::max<std::size_t>(least_alignment, description_.alignment);
  std::string first_reason;
  bool own_reason = false;
  for (const Arrangement& arrangement : std::get<std::vector<Arrangement>>(claimed)) {
    // Of calls run by run the first is asked about.
    const bool apart = arrangement.positions == PositionsAs::call_each;
    auto plan = apart ? plan_of(description_, first_run_of(request), offset_of(arrangement), alignment)
                      : plan_of(description_, request, arrangement, alignment);
    std::string reason;
    if (auto* not_possible = std::get_if<std::string>(&plan)) {
      reason = std::move(*not_possible);
    } else {
      auto& possible = std::get<CallPlan>(plan);
      if (request.threads > 0) {
        if (auto none = why_no_rows(possible.call, apart, description_.alignment)) {
          if (first_reason.empty()) first_reason = std::move(*none);
          continue;
        }
      }
      const protocol::QueryAnswer query =
          session_.query(possible.spec, request.threads > 0 ? row_of(possible.call, 0) : possible.call);
      if (!take(query.outcome, answer)) {
        if (answer.status != Status::unsupported) return std::string();
        reason = answer.message;
      } else if (!query.supported) {
        reason = query.reason.empty() ? "query says no and gives no reason" : query.reason;
      } else if (query.workspace_bytes > largest_workspace / calls_at_once(request, possible.call)) {
        const std::uint64_t calls = calls_at_once(request, possible.call);
        reason =
            fmt::format("query asks for a workspace of {} bytes{}; the suite gives at most {}", query.workspace_bytes,
                        calls == 1 ? "" : fmt::format(" for each of {} calls", calls), largest_workspace);
      } else {
        workspace_bytes_ = query.workspace_bytes;
        accepted_form_ = arrangement.form;
        possible.used = arrangement;
        return std::move(possible);
      }
    }
    // Of several forms the reason counts that the form is refused for which it takes elsewhere; else the first one's.
    if (first_reason.empty() || (arrangement.form == accepted_form_ && !own_reason)) {
      own_reason = arrangement.form == accepted_form_;
      first_reason = std::move(reason);
    }
  }
  answer.status = Status::unsupported;
  return first_reason;
}

// False where it has to be asked run by run; nothing was done then.
bool DrivenPlugin::run(const RotateRequest& request, RotateAnswer& answer) {
  auto accepted = accepted_plan(request, answer);
  if (auto* reason = std::get_if<std::string>(&accepted)) {
    if (reason->empty()) return true;
    answer.status = Status::unsupported;
    answer.message = std::move(*reason);
    return true;
  }
  auto& plan = std::get<CallPlan>(accepted);
  if (plan.used.positions == PositionsAs::call_each) return false;
  const bool many = request.threads > 0 && request.handle_each;
  if (request.handle == 0 && !many && !close_all_but_the_first(answer)) return true;
  for (int t = 0; t < (many ? request.threads : 1); ++t) {
    if (!prepare(static_cast<std::uint32_t>(many ? 1 + t : request.handle), plan, answer)) return true;
  }

  protocol::WireCall& call = plan.call;
  const auto element_bytes = static_cast<std::size_t>(format(request.dtype).bytes);
  const std::size_t alignment = std::max<std::size_t>(least_alignment, description_.alignment);
  const std::uint32_t unwritten = absent_nan(request, GuardedBuffer::default_unwritten(element_bytes));
  const std::uint32_t around = absent_nan(request, GuardedBuffer::default_around(element_bytes));
  const bool in_place = plan.used.in_place;
  std::vector<const GuardedBuffer*> used;
  const auto rotate_tensor = [&](const std::vector<std::uint32_t>& elements, const TensorMemory& memory_in,
                                 const TensorMemory& memory_out, GuardedBuffer& in, GuardedBuffer& out,
                                 protocol::WireTensor& wire_in, protocol::WireTensor& wire_out) {
    const std::vector<std::byte> bytes = memory_in.laid_out(elements);
    const auto at_origin = [&](protocol::Place place, const TensorMemory& memory) {
      place.offset += memory.origin() * element_bytes;
      return place;
    };
    wire_in.place = at_origin(place(in, bytes.size(), alignment), memory_in);
    used.push_back(&in);
    if (in_place) {
      wire_out = wire_in;
      in.fill_in_place(bytes, element_bytes, memory_in.gaps());
      return;
    }
    wire_out.place = at_origin(place(out, memory_out.elements() * element_bytes, alignment), memory_out);
    in.fill_input(bytes, element_bytes, around, memory_in.gaps());
    out.fill_output(element_bytes, unwritten, memory_out.gaps());
    used.push_back(&out);
  };
  rotate_tensor(request.q, *plan.q_in, *plan.q_out, q_in_, q_out_, call.q_in, call.q_out);
  if (call.k_in) rotate_tensor(request.k, *plan.k_in, *plan.k_out, k_in_, k_out_, *call.k_in, *call.k_out);
  const auto numbers = [&](const std::vector<std::byte>& bytes, GuardedBuffer& buffer) {
    const protocol::Place at = place(buffer, bytes.size(), alignment);
    buffer.fill_input(bytes, 4, GuardedBuffer::default_around(4));
    used.push_back(&buffer);
    return at;
  };
  if (call.positions.kind != ROPE_POSITIONS_OFFSET) call.positions.place = numbers(plan.position_data, positions_);
  if (call.cu_seqlens_count > 0) call.cu_seqlens = numbers(plan.cu_seqlens, cu_seqlens_);
  if (call.has_start_positions) call.start_positions = numbers(plan.start_positions, start_positions_);
  if (workspace_bytes_ > 0) {
    const std::uint64_t before_the_last = workspace_step(workspace_bytes_) * (calls_at_once(request, call) - 1);
    call.workspace = place(workspace_, before_the_last + workspace_bytes_, workspace_alignment);
    call.workspace_bytes = workspace_bytes_;
    workspace_.fill_in_place({});
    used.push_back(&workspace_);
  }

  Handle& handle = handles_.at(static_cast<std::size_t>(request.handle));
  const bool fresh = handle.applied_shapes.empty();
  const bool done = apply(request, call, answer);
  for (const GuardedBuffer* buffer : used) {
    // After a failure outputs may be in any state.
    buffer->find_faults(answer.memory_faults, done);
  }
  if (done && !in_place) {
    q_out_.find_what_lay_around(q_in_, answer.memory_faults);
    if (call.k_in) k_out_.find_what_lay_around(k_in_, answer.memory_faults);
  }
  if (!done) {
    for (const GuardedBuffer* buffer : {in_place ? &q_in_ : &q_out_, in_place ? &k_in_ : &k_out_}) {
      const bool there = std::find(used.begin(), used.end(), buffer) != used.end();
      answer.wrote_outputs = answer.wrote_outputs || (there && !buffer->untouched());
    }
  }
  // They may be large: looked at after the first call of a handle and before it is closed.
  if (fresh) look_at_supplied(handle, answer, "");
  if (!done) return true;
  if (request.export_inv_freq && !export_inv_freq(request, answer)) return true;
  answer.status = Status::ok;
  answer.used = plan.used;
  answer.q = (in_place ? *plan.q_in : *plan.q_out).logical((in_place ? q_in_ : q_out_).data());
  if (call.k_in) answer.k = (in_place ? *plan.k_in : *plan.k_out).logical((in_place ? k_in_ : k_out_).data());
  return true;
}

Driver::MustSupport DrivenPlugin::must_support() {
  Driver::MustSupport out;
  out.listed = description_.must_support.size();
  for (std::size_t i = 0; i < out.listed; ++i) {
    const MustSupportRequest listed = request_of(description_, description_.must_support[i]);
    if (!listed.problem.empty()) {
      out.not_asked.push_back(fmt::format("case {}: {}", i, listed.problem));
      continue;
    }
    RotateAnswer answer;
    const auto accepted = accepted_plan(listed.request, answer);
    if (const auto* refused = std::get_if<std::string>(&accepted)) {
      out.refused.push_back(
          fmt::format("case {} ({}): {}", i, listed.words, refused->empty() ? answer.message : *refused));
    }
  }
  return out;
}

}  // namespace rope::conformance
