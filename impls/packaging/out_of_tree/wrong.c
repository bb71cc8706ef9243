/* SPDX-FileCopyrightText: 2026 rope-conform authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * The template (ROPE_TEMPLATE, from the CMakeLists.txt) with a sine of the other sign: it rotates backwards, on
 * purpose.
 */
#include <math.h>

static float wrong_sine(float angle) {
  return -sinf(angle);
}
#define sinf wrong_sine

#include ROPE_TEMPLATE
