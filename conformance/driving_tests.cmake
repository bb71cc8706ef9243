# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Tests of driving: messages, memory, loading problems, and the driver with good, odd and hostile implementations.
if(NOT ROPE_CONFORM_TESTS)
  return()
endif()

add_library(rope_odd_plugin MODULE testing/odd_plugin.cpp)
set_target_properties(rope_odd_plugin PROPERTIES PREFIX "" SUFFIX ".so" CXX_VISIBILITY_PRESET hidden
                      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/testing)
find_package(Threads REQUIRED)
target_link_libraries(rope_odd_plugin PRIVATE rope_build rope_impl Threads::Threads)
add_executable(rope_odd_worker testing/odd_worker.cpp)
set_target_properties(rope_odd_worker PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/testing)
target_link_libraries(rope_odd_worker PRIVATE rope_build rope_driving)

foreach(kind IN ITEMS mangled hidden other)
  string(TOUPPER ${kind} upper)
  add_library(rope_lookalike_${kind} MODULE testing/lookalike.cpp)
  set_target_properties(rope_lookalike_${kind} PROPERTIES PREFIX "" SUFFIX ".so"
                        LIBRARY_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/testing)
  target_compile_definitions(rope_lookalike_${kind} PRIVATE LOOKALIKE_${upper})
  target_link_libraries(rope_lookalike_${kind} PRIVATE rope_build)
endforeach()

foreach(test IN ITEMS foreign_text_test guarded_buffer_test protocol_test)
  rope_unit_test(${test} ${test}.cpp)
  target_link_libraries(${test} PRIVATE rope_driving nlohmann_json::nlohmann_json)
endforeach()
rope_unit_test(worker_parts_test worker/worker_parts_test.cpp worker/foreign_memory.cpp worker/fp_environment.cpp)
target_link_libraries(worker_parts_test PRIVATE rope_driving)

foreach(test IN ITEMS driver_test driver_hostile_test library_file_test session_test)
  rope_unit_test(${test} ${test}.cpp testing/driving.cpp)
  target_link_libraries(${test} PRIVATE rope_driving)
  target_compile_definitions(${test} PRIVATE
    ROPE_CONFORM_WORKER="$<TARGET_FILE:rope-conform-worker>"
    ROPE_IMPLS_FOLDER="${CMAKE_BINARY_DIR}/lib/rope_impls"
    ROPE_ODD_PLUGIN="$<TARGET_FILE:rope_odd_plugin>"
    ROPE_ODD_WORKER="$<TARGET_FILE:rope_odd_worker>")
  add_dependencies(${test} rope-conform-worker rope_odd_plugin rope_odd_worker rope_impls_bundled rope_impls_hostile)
endforeach()
target_compile_definitions(library_file_test PRIVATE
  ROPE_LOOKALIKE_MANGLED="$<TARGET_FILE:rope_lookalike_mangled>"
  ROPE_LOOKALIKE_HIDDEN="$<TARGET_FILE:rope_lookalike_hidden>"
  ROPE_LOOKALIKE_OTHER="$<TARGET_FILE:rope_lookalike_other>")
add_dependencies(library_file_test rope_lookalike_mangled rope_lookalike_hidden rope_lookalike_other)
target_compile_definitions(driver_test PRIVATE
  ROPE_COPYING_WORKER="${CMAKE_CURRENT_SOURCE_DIR}/testing/copying_worker.py")
