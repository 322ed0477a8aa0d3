#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# after-install.sh LIBDIR SYSTEM_TYPELIBS JAVASCRIPT: makes the loader see a new library, and says
# so where Python and gjs need a word more. Does nothing for a package's staging folder.
[ -z "${DESTDIR-}" ] || exit 0
libraries=$1 system_typelibs=$2 javascript=$3

if [ "$(id -u)" = 0 ] && command -v ldconfig >/dev/null; then
  ldconfig
fi
if [ -n "$system_typelibs" ] && [ "$libraries/girepository-1.0" != "$system_typelibs" ]; then
  cat <<TEXT

Python and gjs look for type libraries in $system_typelibs only. Either import
  in Python      from ruralalliance import RuralAlliance
  in JavaScript  import RuralAlliance from 'file://$javascript/ruralalliance.js';
or set
  export GI_TYPELIB_PATH=$libraries/girepository-1.0
TEXT
fi
