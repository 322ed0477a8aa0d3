#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# make-types.sh BUILD    writes the types for TypeScript: for gjs to BUILD/bindings/javascript/types, for Node into the
#                        package for Node. Needs what prepare.sh got from npm.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
gjs=$build/bindings/javascript/types
node=$build/bindings/javascript/node/types
model=$here/../../../libruralalliance/model/alliance.toml
gir=$build/libruralalliance/RuralAlliance-1.gir
work=$build/node_modules/.types

rm -rf "$work" "$gjs" "$node"
mkdir -p "$work/gir" "$gjs" "$node"
cp "$gir" "$work/gir/"
"$build/node_modules/.bin/ts-for-gir" generate RuralAlliance-1 --root "$work" -g "$work/gir" -g /usr/share/gir-1.0 \
  -o "$work/types" --ignoreVersionConflicts --noComments >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 2; }

cp "$work/types"/*.d.ts "$gjs/"
/usr/bin/python3 "$here/complete-types.py" "$work/types/ruralalliance-1.d.ts" "$gir" "$model" "$here/additions.d.ts" \
  "$gjs/ruralalliance-1.d.ts"
# Node has no gjs: its types are those of the libraries alone.
cp "$work/types/glib-2.0.d.ts" "$work/types/gobject-2.0.d.ts" "$work/types/gio-2.0.d.ts" "$node/"
/usr/bin/python3 "$here/complete-types.py" --node "$work/types/ruralalliance-1.d.ts" "$gir" "$model" \
  "$here/additions.d.ts" "$here/node-additions.d.ts" "$node/ruralalliance-1.d.ts"
