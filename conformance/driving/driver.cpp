// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests to calls: claims, query, prepare, tensors into guarded shared memory, apply, and the memory looked at after.
#include "conformance/driving/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <tuple>

#include "conformance/driving/call_plan.hpp"
#include "conformance/driving/description.hpp"
#include "conformance/driving/guarded_buffer.hpp"
#include "conformance/driving/library_file.hpp"
#include "conformance/driving/must_support.hpp"
#include "conformance/driving/session.hpp"
#include "conformance/driving/supplied_angles.hpp"
#include "conformance/driving/tensor_memory.hpp"

namespace rope::conformance {
namespace {

using Status = RotateAnswer::Status;

// More than any kernel asks for; a number beyond it is a mistake, not a need.
constexpr std::uint64_t largest_workspace = std::uint64_t{1} << 30;
constexpr std::size_t workspace_alignment = 256;
constexpr std::size_t least_alignment = 64;
// One that writes where it must not does so in every call; a few tell the story.
constexpr std::size_t most_faults = 8;

// A NaN that stands nowhere in the inputs, so that finding it in an output means that nothing was written there.
std::uint32_t absent_nan(const RotateRequest& request, std::size_t element_bytes) {
  const auto occurs = [&](std::uint32_t element) {
    return std::find(request.q.begin(), request.q.end(), element) != request.q.end() ||
           std::find(request.k.begin(), request.k.end(), element) != request.k.end();
  };
  std::uint32_t element = GuardedBuffer::default_unwritten(element_bytes);
  // At most one step for each NaN payload that the inputs use; 64 different ones are more than any input has.
  for (int i = 0; i < 64 && occurs(element); ++i) --element;
  return element;
}

template <class Elements>
void require_elements(const char* tensor, const Elements& elements, std::size_t tokens, int heads, int head_dim) {
  const std::size_t expected = tokens * static_cast<std::size_t>(heads) * static_cast<std::size_t>(head_dim);
  if (elements.size() != expected) {
    throw std::invalid_argument(fmt::format("rotate: {} has {} elements, expected {} tokens x {} heads x {} = {}",
                                            tensor, elements.size(), tokens, heads, head_dim, expected));
  }
}

void require_valid(const RotateRequest& request) {
  if (const auto wrong = problem(request.spec)) throw std::invalid_argument("rotate: " + *wrong);
  if (format(request.dtype).bytes > 4) throw std::invalid_argument("rotate: tensors are fp32, fp16 or bf16");
  if (request.q_heads < 1 || request.k_heads < 0) {
    throw std::invalid_argument("rotate: q_heads is at least 1 and k_heads at least 0");
  }
  if (request.batch < 1) throw std::invalid_argument("rotate: batch is at least 1");
  const std::size_t all = request.tokens() * static_cast<std::size_t>(request.batch);
  require_elements("q", request.q, all, request.q_heads, request.spec.head_dim);
  require_elements("k", request.k, all, request.k_heads, request.spec.head_dim);
  if (request.positions.size() % (static_cast<std::size_t>(request.batch) * request.axes()) != 0) {
    throw std::invalid_argument("rotate: positions are [axes][batch][tokens]");
  }
  if (!request.pair_axis.empty() && request.pair_axis.size() != static_cast<std::size_t>(request.spec.pairs())) {
    throw std::invalid_argument("rotate: pair_axis has one axis for each pair");
  }
  if (request.sequences.empty()) return;
  std::int64_t tokens = 0;
  for (const std::int64_t length : request.sequences) tokens += length;
  if (request.batch != 1 || tokens != static_cast<std::int64_t>(request.tokens()) || !request.pair_axis.empty()) {
    throw std::invalid_argument("rotate: sequences are all tokens of one row, with one position each");
  }
}

Arrangement offset_of(Arrangement arrangement) {
  arrangement.positions = PositionsAs::offset;
  return arrangement;
}

// Adds to what was printed before, keeping the last 64 KiB.
void remember(std::string& all, const std::string& more) {
  constexpr std::size_t limit = 64 * 1024;
  constexpr std::string_view mark = "[... earlier output left out ...]\n";
  all += more;
  if (all.size() <= limit) return;
  std::size_t start = all.size() - (limit - mark.size());
  while (start < all.size() && (static_cast<unsigned char>(all[start]) & 0xC0) == 0x80) ++start;  // whole characters
  all = std::string(mark) + all.substr(start);
}

}  // namespace

class Driver::Worker {
 public:
  Worker(const DriverOptions& options, std::filesystem::path library)
      : session_(options.worker, options.timeout_scale, options.interrupted), library_(std::move(library)) {}

