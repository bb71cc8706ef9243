// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The q and k, before rotation, of attention heads over a context: heads made by the suite, and those of a file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "conformance/checks/probe.hpp"
#include "fixtures/qk_file.hpp"
#include "reference/certified/table.hpp"

namespace rope::conformance {

/// Heads over the positions first .. first + tokens - 1. Each k head serves q_heads / k_heads heads of q, neighbours.
class Heads {
 public:
  virtual ~Heads() = default;

  struct Kind {
    std::string words;              ///< "content", "1,000 tokens back"
    std::int64_t least_tokens = 0;  ///< in shorter contexts these heads say nothing
  };

  virtual std::int64_t first() const = 0;
  virtual std::int64_t tokens() const = 0;
  virtual int q_heads() const = 0;
  virtual int k_heads() const = 0;
  virtual const Kind& kind(int q_head) const = 0;

  /// Appends one head of one token, head_dim bit patterns of the dtype; `token` counts from 0.
  virtual void append_q(std::int64_t token, int head, std::vector<std::uint32_t>& out) const = 0;
  virtual void append_k(std::int64_t token, int head, std::vector<std::uint32_t>& out) const = 0;
};

/// Four heads from position 0. One attends to content: independent random q and k whose scores spread by about 2.7. The
/// others look back, by 1, by 1,000 and by half of `tokens`: q and k are the same for every token, and q is turned so
/// that the score 20·mean(cos(ω·(distance - n))) has its peak at the distance n. So do the previous-token and
/// positional heads of trained models; they show an error of the angle at once.
class MadeHeads : public Heads {
 public:
  MadeHeads(const Probe& probe, const CertifiedTable& table, std::int64_t tokens);
  std::int64_t first() const override { return 0; }
  std::int64_t tokens() const override { return tokens_; }
  int q_heads() const override { return static_cast<int>(kinds_.size()); }
  int k_heads() const override { return q_heads(); }
  const Kind& kind(int q_head) const override { return kinds_[static_cast<std::size_t>(q_head)]; }
  void append_q(std::int64_t token, int head, std::vector<std::uint32_t>& out) const override;
  void append_k(std::int64_t token, int head, std::vector<std::uint32_t>& out) const override;

 private:
  const Probe& probe_;
  std::int64_t tokens_;
  std::vector<Kind> kinds_;
  std::vector<std::vector<std::uint32_t>> looking_q_;  ///< one for each head but the first
  std::vector<std::uint32_t> looking_k_;
};

/// What --qk names, rounded once to the dtype.
class HeadsOfFile : public Heads {
 public:
  HeadsOfFile(const Probe& probe, const fixtures::QkFile& file);
  std::int64_t first() const override { return file_.first_position; }
  std::int64_t tokens() const override { return file_.tokens; }
  int q_heads() const override { return file_.q_heads; }
  int k_heads() const override { return file_.k_heads; }
  const Kind& kind(int) const override { return kind_; }
  void append_q(std::int64_t token, int head, std::vector<std::uint32_t>& out) const override;
  void append_k(std::int64_t token, int head, std::vector<std::uint32_t>& out) const override;

 private:
  void append(const std::vector<float>& tensor, std::int64_t row, std::vector<std::uint32_t>& out) const;

  const Probe& probe_;
  const fixtures::QkFile& file_;
  Kind kind_;
};

/// Tokens `from` .. `from + count - 1` as a call; with `q` false there is the first head of q alone, which a call
/// needs.
RotateRequest request_of(const Probe& probe, const Heads& heads, std::int64_t from, std::int64_t count, bool q);

}  // namespace rope::conformance
