# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Nothing installed: find_package takes the build folder as it takes an installation.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(build ${FOLDER}/build_folder)
configure(0 ${SOURCE}/impls/packaging/out_of_tree ${build} -DCMAKE_PREFIX_PATH=${BUILD} -DVERSION=${VERSION}
          -DEXAMPLE=${SOURCE}/docs/examples/my_rope.cpp)
run(0 ${CMAKE_COMMAND} --build ${build} --target right)
run(0 ${CTEST} --test-dir ${build} --no-tests=error --output-on-failure -R "^rope-conform\\.right$")
