# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# A wrapper copied to a folder of its own builds there by the line of docs/wrapping-a-kernel.md and exports its entry.

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY ${FOLDER})
foreach(file IN ITEMS include/rope_impl.h include/rope_impl.hpp include/rope_claims.hpp wrappers/elements.hpp
        wrappers/${NAME}_op.hpp wrappers/${NAME}_op.cpp wrappers/${NAME}.cpp)
  file(COPY ${IMPLS}/${file} DESTINATION ${FOLDER})
endforeach()
execute_process(
  COMMAND ${CXX} -std=c++17 -O2 -ffp-contract=off -fPIC -fvisibility=hidden -Wall -Wextra -Wpedantic -Werror -shared
          -o ${NAME}.so ${NAME}.cpp ${NAME}_op.cpp
  WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status ERROR_VARIABLE errors)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${NAME}.cpp does not build where it was copied to: ${errors}")
endif()
execute_process(COMMAND ${NM} -D --defined-only ${FOLDER}/${NAME}.so OUTPUT_VARIABLE symbols)
if(NOT symbols MATCHES "rope_impl_entry")
  message(FATAL_ERROR "${NAME}.so does not export rope_impl_entry: ${symbols}")
endif()
