#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""dependencies.py reports each kind of violation, in trees made for it, and nothing in a tree that has none."""
import pathlib
import sys
import tempfile
import unittest

import dependencies

TABLE = """
reference             : fmt
reference/deep.hpp    : mpfr
reference (tests)     : gtest
mpfr stays in reference
impls/include         :
impls/cpu             : impls/include
reports               : json
worker                : impls/include
tool                  : reference reports impls/include
tool (tests)          : gtest
"""
GOOD = {
    "reference/deep.hpp": "#include <mpfr.h>\n",
    "reference/sum.hpp": "#include <vector>\n",
    "reference/sum.cpp": '#include "reference/sum.hpp"\n#include "reference/deep.hpp"\n#include <fmt/format.h>\n',
    "reference/sum_test.cpp": '#include "reference/deep.hpp"\n#include <gtest/gtest.h>\n',
    "impls/include/rope_impl.h": "#include <stdint.h>\n",
    "impls/cpu/usual.cpp": '#include "rope_impl.h"\n#include <sys/mman.h>\n#include <immintrin.h>\n',
    "reports/record.hpp": "#include <string>\n",
    "worker/main.cpp": '#include "impls/include/rope_impl.h"\n',
    "tool/main.cpp": '#include "reference/sum.hpp"\n#include "reports/record.hpp"\n',
}
LINKS = [
    "rope_build\t.\t\t",
    "rope_reference\treference\tsum.cpp\trope_build;fmt::fmt;PkgConfig::MPFR",
    "sum_test\treference\tsum_test.cpp\trope_build;GTest::gtest_main;rope_reference",
    "rope_impl\timpls/include\t\t",
    "usual\timpls/cpu\tusual.cpp\trope_build;rope_impl;m;dl",
    "tool\ttool\tmain.cpp\trope_build;rope_reference",
]


def include_violations(table=TABLE, files=None):
    """The violations of GOOD with other files, or more."""
    files = GOOD | (files or {})
    with tempfile.TemporaryDirectory() as root:
        for path, text in files.items():
            target = pathlib.Path(root) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        return dependencies.include_violations(root, dependencies.Table(f"```dependencies\n{table}```\n"), list(files))


def link_violations(*lines):
    with tempfile.TemporaryDirectory() as root:
        links = pathlib.Path(root) / "links.txt"
        links.write_text("".join(line + "\n" for line in [*LINKS, *lines]))
        return dependencies.link_violations(dependencies.Table(f"```dependencies\n{TABLE}```\n"), links)


