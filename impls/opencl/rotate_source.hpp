// SPDX-FileCopyrightText: 2026 rope-conform authors
// SPDX-License-Identifier: Apache-2.0
//
// rotate.cl as a string, so that the plug-in is one file. CMake puts it into rotate_source.cpp.in.
#pragma once

namespace rope::opencl {

extern const char* const rotate_source;

}  // namespace rope::opencl
