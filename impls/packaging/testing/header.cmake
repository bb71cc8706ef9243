# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# The installed header alone, in every standard that it promises, with each of COMPILERS.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

foreach(standard IN ITEMS c11 c17 c++11 c++14 c++17 c++20)
  run(0 ${CMAKE_COMMAND} -DSTANDARD=${standard} "-DHEADER=${moved}/${INCLUDEDIR}/rope_impl.h" "-DCOMPILERS=${COMPILERS}"
      -P ${SOURCE}/impls/include/header_test.cmake)
endforeach()
