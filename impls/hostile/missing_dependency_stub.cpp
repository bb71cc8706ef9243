// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The library that missing-dependency.so is linked to and then does not find: nothing puts its folder on a run path.

extern "C" __attribute__((visibility("default"))) int rope_missing_dependency();

int rope_missing_dependency() {
  return 0;
}
