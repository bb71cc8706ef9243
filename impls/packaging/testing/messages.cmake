# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Each way to call the functions of the CMake package wrongly ends the configuration with a sentence of its own.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(project ${FOLDER}/messages)

# project_with(expected lines...): configures a project that has them.
function(project_with expected)
  file(REMOVE_RECURSE ${project})
  list(JOIN ARGN "\n" text)
  file(WRITE ${project}/CMakeLists.txt "cmake_minimum_required(VERSION 3.23)\nproject(messages C)\nenable_testing()\n\
file(WRITE x.c \"\")\n${text}\n")
  configure("${expected}" ${project} ${project}/build "-DCMAKE_PREFIX_PATH=${moved}")
  set(output "${output}" PARENT_SCOPE)
endfunction()

# refused(lines regex): with the package found and a MODULE plug there.
function(refused lines regex)
  project_with("not 0" "find_package(rope_impl REQUIRED)" "add_library(plug MODULE x.c)" "${lines}")
  expect("${output}" "${regex}")
endfunction()

project_with("not 0" "find_package(rope_impl 99 REQUIRED)")
expect("${output}" "compatible with requested version \"99\"")
project_with("not 0" "find_package(rope_impl REQUIRED COMPONENTS Kernels)")
expect("${output}" "rope_impl_FOUND to FALSE")

refused("rope_impl_add_plugin(empty)" "rope_impl_add_plugin\\(empty\\): expected at least one source, found none")
refused("rope_conform_add_test(plague)" "\\(plague\\): expected a target of this project, found none of that name. Next: ")
refused("add_library(still STATIC x.c)\nrope_conform_add_test(still)"
        "expected a MODULE or SHARED library, which can be loaded; found STATIC_LIBRARY. Next: ")
refused("rope_conform_add_test(plug --dtype fp32)" "expected MODELS, .* found \"--dtype fp32\". Next: .* after ARGS")
refused("rope_conform_add_test(plug MODELS PROFILE smoke)" "expected a value after MODELS, found none")
refused("rope_conform_add_test(plug PROFILE fast)" "expected PROFILE smoke, standard or exhaustive, found \"fast\"")
refused("rope_conform_add_test(plug TIMEOUT soon)" "expected TIMEOUT in whole seconds, found \"soon\"")
refused("rope_conform_add_test(plug NAME a/b)" "expected NAME of letters, digits .* found \"a/b\"")
refused("rope_conform_add_test(plug CONFIGS config.json)" "found no file .*/config.json")
refused("rope_conform_add_test(plug CHECKS norm golden)" "CHECKS golden is no check of this run. Expected .*golden-table")
refused("rope_conform_add_test(plug CHECKS norm RULES 2026.1)" "CHECKS norm is no check of this run")
refused("set(ROPE_CONFORM_EXECUTABLE /no/such/tool)\nrope_conform_add_test(plug)"
        "expected the program rope-conform, found no file \"/no/such/tool\"")

# A check that the profile leaves out has no test; the tool is one of a later version, which has such a check.
file(WRITE ${project}-tool/rope-conform "#!/bin/sh
cat <<'END'
checks (since which rule set; the latest is 2026.5):
  norm                  R7  MUST   2026.2  rotating keeps the length of each pair
  match                 R17 MUST   2026.3  every bit is that of the pipeline that --match names
  attention-effect      R41 SHOULD 2026.5  scores are those of the exact rotation
END
")
file(CHMOD ${project}-tool/rope-conform PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
project_with(0 "find_package(rope_impl REQUIRED)" "add_library(plug MODULE x.c)"
             "set(ROPE_CONFORM_EXECUTABLE ${project}-tool/rope-conform)"
             "rope_conform_add_test(plug EACH_CHECK PROFILE smoke NAME smoke)"
             "rope_conform_add_test(plug EACH_CHECK NAME standard)"
             "rope_conform_add_test(plug EACH_CHECK ARGS --match hf-eager-bf16 NAME bits)")
run(0 ${CTEST} --test-dir ${project}/build -N)
expect("${output}" "smoke.norm .*standard.norm .*standard.attention-effect .*bits.match ")
if(output MATCHES "smoke.attention-effect|standard.match")
  message(FATAL_ERROR "expected no test of a check that the run does not have, found ${CMAKE_MATCH_0}")
endif()

# Found in one folder, called in another; and a project that forgot enable_testing() is told so.
project_with(0 "add_library(plug MODULE x.c)" "file(WRITE sub/CMakeLists.txt \"find_package(rope_impl REQUIRED)\")"
             "add_subdirectory(sub)" "rope_conform_add_test(plug)" "set(CMAKE_TESTING_ENABLED)"
             "rope_conform_add_test(plug NAME another)")
expect("${output}" "rope_conform_add_test\\(plug\\): expected enable_testing\\(\\) or include\\(CTest\\) before it")
