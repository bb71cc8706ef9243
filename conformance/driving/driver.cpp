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

#include "conformance/driving/description.hpp"
#include "conformance/driving/guarded_buffer.hpp"
#include "conformance/driving/library_file.hpp"
#include "conformance/driving/session.hpp"
#include "conformance/driving/wire_request.hpp"

namespace rope::conformance {
namespace {

using Status = RotateAnswer::Status;

// More than any kernel asks for; a number beyond it is a mistake, not a need.
constexpr std::uint64_t largest_workspace = std::uint64_t{1} << 30;
constexpr std::size_t workspace_alignment = 256;
constexpr std::size_t least_alignment = 64;

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
void require_elements(const char* tensor, const Elements& elements, std::size_t positions, int heads, int head_dim) {
  const std::size_t expected = positions * static_cast<std::size_t>(heads) * static_cast<std::size_t>(head_dim);
  if (elements.size() != expected) {
    throw std::invalid_argument(fmt::format("rotate: {} has {} elements, expected {} positions x {} heads x {} = {}",
                                            tensor, elements.size(), positions, heads, head_dim, expected));
  }
}

void require_valid(const RotateRequest& request) {
  if (const auto wrong = problem(request.spec)) throw std::invalid_argument("rotate: " + *wrong);
  if (format(request.dtype).bytes > 4) throw std::invalid_argument("rotate: tensors are fp32, fp16 or bf16");
  if (request.q_heads < 1 || request.k_heads < 0) {
    throw std::invalid_argument("rotate: q_heads is at least 1 and k_heads at least 0");
  }
  require_elements("q", request.q, request.positions.size(), request.q_heads, request.spec.head_dim);
  require_elements("k", request.k, request.positions.size(), request.k_heads, request.spec.head_dim);
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
      run(request, answer);
    } catch (const WorkerLost& lost) {
      answer.status = lost.how() == WorkerLost::How::crashed ? Status::crashed : Status::timed_out;
      answer.message = lost.what();
    }
    return answer;
  }

  bool alive() const { return session_.alive(); }
  std::string output() { return session_.process().output().text(); }
  std::string last_output() { return session_.process().output().end(512); }

 private:
  void run(const RotateRequest& request, RotateAnswer& answer);
  bool take(const protocol::Outcome& outcome, RotateAnswer& answer) const;
  bool prepare(const protocol::WireSpec& spec, RotateAnswer& answer);
  protocol::Place place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment);

  Session session_;
  std::filesystem::path library_;
  Description description_;

  bool prepared_ = false;
  protocol::WireSpec prepared_spec_;
  using Shape = std::tuple<rope_dtype, rope_direction, std::array<std::int64_t, 4>, std::array<std::int64_t, 4>>;
  std::set<Shape> applied_shapes_;  // on the handle there is

  GuardedBuffer q_in_{"q_in", 1}, q_out_{"q_out", 2}, k_in_{"k_in", 3}, k_out_{"k_out", 4}, positions_{"positions", 5},
      workspace_{"workspace", 6};
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

bool Driver::Worker::prepare(const protocol::WireSpec& spec, RotateAnswer& answer) {
  if (prepared_ && prepared_spec_ == spec) return true;
  prepared_ = false;
  applied_shapes_.clear();
  if (!take(session_.prepare(spec), answer)) return false;
  prepared_ = true;
  prepared_spec_ = spec;
  return true;
}

protocol::Place Driver::Worker::place(GuardedBuffer& buffer, std::size_t bytes, std::size_t alignment) {
  if (buffer.resize(bytes, alignment)) session_.map(buffer.memory_number(), buffer.memory());
  return {buffer.memory_number(), buffer.offset()};
}

