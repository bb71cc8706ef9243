// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// An ordinary shared library that is no plug-in: it has no rope_impl_entry.

extern "C" __attribute__((visibility("default"))) int rope_no_plugin();

int rope_no_plugin() {
  return 0;
}
