// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Deadlines are those of docs/protocol.md. Messages from the worker are believed only after messages.hpp has checked
// them: the implementation runs in the same memory as what writes them.
#include "conformance/driving/session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace rope::conformance {
namespace {

using std::chrono::duration;

// Steps in which nothing of the implementation runs: whoever is late here is the machine, so the limit is not scaled.
constexpr duration<double> own_deadline{30};
constexpr duration<double> load_deadline{30};
constexpr duration<double> query_deadline{30};
constexpr duration<double> prepare_deadline{300};  // just-in-time compilers
constexpr duration<double> first_apply_deadline{120};
constexpr duration<double> apply_deadline{5};
constexpr duration<double> apply_deadline_per_element{1e-6};
constexpr duration<double> ending_deadline{30};
constexpr duration<double> farewell{2};  // of a worker from which nothing is to be learnt any more

// How long an interruption may go unnoticed.
constexpr std::chrono::milliseconds glance{200};

// More functions than any request runs.
constexpr int max_announcements = 256;

}  // namespace

Session::Session(const std::filesystem::path& worker, double timeout_scale, std::function<bool()> interrupted)
    : process_(worker), timeout_scale_(timeout_scale), interrupted_(std::move(interrupted)) {
  try {
    const double scale = std::exchange(timeout_scale_, 1.0);
    const auto answer = ask<protocol::HelloAnswer>(protocol::Hello{std::string(protocol::version)}, own_deadline);
    timeout_scale_ = scale;
    if (answer.protocol != protocol::version) {
      throw std::runtime_error(fmt::format("it speaks protocol {}, expected {}", answer.protocol, protocol::version));
    }
  } catch (const std::runtime_error& error) {
    const std::string printed = process_.output().end(1024);
    throw std::runtime_error(
        fmt::format("the worker {} cannot be used: {}. Use the one built with this rope-conform.{}", worker.string(),
                    error.what(), printed.empty() ? "" : fmt::format(" It printed: {}", printed)));
  }
}

Session::~Session() {
  if (!alive()) return;
  if (process_.send(protocol::encode(protocol::NumberedRequest{++last_id_, protocol::End{}}))) {
    const auto limit = std::chrono::duration_cast<WorkerProcess::Clock::duration>(farewell);
    process_.ended_by(WorkerProcess::Clock::now() + limit);
  }
  process_.end();
}

void Session::lose(WorkerLost::How how, const std::string& message) {
  process_.end();
  throw WorkerLost(how, message);
}

std::string Session::where(const std::string& function) const {
  if (function.empty()) return "while none of its functions was called (a thread that it left running?)";
  if (function == "dlopen") return "while the loader ran its constructors (dlopen)";
  return "inside " + function;
}

protocol::Answer Session::exchange(const protocol::Request& request, Seconds deadline, int pass) {
  using Event = WorkerProcess::Event;
  const auto limit = std::chrono::duration_cast<WorkerProcess::Clock::duration>(deadline * timeout_scale_);
  const WorkerProcess::Clock::time_point end = WorkerProcess::Clock::now() + limit;
  const std::uint64_t id = ++last_id_;
  std::string function;  // the implementation's, running now
  // Where the worker has gone already, waiting says how.
  const bool sent = process_.send(protocol::encode(protocol::NumberedRequest{id, request}), pass);
  for (int messages = 0;; ++messages) {
    Event event = process_.wait(std::min(end, WorkerProcess::Clock::now() + glance));
    while (event.kind == Event::Kind::deadline && WorkerProcess::Clock::now() < end) {
      if (interrupted_ && interrupted_()) lose(WorkerLost::How::timed_out, "interrupted " + where(function));
      event = process_.wait(std::min(end, WorkerProcess::Clock::now() + glance));
    }
    switch (event.kind) {
      case Event::Kind::deadline:
        if (!sent) lose(WorkerLost::How::crashed, "it stopped reading its control channel");
        lose(WorkerLost::How::timed_out,
             fmt::format("no answer within {:.3g} s {} (the limit is {:.3g} s times a timeout scale of {:.3g})",
                         deadline.count() * timeout_scale_, where(function), deadline.count(), timeout_scale_));
      case Event::Kind::died:
        lose(WorkerLost::How::crashed, fmt::format("it {} {}", event.text, where(function)));
      case Event::Kind::violation:
        lose(WorkerLost::How::crashed,
             fmt::format("the worker sent {} {}; the implementation may have written into the "
                         "worker's memory or used its descriptors",
                         event.text, where(function)));
      case Event::Kind::message:
        break;
    }
    protocol::NumberedAnswer answer;
    try {
      answer = protocol::decode_answer(event.text);
      if (answer.id != id) {
        throw protocol::Violation(fmt::format("it answers request {}, expected {}", answer.id, id));
      }
      if (messages > max_announcements) throw protocol::Violation("messages without end");
    } catch (const protocol::Violation& violation) {
      lose(WorkerLost::How::crashed,
           fmt::format("the worker broke its protocol {}: {}; the implementation may have written into the worker's "
                       "memory or used its descriptors",
                       where(function), violation.what()));
    }
    if (const auto* entering = std::get_if<protocol::Entering>(&answer.answer)) {
      function = entering->function;
      continue;
    }
    return std::move(answer.answer);
  }
}

