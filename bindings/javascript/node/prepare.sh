#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# prepare.sh BUILD    gets what the package for Node needs into BUILD/node_modules: node-gtk, compiled here, and for the
#                     types TypeScript and ts-for-gir
#
# Needs npm and its registry, a C++ compiler, libcairo2-dev, and the headers of Node: those beside the node that runs, as
# Debian's libnode-dev or the packages of nodejs.org have them.
set -eu

source=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
here=$build/bindings/javascript/node
gtk=$build/node_modules/node-gtk
headers=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")

[ -f "$here/package.json" ] || { echo "prepare.sh: $here is not built" >&2; exit 2; }
[ -f "$headers/include/node/node.h" ] || { echo "prepare.sh: no headers of Node in $headers/include/node" >&2; exit 2; }

cd "$build"
cat >package.json <<END
{
  "private": true,
  "dependencies": {"ruralalliance": "file:bindings/javascript/node", "node-gtk": "4.1.1"},
  "devDependencies": {"@ts-for-gir/cli": "5.4.0", "@types/node": "20", "typescript": "5.9.3"}
}
END
# Its own installer would first look for a binary somewhere else, and then for headers.
npm install --ignore-scripts --no-audit --no-fund --loglevel=error
if ! node -e "require('node-gtk')" 2>/dev/null; then
  CXX=${CXX:-$(command -v ccache >/dev/null && echo "ccache g++" || echo g++)}
  export CXX
  # Without NDEBUG it prints what it is at.
  (cd "$gtk" && CXXFLAGS="-DNDEBUG -w" JOBS="$(nproc)" npx node-pre-gyp rebuild --build-from-source --nodedir="$headers")
fi
"$source/../types/make-types.sh" "$build"
LD_LIBRARY_PATH=$build/libruralalliance node -e "require('ruralalliance')"
