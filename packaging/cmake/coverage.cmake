# SPDX-License-Identifier: GPL-2.0-or-later
# gcov instrumentation
# cmake -C packaging/cmake/coverage.cmake -B build/coverage -G Ninja
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_C_COMPILER gcc CACHE STRING "")
set(LESPOORT_COVERAGE ON CACHE BOOL "")
