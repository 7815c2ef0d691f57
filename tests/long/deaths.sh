#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/netns/45-deaths.sh with 1000 deaths of each kind: about two hours.
exec env LESPOORT_KILLS="${LESPOORT_KILLS:-1000}" "$(dirname "$0")/../netns/45-deaths.sh"
