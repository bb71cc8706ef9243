#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""pages.py finds each kind of mistake that a page can make, and lets what is right pass."""
import pathlib
import tempfile
import unittest

import pages

RULES = "| rule | level | check |\n|---|---|---|\n| R1 | MUST | `golden-table` |\n"


def page(text, path="docs/a.md"):
    return pages.Page(path, text)


class Pages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for name in ("docs/a.md", "docs/examples/one.cpp", "reports/render_json.cpp", "reports/record.hpp"):
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            (self.root / name).write_text("int one();\nint two();\n", encoding="utf-8")
        self.names = ["docs/a.md", "reports/render_json.cpp", "reports/record.hpp"]

    def test_links(self):
        self.assertFalse(list(pages.missing_links(page("[a](a.md#top) [b](https://x.org/y) [c](#d)"), self.root)))
        self.assertEqual(len(list(pages.missing_links(page("[a](b.md) [c](../c.md)"), self.root))), 2)
        self.assertFalse(list(pages.missing_links(page("```text\n[a](b.md)\n```\n"), self.root)))

    def test_files(self):
        right = "`reports/render_<name>.cpp` `reports/record.{hpp}` `record.hpp` `reports/` `a/b` `int x.cpp`"
        self.assertFalse(list(pages.missing_files(page(right), self.root, self.names)))
        wrong = "`reports/nothing.cpp` `reports/record.{hpp,cpp}` `nothing.cpp` `docs/none_*.md`"
        self.assertEqual(len(list(pages.missing_files(page(wrong), self.root, self.names))), 4)

    def test_words(self):
        self.assertEqual(len(list(pages.unknown_words(page("`golden-table` `golden-chair`"), "golden-table"))), 1)

    def test_rules_and_checks(self):
        checks = {"golden-table": ("R1", "MUST")}
        right = {"docs/conformance.md": page(RULES)}
        self.assertFalse(list(pages.wrong_rules(right, checks)))
        self.assertEqual(len(list(pages.wrong_rules(right, {"golden-table": ("R1", "SHOULD")}))), 1)
        self.assertEqual(len(list(pages.wrong_rules(right, {**checks, "norm": ("R2", "MUST")}))), 1)
        for text in ("as R9 says", "| check | |\n|---|---|\n| `chair` | |\n", "```sh\nchair/m/fp32/both\n```\n"):
            self.assertEqual(len(list(pages.wrong_rules({**right, "docs/a.md": page(text)}, checks))), 1, text)

    def test_options(self):
        options = {"--impl", "--out"}
        right = "`--impl X` `--no-install`\n```sh\nx | rope-conform --impl a \\\n  --out b  # --c\ncmake --d\n```\n"
        self.assertFalse(list(pages.wrong_options(page(right), options, "bootstrap --no-install")))
        wrong = "`--impel`\n```sh\n./rope-conform --impl a \\\n  --outt b\n```\n"
        self.assertEqual(len(list(pages.wrong_options(page(wrong), options, ""))), 2)

    def test_exit_codes(self):
        table = "| exit code | |\n|---|---|\n| 0 | a |\n| 1 | b |\n"
        self.assertFalse(list(pages.wrong_exit_codes(page(table), {0, 1})))
        self.assertEqual(len(list(pages.wrong_exit_codes(page(table), {0, 1, 5}))), 1)

    def test_report_keys(self):
        shape = {}
        pages.shape_of({"a": 1, "b": [{"c": 0.5}, {"c": "inf"}], "d": {"dec": "1", "hex": "0x1"}, "e": None}, "", shape)
        rows = ["| `a` | integer |", "| `b` | array |", "| `b[]` | object |", "| `b[].c` | number |",
                "| `d` | dec and hex |", "| `e` | object or null |"]

        def found(lines):
            return list(pages.wrong_keys(page("\n".join(["| key | type |", "|---|---|", *lines]) + "\n"), shape))
        self.assertFalse(found(rows))
        self.assertEqual(len(found(rows[1:])), 1)
        self.assertEqual(len(found([*rows, "| `f` | string |"])), 1)
        self.assertEqual(len(found(["| `a` | string |", *rows[1:]])), 1)

    def test_excerpts(self):
        self.assertFalse(list(pages.missing_excerpts(page("```cpp\nint two();\n```\n"), self.root)))
        self.assertEqual(len(list(pages.missing_excerpts(page("```cpp\nint three();\n```\n"), self.root))), 1)


if __name__ == "__main__":
    unittest.main()
