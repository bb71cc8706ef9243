# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Implementations may see the plug-in interface and each other's kernel, never the reference they are judged by.

file(GLOB_RECURSE files RELATIVE ${FOLDER} ${FOLDER}/*.cpp ${FOLDER}/*.hpp ${FOLDER}/*.c ${FOLDER}/*.h)
list(LENGTH files count)
if(count LESS 40)
  message(FATAL_ERROR "found only ${count} sources under ${FOLDER}: this test looks in the wrong place")
endif()
set(wrong "")
foreach(file IN LISTS files)
  file(STRINGS ${FOLDER}/${file} lines REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS lines)
    if(line MATCHES "\"([^\"]*)\"")
      set(header "${CMAKE_MATCH_1}")
      if(NOT header STREQUAL "rope_impl.h" AND NOT header MATCHES "^impls/kernel/"
         AND NOT (file MATCHES "^hostile/" AND header STREQUAL "impls/hostile/honest.hpp")
         AND NOT (file MATCHES "_test\\.cpp$" AND header STREQUAL "impls/loaded_plugin.hpp"))
        string(APPEND wrong "  ${file}: ${header}\n")
      endif()
    elseif(line MATCHES "<([^>]*)>")
      # The language, POSIX, intrinsics; GoogleTest in tests.
      set(header "${CMAKE_MATCH_1}")
      if(NOT header MATCHES "^[a-z_]+$" AND NOT header MATCHES "^(stdint|math|stdio|stdlib|unistd|dlfcn|immintrin)\\.h$"
         AND NOT (file MATCHES "_test\\.cpp$" AND header MATCHES "^g(test|mock)/"))
        string(APPEND wrong "  ${file}: <${header}>\n")
      endif()
    else()
      string(APPEND wrong "  ${file}: ${line}\n")
    endif()
  endforeach()
endforeach()
if(NOT wrong STREQUAL "")
  message(FATAL_ERROR "sources under impls/ may include rope_impl.h, impls/kernel/ and the standard library, not\n${wrong}")
endif()
