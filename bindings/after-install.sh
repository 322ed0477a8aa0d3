#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the loader see a library that was just installed; not run for a package's staging folder.
if [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then
  ldconfig
fi
