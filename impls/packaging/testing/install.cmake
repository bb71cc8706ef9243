# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# Installs everything into a fresh folder and moves that elsewhere: what the other tests then use lies where no path
# that was written down at build or installation leads.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

file(REMOVE_RECURSE ${FOLDER})
file(MAKE_DIRECTORY "${FOLDER}/moved to")
# Stripped, as debug information has the names of source files.
run(0 ${CMAKE_COMMAND} --install ${BUILD} --prefix ${first} --strip)
file(RENAME ${first} "${moved}")
