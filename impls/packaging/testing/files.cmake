# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Everything that docs/packaging.md names is installed, nothing that is wrong on purpose is, and no file holds a path of
# the source, of the build or of the folder that it was installed to.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

foreach(file IN ITEMS
    ${BINDIR}/rope-conform
    ${LIBEXECDIR}/rope-conform/rope-conform-worker
    ${LIBEXECDIR}/rope-conform/rope-conform-bench-reference
    ${LIBEXECDIR}/rope-conform/rope-conform-bench-cpu
    ${LIBEXECDIR}/rope-conform/rope-conform-bench-peers/worker.py
    ${INCLUDEDIR}/rope_impl.h
    ${DATADIR}/rope-conform/template/template.c
    ${DATADIR}/rope-conform/template/CMakeLists.txt
    ${DATADIR}/rope-conform/models/llama-3.1-8b.json
    ${DATADIR}/rope-conform/hard_cases/llama-3.1-8b.txt
    ${DATADIR}/rope-conform/hard_positions.txt
    ${DATADIR}/rope-conform/golden/llama-3.1-8b.h5
    ${LIBDIR}/cmake/rope_impl/rope_implConfig.cmake
    ${LIBDIR}/cmake/rope_impl/rope_implConfigVersion.cmake
    ${LIBDIR}/cmake/rope_impl/rope_implTargets.cmake
    ${LIBDIR}/pkgconfig/rope_impl.pc
    ${LIBDIR}/rope_impls/usual.so
    ${LIBDIR}/rope_impls/template.so
    ${DOCDIR}/LICENSE
    ${DOCDIR}/LICENSES/Apache-2.0.txt
    ${DOCDIR}/LICENSES/MIT-0.txt)
  expect_file("${moved}/${file}")
endforeach()

# Those for GPUs, where the build has them.
file(GLOB cuda RELATIVE ${BUILD}/lib/rope_impls ${BUILD}/lib/rope_impls/cuda/*.so)
list(REMOVE_ITEM cuda cuda/illegal-address.so)
foreach(plugin IN LISTS cuda)
  expect_file("${moved}/${LIBDIR}/rope_impls/${plugin}")
endforeach()
if(cuda AND EXISTS ${BUILD}/bin/rope-conform-bench-gpu)
  expect_file("${moved}/${LIBEXECDIR}/rope-conform/rope-conform-bench-gpu")
endif()

file(GLOB headers RELATIVE ${SOURCE}/impls/include ${SOURCE}/impls/include/*.h ${SOURCE}/impls/include/*.hpp)
foreach(header IN LISTS headers)
  expect_file("${moved}/${INCLUDEDIR}/${header}")
endforeach()

file(GLOB_RECURSE all RELATIVE "${moved}" "${moved}/*")
set(wrong ${all})
list(FILTER wrong INCLUDE REGEX "faulty|hostile|illegal|_test(\\.py)?$|\\.(a|cpp|o)$")
if(wrong)
  message(FATAL_ERROR "expected programs, plug-ins, the header and data, found also: ${wrong}")
endif()

# grep must find something, or that it finds nothing elsewhere says nothing.
run(0 grep -rlF -e ROPE_IMPL_ABI_VERSION -- "${moved}")
foreach(path IN ITEMS ${SOURCE} ${BUILD} ${first} "${moved}")
  run(1 grep -rlF -e "${path}" -- "${moved}")
endforeach()
