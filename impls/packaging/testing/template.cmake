# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# The installed template as its head says: copied, built, tested. Its one test has one model here, to be quick.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(copy ${FOLDER}/template)
file(REMOVE_RECURSE ${copy})
file(COPY "${moved}/${DATADIR}/rope-conform/template/" DESTINATION ${copy})
file(READ ${copy}/CMakeLists.txt text)
string(REPLACE "PROFILE smoke)" "PROFILE smoke MODELS llama-2-7b)" quick "${text}")
if(quick STREQUAL text)
  message(FATAL_ERROR "expected the template to call rope_conform_add_test(... PROFILE smoke), found:\n${text}")
endif()
file(WRITE ${copy}/CMakeLists.txt "${quick}")
configure(0 ${copy} ${copy}/build "-DCMAKE_PREFIX_PATH=${moved}")
run(0 ${CMAKE_COMMAND} --build ${copy}/build)
run(0 ${CTEST} --test-dir ${copy}/build --no-tests=error --output-on-failure)
expect("${output}" "rope-conform.mykernel .* Passed")
expect_file(${copy}/build/rope-conform.mykernel/report.xml)
