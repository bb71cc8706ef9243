# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# The template by one line of cc and pkg-config, as in a Makefile, without CMake; then the tool takes it.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

# A space in a path is pkg-config's own trouble: it comes out as "\ ", which a shell's $(...) does not read back.
set(prefix ${FOLDER}/pkg_config)
file(REMOVE_RECURSE ${prefix})
file(COPY "${moved}/" DESTINATION ${prefix})

if(NOT PKG_CONFIG)
  message(FATAL_ERROR "expected pkg-config, which the build itself needs, found none")
endif()
set(pkg_config ${CMAKE_COMMAND} -E env PKG_CONFIG_PATH=${prefix}/${LIBDIR}/pkgconfig ${PKG_CONFIG})
run(0 ${pkg_config} --modversion rope_impl)
expect("${output}" "^${VERSION}[ \n]*$")
run(0 ${pkg_config} --variable=abi_version rope_impl)
expect("${output}" "^${ABI}[ \n]*$")
run(0 ${pkg_config} --variable=templatedir rope_impl)
string(STRIP "${output}" templatedir)
expect_file(${templatedir}/template.c)

run(0 sh -c "PKG_CONFIG_PATH='${prefix}/${LIBDIR}/pkgconfig' && export PKG_CONFIG_PATH && \
'${CC}' -std=c11 -O2 -ffp-contract=off -fPIC -fvisibility=hidden -shared $('${PKG_CONFIG}' --cflags rope_impl) \
-o '${prefix}/mykernel.so' '${templatedir}/template.c' -lm")
expect("${output}" "^$")
run(0 ${NM} -D --defined-only ${prefix}/mykernel.so)
expect("${output}" " T rope_impl_entry")
run(0 ${prefix}/${BINDIR}/rope-conform --impl ${prefix}/mykernel.so --model llama-2-7b --profile smoke --dtype fp32
    --out ${prefix}/report)
