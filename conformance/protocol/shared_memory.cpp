// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// memfd_create, seals, and mappings between guard pages.
#include "conformance/protocol/shared_memory.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace rope::conformance {
namespace {

std::size_t page_bytes() {
  return static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

SharedMemory::SharedMemory(std::size_t bytes) {
  const std::size_t page = page_bytes();
  size_ = std::max<std::size_t>(page, (bytes + page - 1) / page * page);
  fd_ = FileDescriptor(memfd_create("rope-conform", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd_.open()) fail("shared memory cannot be created (memfd_create)");
  if (ftruncate(fd_.get(), static_cast<off_t>(size_)) != 0) fail("shared memory cannot be given its size (ftruncate)");
  if (fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    fail("shared memory cannot be sealed (F_ADD_SEALS)");
  }
  reserved_ = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd_.get(), 0);
  if (reserved_ == MAP_FAILED) {
    reserved_ = nullptr;
    fail("shared memory cannot be mapped (mmap)");
  }
  reserved_size_ = size_;
  data_ = static_cast<std::byte*>(reserved_);
}

std::optional<SharedMemory> SharedMemory::map(const FileDescriptor& fd, std::size_t bytes) {
  const std::size_t page = page_bytes();
  struct stat status {};
  if (bytes == 0 || bytes % page != 0 || fstat(fd.get(), &status) != 0 || status.st_size < 0 ||
      static_cast<std::size_t>(status.st_size) < bytes) {
    return std::nullopt;
  }
  SharedMemory memory;
  void* reserved = mmap(nullptr, bytes + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) return std::nullopt;
  memory.reserved_ = reserved;
  memory.reserved_size_ = bytes + 2 * page;
  void* data = mmap(static_cast<std::byte*>(reserved) + page, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                    fd.get(), 0);
  if (data == MAP_FAILED) return std::nullopt;
  memory.data_ = static_cast<std::byte*>(data);
  memory.size_ = bytes;
  return memory;
}

SharedMemory::SharedMemory(SharedMemory&& other) noexcept
    : fd_(std::move(other.fd_)),
      reserved_(std::exchange(other.reserved_, nullptr)),
      reserved_size_(std::exchange(other.reserved_size_, 0)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

SharedMemory& SharedMemory::operator=(SharedMemory&& other) noexcept {
  if (this != &other) {
    unmap();
    fd_ = std::move(other.fd_);
    reserved_ = std::exchange(other.reserved_, nullptr);
    reserved_size_ = std::exchange(other.reserved_size_, 0);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

SharedMemory::~SharedMemory() {
  unmap();
}

void SharedMemory::unmap() {
  if (reserved_ != nullptr) munmap(reserved_, reserved_size_);
  reserved_ = nullptr;
}

}  // namespace rope::conformance
