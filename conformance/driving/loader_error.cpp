// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Problems that only loading shows: the loader's own sentences (glibc's dlerror), the entry symbol, the ABI.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "conformance/driving/elf_file.hpp"
#include "conformance/driving/library_file.hpp"
#include "conformance/protocol/foreign_text.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using protocol::NotLoaded;

// The text between `before` and `after`; `after` empty: to the end.
std::optional<std::string> between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t start = text.find(before);
  if (start == std::string_view::npos) return std::nullopt;
  text.remove_prefix(start + before.size());
  if (after.empty()) return std::string(text);
  const std::size_t end = text.find(after);
  if (end == std::string_view::npos) return std::nullopt;
  return std::string(text.substr(0, end));
}

// "libcudart.so.11.0" begins with "libcudart.so." and has major version 11.
std::optional<std::string> major_version(std::string_view name, std::string_view library) {
  const std::string prefix = fmt::format("{}.so.", library);
  if (name.substr(0, prefix.size()) != prefix) return std::nullopt;
  name.remove_prefix(prefix.size());
  const std::string_view digits = name.substr(0, name.find('.'));
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return std::string(digits);
}

// Where a well-known library comes from.
std::string origin(const std::string& name) {
  for (const std::string_view part :
       {"libcudart", "libcublas", "libcublasLt", "libnvrtc", "libcufft", "libcurand", "libcusparse", "libcusolver"}) {
    // Before version 12 libnvrtc and others carried 11.2 and the like; the major version is the toolkit's all the same,
    // but for cufft, curand, cusparse and cusolver, which count by themselves.
    const bool counts_by_itself =
        part == "libcufft" || part == "libcurand" || part == "libcusparse" || part == "libcusolver";
    if (const auto major = major_version(name, part)) {
      return counts_by_itself
                 ? std::string(
                       " It belongs to the CUDA Toolkit that the library was built with; add that toolkit's "
                       "lib64 folder to LD_LIBRARY_PATH.")
                 : fmt::format(
                       " It belongs to CUDA Toolkit {0}: install that major version (another will not do) and "
                       "add its lib64 folder, for example /usr/local/cuda-{0}/lib64, to LD_LIBRARY_PATH, or "
                       "rebuild with the toolkit that is here.",
                       *major);
    }
  }
  const auto begins = [&](std::string_view prefix) { return name.compare(0, prefix.size(), prefix) == 0; };
  if (begins("libcuda.so") || begins("libnvidia-ml.so")) {
    return " It comes with the NVIDIA driver, not with the CUDA Toolkit: the driver is not installed here, or this "
           "container was started without GPU access.";
  }
  if (begins("libcudnn")) return " It belongs to cuDNN; add the folder that holds it to LD_LIBRARY_PATH.";
  if (const auto major = major_version(name, "libamdhip64")) {
    return fmt::format(
        " It belongs to ROCm {0}; add that version's lib folder, for example /opt/rocm/lib, to "
        "LD_LIBRARY_PATH.",
        *major);
  }
  if (begins("libtorch") || begins("libc10")) {
    return " It belongs to PyTorch; add the folder that this prints to LD_LIBRARY_PATH: "
           "python3 -c \"import os, torch; print(os.path.join(os.path.dirname(torch.__file__), 'lib'))\"";
  }
  if (begins("libpython")) {
    return " It is the Python interpreter's library; install that Python version's shared library, or link the kernel "
           "without it.";
  }
  return " Install the package that has it, or add its folder to LD_LIBRARY_PATH.";
}

std::string missing_dependency(const fs::path& library, const std::string& shown, const std::string& name) {
  bool direct = false;
  if (const auto elf = ElfFile::open(library)) {
    const std::vector<std::string> needed = elf->needed_libraries();
    direct = std::find(needed.begin(), needed.end(), name) != needed.end();
  }
  return fmt::format(
      "{0}: expected every library that it needs to be found, did not find {1}, which {2} needs. Next:{3} "
      "`ldd {0}` shows all that is missing.",
      shown, name, direct ? "it" : "one of the libraries it depends on", origin(name));
}

