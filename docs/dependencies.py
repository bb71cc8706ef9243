#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Holds the sources to the table of directions in docs/architecture.md: includes, link libraries, run-time libraries."""
import argparse
import pathlib
import re
import subprocess
import sys

SOURCE_SUFFIXES = {".c", ".h", ".cpp", ".hpp", ".inc", ".cu", ".cuh"}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.MULTILINE)

# What a header or a link library in angle brackets belongs to: the words that the table uses.
PACKAGE_OF_HEADER = [
    (r"boost/", "boost"), (r"(mpfr|mpf2mpfr|gmp|gmpxx)\.h$", "mpfr"), (r"hdf5(_hl)?\.h$|H5", "hdf5"),
    (r"nlohmann/", "json"), (r"fmt/", "fmt"), (r"CLI/", "cli11"), (r"openssl/", "openssl"), (r"omp\.h$", "openmp"), (r"cuda\w*\.h$", "cuda"),
    (r"quadmath\.h$", "libquadmath"), (r"CL/", "opencl"),
    (r"(gtest|gmock)/", "gtest"), (r"(flint/|flint|arb|acb|arf|mag|fmpz|fmpq|acb_.*|arb_.*)", "arb"),
]
PACKAGE_OF_LIBRARY = [
    (r"Boost::", "boost"), (r"PkgConfig::(MPFR|GMP)$", "mpfr"), (r"hdf5::", "hdf5"), (r"nlohmann_json::", "json"),
    (r"fmt::", "fmt"), (r"CLI11::", "cli11"), (r"OpenSSL::", "openssl"), (r"OpenMP::", "openmp"),
    (r"quadmath$", "libquadmath"), (r"OpenCL::", "opencl"), (r"CUDA::", "cuda"),
    (r"GTest::", "gtest"), (r"(.*[/:])?(lib)?(flint|arb)(-arb)?(\.so|>|$)", "arb"),
]
# C, POSIX and Linux headers, and the compiler's intrinsics: free to all. A C++ header has no suffix.
SYSTEM_HEADER = re.compile(
    r"^([a-z_]+|(assert|complex|ctype|errno|fenv|float|inttypes|limits|locale|math|setjmp|signal|stdarg|stdatomic|"
    r"stdbool|stddef|stdint|stdio|stdlib|string|time|dirent|dlfcn|elf|fcntl|fnmatch|link|poll|pthread|sched|spawn|syscall|"
    r"termios|ucontext|unistd|[a-z0-9]*intrin|arm_neon|cpuid)\.h|(sys|linux|asm|arpa|netinet)/[a-z_0-9]+\.h)$")
SYSTEM_LIBRARY = re.compile(r"^(dl|m|rt|pthread|Threads::Threads)$")
RUNTIME = re.compile(r"^(lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+|asan|ubsan|lsan|tsan)\.so\.\d+|ld-linux[-\w]*\.so\.\d+)$")


