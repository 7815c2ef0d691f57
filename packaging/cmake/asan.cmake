# SPDX-License-Identifier: GPL-2.0-or-later
# address and undefined-behaviour sanitizers
# cmake -C packaging/cmake/asan.cmake -B build/asan -G Ninja
set(CMAKE_BUILD_TYPE Debug CACHE STRING "")
set(CMAKE_C_COMPILER gcc CACHE STRING "")
set(LESPOORT_SANITIZE "address,undefined" CACHE STRING "")
