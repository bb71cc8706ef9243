# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Each of FILES (separated by commas) has fewer than LIMIT lines that are neither blank nor a comment alone, and as many
# as PAGE says.

file(READ ${PAGE} page)
string(REPLACE "," ";" files "${FILES}")
foreach(file IN LISTS files)
  file(READ ${file} text)
  # In a list, a semicolon would separate and a bracket would join lines.
  string(REGEX REPLACE "[][;\\]" "." text "${text}")
  string(REGEX REPLACE "\n[ \t]*(//[^\n]*)?(\n[ \t]*(//[^\n]*)?)*\n" "\n" text "\n${text}\n")
  string(REGEX MATCHALL "\n[^\n]+" lines "${text}")
  list(LENGTH lines count)
  cmake_path(GET file FILENAME name)
  message(STATUS "${name}: ${count} lines of glue")
  if(count LESS 1 OR NOT count LESS LIMIT)
    message(SEND_ERROR "${name} has ${count} lines of glue; fewer than ${LIMIT} are promised")
  endif()
  if(NOT page MATCHES "\\[${name}\\][^\n]*\\| ${count} lines \\|")
    message(SEND_ERROR "${name} has ${count} lines of glue; ${PAGE} says otherwise")
  endif()
endforeach()
