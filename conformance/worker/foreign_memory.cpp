// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The kernel reads for us: a write from an unreadable address ends early or with EFAULT, where a load would be SIGSEGV.
// The system call is made directly, because sanitizers check the argument of the libc function.
#include "conformance/worker/foreign_memory.hpp"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>

#include "conformance/protocol/foreign_text.hpp"

namespace rope::conformance::worker {

ForeignMemory::ForeignMemory() : scratch_(memfd_create("rope-conform-scratch", MFD_CLOEXEC)) {
  if (!scratch_.open()) throw std::runtime_error("memfd_create failed");
}

std::vector<std::byte> ForeignMemory::read(const void* address, std::size_t bytes) const {
  const std::lock_guard alone(reading_);
  std::vector<std::byte> result(bytes);
  std::size_t done = 0;
  while (done < bytes) {
    const long written = syscall(SYS_pwrite64, scratch_.get(),
                                 reinterpret_cast<const void*>(reinterpret_cast<std::uintptr_t>(address) + done),
                                 bytes - done, static_cast<long>(done));
    if (written <= 0) break;
    done += static_cast<std::size_t>(written);
  }
  result.resize(done);
  if (done > 0 && pread(scratch_.get(), result.data(), done, 0) != static_cast<ssize_t>(done)) {
    throw std::runtime_error("pread failed");
  }
  return result;
}

std::optional<std::vector<std::byte>> ForeignMemory::read_sized(const void* address, std::size_t least_bytes,
                                                                std::size_t most_bytes, std::string& problem) const {
  constexpr std::size_t absurd = 64 * 1024;  // hundreds of times any struct of the header
  if (address == nullptr) {
    problem = "it is NULL";
    return std::nullopt;
  }
  std::uint32_t size = 0;
  std::vector<std::byte> bytes = read(address, sizeof size);
  if (bytes.size() == sizeof size) {
    std::memcpy(&size, bytes.data(), sizeof size);
    if (size < least_bytes || size > absurd) {
      problem = "its struct_size is " + std::to_string(size) + ", expected " + std::to_string(least_bytes) +
                " or more (" + std::to_string(most_bytes) + " with this header)";
      return std::nullopt;
    }
    bytes = read(address, std::min<std::size_t>(size, most_bytes));
    if (bytes.size() == std::min<std::size_t>(size, most_bytes)) return bytes;
  }
  problem = "it lies at an address that cannot be read";
  return std::nullopt;
}

std::optional<std::string> ForeignMemory::read_string(const char* address, std::size_t max_bytes,
                                                      std::string& problem) const {
  if (address == nullptr) {
    problem = "it is NULL";
    return std::nullopt;
  }
  const std::vector<std::byte> bytes = read(address, max_bytes + 1);
  const auto end = std::find(bytes.begin(), bytes.end(), std::byte{0});
  if (end == bytes.end()) {
    problem = bytes.empty()              ? "it lies at an address that cannot be read"
              : bytes.size() > max_bytes ? "it is longer than " + std::to_string(max_bytes) + " bytes"
                                         : "it has no terminating NUL before unreadable memory";
    return std::nullopt;
  }
  std::string text(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(end - bytes.begin()));
  if (!is_utf8(text)) {
    problem = "it is not valid UTF-8: " + printable(text, 80);
    return std::nullopt;
  }
  return text;
}

std::string ForeignMemory::read_message(const char* address, std::size_t max_bytes) const {
  if (address == nullptr) return {};
  const std::vector<std::byte> bytes = read(address, max_bytes + 1);
  if (bytes.empty()) return "[a text at an address that cannot be read]";
  const auto end = std::find(bytes.begin(), bytes.end(), std::byte{0});
  return printable(
      std::string_view(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(end - bytes.begin())),
      max_bytes);
}

}  // namespace rope::conformance::worker
