// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Processes by /proc; exact values by the multiprecision reference.
#include "conformance/driving/testing/driving.hpp"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "reference/exact.hpp"

namespace rope::conformance {
namespace {

// State and parent of a process, from /proc/PID/stat; the name between them may hold anything.
bool stat_of(const std::string& process, char& state, pid_t& parent) {
  std::ifstream file("/proc/" + process + "/stat");
  std::string line;
  if (!std::getline(file, line)) return false;
  const std::size_t end_of_name = line.rfind(')');
  if (end_of_name == std::string::npos || line.size() < end_of_name + 5) return false;
  state = line[end_of_name + 2];
  parent = std::stoi(line.substr(end_of_name + 4));
  return true;
}

}  // namespace

Odd::Odd(const char* name) {
  setenv("ROPE_ODD", name, 1);
}

Odd::~Odd() {
  unsetenv("ROPE_ODD");
}

DriverOptions worker_options(double timeout_scale) {
  return {ROPE_CONFORM_WORKER, timeout_scale};
}

std::string plugin(const std::string& name) {
  return std::string(ROPE_IMPLS_FOLDER) + "/" + name + ".so";
}

std::string odd_plugin() {
  return ROPE_ODD_PLUGIN;
}

std::string odd_worker() {
  return ROPE_ODD_WORKER;
}

RotateRequest small_request(DType dtype) {
  RotateRequest request;
  request.spec.head_dim = request.spec.rotary_dim = 8;
  request.spec.theta = 10000;
  request.spec.max_position = request.max_position = 4096;
  request.dtype = dtype;
  request.positions = {0, 1, 5};
  request.q_heads = 2;
  request.k_heads = 1;
  for (int i = 0; i < 3 * 2 * 8; ++i) {
    request.q.push_back(static_cast<std::uint32_t>(round_to_bits(dtype, 0.25 + 0.0625 * i)));
  }
  for (int i = 0; i < 3 * 8; ++i) {
    request.k.push_back(static_cast<std::uint32_t>(round_to_bits(dtype, -1.5 + 0.125 * i)));
  }
  return request;
}

std::vector<std::uint32_t> exact_q(const RotateRequest& request) {
  Spec spec = request.spec;
  spec.pairing = request.pairing;
  const Exact exact(spec);
  std::vector<std::uint32_t> result = request.q;
  const auto head_dim = static_cast<std::size_t>(spec.head_dim);
  for (std::size_t row = 0; row * head_dim < result.size(); ++row) {
    const std::int64_t position = request.positions[row / static_cast<std::size_t>(request.q_heads)];
    for (int pair = 0; pair < spec.pairs(); ++pair) {
      const auto at = [&](int element) {
        return row * head_dim + static_cast<std::size_t>(
                                    spec.dim_offset + element_of_pair(request.pairing, spec.rotary_dim, pair, element));
      };
      const auto rotated = exact.rotate(position, pair, request.dtype, to_double(request.dtype, request.q[at(0)]),
                                        to_double(request.dtype, request.q[at(1)]), request.direction);
      result[at(0)] = rotated[0].bits;
      result[at(1)] = rotated[1].bits;
    }
  }
  return result;
}

std::vector<pid_t> children() {
  std::vector<pid_t> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    char state = 0;
    pid_t parent = 0;
    if (stat_of(name, state, parent) && parent == getpid()) found.push_back(std::stoi(name));
  }
  return found;
}

bool runs(pid_t process) {
  char state = 0;
  pid_t parent = 0;
  return stat_of(std::to_string(process), state, parent) && state != 'Z' && state != 'X';
}

}  // namespace rope::conformance