template <class Expected>
Expected Session::ask(const protocol::Request& request, Seconds deadline, int pass) {
  protocol::Answer answer = exchange(request, deadline, pass);
  if (auto* expected = std::get_if<Expected>(&answer)) return std::move(*expected);
  if (const auto* rejected = std::get_if<protocol::Rejected>(&answer)) {
    process_.end();
    throw std::runtime_error(fmt::format("the worker could not carry out a request of the suite: {}", rejected->text));
  }
  lose(WorkerLost::How::crashed, "the worker broke its protocol: the answer belongs to another kind of request");
}

std::variant<protocol::Loaded, protocol::NotLoaded> Session::load(const std::string& library) {
  protocol::Answer answer = exchange(protocol::Load{library}, load_deadline, -1);
  if (auto* loaded = std::get_if<protocol::Loaded>(&answer)) return std::move(*loaded);
  if (auto* problem = std::get_if<protocol::NotLoaded>(&answer)) return std::move(*problem);
  lose(WorkerLost::How::crashed, "the worker broke its protocol: it answered load with something else");
}

void Session::map(std::uint64_t memory, const SharedMemory& shared) {
  ask<protocol::Done>(protocol::Map{memory, shared.bytes().size()}, own_deadline / timeout_scale_, shared.fd());
}

protocol::QueryAnswer Session::query(const protocol::WireSpec& spec, const protocol::WireCall& call) {
  return ask<protocol::QueryAnswer>(protocol::Query{spec, call}, query_deadline);
}

protocol::Outcome Session::prepare(const protocol::Prepare& request) {
  return ask<protocol::Done>(request, prepare_deadline).outcome;
}

protocol::Outcome Session::close(std::uint32_t handle) {
  return ask<protocol::Done>(protocol::Close{handle}, prepare_deadline).outcome;
}

protocol::Outcome Session::end() {
  protocol::Outcome outcome = ask<protocol::Done>(protocol::End{}, prepare_deadline).outcome;
  const char* const where = "in a destructor or a function for exit, after all handles were closed";
  const auto limit = std::chrono::duration_cast<WorkerProcess::Clock::duration>(ending_deadline * timeout_scale_);
  const WorkerProcess::Clock::time_point last = WorkerProcess::Clock::now() + limit;
  for (;;) {
    const auto how = process_.ended_by(std::min(last, WorkerProcess::Clock::now() + glance));
    if (how && how->empty()) return outcome;
    if (how) lose(WorkerLost::How::crashed, fmt::format("it {} {}", *how, where));
    if (interrupted_ && interrupted_()) lose(WorkerLost::How::timed_out, fmt::format("interrupted {}", where));
    if (WorkerProcess::Clock::now() >= last) {
      lose(WorkerLost::How::timed_out,
           fmt::format("its process did not end within {:.3g} s {} (the limit is {:.3g} s times a timeout scale of "
                       "{:.3g})",
                       ending_deadline.count() * timeout_scale_, where, ending_deadline.count(), timeout_scale_));
    }
  }
}

protocol::Outcome Session::together(const protocol::Together& request, std::uint64_t elements) {
  // Every thread may meet its shape for the first time.
  const Seconds deadline = first_apply_deadline + apply_deadline_per_element * static_cast<double>(elements);
  return ask<protocol::Done>(request, deadline).outcome;
}

protocol::InvFreqAnswer Session::inv_freq(const protocol::InvFreq& request) {
  auto answer = ask<protocol::InvFreqAnswer>(request, query_deadline);
  const bool failed = answer.outcome.status != ROPE_OK || !answer.outcome.broken_rule.empty() || !answer.there;
  if (answer.values.size() != (failed ? 0 : request.count)) {
    lose(WorkerLost::How::crashed, "the worker answered inv-freq with another count than it was asked for");
  }
  return answer;
}

protocol::Outcome Session::apply(const protocol::Apply& request, bool first, std::uint64_t elements) {
  const Seconds deadline =
      first ? first_apply_deadline : apply_deadline + apply_deadline_per_element * static_cast<double>(elements);
  return ask<protocol::Done>(request, deadline).outcome;
}

}  // namespace rope::conformance