void Driver::Worker::run(const RotateRequest& request, RotateAnswer& answer) {
  answer.status = Status::unsupported;
  if (auto missing = not_claimed(description_, request)) {
    answer.message = std::move(*missing);
    return;
  }
  if (request.arrangement.in_place && (description_.flags & (ROPE_FLAG_IN_PLACE | ROPE_FLAG_IN_PLACE_ONLY)) == 0) {
    answer.message = fmt::format("{} does not claim to work in place", description_.name);
    return;
  }
  auto choice = choose_positions(description_, request.positions, request.arrangement.positions);
  if (const auto* reason = std::get_if<std::string>(&choice)) {
    answer.message = *reason;
    return;
  }
  const auto& [positions, position_data] = std::get<PositionChoice>(choice);

  const protocol::WireSpec spec = wire_spec(request);
  protocol::WireCall call;
  call.direction = abi_direction(request.direction);
  call.q_in = call.q_out = wire_tensor(request, request.q_heads);
  if (request.k_heads > 0) call.k_in = call.k_out = wire_tensor(request, request.k_heads);
  call.positions = positions;

  const protocol::QueryAnswer query = session_.query(spec, call);
  if (!take(query.outcome, answer)) return;
  answer.status = Status::unsupported;
  if (!query.supported) {
    answer.message = query.reason.empty() ? "query says no and gives no reason" : query.reason;
    return;
  }
  if (query.workspace_bytes > largest_workspace) {
    answer.message = fmt::format("query asks for a workspace of {} bytes; the suite gives at most {}",
                                 query.workspace_bytes, largest_workspace);
    return;
  }
  if (!prepare(spec, answer)) return;

  const auto element_bytes = static_cast<std::size_t>(format(request.dtype).bytes);
  const std::size_t alignment = std::max<std::size_t>(least_alignment, description_.alignment);
  const std::uint32_t unwritten = absent_nan(request, element_bytes);
  const bool in_place = request.arrangement.in_place || (description_.flags & ROPE_FLAG_IN_PLACE_ONLY) != 0;
  std::vector<const GuardedBuffer*> used;
  const auto rotate_tensor = [&](const std::vector<std::uint32_t>& elements, GuardedBuffer& in, GuardedBuffer& out,
                                 protocol::WireTensor& wire_in, protocol::WireTensor& wire_out) {
    const std::vector<std::byte> bytes = packed(elements, element_bytes);
    wire_in.place = place(in, bytes.size(), alignment);
    used.push_back(&in);
    if (in_place) {
      wire_out.place = wire_in.place;
      in.fill_in_place(bytes);
      return;
    }
    wire_out.place = place(out, bytes.size(), alignment);
    in.fill_input(bytes, element_bytes);
    out.fill_output(element_bytes, unwritten);
    used.push_back(&out);
  };
  rotate_tensor(request.q, q_in_, q_out_, call.q_in, call.q_out);
  if (call.k_in) rotate_tensor(request.k, k_in_, k_out_, *call.k_in, *call.k_out);
  if (call.positions.kind != ROPE_POSITIONS_OFFSET) {
    call.positions.place = place(positions_, position_data.size(), alignment);
    positions_.fill_input(position_data, 4);
    used.push_back(&positions_);
  }
  if (query.workspace_bytes > 0) {
    call.workspace = place(workspace_, query.workspace_bytes, workspace_alignment);
    call.workspace_bytes = query.workspace_bytes;
    workspace_.fill_in_place({});
    used.push_back(&workspace_);
  }

  const Shape shape{call.q_in.dtype, call.direction, call.q_in.shape,
                    call.k_in ? call.k_in->shape : std::array<std::int64_t, 4>{}};
  const bool first = applied_shapes_.insert(shape).second;
  const bool done = take(session_.apply(call, first, request.q.size() + request.k.size()), answer);
  for (const GuardedBuffer* buffer : used) {
    // After a failure outputs may be in any state.
    buffer->find_faults(answer.memory_faults, done);
  }
  if (!done) return;
  answer.status = Status::ok;
  answer.q = unpacked((in_place ? q_in_ : q_out_).data(), element_bytes);
  if (call.k_in) answer.k = unpacked((in_place ? k_in_ : k_out_).data(), element_bytes);
}

Driver::Driver(DriverOptions options, std::filesystem::path library)
    : options_(std::move(options)), library_(std::move(library)) {
  if (!(options_.timeout_scale > 0)) throw std::invalid_argument("Driver: timeout_scale must be above 0");
}

Driver::~Driver() = default;

std::size_t RotateRequest::tokens() const {
  return positions.size() / static_cast<std::size_t>(batch);
}

Driver::MustSupport Driver::must_support() {
  return {};
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

RotateAnswer Driver::rotate(const RotateRequest& request) {
  require_valid(request);
  if (!worker_ || !worker_->alive()) {
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
    if (!answer.message.empty()) {
      remember(output_of_dead_workers_, worker_->output());
      worker_.reset();
      return answer;
    }
  }
  return worker_->rotate(request);
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
