// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The bits of a run's responses, against the pipeline of --match and the implementation's own contract, as they come.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "conformance/checks/response.hpp"
#include "conformance/match/wanted.hpp"
#include "fixtures/fixture.hpp"
#include "reports/record.hpp"

namespace rope::conformance {

class NotedBits {
 public:
  /// `wanted`: of --match, nullptr without; `declared`: the implementation's contracts; `bits`: where findings go. All
  /// outlive this.
  NotedBits(const WantedPipeline* wanted, const std::map<DType, Contract>& declared, std::vector<reports::Match>& bits)
      : wanted_(wanted), declared_(declared), bits_(bits) {}

  /// Against the pipeline that is asked for, and against the implementation's own contract where that is another one.
  void note(const fixtures::Fixture& fixture, const Response& response);

  /// R17: any bit that the pipeline of --match does not give fails. `record`: what is known of the case already.
  reports::Case judged(const fixtures::Fixture& fixture, DType dtype, reports::Case record) const;

 private:
  void add(const fixtures::Fixture& fixture, const Response& response, const std::string& pipeline,
           const Contract& contract);
  reports::Match* find(const std::string& model, DType dtype, const std::string& pipeline) const;

  const WantedPipeline* wanted_;
  const std::map<DType, Contract>& declared_;
  std::vector<reports::Match>& bits_;
};

}  // namespace rope::conformance
