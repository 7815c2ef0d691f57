# SPDX-License-Identifier: GPL-2.0-or-later
# One interface library carries every flag; nothing is set globally.
add_library(lespoort_flags INTERFACE)
target_compile_features(lespoort_flags INTERFACE c_std_17)
target_compile_definitions(lespoort_flags INTERFACE
    _GNU_SOURCE
    LESPOORT_VERSION="${PROJECT_VERSION}"
    LESPOORT_SYSCONFDIR="${CMAKE_INSTALL_FULL_SYSCONFDIR}/lespoort"
    LESPOORT_DATADIR="${CMAKE_INSTALL_FULL_DATADIR}/lespoort"
    LESPOORT_RUNDIR="/run/lespoort"
    LESPOORT_STATEDIR="/var/lib/lespoort")
target_compile_options(lespoort_flags INTERFACE
    -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes
    -Wold-style-definition -Wcast-align -Wcast-qual -Wwrite-strings -Wpointer-arith -Wformat=2
    -Wundef -Wvla -Wimplicit-fallthrough -Wdouble-promotion
    -fno-common -fno-omit-frame-pointer)
if(LESPOORT_WERROR)
    target_compile_options(lespoort_flags INTERFACE -Werror)
endif()
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(lespoort_flags INTERFACE -Wlogical-op -Wduplicated-cond)
endif()
if(LESPOORT_SANITIZE)
    target_compile_options(lespoort_flags INTERFACE
        -fsanitize=${LESPOORT_SANITIZE} -fno-sanitize-recover=all)
    target_link_options(lespoort_flags INTERFACE -fsanitize=${LESPOORT_SANITIZE})
endif()
if(LESPOORT_FUZZ)
    target_compile_options(lespoort_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(LESPOORT_COVERAGE)
    target_compile_options(lespoort_flags INTERFACE --coverage)
    target_link_options(lespoort_flags INTERFACE --coverage)
endif()
if(LESPOORT_HARDEN)
    target_compile_options(lespoort_flags INTERFACE
        -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection -fPIE
        -ftrivial-auto-var-init=zero)
    target_link_options(lespoort_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
