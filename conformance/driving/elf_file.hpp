// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// As much of an ELF file (System V ABI; the 64-bit form of this machine's byte order) as is needed to say why it cannot
// be loaded. Every offset in the file is checked: the file may be cut off or made to mislead.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "conformance/protocol/file_descriptor.hpp"

namespace rope::conformance {

/// The identification bytes and the fields of the header that do not depend on the file's class.
struct ElfIdentity {
  bool is_64_bit = false;
  bool is_little_endian = false;
  std::uint16_t type = 0;     ///< ET_DYN, ...
  std::uint16_t machine = 0;  ///< EM_X86_64, ...

  /// Of the running program.
  static ElfIdentity own();

  /// "64-bit little-endian x86-64".
  std::string text() const;
};

/// Nothing where these are not the first bytes of an ELF file. 20 bytes are looked at.
std::optional<ElfIdentity> elf_identity(std::string_view first_bytes);

class ElfFile {
 public:
  /// A file whose identity is this machine's. Nothing where it cannot be read.
  static std::optional<ElfFile> open(const std::filesystem::path& path);

  /// How long the file has to be to hold all that it says it loads; nothing where the headers themselves are cut off.
  std::optional<std::uint64_t> needed_size() const;
  std::uint64_t size() const { return size_; }

  /// Names of the libraries it needs, in their order.
  std::vector<std::string> needed_libraries() const;

  struct Symbol {
    std::string name;
    bool exported = false;  ///< defined, global or weak, visible, in the dynamic symbol table
    bool defined = false;
  };
  /// Symbols, dynamic or not, whose name contains `part`; at most 16.
  std::vector<Symbol> symbols_containing(std::string_view part) const;

 private:
  struct Section {
    std::uint32_t type = 0;
    std::uint32_t link = 0;
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  template <class T>
  std::optional<std::vector<T>> read(std::uint64_t offset, std::uint64_t count) const;
  std::vector<Section> sections() const;
  std::string strings(const std::vector<Section>& all, const Section& user) const;

  FileDescriptor file_;
  std::uint64_t size_ = 0;
};

}  // namespace rope::conformance
