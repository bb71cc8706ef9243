// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Requests and answers of peers/worker.py, which docs/performance-peers.md lists. Nothing that a worker says is
// believed: its outputs are looked at as everyone's, and a call that it says took longer than this process waited did
// not.
#include "conformance/bench/peers.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>

#include <cerrno>
#include <cmath>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <system_error>

#include "conformance/bench/peer_process.hpp"
#include "reference/bench/spread.hpp"

namespace rope::bench::kernels {
namespace {

using json = nlohmann::json;

constexpr int preparing = 10;  ///< times the deadline: imports and compiles
constexpr std::size_t most_methods = 32, longest_text = 300;

/// Memory that a worker opens by the number it has there.
class Shared {
 public:
  explicit Shared(std::span<const char> bytes) : file_(memfd_create("peer", MFD_CLOEXEC)) {
    if (file_.number() < 0) throw std::system_error(errno, std::generic_category(), "no memory for peers");
    while (!bytes.empty()) {
      const ssize_t n = ::write(file_.number(), bytes.data(), bytes.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw std::system_error(errno, std::generic_category(), "no memory for peers");
      bytes = bytes.subspan(static_cast<std::size_t>(n));
    }
  }
  int number() const { return file_.number(); }
  void clear() const {
    if (lseek(file_.number(), 0, SEEK_END) > 0 && ftruncate(file_.number(), 0) != 0) {
      throw std::system_error(errno, std::generic_category(), "a peer's outputs cannot be cleared");
    }
  }
  /// Shorter where a worker wrote less.
  std::vector<char> read(std::size_t bytes) const {
    std::vector<char> out(bytes);
    std::size_t at = 0;
    for (ssize_t n = 1; n > 0 && at < bytes; at += static_cast<std::size_t>(n > 0 ? n : 0)) {
      n = pread(file_.number(), out.data() + at, bytes - at, static_cast<off_t>(at));
    }
    out.resize(at);
    return out;
  }

 private:
  Descriptor file_;
};

std::string text_of(const json& value) {
  std::string text = value.get<std::string>().substr(0, longest_text);
  for (char& c : text) c = static_cast<unsigned char>(c) < ' ' || c == 0x7f ? ' ' : c;
  return text;
}

rope_pairing pairing_of(const std::string& name) {
  for (const rope_pairing pairing : {ROPE_HALF_SPLIT, ROPE_INTERLEAVED}) {
    if (name == pairing_name(pairing)) return pairing;
  }
  throw std::runtime_error("its worker names a pairing that is none: " + name);
}

struct Offered {
  Method method;
  std::string reason;
};

}  // namespace

/// One library's worker.
class Peers::Session {
 public:
  Session(const PeerOptions& options, const std::string& library, const Work& work, const Shared& inputs,
          const Shared& positions)
      : work_(work),
        timeout_(options.timeout),
        outputs_(std::span<const char>{}),
        process_(options.python, {"-B", (options.folder / "worker.py").string(), library},
                 {inputs.number(), positions.number(), outputs_.number()}) {}

  PeerLibrary prepare(const std::string& library, const json& request) {
    const json answer = ask({{"prepare", request}}, preparing * timeout_);
    return checked([&] {
      if (answer.at("methods").size() > most_methods) throw std::runtime_error("its worker offers too many methods");
      for (const json& one : answer.at("methods")) {
        const Method method{Method::Kind::peer, text_of(one.at("name")), pairing_of(text_of(one.at("pairing"))),
                            one.at("in_place").get<bool>()};
        offered_.push_back({method, text_of(one.at("reason"))});
      }
      return PeerLibrary{library, text_of(answer.at("version")), text_of(answer.at("threads")), ""};
    });
  }

  const std::vector<Offered>& offered() const { return offered_; }

  std::vector<char> first(std::size_t index) {
    outputs_.clear();
    ask({{"first", index}}, preparing * timeout_);
    const std::size_t wanted = work_.sampled_tokens().size() * (work_.q_row_bytes() + work_.k_row_bytes());
    std::vector<char> out = outputs_.read(wanted);
    if (out.size() == wanted) return out;
    throw std::runtime_error(fmt::format("its worker wrote {} bytes of outputs, expected {}", out.size(), wanted));
  }