  /// Throws WorkerLost.
  std::variant<Description, LoadProblem> load() {
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

  /// Never throws WorkerLost: a lost worker is an answer.
  RotateAnswer rotate(const RotateRequest& request) {
    RotateAnswer answer;
    try {
      if (!run(request, answer)) run_by_run(request, answer);
    } catch (const WorkerLost& lost) {
      answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
      answer.message = lost.what();
    }
    return answer;
  }

  /// Throws WorkerLost.
  MustSupport must_support();

  bool alive() const { return session_.alive(); }
  std::string output() { return session_.process().output().text(); }
  std::string last_output() { return session_.process().output().end(512); }

 private:
  bool run(const RotateRequest& request, RotateAnswer& answer);
  void run_by_run(const RotateRequest& request, RotateAnswer& answer);
  bool take(const protocol::Outcome& outcome, RotateAnswer& answer) const;
  std::variant<CallPlan, std::string> accepted_plan(const RotateRequest& request, RotateAnswer& answer);
  bool prepare(CallPlan& plan, RotateAnswer& answer);
  void look_at_supplied(RotateAnswer& answer) const;
  protocol::Place place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment);

  Session session_;
  std::filesystem::path library_;
  Description description_;

  bool prepared_ = false;
  protocol::WireSpec prepared_spec_;        // without places
  std::optional<SuppliedAngles> supplied_;  // what the handle was given, mapped as first_matrix and the next
  using Shape =
      std::tuple<rope_dtype, rope_direction, rope_layout, std::array<std::int64_t, 4>, std::array<std::int64_t, 4>>;
  std::set<Shape> applied_shapes_;     // on the handle there is
  std::uint64_t workspace_bytes_ = 0;  // of the plan that query accepted last
  SuppliedForm accepted_form_;         // of that plan

