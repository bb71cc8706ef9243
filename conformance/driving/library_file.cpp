// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Problems that the file itself shows.
#include "conformance/driving/library_file.hpp"

#include <elf.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "conformance/driving/elf_file.hpp"
#include "conformance/protocol/foreign_text.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_name = 256;

// Levenshtein 1966: insertions, deletions and substitutions.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

bool is_library_name(const std::string& name) {
  return name.ends_with(".so") || name.find(".so.") != std::string::npos;
}

// "; did you mean a.so, b.so?" from the libraries in that folder, nearest first.
std::string suggestion(const fs::path& folder, const std::string& wanted) {
  std::vector<std::pair<std::size_t, std::string>> names;
  std::error_code error;
  int looked_at = 0;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end && looked_at < 10'000;
       entry.increment(error), ++looked_at) {
    std::string name = entry->path().filename().string();
    if (!is_library_name(name) || name.size() > longest_name) continue;
    const std::size_t distance = edit_distance(name, wanted.substr(0, longest_name));
    names.emplace_back(distance, printable(name, longest_name));
  }
  if (names.empty()) return fmt::format(" There is no .so file in {}.", printable(folder.string(), 1024));
  std::sort(names.begin(), names.end());
  // A third of the name may differ before it is another name.
  const bool alike = names.front().first <= std::max<std::size_t>(2, wanted.size() / 3);
  std::vector<std::string> shown;
  for (const auto& [distance, name] : names) {
    if (shown.size() == (alike ? 3u : 5u) || (alike && distance > std::max<std::size_t>(2, wanted.size() / 3))) break;
    shown.push_back(name);
  }
  return alike
             ? fmt::format(" Did you mean {}?", fmt::join(shown, ", "))
             : fmt::format(" That folder has {}{}.", fmt::join(shown, ", "),
                           names.size() > shown.size() ? fmt::format(" and {} more", names.size() - shown.size()) : "");
}

std::string not_there(const fs::path& library) {
  const fs::path absolute = fs::absolute(library);
  fs::path folder = absolute.parent_path();
  std::error_code error;
  const std::string shown = printable(library.string(), 4096);
  if (!fs::is_directory(folder, error)) {
    while (folder.has_relative_path() && !fs::is_directory(folder, error)) folder = folder.parent_path();
    return fmt::format(
        "{}: expected a shared library, found no such file, nor its folder; the path exists up to {}. "
        "Next: correct the path.",
        shown, printable(folder.string(), 4096));
  }
  return fmt::format(
      "{}: expected a shared library, found no such file.{} Next: correct the path, or build the "
      "library first.",
      shown, suggestion(folder, absolute.filename().string()));
}

