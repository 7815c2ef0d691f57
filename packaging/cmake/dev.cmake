# SPDX-License-Identifier: GPL-2.0-or-later
# everyday build, gcc
# cmake -C packaging/cmake/dev.cmake -B build/dev -G Ninja
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_C_COMPILER gcc CACHE STRING "")
set(CMAKE_EXPORT_COMPILE_COMMANDS ON CACHE BOOL "")
