# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# PLUGIN exports EXPECTED (symbols separated by commas, may be empty) and nothing else, according to nm.

execute_process(COMMAND ${NM} -D --defined-only --format=posix ${PLUGIN}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "nm failed on ${PLUGIN}: ${errors}")
endif()
string(REGEX MATCHALL "[^\n]+" lines "${output}")
list(TRANSFORM lines REPLACE " .*" "")
list(SORT lines)
list(JOIN lines "," found)
if(NOT found STREQUAL EXPECTED)
  message(FATAL_ERROR "${PLUGIN} must export \"${EXPECTED}\" alone, but exports \"${found}\"")
endif()
