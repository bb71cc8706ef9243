# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# The moved tool finds its worker, its benches, its models and hard positions, also through a link to it.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

set(tool "${moved}/${BINDIR}/rope-conform")
set(report ${FOLDER}/moved_tool)
set(plugin "${moved}/${LIBDIR}/rope_impls/template.so")
run(0 "${tool}" --version)
expect("${output}" "rope-conform ${VERSION},")
run(0 "${tool}" --impl "${plugin}" --model llama-2-7b --profile smoke --dtype fp32 --out ${report})
expect("${output}" "CONFORMS ")
expect_file(${report}/report.xml)

# The fixtures that are installed are whole, and the tool takes them.
run(0 "${tool}" --impl "${plugin}" --fixtures "${moved}/${DATADIR}/rope-conform/golden" --model llama-3-8b --dtype fp32
    --out ${report})

file(CREATE_LINK "${tool}" ${FOLDER}/rope-conform-link SYMBOLIC)
run(0 ${FOLDER}/rope-conform-link bench reference --positions 256 --rounds 3)
run(0 ${FOLDER}/rope-conform-link bench cpu --impl "${plugin}" --shape decode --dtype fp32 --rounds 3)

# It finds the peers' workers, too: without packages they say what is missing.
run(0 ${FOLDER}/rope-conform-link bench cpu --impl "${plugin}" --peers python3 --shape decode --dtype fp32 --threads 1
    --rounds 3)
if(output MATCHES "can't open file")
  message(FATAL_ERROR "the peers' workers were not found:\n${output}")
endif()

# A plug-in for GPUs says itself why it cannot be asked where there is no GPU, and so does the bench.
if(EXISTS "${moved}/${LIBDIR}/rope_impls/cuda/cuda.so")
  set(ENV{CUDA_VISIBLE_DEVICES} "")
  run(5 "${tool}" --impl "${moved}/${LIBDIR}/rope_impls/cuda/cuda.so" --model llama-2-7b --profile smoke --out ${report})
  expect("${output}" "no CUDA device")
  run(4 "${tool}" bench gpu --impl "${moved}/${LIBDIR}/rope_impls/cuda/cuda.so")
  expect("${output}" "expected a GPU that CUDA can use")
endif()

# Without the worker it says where that was looked for.
file(REMOVE_RECURSE ${FOLDER}/alone)
file(COPY "${tool}" DESTINATION ${FOLDER}/alone/bin)
run(4 ${FOLDER}/alone/bin/rope-conform --impl "${plugin}" --model llama-2-7b --profile smoke --out ${report})
expect("${output}" "expected ${FOLDER}/alone/bin/rope-conform-worker beside rope-conform, or \
${FOLDER}/alone/${LIBEXECDIR}/rope-conform/rope-conform-worker; found neither")
