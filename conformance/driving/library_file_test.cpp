// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Each way a file can fail to be a plug-in has its own explanation: what was expected, what was found, what to do next.
#include "conformance/driving/library_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <random>
#include <sstream>

#include "conformance/driving/elf_file.hpp"
#include "conformance/driving/testing/driving.hpp"

namespace rope::conformance {
namespace {

namespace fs = std::filesystem;
using protocol::NotLoaded;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

class LibraryFile : public ::testing::Test {
 protected:
  LibraryFile() {
    std::string pattern = (fs::temp_directory_path() / "rope-library-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~LibraryFile() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const std::string& content) const {
    std::ofstream(folder_ / name, std::ios::binary) << content;
    return folder_ / name;
  }
  static std::string read(const fs::path& path) {
    std::ostringstream all;
    all << std::ifstream(path, std::ios::binary).rdbuf();
    return all.str();
  }
  static std::string problem(const fs::path& path) {
    const auto found = problem_before_loading(path);
    if (!found) return "no problem";
    // The three parts of every explanation.
    EXPECT_THAT(*found, AllOf(HasSubstr("expected"), HasSubstr("found"), HasSubstr("Next: ")));
    return *found;
  }
  static std::string not_loaded(const std::string& library, NotLoaded::Kind kind, const std::string& text,
                                std::uint32_t abi = 0) {
    std::string message = explain_not_loaded(library, {kind, text, abi});
    EXPECT_THAT(message, AllOf(HasSubstr(library), HasSubstr("expected"), HasSubstr("Next:")));
    return message;
  }

  fs::path folder_;
};

TEST_F(LibraryFile, GoodOnesHaveNoProblem) {
  EXPECT_EQ(problem(plugin("usual")), "no problem");
  EXPECT_EQ(problem(plugin("hostile/no-symbol")), "no problem");
  fs::create_symlink(plugin("usual"), folder_ / "link.so");
  EXPECT_EQ(problem(folder_ / "link.so"), "no problem");
}

TEST_F(LibraryFile, NotThere) {
  write("libkernel.so", "x");
  write("libother.so.2", "x");
  write("notes.txt", "x");
  EXPECT_THAT(problem(folder_ / "libkernle.so"),
              AllOf(HasSubstr("no such file"), HasSubstr("Did you mean libkernel.so?")));
  EXPECT_THAT(problem(folder_ / "zzzzzzzzzzzzzzzzzzzzzzzz"),
              AllOf(HasSubstr("libkernel.so, libother.so.2"), Not(HasSubstr("notes"))));
  EXPECT_THAT(problem(folder_ / "deep/er/lib.so"), HasSubstr("up to " + folder_.string() + "."));
  fs::create_directory(folder_ / "empty");
  EXPECT_THAT(problem(folder_ / "empty/a.so"), HasSubstr("no .so file"));
  fs::create_symlink("nowhere.so", folder_ / "dangling.so");
  EXPECT_THAT(problem(folder_ / "dangling.so"), HasSubstr("symbolic link to nowhere.so"));
}

TEST_F(LibraryFile, NotAFile) {
  EXPECT_THAT(problem(folder_), HasSubstr("directory"));
  ASSERT_EQ(mkfifo((folder_ / "pipe.so").c_str(), 0600), 0);
  EXPECT_THAT(problem(folder_ / "pipe.so"), HasSubstr("no regular file"));  // and does not wait for a writer
  EXPECT_THAT(problem("/dev/zero"), HasSubstr("no regular file"));
  EXPECT_THAT(problem_before_loading("").value_or(""), HasSubstr("expected the path"));
}

TEST_F(LibraryFile, NotReadable) {
  const fs::path path = write("secret.so", "x");
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  ASSERT_EQ(chmod(folder_.c_str(), 0755), 0);
  // Root may read everything, so look as somebody else.
  const uid_t own = geteuid();
  ASSERT_TRUE(own != 0 || seteuid(65534) == 0);
  const std::string found = problem(path);
  ASSERT_TRUE(own != 0 || seteuid(own) == 0);
  EXPECT_THAT(found, AllOf(HasSubstr("Permission denied"), HasSubstr("chmod")));
}

TEST_F(LibraryFile, PathsThatNoMessageCanCarry) {
  EXPECT_THAT(problem(write("a\xff.so", "x")), HasSubstr("a\\xff.so: expected a path in UTF-8"));
  EXPECT_THAT(problem(write("a\nb.so", "x")), HasSubstr("expected a path in UTF-8"));
}

TEST_F(LibraryFile, OtherContent) {
  EXPECT_THAT(problem(write("a.so", "")), HasSubstr("empty file"));
  EXPECT_THAT(problem(write("a.so", "#!/bin/sh\necho hello\n")),
              AllOf(HasSubstr("a text file"), HasSubstr("#!/bin/sh")));
  EXPECT_THAT(problem(write("a.so", "INPUT(-lfoo)\n")), AllOf(HasSubstr("linker script"), HasSubstr("INPUT(-lfoo)")));
  EXPECT_THAT(problem(write("a.so", "/* GNU ld script */\nGROUP ( /lib/a.so )\n")), HasSubstr("linker script"));
  EXPECT_THAT(problem(write("a.so", "!<arch>\nabc")), HasSubstr("static archive"));
  EXPECT_THAT(problem(write("a.so", std::string("MZ\x90\0\3", 5))), HasSubstr("Windows"));
  EXPECT_THAT(problem(write("a.so", "\xCF\xFA\xED\xFE....")), HasSubstr("macOS"));
  EXPECT_THAT(problem(write("a.so", "version https://git-lfs.github.com/spec/v1\n")), HasSubstr("git lfs pull"));
  EXPECT_THAT(problem(write("a.so", std::string("\0\1\2\3", 4))), HasSubstr("bytes 00 01 02 03"));
  EXPECT_THAT(problem(write("a.so",
                            "\x7f"
                            "ELF")),
              HasSubstr("4 bytes of one"));
}

TEST_F(LibraryFile, OtherElfFiles) {
  const std::string good = read(plugin("usual"));
  ASSERT_GT(good.size(), 1000u);
  const auto with = [&](std::size_t at, char value) {
    std::string changed = good;
    changed[at] = value;
    return write("changed.so", changed);
  };
  // Byte numbers by the System V ABI: class 4, byte order 5, type 16, machine 18.
  EXPECT_THAT(problem(with(4, 1)), AllOf(HasSubstr("64-bit"), HasSubstr("found one for 32-bit")));
  EXPECT_THAT(problem(with(5, 2)), HasSubstr("found one for 64-bit big-endian"));
#if defined(__x86_64__)
  EXPECT_THAT(problem(with(18, static_cast<char>(183))), AllOf(HasSubstr("this machine (64-bit little-endian x86-64)"),
                                                               HasSubstr("64-bit little-endian aarch64")));
#endif
  EXPECT_THAT(problem(with(16, 1)), HasSubstr("object file"));
  EXPECT_THAT(problem(with(16, 2)), HasSubstr("an executable"));
  EXPECT_THAT(problem(with(16, 4)), HasSubstr("core dump"));
}

TEST_F(LibraryFile, CutOff) {
  const std::string good = read(plugin("usual"));
  const auto elf = ElfFile::open(plugin("usual"));
  ASSERT_TRUE(elf.has_value());
  const std::size_t needed = elf->needed_size().value_or(0);
  ASSERT_LE(needed, good.size());
  for (const std::size_t length : {needed - 1, needed / 2, std::size_t{5000}, std::size_t{100}, std::size_t{40}}) {
    EXPECT_THAT(problem(write("cut.so", good.substr(0, length))),
                AllOf(HasSubstr("it is cut off"), HasSubstr("found " + std::to_string(length) + " bytes")));
  }
}

// Headers are foreign too: whatever they say, reading them ends.
TEST_F(LibraryFile, DamagedHeadersAreSurvived) {
  const std::string good = read(plugin("usual"));
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    std::string changed = good;
    for (int i = 0; i < 8; ++i) changed[random() % 64] = static_cast<char>(random());
    for (int i = 0; i < 8; ++i) changed[random() % changed.size()] = static_cast<char>(random());
    const fs::path path = write("damaged.so", changed);
    (void)problem_before_loading(path);
    if (const auto elf = ElfFile::open(path)) {
      (void)elf->needed_libraries();
      (void)elf->symbols_containing("rope");
      (void)elf->needed_size();
    }
  }
}

TEST_F(LibraryFile, ElfNamesAndNeeds) {
  const auto elf = ElfFile::open(plugin("hostile/missing-dependency"));
  ASSERT_TRUE(elf.has_value());
  EXPECT_THAT(elf->needed_libraries(), Contains("librope_missing_dependency.so.11.0"));
  const auto usual = ElfFile::open(plugin("usual"));
  ASSERT_TRUE(usual.has_value());
  bool exported = false;
  for (const auto& symbol : usual->symbols_containing("rope_impl_entry")) {
    exported = exported || (symbol.name == "rope_impl_entry" && symbol.exported);
  }
  EXPECT_TRUE(exported);
}

TEST_F(LibraryFile, MissingDependencies) {
  const auto missing = [&](const std::string& name) {
    return not_loaded(plugin("hostile/missing-dependency"), NotLoaded::Kind::loader,
                      name + ": cannot open shared object file: No such file or directory");
  };
  EXPECT_THAT(missing("librope_missing_dependency.so.11.0"),
              HasSubstr("did not find librope_missing_dependency.so.11.0, which it needs"));
  EXPECT_THAT(missing("libcudart.so.11.0"),
              AllOf(HasSubstr("which one of the libraries it depends on needs"), HasSubstr("CUDA Toolkit 11:"),
                    HasSubstr("/usr/local/cuda-11/lib64"), HasSubstr("LD_LIBRARY_PATH"), HasSubstr("ldd")));
  EXPECT_THAT(missing("libcudart.so.12"), HasSubstr("CUDA Toolkit 12:"));
  EXPECT_THAT(missing("libcuda.so.1"), AllOf(HasSubstr("NVIDIA driver"), Not(HasSubstr("Toolkit 1:"))));
  EXPECT_THAT(missing("libamdhip64.so.6"), HasSubstr("ROCm 6"));
  EXPECT_THAT(missing("libc10.so"), HasSubstr("PyTorch"));
  EXPECT_THAT(missing("libwhatever.so.3"), HasSubstr("Install the package"));
}

TEST_F(LibraryFile, LoadersSentences) {
  const std::string usual = plugin("usual");
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader, usual + ": undefined symbol: _ZN3foo3barEv"),
              AllOf(HasSubstr("no definition of _ZN3foo3barEv."), HasSubstr("-z,defs")));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader,
                         "/lib/libc.so.6: version `GLIBC_2.38' not found (required by " + usual + ")"),
              AllOf(HasSubstr("expected /lib/libc.so.6 to have version GLIBC_2.38"), HasSubstr("older")));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader,
                         "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by " + usual + ")"),
              AllOf(HasSubstr("GLIBCXX_3.4.32"), HasSubstr("-static-libstdc++")));
  EXPECT_THAT(
      not_loaded(usual, NotLoaded::Kind::loader, usual + ": cannot dynamically load position-independent executable"),
      HasSubstr("found an executable"));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader, usual + ": cannot allocate memory in static TLS block"),
              HasSubstr("LD_PRELOAD"));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader, usual + ": failed to map segment from shared object"),
              HasSubstr("noexec"));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::loader, "something new"), HasSubstr("the loader said: something new"));
}

