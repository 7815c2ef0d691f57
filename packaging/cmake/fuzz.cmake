# SPDX-License-Identifier: GPL-2.0-or-later
# libFuzzer targets, with sanitizers
# cmake -C packaging/cmake/fuzz.cmake -B build/fuzz -G Ninja
set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "")
set(CMAKE_C_COMPILER clang CACHE STRING "")
set(LESPOORT_FUZZ ON CACHE BOOL "")
set(LESPOORT_SANITIZE "address,undefined" CACHE STRING "")
