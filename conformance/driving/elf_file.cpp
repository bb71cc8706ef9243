// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Section and program headers by <elf.h>, through bounded reads.
#include "conformance/driving/elf_file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

namespace rope::conformance {
namespace {

// Symbol and string tables of the largest libraries there are (hundreds of MB with debug information) fit.
constexpr std::uint64_t largest_table = std::uint64_t{512} << 20;
constexpr std::size_t most_symbols = 16;

std::string machine_name(std::uint16_t machine) {
  switch (machine) {
    case EM_386:
      return "x86 (32-bit)";
    case EM_X86_64:
      return "x86-64";
    case EM_ARM:
      return "Arm (32-bit)";
    case EM_AARCH64:
      return "aarch64";
    case EM_PPC64:
      return "PowerPC 64";
    case EM_S390:
      return "s390";
    case EM_RISCV:
      return "RISC-V";
    case EM_CUDA:
      return "NVIDIA CUDA device code";
    case 258:  // EM_LOONGARCH, newer than some <elf.h>
      return "LoongArch";
    default:
      return fmt::format("machine {}", machine);
  }
}

}  // namespace

ElfIdentity ElfIdentity::own() {
  ElfIdentity own;
  own.is_64_bit = sizeof(void*) == 8;
  own.is_little_endian = std::endian::native == std::endian::little;
  own.type = ET_DYN;
#if defined(__x86_64__)
  own.machine = EM_X86_64;
#elif defined(__aarch64__)
  own.machine = EM_AARCH64;
#elif defined(__riscv)
  own.machine = EM_RISCV;
#elif defined(__powerpc64__)
  own.machine = EM_PPC64;
#endif
  return own;
}

std::string ElfIdentity::text() const {
  return fmt::format("{}-bit {}-endian {}", is_64_bit ? 64 : 32, is_little_endian ? "little" : "big",
                     machine_name(machine));
}

std::optional<ElfIdentity> elf_identity(std::string_view first_bytes) {
  if (first_bytes.size() < 20 || first_bytes.substr(0, SELFMAG) != std::string_view(ELFMAG, SELFMAG)) {
    return std::nullopt;
  }
  ElfIdentity identity;
  identity.is_64_bit = first_bytes[EI_CLASS] == ELFCLASS64;
  identity.is_little_endian = first_bytes[EI_DATA] == ELFDATA2LSB;
  const auto half = [&](std::size_t at) {
    const auto low = static_cast<unsigned char>(first_bytes[identity.is_little_endian ? at : at + 1]);
    const auto high = static_cast<unsigned char>(first_bytes[identity.is_little_endian ? at + 1 : at]);
    return static_cast<std::uint16_t>(low | (high << 8));
  };
  identity.type = half(16);
  identity.machine = half(18);
  return identity;
}

std::optional<ElfFile> ElfFile::open(const std::filesystem::path& path) {
  ElfFile elf;
  elf.file_ = FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!elf.file_.open() || fstat(elf.file_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  elf.size_ = static_cast<std::uint64_t>(status.st_size);
  return elf;
}

template <class T>
std::optional<std::vector<T>> ElfFile::read(std::uint64_t offset, std::uint64_t count) const {
  if (offset > size_ || count > largest_table / sizeof(T) || count * sizeof(T) > size_ - offset) return std::nullopt;
  std::vector<T> values(count);
  std::size_t done = 0;
  const std::size_t wanted = count * sizeof(T);
  while (done < wanted) {
    const ssize_t got = pread(file_.get(), reinterpret_cast<char*>(values.data()) + done, wanted - done,
                              static_cast<off_t>(offset + done));
    if (got <= 0) return std::nullopt;
    done += static_cast<std::size_t>(got);
  }
  return values;
}

std::optional<std::uint64_t> ElfFile::needed_size() const {
  const auto header = read<Elf64_Ehdr>(0, 1);
  if (!header) return std::nullopt;
  const auto segments = read<Elf64_Phdr>(header->front().e_phoff, header->front().e_phnum);
  if (!segments) return std::nullopt;
  std::uint64_t needed = 0;
  for (const Elf64_Phdr& segment : *segments) {
    if (segment.p_type != PT_LOAD) continue;
    const std::uint64_t end = segment.p_offset + segment.p_filesz;
    needed = std::max(needed, end < segment.p_offset ? UINT64_MAX : end);
  }
  return needed;
}

std::vector<ElfFile::Section> ElfFile::sections() const {
  const auto header = read<Elf64_Ehdr>(0, 1);
  if (!header || header->front().e_shentsize != sizeof(Elf64_Shdr)) return {};
  const auto raw = read<Elf64_Shdr>(header->front().e_shoff, header->front().e_shnum);
  if (!raw) return {};
  std::vector<Section> all;
  for (const Elf64_Shdr& section : *raw) {
    all.push_back({section.sh_type, section.sh_link, section.sh_offset, section.sh_size});
  }
  return all;
}

std::string ElfFile::strings(const std::vector<Section>& all, const Section& user) const {
  if (user.link >= all.size() || all[user.link].type != SHT_STRTAB) return {};
  const auto bytes = read<char>(all[user.link].offset, all[user.link].size);
  return bytes ? std::string(bytes->begin(), bytes->end()) : std::string();
}

std::vector<std::string> ElfFile::needed_libraries() const {
  std::vector<std::string> names;
  const std::vector<Section> all = sections();
  for (const Section& section : all) {
    if (section.type != SHT_DYNAMIC) continue;
    const std::string table = strings(all, section);
    const auto entries = read<Elf64_Dyn>(section.offset, section.size / sizeof(Elf64_Dyn));
    if (!entries) continue;
    for (const Elf64_Dyn& entry : *entries) {
      if (entry.d_tag != DT_NEEDED || entry.d_un.d_val >= table.size()) continue;
      names.emplace_back(table.c_str() + entry.d_un.d_val);
    }
  }
  return names;
}

std::vector<ElfFile::Symbol> ElfFile::symbols_containing(std::string_view part) const {
  std::vector<Symbol> found;
  const std::vector<Section> all = sections();
  for (const Section& section : all) {
    if (section.type != SHT_DYNSYM && section.type != SHT_SYMTAB) continue;
    const std::string table = strings(all, section);
    // Most libraries do not have the name at all.
    if (table.find(part) == std::string::npos) continue;
    const auto symbols = read<Elf64_Sym>(section.offset, section.size / sizeof(Elf64_Sym));
    if (!symbols) continue;
    for (const Elf64_Sym& symbol : *symbols) {
      if (symbol.st_name >= table.size()) continue;
      const std::string_view name(table.c_str() + symbol.st_name);
      if (name.find(part) == std::string_view::npos) continue;
      const auto binding = ELF64_ST_BIND(symbol.st_info);
      const auto visibility = ELF64_ST_VISIBILITY(symbol.st_other);
      Symbol entry;
      entry.name = name;
      entry.defined = symbol.st_shndx != SHN_UNDEF;
      entry.exported = section.type == SHT_DYNSYM && entry.defined && (binding == STB_GLOBAL || binding == STB_WEAK) &&
                       (visibility == STV_DEFAULT || visibility == STV_PROTECTED);
      found.push_back(std::move(entry));
      if (found.size() == most_symbols) return found;
    }
  }
  return found;
}

}  // namespace rope::conformance