TEST_F(LibraryFile, AbiAndRules) {
  const std::string usual = plugin("usual");
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::abi, "", 7),
              AllOf(HasSubstr("ABI 1"), HasSubstr("found one for ABI 7")));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::refused, ""), HasSubstr("found NULL"));
  EXPECT_THAT(not_loaded(usual, NotLoaded::Kind::broken, "the rule"), HasSubstr("found: the rule"));
}

// Real libraries, built for this test, whose entry is there but cannot be found by its name.
TEST_F(LibraryFile, EntryLookAlikes) {
  EXPECT_THAT(not_loaded(ROPE_LOOKALIKE_MANGLED, NotLoaded::Kind::no_symbol, ""),
              AllOf(HasSubstr("only _Z15rope_impl_entryj"), HasSubstr("extern \"C\"")));
  EXPECT_THAT(not_loaded(ROPE_LOOKALIKE_HIDDEN, NotLoaded::Kind::no_symbol, ""),
              AllOf(HasSubstr("it hidden"), HasSubstr("ROPE_IMPL_EXPORT")));
  EXPECT_THAT(not_loaded(ROPE_LOOKALIKE_OTHER, NotLoaded::Kind::no_symbol, ""),
              AllOf(HasSubstr("only my_rope_impl_entry."), HasSubstr("name the function rope_impl_entry")));
  EXPECT_THAT(not_loaded(plugin("hostile/no-symbol"), NotLoaded::Kind::no_symbol, ""), HasSubstr("no such symbol"));
}

// The same through the whole way, with the loader's real sentences.
TEST_F(LibraryFile, ThroughTheDriver) {
  const auto load = [](const std::string& path) {
    Driver driver(worker_options(), path);
    const auto loaded = driver.load();
    const auto* found = std::get_if<LoadProblem>(&loaded);
    return found == nullptr ? "loaded" : found->message;
  };
  EXPECT_THAT(load(ROPE_LOOKALIKE_MANGLED), HasSubstr("_Z15rope_impl_entryj"));
  EXPECT_THAT(load(ROPE_LOOKALIKE_HIDDEN), HasSubstr("it hidden"));
  EXPECT_THAT(load(ROPE_CONFORM_WORKER), HasSubstr("found an executable"));
  EXPECT_THAT(load(write("t.so", "text")), HasSubstr("a text file"));
  EXPECT_THAT(load(folder_ / "none.so"), HasSubstr("no such file"));
  // A bare name is a path here, not a search.
  EXPECT_THAT(load("libm.so.6"), HasSubstr("no such file"));
}

}  // namespace
}  // namespace rope::conformance
