# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# rope_conform_add_test: the conformance tests of a plug-in, for ctest.

# rope_conform_add_test(target
#   [MODELS name...]        of the catalogue (rope-conform list models); default: all, where no CONFIGS are given
#   [CONFIGS file...]       config.json files of Hugging Face
#   [PROFILE smoke|standard|exhaustive]   default: standard
#   [DTYPES fp32|fp16|bf16...]            default: all that the plug-in claims
#   [RULES version]         rule set to judge by, such as 2026.3: a newer tool then turns nothing red by itself
#   [EACH_CHECK]            a test for each check, beside the one for the whole
#   [CHECKS glob...]        tests for these checks alone, and none for the whole; implies EACH_CHECK
#   [ARGS argument...]      more options of rope-conform, as they are
#   [NAME name]             default: rope-conform.<target>
#   [LABELS label...]       besides rope-conform
#   [TIMEOUT seconds]       default: 300 (smoke), 900 (standard), 3600 (exhaustive)
#   [OPTIONAL])             without the tool: no tests and a message, instead of an error
#
# One run of the tool, and one test, <name>: it passes when the tool's exit code is 0, and an inconclusive run (5)
# fails. Reports, report.xml (JUnit) among them, lie in ${CMAKE_CURRENT_BINARY_DIR}/<name>.
#
# With EACH_CHECK the run is a test of its own, <name>.run, that only makes the report; <name> and <name>.<check> read
# it, so that the plug-in is loaded, and fixtures are made, once. A check that the tool could not judge because the
# plug-in does not do what it takes is skipped; an inconclusive one fails. With CHECKS, where no test is for the whole,
# <name>.judged fails if they are all skipped.
function(rope_conform_add_test target)
  set(values NAME PROFILE RULES TIMEOUT)
  set(lists MODELS CONFIGS DTYPES CHECKS ARGS LABELS)
  cmake_parse_arguments(PARSE_ARGV 1 arg "EACH_CHECK;OPTIONAL" "${values}" "${lists}")
  set(call "rope_conform_add_test(${target})")

  if(arg_UNPARSED_ARGUMENTS)
    list(JOIN arg_UNPARSED_ARGUMENTS " " words)
    message(FATAL_ERROR "${call}: expected MODELS, CONFIGS, PROFILE, DTYPES, RULES, EACH_CHECK, CHECKS, ARGS, NAME, "
                        "LABELS, TIMEOUT or OPTIONAL, found \"${words}\". Next: options of the tool itself go after "
                        "ARGS")
  endif()
  if(arg_KEYWORDS_MISSING_VALUES)
    list(JOIN arg_KEYWORDS_MISSING_VALUES ", " words)
    message(FATAL_ERROR "${call}: expected a value after ${words}, found none. Next: give one, or leave it out")
  endif()
  if(NOT TARGET ${target})
    message(FATAL_ERROR "${call}: expected a target of this project, found none of that name. Next: call it after "
                        "rope_impl_add_plugin(${target} ...) or add_library(${target} MODULE ...)")
  endif()
  get_target_property(type ${target} TYPE)
  if(NOT type MATCHES "^(MODULE|SHARED)_LIBRARY$")
    message(FATAL_ERROR "${call}: expected a MODULE or SHARED library, which can be loaded; found ${type}. Next: build "
                        "the plug-in with rope_impl_add_plugin or add_library(${target} MODULE ...)")
  endif()
  if(NOT DEFINED arg_PROFILE)
    set(arg_PROFILE standard)
  endif()
  set(timeout_smoke 300)
  set(timeout_standard 900)
  set(timeout_exhaustive 3600)
  if(NOT DEFINED timeout_${arg_PROFILE})
    message(FATAL_ERROR "${call}: expected PROFILE smoke, standard or exhaustive, found \"${arg_PROFILE}\"")
  endif()
  if(NOT DEFINED arg_TIMEOUT)
    set(arg_TIMEOUT ${timeout_${arg_PROFILE}})
  endif()
  if(NOT arg_TIMEOUT MATCHES "^[1-9][0-9]*$")
    message(FATAL_ERROR "${call}: expected TIMEOUT in whole seconds, found \"${arg_TIMEOUT}\"")
  endif()
  if(NOT DEFINED arg_NAME)
    set(arg_NAME rope-conform.${target})
  endif()
  if(NOT arg_NAME MATCHES "^[A-Za-z0-9._+-]+$")
    message(FATAL_ERROR "${call}: expected NAME of letters, digits and . _ + -, as it is a folder's, too; "
                        "found \"${arg_NAME}\"")
  endif()

  rope_conform_find_tool(tool)
  if(NOT tool)
    set(found "expected the program rope-conform beside this CMake package or in PATH, found none")
    if(arg_OPTIONAL)
      message(STATUS "${call}: no tests, as the tool is not here (${found})")
      return()
    endif()
    message(FATAL_ERROR "${call}: ${found}. Next: install rope-conform's component Tool, or pass "
                        "-DROPE_CONFORM_EXECUTABLE=/path/to/rope-conform, or write OPTIONAL to go without these tests")
  endif()

  set(folder ${CMAKE_CURRENT_BINARY_DIR}/${arg_NAME})
  set(command ${tool} --impl $<TARGET_FILE:${target}> --profile ${arg_PROFILE} --out ${folder})
  foreach(model IN LISTS arg_MODELS)
    list(APPEND command --model ${model})
  endforeach()
  foreach(config IN LISTS arg_CONFIGS)
    get_filename_component(config "${config}" ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
    if(NOT EXISTS ${config})
      message(FATAL_ERROR "${call}: expected CONFIGS to name config.json files, found no file ${config}")
    endif()
    list(APPEND command --config ${config})
  endforeach()
  foreach(dtype IN LISTS arg_DTYPES)
    list(APPEND command --dtype ${dtype})
  endforeach()
  if(DEFINED arg_RULES)
    list(APPEND command --rules ${arg_RULES})
  endif()
  list(APPEND command ${arg_ARGS})
  if(NOT CMAKE_TESTING_ENABLED AND (NOT DEFINED BUILD_TESTING OR BUILD_TESTING))
    message(WARNING "${call}: expected enable_testing() or include(CTest) before it, found neither, and ctest lists no "
                    "tests then. Next: write enable_testing() in the top CMakeLists.txt, after project()")
  endif()

  if(NOT arg_EACH_CHECK AND NOT DEFINED arg_CHECKS)
    add_test(NAME ${arg_NAME} COMMAND ${command})
    set_tests_properties(${arg_NAME} PROPERTIES LABELS "rope-conform;${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
    return()
  endif()

  rope_conform_list_checks(checks "${tool}" "${arg_RULES}" "${arg_PROFILE}" "${arg_ARGS}")
  if(DEFINED arg_CHECKS)
    rope_conform_choose_checks(checks "${checks}" "${arg_CHECKS}" "${call}")
  endif()
  set(scripts ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(report ${folder}/report.json)
  add_test(NAME ${arg_NAME}.run
    COMMAND ${CMAKE_COMMAND} -DREPORT=${report} -P ${scripts}/rope_conform_run.cmake -- ${command})
  set_tests_properties(${arg_NAME}.run PROPERTIES
    FIXTURES_SETUP ${arg_NAME} LABELS "rope-conform;${arg_LABELS}" TIMEOUT ${arg_TIMEOUT})
  set(tests "")
  if(NOT DEFINED arg_CHECKS)
    add_test(NAME ${arg_NAME}
      COMMAND ${CMAKE_COMMAND} -DREPORT=${report} -P ${scripts}/rope_conform_judge.cmake)
    list(APPEND tests ${arg_NAME})
  else()
    list(JOIN checks "," names)
    add_test(NAME ${arg_NAME}.judged
      COMMAND ${CMAKE_COMMAND} -DREPORT=${report} -DONE_OF=${names} -P ${scripts}/rope_conform_judge.cmake)
    list(APPEND tests ${arg_NAME}.judged)
  endif()
  foreach(check IN LISTS checks)
    add_test(NAME ${arg_NAME}.${check}
      COMMAND ${CMAKE_COMMAND} -DREPORT=${report} -DCHECK=${check} -P ${scripts}/rope_conform_judge.cmake)
    list(APPEND tests ${arg_NAME}.${check})
  endforeach()
  set_tests_properties(${tests} PROPERTIES
    FIXTURES_REQUIRED ${arg_NAME} LABELS "rope-conform;${arg_LABELS}" TIMEOUT 60
    SKIP_REGULAR_EXPRESSION "rope-conform: not judged")
endfunction()

# The tool, or nothing: the variable of the caller's folder before what find_package found elsewhere.
function(rope_conform_find_tool output)
  set(tool "${ROPE_CONFORM_EXECUTABLE}")
  if(NOT DEFINED ROPE_CONFORM_EXECUTABLE)
    get_property(tool GLOBAL PROPERTY rope_conform_executable)
  endif()
  if(tool AND NOT EXISTS "${tool}")
    message(FATAL_ERROR "ROPE_CONFORM_EXECUTABLE: expected the program rope-conform, found no file \"${tool}\"")
  endif()
  set(${output} "${tool}" PARENT_SCOPE)
endfunction()

# The checks of a rule set (all, if empty), as the tool lists them, that a run of this profile has: match only where the
# arguments ask for it, attention-effect not in the smoke profile.
function(rope_conform_list_checks output tool rules profile arguments)
  execute_process(COMMAND ${tool} list checks
    RESULT_VARIABLE status OUTPUT_VARIABLE listed ERROR_VARIABLE errors)
  string(REGEX MATCHALL "\n  [a-z-]+ +R[0-9]+ +[A-Z]+ +[0-9.]+ " lines "${listed}")
  set(checks "")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^\n  ([a-z-]+) +R[0-9]+ +[A-Z]+ +([0-9.]+) $" whole "${line}")
    set(check ${CMAKE_MATCH_1})
    set(since ${CMAKE_MATCH_2})
    if(rules AND since VERSION_GREATER rules)
      continue()
    endif()
    if(check STREQUAL "match" AND NOT arguments MATCHES "--match")
      continue()
    endif()
    if(check STREQUAL "attention-effect" AND profile STREQUAL "smoke")
      continue()
    endif()
    list(APPEND checks ${check})
  endforeach()
  if(NOT status EQUAL 0 OR NOT checks)
    message(FATAL_ERROR "\"${tool} list checks\": expected a line for each check, found (exit code "
                        "${status}):\n${listed}${errors}\nNext: use the tool and the CMake package of one release")
  endif()
  set(${output} "${checks}" PARENT_SCOPE)
endfunction()

# Those of checks that one of the globs (* and ?) means; each glob must mean one.
function(rope_conform_choose_checks output checks globs call)
  set(chosen "")
  foreach(glob IN LISTS globs)
    string(REGEX REPLACE "([.+^$()|\\[])" "\\\\\\1" pattern "${glob}")
    string(REPLACE "*" ".*" pattern "${pattern}")
    string(REPLACE "?" "." pattern "${pattern}")
    set(these ${checks})
    list(FILTER these INCLUDE REGEX "^${pattern}$")
    if(NOT these)
      list(JOIN checks ", " known)
      message(FATAL_ERROR "${call}: CHECKS ${glob} is no check of this run. Expected names, or globs with * and ?, "
                          "among ${known}")
    endif()
    list(APPEND chosen ${these})
  endforeach()
  list(REMOVE_DUPLICATES chosen)
  set(${output} "${chosen}" PARENT_SCOPE)
endfunction()