  GuardedBuffer q_in_{"q_in", 1}, q_out_{"q_out", 2}, k_in_{"k_in", 3}, k_out_{"k_out", 4}, positions_{"positions", 5},
      workspace_{"workspace", 6}, cu_seqlens_{"cu_seqlens", 7}, start_positions_{"start_positions", 8};
  static constexpr std::uint64_t first_matrix = 9;
};

// Adds time and environment; false where the function did not succeed, and then the answer is complete.
bool Driver::Worker::take(const protocol::Outcome& outcome, RotateAnswer& answer) const {
  answer.seconds += outcome.seconds;
  if (!outcome.fp_environment.empty()) {
    answer.fp_environment_changed = true;
    if (!answer.fp_environment.empty()) answer.fp_environment += "; ";
    answer.fp_environment += outcome.fp_environment;
  }
  if (outcome.broken_rule.empty() && outcome.status == ROPE_OK) return true;
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

void Driver::Worker::look_at_supplied(RotateAnswer& answer) const {
  if (supplied_ && !supplied_->unchanged()) {
    answer.memory_faults.push_back(fmt::format("changed the {} that it was given", name(supplied_->kind().source)));
  }
}

bool Driver::Worker::prepare(CallPlan& plan, RotateAnswer& answer) {
  const bool same_numbers = plan.supplied ? supplied_ && supplied_->kind() == *plan.supplied : !supplied_;
  const auto point_at_matrices = [&](protocol::WireSpec& spec) {
    if (!supplied_) return;
    spec.first.place = {first_matrix, 0};
    if (spec.second.dtype != 0) spec.second.place = {first_matrix + 1, 0};
  };
  if (prepared_ && same_numbers && prepared_spec_ == plan.spec) return true;
  if (prepared_) look_at_supplied(answer);
  prepared_ = false;
  applied_shapes_.clear();
  if (!same_numbers) {
    // The numbers live until close.
    if (!take(session_.close(), answer)) return false;
    supplied_.reset();
    if (plan.supplied) {
      supplied_.emplace(*plan.supplied);
      for (std::size_t m = 0; m < 2; ++m) {
        if (supplied_->memory(m) != nullptr) session_.map(first_matrix + m, *supplied_->memory(m));
      }
    }
  }
  protocol::WireSpec spec = plan.spec;
  point_at_matrices(spec);
  if (!take(session_.prepare(spec), answer)) return false;
  prepared_ = true;
  prepared_spec_ = plan.spec;
  return true;
}

protocol::Place Driver::Worker::place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment) {
  if (buffer.resize(bytes, alignment)) session_.map(buffer.memory_number(), buffer.memory());
  return {buffer.memory_number(), buffer.offset()};
}

// The first arrangement that query says yes to. Without one, a sentence; where query itself failed, an empty one, and
// the answer is complete.
std::variant<CallPlan, std::string> Driver::Worker::accepted_plan(const RotateRequest& request, RotateAnswer& answer) {
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
      const protocol::QueryAnswer query = session_.query(possible.spec, possible.call);
      if (!take(query.outcome, answer)) {
        if (answer.status != Status::unsupported) return std::string();
        reason = answer.message;
      } else if (!query.supported) {
        reason = query.reason.empty() ? "query says no and gives no reason" : query.reason;
      } else if (query.workspace_bytes > largest_workspace) {
        reason = fmt::format("query asks for a workspace of {} bytes; the suite gives at most {}",
                             query.workspace_bytes, largest_workspace);
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

// A call for each run of consecutive positions, for an implementation that takes an offset and nothing else.
void Driver::Worker::run_by_run(const RotateRequest& request, RotateAnswer& answer) {
  const std::size_t q_elements = static_cast<std::size_t>(request.q_heads * request.spec.head_dim);
  const std::size_t k_elements = static_cast<std::size_t>(request.k_heads * request.spec.head_dim);
  const auto part = [](const std::vector<std::uint32_t>& all, std::size_t first, std::size_t count) {
    const auto from = all.begin() + static_cast<std::ptrdiff_t>(first);
    return std::vector<std::uint32_t>(from, from + static_cast<std::ptrdiff_t>(count));
  };
  RotateRequest one = request;
  one.batch = 1;
  one.arrangement.positions = PositionsAs::offset;
  answer.q.clear();
  answer.k.clear();
  std::size_t first = 0;
  for (const std::int64_t length : runs_of(request)) {
    const auto tokens = static_cast<std::size_t>(length);
    one.positions.assign(request.positions.begin() + static_cast<std::ptrdiff_t>(first),
                         request.positions.begin() + static_cast<std::ptrdiff_t>(first + tokens));
    one.q = part(request.q, first * q_elements, tokens * q_elements);
    one.k = part(request.k, first * k_elements, tokens * k_elements);
    first += tokens;
    RotateAnswer its;
    run(one, its);
    answer.seconds += its.seconds;
    answer.fp_environment_changed = answer.fp_environment_changed || its.fp_environment_changed;
    if (answer.fp_environment.empty()) answer.fp_environment = its.fp_environment;
    for (std::string& fault : its.memory_faults) {
      if (answer.memory_faults.size() < most_faults) answer.memory_faults.push_back(std::move(fault));
    }
    answer.status = its.status;
    answer.message = its.message;
    answer.used = its.used;
    if (its.status != Status::ok) return;
    answer.q.insert(answer.q.end(), its.q.begin(), its.q.end());
    answer.k.insert(answer.k.end(), its.k.begin(), its.k.end());
  }
  answer.used.positions = PositionsAs::call_each;
}

// False where it has to be asked run by run; nothing was done then.
bool Driver::Worker::run(const RotateRequest& request, RotateAnswer& answer) {
  auto accepted = accepted_plan(request, answer);
  if (auto* reason = std::get_if<std::string>(&accepted)) {
    if (reason->empty()) return true;
    answer.status = Status::unsupported;
    answer.message = std::move(*reason);
    return true;
  }
  auto& plan = std::get<CallPlan>(accepted);
  if (plan.used.positions == PositionsAs::call_each) return false;
  if (!prepare(plan, answer)) return true;

  protocol::WireCall& call = plan.call;
  const auto element_bytes = static_cast<std::size_t>(format(request.dtype).bytes);
  const std::size_t alignment = std::max<std::size_t>(least_alignment, description_.alignment);
  const std::uint32_t unwritten = absent_nan(request, element_bytes);
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
    in.fill_input(bytes, element_bytes, memory_in.gaps());
    out.fill_output(element_bytes, unwritten, memory_out.gaps());
    used.push_back(&out);
  };
  rotate_tensor(request.q, *plan.q_in, *plan.q_out, q_in_, q_out_, call.q_in, call.q_out);
  if (call.k_in) rotate_tensor(request.k, *plan.k_in, *plan.k_out, k_in_, k_out_, *call.k_in, *call.k_out);
  const auto numbers = [&](const std::vector<std::byte>& bytes, GuardedBuffer& buffer) {
    const protocol::Place at = place(buffer, bytes.size(), alignment);
    buffer.fill_input(bytes, 4);
    used.push_back(&buffer);
    return at;
  };
  if (call.positions.kind != ROPE_POSITIONS_OFFSET) call.positions.place = numbers(plan.position_data, positions_);
  if (call.cu_seqlens_count > 0) call.cu_seqlens = numbers(plan.cu_seqlens, cu_seqlens_);
  if (call.has_start_positions) call.start_positions = numbers(plan.start_positions, start_positions_);
  if (workspace_bytes_ > 0) {
    call.workspace = place(workspace_, workspace_bytes_, workspace_alignment);
    call.workspace_bytes = workspace_bytes_;
    workspace_.fill_in_place({});
    used.push_back(&workspace_);
  }

  const Shape shape{call.q_in.dtype, call.direction, call.q_in.layout, call.q_in.shape,
                    call.k_in ? call.k_in->shape : std::array<std::int64_t, 4>{}};
  const bool fresh = applied_shapes_.empty();
  const bool first = applied_shapes_.insert(shape).second;
  const bool done = take(session_.apply(call, first, request.q.size() + request.k.size()), answer);
  for (const GuardedBuffer* buffer : used) {
    // After a failure outputs may be in any state.
    buffer->find_faults(answer.memory_faults, done);
  }
  if (!done) {
    for (const GuardedBuffer* buffer : {in_place ? &q_in_ : &q_out_, in_place ? &k_in_ : &k_out_}) {
      const bool there = std::find(used.begin(), used.end(), buffer) != used.end();
      answer.wrote_outputs = answer.wrote_outputs || (there && !buffer->untouched());
    }
  }
  // They may be large: looked at after the first call of a handle and before it is closed.
  if (fresh) look_at_supplied(answer);
  if (!done) return true;
  answer.status = Status::ok;
  answer.used = plan.used;
  answer.q = (in_place ? *plan.q_in : *plan.q_out).logical((in_place ? q_in_ : q_out_).data());
  if (call.k_in) answer.k = (in_place ? *plan.k_in : *plan.k_out).logical((in_place ? k_in_ : k_out_).data());
  return true;
}

Driver::MustSupport Driver::Worker::must_support() {
  MustSupport out;
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

Driver::Driver(DriverOptions options, std::filesystem::path library)
    : options_(std::move(options)), library_(std::move(library)) {
  if (!(options_.timeout_scale > 0)) throw std::invalid_argument("Driver: timeout_scale must be above 0");
}

Driver::~Driver() = default;

std::size_t RotateRequest::axes() const {
  return pair_axis.empty() ? 1 : *std::max_element(pair_axis.begin(), pair_axis.end()) + std::size_t{1};
}

std::size_t RotateRequest::tokens() const {
  return positions.size() / (static_cast<std::size_t>(batch) * axes());
}

std::variant<Description, LoadProblem> Driver::load() {
  if (auto wrong = problem_before_loading(library_)) return LoadProblem{std::move(*wrong)};
  worker_.reset();
  worker_ = std::make_unique<Worker>(options_, library_);
  std::variant<Description, LoadProblem> result;
  try {
    result = worker_->load();
  } catch (const WorkerLost& lost) {
    result = LoadProblem{explain_lost_while_loading(library_, lost.what(), worker_->last_output())};
  }
  if (std::holds_alternative<LoadProblem>(result)) {
    remember(output_of_dead_workers_, worker_->output());
    worker_.reset();
  }
  return result;
}

// A worker that serves, or why there is none.
std::optional<RotateAnswer> Driver::without_worker() {
  if (worker_ && worker_->alive()) return std::nullopt;
  if (worker_) remember(output_of_dead_workers_, worker_->output());
  worker_.reset();
  auto worker = std::make_unique<Worker>(options_, library_);
  ++restarts_;
  RotateAnswer answer;
  try {
    const auto loaded = worker->load();
    if (const auto* wrong = std::get_if<LoadProblem>(&loaded)) {
      answer.status = Status::failed;
      answer.message = "it loaded before, but not again: " + wrong->message;
    }
  } catch (const WorkerLost& lost) {
    answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
    answer.message = fmt::format("it loaded before, but not again: {}", lost.what());
  }
  worker_ = std::move(worker);
  if (answer.message.empty()) return std::nullopt;
  remember(output_of_dead_workers_, worker_->output());
  worker_.reset();
  return answer;
}

RotateAnswer Driver::rotate(const RotateRequest& request) {
  require_valid(request);
  if (auto none = without_worker()) return *none;
  return worker_->rotate(request);
}

Driver::MustSupport Driver::must_support() {
  MustSupport out;
  if (const auto none = without_worker()) {
    out.problem = none->message;
    return out;
  }
  try {
    return worker_->must_support();
  } catch (const WorkerLost& lost) {
    out.problem = lost.what();
  }
  return out;
}

std::string Driver::captured_output() const {
  std::string all = output_of_dead_workers_;
  if (worker_) remember(all, worker_->output());
  return all;
}

int Driver::restarts() const {
  return restarts_;
}

}  // namespace rope::conformance