class Table:
    """The ```dependencies block: "folder: may see …", "folder (tests): … too", "package stays in folder"."""

    def __init__(self, text):
        block = re.search(r"^```dependencies\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
        if not block:
            raise ValueError("docs/architecture.md has no ```dependencies block")
        self.rows, self.sealed = {}, {}
        for line in block[1].splitlines():
            if not line.strip():
                continue
            if sealed := re.fullmatch(r"(\w+) stays in (\S+)", line):
                self.sealed[sealed[1]] = sealed[2]
            elif row := re.fullmatch(r"([\w./-]+)( \(tests\))? *:(.*)", line):
                self.rows[row[1], bool(row[2])] = set(row[3].split())
            else:
                raise ValueError(f"docs/architecture.md: cannot read the row '{line}'")
        self.places = sorted({place for place, _ in self.rows}, key=len, reverse=True)

    def place_of(self, path):
        """The longest place of the table that the path is, or lies under."""
        return next((place for place in self.places if path == place or path.startswith(place + "/")), None)

    def folder_of(self, path):
        """As place_of, but rows of single files count as their folder's."""
        return next((place for place in self.places if path.startswith(place + "/")), None)

    def seen_from(self, path, test):
        """What a file may see: the rows of its folder, and its own if it has one."""
        seen = set()
        for place in {self.folder_of(path), self.place_of(path)} - {None}:
            seen |= {place} | self.rows.get((place, False), set())
            if test:
                seen |= self.rows.get((place, True), set())
        return seen

    def is_test(self, path):
        """By name, or because its row says so."""
        return is_test(path) or ((path, True) in self.rows and (path, False) not in self.rows)

    def cycle(self):
        """A cycle among the rows that are not for tests, as a list of places, or None."""
        def walk(place, trail):
            if place in trail:
                return trail[trail.index(place):] + [place]
            nexts = sorted(self.rows.get((place, False), ()))
            return next((found for n in nexts if (found := walk(n, trail + [place]))), None)
        return next((found for place in self.places if (found := walk(place, []))), None)


def is_test(path):
    return bool(re.search(r"_test\.\w+$|(^|/)test_[^/]*$|(^|/)testing/", path))


def files_of(root, new=False):
    """Every file under version control that is still there, and the new ones; without git, all outside build/."""
    more = ["--cached", "--others", "--exclude-standard"] if new else []
    listed = subprocess.run(["git", "-c", "safe.directory=*", "-C", root, "ls-files", "-z", *more], capture_output=True, check=False)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
    else:
        names = [str(p.relative_to(root)) for p in sorted(pathlib.Path(root).rglob("*"))]
        names = [name for name in names if not re.match(r"(build|\.git)/", name)]
    return [name for name in names if (pathlib.Path(root) / name).is_file()]


def first_match(patterns, name):
    return next((package for pattern, package in patterns if re.match(pattern, name)), None)


class Includes:
    """Who includes what: files of ours by path, packages by the table's word."""

    def __init__(self, root, files):
        self.files, self.packages, self.wrong = {}, {}, []
        known = set(files)
        for path in files:
            if pathlib.PurePath(path).suffix not in SOURCE_SUFFIXES:
                continue
            self.files[path], self.packages[path] = [], set()
            for quoted, angled in INCLUDE.findall((pathlib.Path(root) / path).read_text(errors="replace")):
                if quoted:
                    beside = str(pathlib.PurePosixPath(path).parent / quoted)
                    found = [p for p in (quoted, "impls/include/" + quoted, beside) if p in known]
                    if found:
                        self.files[path].append(found[0])
                    else:
                        self.wrong.append(f'{path}: "{quoted}" is no file of this repository; packages go in <>')
                elif "impls/include/" + angled in known:
                    self.files[path].append("impls/include/" + angled)
                elif package := first_match(PACKAGE_OF_HEADER, angled):
                    self.packages[path].add(package)
                elif not SYSTEM_HEADER.match(angled):
                    self.wrong.append(f"{path}: <{angled}> belongs to no known package; name it in docs/dependencies.py")

    def reached_packages(self, path):
        """package -> the chain of files that leads to it."""
        reached, seen, waiting = {}, set(), [(path, [path])]
        while waiting:
            here, chain = waiting.pop(0)
            if here in seen:
                continue
            seen.add(here)
            for package in self.packages.get(here, ()):
                reached.setdefault(package, chain)
            waiting += [(there, chain + [there]) for there in self.files.get(here, ())]
        return reached

    def cycles(self):
        """Files that include themselves through others."""
        done, found = set(), []

        def walk(path, trail):
            if path in trail:
                found.append(trail[trail.index(path):] + [path])
            elif path not in done:
                for there in self.files.get(path, ()):
                    walk(there, trail + [path])
                done.add(path)
        for path in sorted(self.files):
            walk(path, [])
        return found


def include_violations(root, table, files):
    includes = Includes(root, files)
    wrong = list(includes.wrong)
    if cycle := table.cycle():
        wrong.append("docs/architecture.md: the table goes round: " + " -> ".join(cycle))
    wrong += ["circular includes: " + " -> ".join(cycle) for cycle in includes.cycles()]
    wrong += [f"docs/architecture.md: the table names {place}, which does not exist"
              for place in sorted(table.places) if not (pathlib.Path(root) / place).exists()]
    for path in sorted(includes.files):
        if table.folder_of(path) is None:
            wrong.append(f"{path}: no row of docs/architecture.md's table holds it")
            continue
        test, seen = table.is_test(path), table.seen_from(path, table.is_test(path))
        for there in includes.files[path]:
            if table.folder_of(there) not in seen and table.place_of(there) not in seen:
                wrong.append(f"{path}: may not include {there}")
            if table.is_test(there) and not test:
                wrong.append(f"{path}: is no test, and includes {there}, which is of one")
        wrong += [f"{path}: may not include a header of {package}"
                  for package in sorted(includes.packages[path] - seen)]
        if test:
            continue
        for package, chain in sorted(includes.reached_packages(path).items()):
            home = table.sealed.get(package)
            if home and not path.startswith(home + "/"):
                wrong.append(f"{path}: {package} stays in {home}, but is reached by " + " -> ".join(chain))
    return wrong


def link_violations(table, link_file):
    """link_file has a line for each target: name, folder, sources, libraries, separated by tabs and semicolons."""
    targets = {}
    for line in pathlib.Path(link_file).read_text().splitlines():
        name, folder, sources, libraries = line.split("\t")
        targets[name] = (folder, [s for s in sources.split(";") if s], [lib for lib in libraries.split(";") if lib])
    cmake_folders = {folder for folder, _, _ in targets.values()}
    wrong = [] if targets else [f"{link_file}: lists no target"]
    for name, (folder, sources, libraries) in sorted(targets.items()):
        if folder in ("", "."):
            continue
        test = any(lib.startswith("GTest::") for lib in libraries) or any(map(is_test, sources))
        # The target may see what any file of its folder may, down to folders with a CMakeLists.txt of their own.
        seen = {table.place_of(folder)}
        for place in table.places:
            owner = max((f for f in cmake_folders if place == f or place.startswith(f + "/")), key=len, default=None)
            if owner == folder or place == table.place_of(folder):
                seen |= {place} | table.rows.get((place, False), set())
                seen |= table.rows.get((place, True), set()) if test else set()
        for library in libraries:
            if library in targets:
                there = targets[library][0]
                if there not in ("", ".", folder) and table.place_of(there) not in seen:
                    wrong.append(f"target {name} of {folder}: may not link {library} of {there}")
            elif package := first_match(PACKAGE_OF_LIBRARY, library):
                if package not in seen:
                    wrong.append(f"target {name} of {folder}: may not link {library} ({package})")
            elif not SYSTEM_LIBRARY.match(library):
                wrong.append(f"target {name} of {folder}: {library} is no known library; name it in docs/dependencies.py")
    return wrong


def runtime_violations(readelf, binary):
    """A process that loads foreign code brings no libraries of its own that could collide with theirs."""
    shown = subprocess.run([readelf, "-d", "-W", binary], capture_output=True, text=True, check=False)
    needed = re.findall(r"\(NEEDED\)[^\[]*\[([^\]]+)\]", shown.stdout)
    if shown.returncode != 0 or not needed:
        return [f"{binary}: {readelf} -d named no library it needs: {shown.stderr.strip()}"]
    return [f"{binary}: needs {name}; only the C and C++ runtimes are allowed"
            for name in needed if not RUNTIME.match(name)]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root")
    parser.add_argument("--links", help="what each target links, as CMake wrote it down")
    parser.add_argument("--readelf", default="readelf")
    parser.add_argument("--runtime-only", nargs="*", default=[], help="programs that may need the runtimes alone")
    options = parser.parse_args()
    files = files_of(options.root, new=True)
    table = Table((pathlib.Path(options.root) / "docs/architecture.md").read_text())
    wrong = include_violations(options.root, table, files)
    if options.links:
        wrong += link_violations(table, options.links)
    for binary in options.runtime_only:
        wrong += runtime_violations(options.readelf, binary)
    sources = sum(pathlib.PurePath(path).suffix in SOURCE_SUFFIXES for path in files)
    if sources < 100:
        wrong.append(f"found only {sources} sources under {options.root}: this looks in the wrong place")
    print("\n".join(wrong) if wrong else f"{sources} sources keep to the table of docs/architecture.md")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
