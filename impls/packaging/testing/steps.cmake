# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# What the tests of this folder share: the places of the installation, and running a command that must succeed or fail.
cmake_minimum_required(VERSION 3.25)

# Two folders deep and with a space: a path that is put together wrongly breaks here and not at a user's.
set(first ${FOLDER}/first)
set(moved "${FOLDER}/moved to/another place")

# Tests of a user's surroundings must not find those of whoever runs them.
unset(ENV{ROPE_CONFORM_EXECUTABLE})
unset(ENV{CMAKE_PREFIX_PATH})
unset(ENV{rope_impl_DIR})
unset(ENV{DESTDIR})
unset(ENV{PKG_CONFIG_PATH})
unset(ENV{PKG_CONFIG_SYSROOT_DIR})

# run(expected command...): expected is an exit code, or "not 0". Sets output, both streams together.
function(run expected)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(expected STREQUAL "not 0")
    if(status EQUAL 0)
      message(FATAL_ERROR "expected to fail, but ended with 0: ${ARGN}\n${output}")
    endif()
  elseif(NOT status STREQUAL expected)
    message(FATAL_ERROR "expected exit code ${expected}, found ${status}: ${ARGN}\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# expect(text regex what): text matches regex once the line breaks and indentation that CMake adds are single spaces.
function(expect text regex)
  string(REGEX REPLACE "[ \n]+" " " flat "${text}")
  if(NOT flat MATCHES "${regex}")
    message(FATAL_ERROR "expected to read \"${regex}\", found:\n${text}")
  endif()
endfunction()

function(expect_file file)
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "expected the file ${file}, found nothing there")
  endif()
endfunction()

# configure(expected source build arguments...): a user's project, with this build's compilers and generator. Sets
# output.
function(configure expected source build)
  file(REMOVE_RECURSE "${build}")
  run("${expected}" ${CMAKE_COMMAND} -S "${source}" -B "${build}" -G ${GENERATOR} -DCMAKE_MAKE_PROGRAM=${MAKE}
      -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Release ${ARGN})
  set(output "${output}" PARENT_SCOPE)
endfunction()
