// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Refuses every version of the plug-in interface: its entry returns NULL.
#include "rope_impl.h"

const rope_impl_api* rope_impl_entry(uint32_t) {
  return nullptr;
}