class Includes(unittest.TestCase):
    def assert_only(self, violations, *words):
        self.assertEqual(len(violations), 1, violations)
        for word in words:
            self.assertIn(word, violations[0])

    def with_file(self, path, text):
        return include_violations(files={path: text})

    def test_a_good_tree_has_none(self):
        self.assertEqual(include_violations(), [])

    def test_a_folder_outside_its_row(self):
        self.assert_only(self.with_file("reports/a.cpp", '#include "reference/sum.hpp"\n'), "reports/a.cpp", "sum.hpp")
        self.assert_only(self.with_file("impls/cpu/a.cpp", '#  include "reports/record.hpp"\n'), "impls/cpu/a.cpp")

    def test_a_package_outside_its_row(self):
        self.assert_only(self.with_file("reference/a.cpp", "#include <nlohmann/json.hpp>\n"), "json")
        self.assert_only(self.with_file("tool/a.cpp", "#include <hdf5.h>\n"), "hdf5")
        self.assert_only(self.with_file("reference/a.cpp", "#include <gtest/gtest.h>\n"), "gtest")

    def test_a_package_allowed_to_one_file(self):
        self.assert_only(self.with_file("reference/a.cpp", "#include <mpfr.h>\n"), "reference/a.cpp", "mpfr")

    def test_a_package_that_leaves_its_folder_through_a_chain(self):
        leak = {"reference/sum.hpp": '#include "reference/deep.hpp"\n'}
        self.assert_only(include_violations(files=leak), "tool/main.cpp",
                         "tool/main.cpp -> reference/sum.hpp -> reference/deep.hpp")

    def test_files_that_include_each_other(self):
        circle = {"tool/a.hpp": '#include "tool/b.hpp"\n', "tool/b.hpp": '#include "tool/a.hpp"\n'}
        self.assert_only(include_violations(files=circle), "circular", "tool/a.hpp -> tool/b.hpp -> tool/a.hpp")

    def test_rows_that_go_round(self):
        table = TABLE.replace("reports               : json", "reports               : json tool")
        self.assert_only(include_violations(table), "goes round", "reports")

    def test_a_row_for_nothing(self):
        self.assert_only(include_violations(TABLE + "gone : fmt\n"), "gone", "does not exist")

    def test_a_file_without_a_row(self):
        self.assert_only(self.with_file("extra/a.cpp", "#include <vector>\n"), "extra/a.cpp", "no row")

    def test_unknown_headers(self):
        self.assert_only(self.with_file("tool/a.cpp", "#include <curl/curl.h>\n"), "curl", "no known package")
        self.assert_only(self.with_file("tool/a.cpp", '#include "nowhere.hpp"\n'), "nowhere.hpp", "no file")

    def test_tests_are_not_included(self):
        self.assert_only(include_violations(files={"tool/a_test.hpp": "", "tool/a.cpp": '#include "tool/a_test.hpp"\n'}),
                         "tool/a.cpp", "is no test")

    def test_a_file_whose_row_makes_it_a_test(self):
        table = TABLE + "tool/oracle.hpp (tests) : json\n"
        tree = {"tool/oracle.hpp": "#include <nlohmann/json.hpp>\n", "tool/a_test.cpp": '#include "tool/oracle.hpp"\n'}
        self.assertEqual(include_violations(table, tree), [])
        self.assert_only(include_violations(table, tree | {"tool/a.cpp": '#include "tool/oracle.hpp"\n'}), "is no test")

    def test_a_page_without_the_table(self):
        with self.assertRaises(ValueError):
            dependencies.Table("# Architecture\n")
        with self.assertRaises(ValueError):
            dependencies.Table("```dependencies\nreference -> fmt\n```\n")


class Links(unittest.TestCase):
    def test_good_links(self):
        self.assertEqual(link_violations(), [])

    def test_each_wrong_link(self):
        for line, word in [
                ("reports\treports\trecord.cpp\trope_build;rope_reference", "may not link rope_reference"),
                ("reports\treports\trecord.cpp\tfmt::fmt", "fmt"),
                ("careful\timpls/cpu\tcareful.cpp\trope_impl;rope_reference", "rope_reference of reference"),
                ("other\treference\tother.cpp\tGTest::gmock;hdf5::hdf5", "hdf5"),
                ("other\treference\tother.cpp\tcurl", "no known library"),
                ("deeper\ttool\tdeeper.cpp\tnlohmann_json::nlohmann_json", "json")]:
            with self.subTest(line):
                violations = link_violations(line)
                self.assertEqual(len(violations), 1, violations)
                self.assertIn(word, violations[0])

    def test_a_list_without_targets(self):
        with tempfile.TemporaryDirectory() as root:
            empty = pathlib.Path(root) / "links.txt"
            empty.write_text("")
            table = dependencies.Table(f"```dependencies\n{TABLE}```\n")
            self.assertEqual(len(dependencies.link_violations(table, empty)), 1)


class Runtime(unittest.TestCase):
    readelf, allowed, forbidden = "readelf", None, None

    def test_a_program_with_the_runtimes_alone(self):
        self.assertEqual(dependencies.runtime_violations(self.readelf, self.allowed), [])

    def test_a_program_with_more(self):
        violations = dependencies.runtime_violations(self.readelf, self.forbidden)
        self.assertTrue(any("libmpfr" in line for line in violations), violations)

    def test_a_file_that_is_no_program(self):
        self.assertEqual(len(dependencies.runtime_violations(self.readelf, __file__)), 1)


if __name__ == "__main__":
    Runtime.readelf, Runtime.allowed, Runtime.forbidden = sys.argv[1:4]
    unittest.main(argv=sys.argv[:1])
