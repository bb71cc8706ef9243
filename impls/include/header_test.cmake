# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Compiles HEADER alone as STANDARD, with each of COMPILERS, pairs "C compiler|C++ compiler" with commas between; all
# must be silent.
if(STANDARD MATCHES "\\+\\+")
  set(language c++)
  set(which 1)
else()
  set(language c)
  set(which 0)
endif()
if(NOT COMPILERS)
  message(FATAL_ERROR "expected COMPILERS, pairs of a C and a C++ compiler, found none")
endif()
string(REPLACE "," ";" pairs "${COMPILERS}")
foreach(pair IN LISTS pairs)
  string(REPLACE "|" ";" pair "${pair}")
  list(GET pair ${which} compiler)
  execute_process(COMMAND ${compiler} -std=${STANDARD} -pedantic-errors -Wall -Wextra -Werror -fsyntax-only
                          -x ${language} ${HEADER}
                  RESULT_VARIABLE status ERROR_VARIABLE errors)
  if(NOT status EQUAL 0 OR NOT errors STREQUAL "")
    message(FATAL_ERROR "${HEADER} as ${STANDARD} with ${compiler}: expected silence, found exit code ${status} and\n"
                        "${errors}")
  endif()
  message("${compiler} -std=${STANDARD}")
endforeach()
