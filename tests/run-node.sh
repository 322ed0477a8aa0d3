#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# run-node.sh [OPTION…] FILE: a test for Node, in the build's folder, where what `./setup node` got is found.
set -eu

for file; do :; done
name=$(basename "$file")
work=$RUA_BUILD_ROOT/tests/${name%.js}
if ! [ -d "$RUA_BUILD_ROOT/node_modules/node-gtk/lib/binding" ]; then
  echo "1..0 # SKIP there is no node-gtk: run ./setup node"
  exit 0
fi
# Modules are looked for beside the file that imports them.
mkdir -p "$work"
ln -sfn "$G_TEST_SRCDIR/vectors" "$work/vectors"
cp "$G_TEST_SRCDIR"/*.js "$G_TEST_SRCDIR/package.json" "$work/"
options=
for word; do
  [ "$word" = "$file" ] || options="$options $word"
done
cd "$work"
# shellcheck disable=SC2086
exec node $options "$name"
