# SPDX-License-Identifier: GPL-2.0-or-later
# what is installed: optimised and hardened
# cmake -C packaging/cmake/release.cmake -B build/release -G Ninja
set(CMAKE_BUILD_TYPE Release CACHE STRING "")
set(CMAKE_C_COMPILER gcc CACHE STRING "")
set(CMAKE_INSTALL_PREFIX /usr CACHE PATH "")
set(LESPOORT_TESTS OFF CACHE BOOL "")
set(LESPOORT_HARDEN ON CACHE BOOL "")
