#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""Every source file begins with its licence and a sentence, and no file names a folder of someone's machine."""
import pathlib
import re
import sys

from dependencies import files_of

# These kinds are data, prose or licences; every other file is a source.
WITHOUT_HEADER = re.compile(
    r"\.(md|json|h5|html|xml|ipynb|npz|safetensors|golden)$|^LICENSE|(^|/)testdata/|(^|/)hard_cases/|(^|/)\.(gitignore|clang-format)$")
SPDX = re.compile(r"SPDX-FileCopyrightText: \d{4} rope-conform authors\n[ #/*]*SPDX-License-Identifier: [\w.-]+\n")
# A machine's folder at the start of a path; "…/testing/home/…" and "/workspace" are none.
MACHINE_PATH = re.compile(r"""(?<![\w.})$\\-])/(work|root|home)(?=[/"'`\s]|$)""", re.MULTILINE)


def words_of(line, mark):
    """The words of a comment or docstring line, or None where it is neither; mark is the file's own: //, # or *."""
    line = line.strip()
    if mark == "#" and line.startswith('"""'):
        return line.strip('"')
    return line[len(mark):].strip(" */") if line.startswith(mark) else None


def header_violation(path, text):
    lines = text.splitlines(keepends=True)
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    first = re.match(r"(/\*|//|#) (.*)", "".join(lines[:2]), re.DOTALL)
    if not first or not SPDX.match(first[2]):
        return f"{path}: begins with no SPDX-FileCopyrightText and SPDX-License-Identifier line"
    sentence = []
    for line in lines[2:]:
        words = words_of(line, first[1].strip("/") or "//")
        if words is None or (not words and sentence):
            break
        sentence += words.split()
    # CMake's own page of the top level has its sentence in project(… DESCRIPTION …).
    if path == "CMakeLists.txt":
        return None if 'DESCRIPTION "' in text else f"{path}: project() has no DESCRIPTION"
    if len(sentence) < 3 or not re.search(r"[.:;?]\W*(\s|$)", " ".join(sentence)):
        return f"{path}: no sentence after the licence says what the file is for"
    return None


def violations(root, files):
    wrong = []
    for path in files:
        data = (pathlib.Path(root) / path).read_bytes()
        if b"\0" in data:
            continue
        text = data.decode(errors="replace")
        if not WITHOUT_HEADER.search(path) and (found := header_violation(path, text)):
            wrong.append(found)
        for match in MACHINE_PATH.finditer(text):
            wrong.append(f"{path}:{text.count(chr(10), 0, match.start()) + 1}: names {match[0]} of some machine")
    return wrong


def main():
    root = sys.argv[1]
    files = files_of(root)
    wrong = violations(root, files)
    if len(files) < 100:
        wrong.append(f"found only {len(files)} files under {root}: this looks in the wrong place")
    print("\n".join(wrong) if wrong else f"{len(files)} files begin as they should and name no machine's folders")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
