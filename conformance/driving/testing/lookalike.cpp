// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// Libraries whose entry is there under a name or with a visibility that the loader does not find: without extern "C",
// hidden, or called something else.
#include <cstdint>

#if defined(LOOKALIKE_MANGLED)
__attribute__((visibility("default"))) const void* rope_impl_entry(std::uint32_t);
const void* rope_impl_entry(std::uint32_t) {
  return nullptr;
}
#elif defined(LOOKALIKE_HIDDEN)
extern "C" __attribute__((visibility("hidden"))) const void* rope_impl_entry(std::uint32_t);
extern "C" const void* rope_impl_entry(std::uint32_t) {
  return nullptr;
}
#else
extern "C" __attribute__((visibility("default"))) const void* my_rope_impl_entry(std::uint32_t);
extern "C" const void* my_rope_impl_entry(std::uint32_t) {
  return nullptr;
}
#endif
