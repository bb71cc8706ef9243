#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
"""labels.py sees a label that shrank, a test without a label, and a label that nobody wrote down."""
import unittest

import labels


def tests(**counts):
    return [{"name": f"{label}.{i}", "properties": [{"name": "TIMEOUT", "value": 60}, {"name": "LABELS", "value": [label]}]}
            for label, number in counts.items() for i in range(number)]


class Labels(unittest.TestCase):
    least = labels.recorded("# head\n\nunit 3\nfaulty 1\ngpu 0\n")

    def wrong(self, listed):
        return labels.violations(self.least, listed)[0]

    def test_as_many_and_more(self):
        self.assertEqual(self.wrong(tests(unit=3, faulty=1)), [])
        self.assertEqual(self.wrong(tests(unit=4, faulty=2, gpu=1)), [])

    def test_fewer(self):
        for listed, label in [(tests(unit=2, faulty=1), "unit"), (tests(unit=9), "faulty")]:
            found = self.wrong(listed)
            self.assertEqual(len(found), 1, found)
            self.assertIn(f"label {label}: expected at least", found[0])
        self.assertEqual(len(self.wrong([])), 2)

    def test_no_label_and_unknown_label(self):
        self.assertIn("x: has no label", self.wrong(tests(unit=3, faulty=1) + [{"name": "x"}])[0])
        self.assertIn("label unti is not", self.wrong(tests(unit=3, faulty=1, unti=1))[0])

    def test_unreadable_lines(self):
        for text in ["unit\n", "unit many\n", "unit 1\nunit 2\n"]:
            with self.assertRaises(ValueError):
                labels.recorded(text)


if __name__ == "__main__":
    unittest.main()
