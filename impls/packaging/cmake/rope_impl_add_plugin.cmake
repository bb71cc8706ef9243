# SPDX-FileCopyrightText: 2026 rope-conform authors
# SPDX-License-Identifier: Apache-2.0
#
# rope_impl_add_plugin: a library that rope-conform can load, from sources that define rope_impl_entry.

# rope_impl_add_plugin(target [ALLOW_UNDEFINED] sources...)
#
# A MODULE named <target>.so that exports rope_impl_entry and nothing else, so that two plug-ins never share a symbol by
# accident, with the header's folder among its includes. What it needs must be found when linking; ALLOW_UNDEFINED
# leaves that to the loader (with clang's sanitizers, whose symbols are the program's, say). The target is an ordinary
# one: compile options, libraries and the output folder are yours to set.
function(rope_impl_add_plugin target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "ALLOW_UNDEFINED" "" "")
  if(NOT arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "rope_impl_add_plugin(${target}): expected at least one source, found none. "
                        "Next: name the file that defines rope_impl_entry, such as a copy of "
                        "\"${rope_impl_TEMPLATE_DIR}/template.c\"")
  endif()
  add_library(${target} MODULE ${arg_UNPARSED_ARGUMENTS})
  set(script ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/rope_impl_entry.map)
  set_target_properties(${target} PROPERTIES
    PREFIX "" SUFFIX ".so" LINK_DEPENDS ${script}
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden CUDA_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(${target} PRIVATE rope_impl::rope_impl)
  target_link_options(${target} PRIVATE LINKER:--version-script=${script})
  if(NOT arg_ALLOW_UNDEFINED)
    target_link_options(${target} PRIVATE LINKER:-z,defs)
  endif()
endfunction()