  double seconds_of(std::size_t index, int repeats) {
    json answer;
    const double waited = seconds([&] { answer = ask({{"run", index}, {"repeats", repeats}}, timeout_); });
    const double took = checked([&] { return answer.at("seconds").get<double>(); });
    if (!(took > 0) || took * repeats > waited) {
      throw std::runtime_error(fmt::format("its worker says that {} calls of {:.3g} seconds took no more than {:.3g}",
                                           repeats, took, waited));
    }
    return took;
  }

 private:
  template <class Read>
  auto checked(Read read) -> decltype(read()) {
    try {
      return read();
    } catch (const json::exception& error) {
      throw std::runtime_error(fmt::format("its worker's answer is not as expected: {}", error.what()));
    }
  }

  json ask(const json& request, double seconds) {
    const std::string line = process_.ask(request.dump(), seconds);
    json answer = json::parse(line, nullptr, false);
    if (!answer.is_object()) throw std::runtime_error("its worker's answer is no JSON object");
    if (answer.contains("error")) {
      throw std::runtime_error(checked([&] { return text_of(answer.at("error")); }));
    }
    return answer;
  }

  const Work& work_;
  double timeout_;
  Shared outputs_;
  PeerProcess process_;
  std::vector<Offered> offered_;
};

namespace {

class PeerCall : public Timed {
 public:
  PeerCall(std::shared_ptr<Peers::Session> session, std::size_t index) : session_(std::move(session)), index_(index) {}
  std::vector<char> first() override { return session_->first(index_); }
  double seconds_of(int repeats) override { return session_->seconds_of(index_, repeats); }

 private:
  std::shared_ptr<Peers::Session> session_;
  std::size_t index_;
};

}  // namespace

Peers::Peers(const PeerOptions& options, const Work& work, const std::vector<rope_pairing>& pairings, int threads) {
  if (options.python.empty()) return;
  const std::size_t held = static_cast<std::size_t>(work.held_tokens) * (work.q_row_bytes() + work.k_row_bytes());
  const Shared inputs(std::span(work.in.data(), held));
  const Shared positions(
      std::span(reinterpret_cast<const char*>(work.positions.data()), work.positions.size() * sizeof(std::int64_t)));
  json names = json::array();
  for (const rope_pairing pairing : pairings) names.push_back(pairing_name(pairing));
  for (const std::string& library : options.libraries) {
    // Only JAX has no setting for its threads: it is given fewer processors.
    const json request{{"device", options.on_device ? "cuda" : "cpu"},
                       {"batch", work.shape.batch},
                       {"tokens", work.shape.tokens},
                       {"held_tokens", work.held_tokens},
                       {"sampled_tokens", work.sampled_tokens()},
                       {"q_heads", q_heads},
                       {"k_heads", k_heads},
                       {"head_dim", head_dim},
                       {"base", base},
                       {"dtype", dtype_name(work.dtype)},
                       {"pairings", names},
                       {"threads", threads},
                       {"pin", library == "jax"},
                       {"inputs", "/proc/self/fd/3"},
                       {"positions", "/proc/self/fd/4"},
                       {"outputs", "/proc/self/fd/5"}};
    try {
      auto session = std::make_shared<Session>(options, library, work, inputs, positions);
      libraries_.push_back(session->prepare(library, request));
      sessions_.push_back(std::move(session));
    } catch (const std::runtime_error& error) {
      libraries_.push_back({library, "", "", error.what()});
    }
  }
}

Peers::~Peers() = default;

std::vector<Entrant> Peers::entrants() const {
  std::vector<Entrant> all;
  for (const auto& session : sessions_) {
    for (std::size_t i = 0; i < session->offered().size(); ++i) {
      const std::string reason = session->offered()[i].reason;
      all.push_back({session->offered()[i].method, [session, i, reason]() -> std::unique_ptr<Timed> {
                       if (!reason.empty()) throw std::runtime_error(reason);
                       return std::make_unique<PeerCall>(session, i);
                     }});
    }
  }
  return all;
}

}  // namespace rope::bench::kernels
