// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// MPFR keeps constants (pi, ln 2) for each thread and frees them for none.
#pragma once

#include <mpfr.h>

namespace rope {

/// Has this thread's constants freed when it ends. Call it before what uses them; again costs nothing.
inline void release_constants_at_thread_exit() {
  struct Release {
    Release() = default;
    Release(const Release&) = delete;
    Release& operator=(const Release&) = delete;
    ~Release() { mpfr_free_cache2(MPFR_FREE_LOCAL_CACHE); }
    void touch() const {}
  };
  thread_local const Release release;
  release.touch();
}

}  // namespace rope
