#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# install-types.sh FOLDER    installs the types for TypeScript in FOLDER below the prefix, where they were made: npm makes
#                            them (see make-types.sh), and a build need not have it
set -eu

made=$MESON_BUILD_ROOT/bindings/javascript
folder=$MESON_INSTALL_DESTDIR_PREFIX/$1
if [ -d "$made/types" ]; then
  mkdir -p "$folder/types" "$folder/node/types"
  cp "$made"/types/*.d.ts "$folder/types/"
  cp "$made"/node/types/*.d.ts "$folder/node/types/"
fi
