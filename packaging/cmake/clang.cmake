# SPDX-License-Identifier: GPL-2.0-or-later
# the second compiler
# cmake -C packaging/cmake/clang.cmake -B build/clang -G Ninja
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_C_COMPILER clang CACHE STRING "")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON CACHE BOOL "")
