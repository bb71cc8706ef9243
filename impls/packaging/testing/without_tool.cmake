# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# The component Development alone: plug-ins can be built; tests say what they lack, or with OPTIONAL are left out.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(prefix ${FOLDER}/without_tool)
file(REMOVE_RECURSE ${prefix})
run(0 ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix} --component Development)
# Whoever runs this may have rope-conform in PATH.
set(nowhere -DCMAKE_PREFIX_PATH=${prefix} -DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=OFF
    -DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=OFF)
set(source ${prefix}/${DATADIR}/rope-conform/template)

configure("not 0" ${source} ${prefix}/build ${nowhere})
expect("${output}" "rope_conform_add_test\\(mykernel\\): expected the program rope-conform beside this CMake package or in \
PATH, found none. Next: install rope-conform's component Tool, or pass -DROPE_CONFORM_EXECUTABLE=/path/to/rope-conform, or \
write OPTIONAL")

file(COPY ${source}/ DESTINATION ${prefix}/optional)
file(READ ${prefix}/optional/CMakeLists.txt text)
string(REPLACE "PROFILE smoke)" "PROFILE smoke OPTIONAL)" text "${text}")
file(WRITE ${prefix}/optional/CMakeLists.txt "${text}")
configure(0 ${prefix}/optional ${prefix}/build ${nowhere})
expect("${output}" "-- rope_conform_add_test\\(mykernel\\): no tests, as the tool is not here")
run(0 ${CMAKE_COMMAND} --build ${prefix}/build)
expect_file(${prefix}/build/mykernel.so)
run(0 ${CTEST} --test-dir ${prefix}/build -N)
expect("${output}" "Total Tests: 0 ")

configure("not 0" ${SOURCE}/impls/packaging/out_of_tree ${prefix}/build ${nowhere})
expect("${output}" "component Tool: expected the program rope-conform in .* or in PATH, found none. Next: install")
