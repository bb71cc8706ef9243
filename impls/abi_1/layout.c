/* SPDX-FileCopyrightText: 2026 rope-conform authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Prints where everything of the first header of ABI 1 is: built once with that header and once with today's, the two
 * must agree but for the sizes of structs, which may have grown.
 */
#include <rope_impl.h> /* not the one beside this file, which quotes would find first */
#include <stddef.h>
#include <stdio.h>

#define SIZE(type) printf("size %s %zu\n", #type, sizeof(type));
#define FIELD(type, field) \
  printf("field %s.%s %zu %zu\n", #type, #field, offsetof(type, field), sizeof(((type*)0)->field));
#define NUMBER(name) printf("number %s %llu\n", #name, (unsigned long long)(name));
#define TEXT(name) printf("text %s %s\n", #name, name);

int main(void) {
#include "impls/abi_1/everything.inc"
  return 0;
}