std::string read_start(const fs::path& library, std::size_t bytes, int& error) {
  // Not blocking: a pipe without a writer must not stop us.
  const FileDescriptor file(open(library.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  error = file.open() ? 0 : errno;
  std::string start(bytes, '\0');
  const ssize_t got = file.open() ? read(file.get(), start.data(), bytes) : 0;
  if (got < 0) error = errno;
  start.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return start;
}

bool looks_like_text(std::string_view start) {
  return !start.empty() && std::none_of(start.begin(), start.end(), [](char c) {
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 && c != '\n' && c != '\t' && c != '\r' && c != '\f';
  });
}

std::string not_elf(const std::string& shown, std::string_view start) {
  const auto begins = [&](std::string_view magic) { return start.substr(0, magic.size()) == magic; };
  const std::string expected = fmt::format("{}: expected a shared library (ELF), found ", shown);
  if (begins("!<arch>\n") || begins("!<thin>\n")) {
    return expected +
           "a static archive (.a). Next: link it into a shared library: "
           "cc -shared -o libname.so -Wl,--whole-archive file.a -Wl,--no-whole-archive";
  }
  if (begins("MZ")) return expected + "a Windows file (PE, .dll or .exe). Next: build the library for Linux.";
  if (begins("\xCF\xFA\xED\xFE") || begins("\xCA\xFE\xBA\xBE")) {
    return expected + "a macOS file (Mach-O, .dylib or .bundle). Next: build the library for Linux.";
  }
  if (begins("version https://git-lfs")) {
    return expected + "a Git LFS pointer. Next: fetch the file itself: git lfs pull";
  }
  if (looks_like_text(start)) {
    // Its first line: a line break inside the quotes would tear the message apart.
    const std::string text = printable(start.substr(0, std::min<std::size_t>(60, start.find_first_of("\r\n"))), 120);
    for (const std::string_view word : {"INPUT", "GROUP", "OUTPUT_FORMAT", "/* GNU ld script"}) {
      if (start.find(word) != std::string_view::npos) {
        return expected + fmt::format(
                              "a linker script, which names the real library (it begins \"{}\"). Next: give the "
                              "path of the library that it names.",
                              text);
      }
    }
    return expected + fmt::format(
                          "a text file (it begins \"{}\"). Next: give the compiled library, not its source or "
                          "a script; a Python module is not one either.",
                          text);
  }
  std::string hex;
  for (const char c : start.substr(0, 8)) hex += fmt::format(" {:02x}", static_cast<unsigned char>(c));
  return expected + fmt::format(
                        "a file that begins with the bytes{}. Next: check that this is the file you mean and "
                        "that it was copied whole.",
                        hex);
}

std::string other_elf_type(const std::string& shown, std::uint16_t type) {
  const std::string expected = fmt::format("{}: expected a shared library, found ", shown);
  switch (type) {
    case ET_REL:
      return expected + "an object file (.o). Next: link it: cc -shared -o libname.so file.o (compiled with -fPIC)";
    case ET_EXEC:
      return expected + "an executable. Next: link the kernel as a shared library (-shared -fPIC).";
    case ET_CORE:
      return expected + "a core dump. Next: give the library's path.";
    default:
      return expected + fmt::format("an ELF file of type {}. Next: link it with -shared.", type);
  }
}

}  // namespace

std::optional<std::string> problem_before_loading(const fs::path& library) {
  const std::string path = library.string();
  const std::string shown = printable(path, 4096);
  if (path.empty()) return "no library was given: expected the path of a shared library.";
  if (path != shown || path.find_first_of("\n\t") != std::string::npos || path.size() > 3000) {
    return fmt::format(
        "{}: expected a path in UTF-8 without control characters and of at most 3000 bytes, found {}. Next: rename "
        "the file or its folder.",
        shown, path.size() > 3000 ? fmt::format("{} bytes", path.size()) : "the bytes shown");
  }
  std::error_code error;
  const fs::file_status status = fs::status(library, error);
  if (status.type() == fs::file_type::not_found) {
    if (fs::is_symlink(fs::symlink_status(library, error))) {
      return fmt::format(
          "{}: expected a shared library, found a symbolic link to {}, which does not exist. Next: correct "
          "the link, or build what it points to.",
          shown, printable(fs::read_symlink(library, error).string(), 4096));
    }
    return not_there(library);
  }
  if (status.type() == fs::file_type::none) {
    return fmt::format(
        "{}: expected a readable file, found that it cannot be looked at: {}. Next: check the "
        "permissions of its folders.",
        shown, error.message());
  }
  if (status.type() == fs::file_type::directory) {
    return fmt::format("{}: expected a shared library, found a folder (directory).{} Next: name the file in it.", shown,
                       suggestion(library, library.filename().string()));
  }
  if (status.type() != fs::file_type::regular) {
    return fmt::format(
        "{}: expected a shared library, found something that is no regular file (a device, a pipe or a "
        "socket). Next: give the library's path.",
        shown);
  }
  int read_error = 0;
  const std::string start = read_start(library, 512, read_error);
  if (read_error != 0) {
    return fmt::format("{}: expected a readable file, found: {}. Next: check its permissions (chmod a+r).", shown,
                       std::strerror(read_error));
  }
  if (start.empty()) {
    return fmt::format(
        "{}: expected a shared library, found an empty file. Next: build or copy it again; an interrupted "
        "link leaves such files.",
        shown);
  }
  const std::optional<ElfIdentity> identity = elf_identity(start);
  if (!identity) {
    if (start.substr(0, SELFMAG) == std::string_view(ELFMAG, SELFMAG)) {
      return fmt::format("{}: expected a whole shared library, found {} bytes of one. Next: build or copy it again.",
                         shown, start.size());
    }
    return not_elf(shown, start);
  }
  const ElfIdentity own = ElfIdentity::own();
  if (identity->is_64_bit != own.is_64_bit || identity->is_little_endian != own.is_little_endian ||
      identity->machine != own.machine) {
    return fmt::format(
        "{}: expected a library for this machine ({}), found one for {}. Next: build it for this machine, "
        "or run rope-conform on the other.",
        shown, own.text(), identity->text());
  }
  if (identity->type != ET_DYN) return other_elf_type(shown, identity->type);
  if (const auto elf = ElfFile::open(library)) {
    const auto needed = elf->needed_size();
    if (!needed || *needed > elf->size()) {
      return fmt::format(
          "{}: expected a whole shared library{}, found {} bytes: it is cut off. Next: build or copy it "
          "again.",
          shown, needed ? fmt::format(" of at least {} bytes", *needed) : "", elf->size());
    }
  }
  return std::nullopt;
}

}  // namespace rope::conformance
