# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Someone else's project on the moved installation: the right kernel passes, the wrong one fails in the checks that can
# see what is wrong and for the reason that is so, an inconclusive run fails, and what cannot be judged is skipped.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(build ${FOLDER}/out_of_tree)
# Another tool, which would fail every test, is where CMake looks first; that of the package's own installation is meant.
file(WRITE ${FOLDER}/decoy/bin/rope-conform "#!/bin/sh\nexit 4\n")
file(CHMOD ${FOLDER}/decoy/bin/rope-conform PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
configure(0 ${SOURCE}/impls/packaging/out_of_tree ${build} -DCMAKE_PREFIX_PATH=${FOLDER}/decoy
          "-Drope_impl_DIR=${moved}/${LIBDIR}/cmake/rope_impl" -DVERSION=${VERSION}
          -DEXAMPLE=${SOURCE}/docs/examples/my_rope.cpp)
expect("${output}" "rope_impl ${VERSION}, ABI ${ABI}")
run(0 ${CMAKE_COMMAND} --build ${build})
foreach(plugin IN ITEMS right wrong my_rope)
  run(0 ${NM} -D --defined-only --format=posix ${build}/${plugin}.so)
  expect("${output}" "^rope_impl_entry T [^ ]+ [^ ]* ?$")
endforeach()
run(8 ${CTEST} --test-dir ${build} --no-tests=error --output-on-failure --output-junit ${build}/ctest.xml)
set(log "${output}")

# status_of(test): run, fail or notrun, in ctest's own report.
file(READ ${build}/ctest.xml junit)
function(expect_status expected)
  foreach(test IN LISTS ARGN)
    string(REPLACE "." "\\." name "${test}")
    string(REGEX MATCH "<testcase name=\"${name}\"[^>]* status=\"([a-z]+)\"" found "${junit}")
    if(NOT CMAKE_MATCH_1 STREQUAL expected)
      message(FATAL_ERROR "${test}: expected status ${expected}, found \"${CMAKE_MATCH_1}\"\n${log}")
    endif()
  endforeach()
endfunction()

expect_status(run rope-conform.right rope-conform.my_rope)
expect_status(fail rope-conform.wrong rope-conform.wrong.golden-rotation rope-conform.wrong.golden-table
              rope-conform.wrong.long-context wrong-in-part.golden-table wrong-in-part.golden-rotation)
# A turn the other way keeps lengths, undoes itself, and its inner products depend on the distance alone.
expect_status(run rope-conform.wrong.run rope-conform.wrong.norm rope-conform.wrong.inverse
              rope-conform.wrong.relative-position wrong-in-part.run wrong-in-part.norm)
expect_status(run inconclusive.run)
expect_status(fail inconclusive not-loadable)
expect_status(notrun inconclusive.golden-table refused.golden-table refused.golden-rotation)
# Where all is skipped, something fails.
expect_status(run wrong-in-part.judged refused.run)
expect_status(fail refused.judged)
expect("${log}" "expected a case that one of these checks judged, found none: golden-table,golden-rotation.")
if(junit MATCHES "name=\"(wrong-in-part|wrong-in-part\\.inverse|inconclusive\\.norm)\"")
  message(FATAL_ERROR "CHECKS golden-* norm, and RULES 2026.1, must leave out ${CMAKE_MATCH_1}:\n${log}")
endif()
expect("${log}" "rope-conform.right .* Passed")
expect("${log}" "does not conform: .* cause: the rotation goes backwards")

# JUnit of each run, and in them the verdicts.
foreach(name IN ITEMS right wrong)
  expect_file(${build}/rope-conform.${name}/report.xml)
endforeach()
file(READ ${build}/rope-conform.right/report.json report)
string(JSON code GET "${report}" exit_code)
file(READ ${build}/rope-conform.wrong/report.json report)
string(JSON wrong GET "${report}" exit_code)
string(JSON fault GET "${report}" diagnosis 0 id)
if(NOT "${code} ${wrong} ${fault}" STREQUAL "0 1 sign-flip")
  message(FATAL_ERROR "expected exit codes 0 and 1 and the fault sign-flip, found ${code}, ${wrong}, ${fault}")
endif()

# The labels, and nothing else.
run(0 ${CTEST} --test-dir ${build} -N -L "^kernels$")
expect("${output}" "Total Tests: 1 ")
run(0 ${CTEST} --test-dir ${build} -N -LE "^rope-conform$")
expect("${output}" "Total Tests: 0 ")
