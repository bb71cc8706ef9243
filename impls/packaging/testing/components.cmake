# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Each component has its own files and the licences, together they are everything, and DESTDIR comes before the prefix.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

function(files_of output folder)
  file(GLOB_RECURSE files RELATIVE "${folder}" "${folder}/*")
  list(FILTER files EXCLUDE REGEX "^${DOCDIR}/LICENSE")
  set(${output} "${files}" PARENT_SCOPE)
endfunction()

foreach(component IN ITEMS Development Tool)
  file(REMOVE_RECURSE ${FOLDER}/${component})
  run(0 ${CMAKE_COMMAND} --install ${BUILD} --prefix ${FOLDER}/${component} --component ${component})
  expect_file(${FOLDER}/${component}/${DOCDIR}/LICENSE)
  files_of(${component} ${FOLDER}/${component})
endforeach()
files_of(all "${moved}")

set(both ${Development} ${Tool})
list(SORT both)
list(SORT all)
if(NOT both STREQUAL all)
  message(FATAL_ERROR "expected Development and Tool to be everything, each file once; found\n${both}\nand\n${all}")
endif()
set(places "^(${INCLUDEDIR}/|${LIBDIR}/cmake/rope_impl/|${LIBDIR}/pkgconfig/|${DATADIR}/rope-conform/template/)")
set(elsewhere ${Development})
list(FILTER elsewhere EXCLUDE REGEX "${places}")
set(mixed ${Tool})
list(FILTER mixed INCLUDE REGEX "${places}")
if(elsewhere OR mixed OR NOT "${INCLUDEDIR}/rope_impl.h" IN_LIST Development)
  message(FATAL_ERROR "Development: expected the header, the template, the CMake package, the pkg-config file,\n"
                      "and Tool none of these; found ${Development}\nand ${Tool}")
endif()

file(REMOVE_RECURSE ${FOLDER}/destdir)
run(0 ${CMAKE_COMMAND} -E env DESTDIR=${FOLDER}/destdir
    ${CMAKE_COMMAND} --install ${BUILD} --prefix /opt/rope --component Development)
expect_file(${FOLDER}/destdir/opt/rope/${INCLUDEDIR}/rope_impl.h)
