# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Runs rope-conform (the words after --) so that other tests can read its REPORT: good, bad and inconclusive verdicts
# pass here, for those tests to tell apart; anything that leaves no whole report fails.
set(command "")
set(after FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(n RANGE ${last})
  if(after)
    list(APPEND command "${CMAKE_ARGV${n}}")
  elseif(CMAKE_ARGV${n} STREQUAL "--")
    set(after TRUE)
  endif()
endforeach()
file(REMOVE ${REPORT})
execute_process(COMMAND ${command} RESULT_VARIABLE status)
if(NOT status MATCHES "^(0|1|5)$")
  message(FATAL_ERROR "rope-conform: expected exit code 0, 1 or 5, with a report; found ${status}. What it "
                      "said is above.")
endif()
if(NOT EXISTS ${REPORT})
  message(FATAL_ERROR "rope-conform: exit code ${status}, but it left no ${REPORT}")
endif()
message(STATUS "rope-conform: exit code ${status}; the tests that need this one judge it")