std::string loader_problem(const fs::path& library, const std::string& shown, const std::string& text) {
  // glibc 2.36, elf/dl-load.c: "NAME: cannot open shared object file: No such file or directory"
  if (const auto name = between(text, "", ": cannot open shared object file: No such file or directory")) {
    return missing_dependency(library, shown, *name);
  }
  if (const auto symbol = between(text, "undefined symbol: ", "")) {
    const std::string name = symbol->substr(0, symbol->find_first_of(" ,\t("));
    return fmt::format(
        "{0}: expected every symbol that it uses to be defined, found no definition of {1}. Next: link the "
        "library that defines it; with -Wl,-z,defs the linker reports this at build time. `ldd -r {0}` "
        "lists all such symbols, `c++filt {1}` shows the name as written.",
        shown, name);
  }
  if (const auto version = between(text, "version `", "' not found")) {
    const auto provider = between(text, "", ": version `").value_or("a system library");
    const bool glibc = version->compare(0, 6, "GLIBC_") == 0;
    const bool cxx = version->compare(0, 7, "GLIBCXX") == 0 || version->compare(0, 6, "CXXABI") == 0;
    return fmt::format(
        "{}: expected {} to have version {}, found that it does not. Next: {}", shown, provider, *version,
        glibc ? "this system's C library is older than the one it was built with: build it on this system or an older "
                "one (a container of this distribution will do), or run on a newer system."
        : cxx ? "this system's libstdc++ is older than the compiler it was built with: build it with this system's "
                "compiler, link it with -static-libstdc++, or put a newer libstdc++.so.6 first on LD_LIBRARY_PATH."
              : "install the version of that library which it was linked with, or link it again here.");
  }
  if (text.find("cannot dynamically load") != std::string::npos) {
    return fmt::format("{}: expected a shared library, found an executable. Next: link the kernel with -shared -fPIC.",
                       shown);
  }
  if (text.find("static TLS") != std::string::npos) {
    return fmt::format(
        "{}: expected a library that can be loaded at run time, found: {}. Next: name the library that has "
        "the thread-local storage in LD_PRELOAD, or build it with -ftls-model=global-dynamic.",
        shown, text);
  }
  if (text.find("failed to map segment") != std::string::npos) {
    return fmt::format(
        "{}: expected a library that can be mapped for execution, found: {}. Next: is the file system it "
        "lies on mounted noexec? Copy it elsewhere.",
        shown, text);
  }
  if (text.find("Permission denied") != std::string::npos) {
    return fmt::format(
        "{}: expected to be allowed to load it and what it needs, found: {}. Next: check the permissions "
        "of the file that is named.",
        shown, text);
  }
  return fmt::format(
      "{0}: expected it to load, the loader said: {1}. Next: `LD_DEBUG=all ldd -r {0}` shows what the "
      "loader does.",
      shown, text);
}

std::string missing_entry(const fs::path& library, const std::string& shown) {
  const std::string expected = fmt::format("{}: expected the exported symbol rope_impl_entry, found ", shown);
  std::vector<ElfFile::Symbol> alike;
  if (const auto elf = ElfFile::open(library)) alike = elf->symbols_containing("rope_impl_entry");
  for (const ElfFile::Symbol& symbol : alike) {
    if (symbol.defined && symbol.name.compare(0, 2, "_Z") == 0) {
      return expected + fmt::format(
                            "only {}, a C++ name. Next: include rope_impl.h where the function is defined, or "
                            "declare it extern \"C\".",
                            printable(symbol.name, 256));
    }
  }
  for (const ElfFile::Symbol& symbol : alike) {
    if (symbol.defined && symbol.name == "rope_impl_entry") {
      return expected +
             "it hidden. Next: mark its definition with ROPE_IMPL_EXPORT (or include rope_impl.h there), and "
             "list it under global: where the library is linked with a version script.";
    }
  }
  for (const ElfFile::Symbol& symbol : alike) {
    if (!symbol.defined && symbol.name == "rope_impl_entry") {
      return expected + "it declared but not defined. Next: define it, or link the object that does.";
    }
  }
  if (!alike.empty()) {
    return expected + fmt::format("only {}. Next: name the function rope_impl_entry.", printable(alike[0].name, 256));
  }
  return expected +
         "no such symbol: this library is no plug-in yet. Next: write one around the kernel; rope_impl.h says "
         "what it needs and the template shows it.";
}

}  // namespace

std::string explain_not_loaded(const fs::path& library, const NotLoaded& report) {
  const std::string shown = printable(library.string(), 4096);
  switch (report.kind) {
    case NotLoaded::Kind::loader:
      return loader_problem(library, shown, report.text);
    case NotLoaded::Kind::no_symbol:
      return missing_entry(library, shown);
    case NotLoaded::Kind::refused:
      return fmt::format(
          "{0}: expected rope_impl_entry({1}) to return a table of functions for ABI {1}, found NULL: the "
          "library serves another ABI version. Next: rebuild it with this tool's rope_impl.h (ABI {1}).",
          shown, ROPE_IMPL_ABI_VERSION);
    case NotLoaded::Kind::abi:
      return fmt::format(
          "{0}: expected a table for ABI {1}, found one for ABI {2}. Next: rebuild it with this tool's "
          "rope_impl.h (ABI {1}), or use the rope-conform that has ABI {2}.",
          shown, ROPE_IMPL_ABI_VERSION, report.abi);
    case NotLoaded::Kind::broken:
      break;
  }
  return fmt::format(
      "{}: expected what rope_impl.h says, found: {}. Next: correct the plug-in; the template beside "
      "rope_impl.h shows the right form.",
      shown, report.text);
}

std::string explain_lost_while_loading(const fs::path& library, std::string_view what, std::string_view printed) {
  return fmt::format(
      "{}: expected it to load and describe itself, found: {}.{} Next: find out what it does at that "
      "point; a debugger on a small program that only calls dlopen on it shows the same.",
      printable(library.string(), 4096), what,
      printed.empty() ? "" : fmt::format(" The last it printed: \"{}\".", printed));
}

}  // namespace rope::conformance
