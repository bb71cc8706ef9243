// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// The smallest library with a plug-in's entry, in C++11: it offers no table, whatever the ABI, and so cannot be loaded.
#include "rope_impl.h"

const rope_impl_api* rope_impl_entry(uint32_t) {
  return nullptr;
}
