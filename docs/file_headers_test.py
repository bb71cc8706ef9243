#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""file_headers.py reports each kind of violation, and accepts each form of header in use."""
import pathlib
import tempfile
import unittest

import file_headers


def lines(mark):
    return f"{mark} SPDX-FileCopyrightText: 2026 rope-conform authors\n{mark} SPDX-License-Identifier: Apache-2.0\n"


GOOD = {
    "a.cpp": lines("//") + "//\n// Adds two numbers.\n#include <vector>\n",
    "b.cpp": lines("//") + "// Adds two numbers, as in\n//     a + b,\n// and no more.\n",
    "c.h": "/* SPDX-FileCopyrightText: 2026 rope-conform authors\n * SPDX-License-Identifier: MIT-0\n *\n * Adds two numbers.\n */\n",
    "d.py": "#!/usr/bin/env python3\n" + lines("#") + '"""Adds two numbers."""\n',
    "e/CMakeLists.txt": lines("#") + "#\n# Builds the adder.\nadd_library(adder)\n",
    "f.md": "No header at all\n",
    "g/testdata/h.txt": "golden\n",
}


def violations(path, text):
    with tempfile.TemporaryDirectory() as root:
        target = pathlib.Path(root) / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file_headers.violations(root, [path])


class FileHeaders(unittest.TestCase):
    def test_good_files(self):
        for path, text in GOOD.items():
            self.assertEqual(violations(path, text), [], path)

    def test_bad_headers(self):
        for text, word in [
                ("#include <vector>\n", "SPDX"), ("", "SPDX"), ("\n" + GOOD["a.cpp"], "SPDX"),
                ("// SPDX-License-Identifier: Apache-2.0\n// Adds two numbers.\n", "SPDX"),
                (lines("//").replace("rope-conform", "other") + "// Adds two numbers.\n", "SPDX"),
                (lines("//") + "#include <vector>\n// Adds two numbers.\n", "sentence"),
                (lines("//") + "//\n// Adder\n", "sentence"),
                (lines("//") + "//\n//\n#pragma once\n", "sentence")]:
            found = violations("a.cpp", text)
            self.assertEqual(len(found), 1, (text, found))
            self.assertIn(word, found[0])

    def test_unknown_kinds_are_sources(self):
        self.assertEqual(len(violations("a.zig", "x\n")), 1)

    def test_paths_of_a_machine(self):
        for folder in ["work", "root", "home"]:
            for text in [f"see /{folder}/x/y\n", f'"/{folder}"\n', f"\n-I/{folder}/include"[:2] + f" /{folder}/include\n"]:
                found = violations("a.md", text)
                self.assertEqual(len(found), 1, (text, found))
                self.assertIn("/" + folder, found[0])
        self.assertIn("a.md:3:", violations("a.md", "1\n2\n/" + "home/me\n")[0])

    def test_paths_that_only_look_like_it(self):
        work, root, home = ("/" + folder for folder in ["work", "root", "home"])
        for text in [f"tool{work}/x", f"{work}space_bytes", f"..{root}/x", f"$ROOT{home}/x", f"{home}s/x"]:
            self.assertEqual(violations("a.md", text + "\n"), [], text)

    def test_binary_files_are_left_alone(self):
        self.assertEqual(violations("a.h5", b"\0/" + b"home/x"), [])


if __name__ == "__main__":
    unittest.main()
