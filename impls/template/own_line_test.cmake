# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Does what the head of template.c tells a reader to do: copies the two files, runs the stated line with $CC.

file(STRINGS ${TEMPLATE} lines REGEX "^ \\*     cc ")
list(LENGTH lines count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "expected one line beginning with cc in the head of ${TEMPLATE}, found ${count}")
endif()
string(REGEX REPLACE "^ \\*     cc " "" arguments "${lines}")
separate_arguments(arguments UNIX_COMMAND "${arguments}")

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
file(COPY ${TEMPLATE} ${HEADER} DESTINATION ${FOLDER})
execute_process(COMMAND ${CC} ${arguments} WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the stated line failed (${status}):\n${CC} ${arguments}\n${errors}")
endif()
if(NOT errors STREQUAL "")
  message(FATAL_ERROR "the stated line must be silent, but said:\n${errors}")
endif()
execute_process(COMMAND ${NM} -D --defined-only ${FOLDER}/template.so RESULT_VARIABLE status OUTPUT_VARIABLE symbols)
if(NOT status EQUAL 0 OR NOT symbols MATCHES " T rope_impl_entry\n")
  message(FATAL_ERROR "template.so must define rope_impl_entry; nm says:\n${symbols}")
endif()
