#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# run.sh BUILD    the page of a report in a real Chromium, in both languages: see check-page.cjs
#
# Pictures of the pages are left in BUILD/browser. Needs chromium, node, and npm for playwright-core and axe-core.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
work=$build/browser

mkdir -p "$work"
cd "$work"
[ -d node_modules/axe-core ] && [ -d node_modules/playwright-core ] \
  || npm install --no-audit --no-fund --prefix "$work" axe-core@4 playwright-core@1 >npm.log 2>&1 \
  || { cat npm.log >&2; exit 2; }
for language in en zh; do
  "$build/tools/ruralalliance" report "$here/../../examples/rural-urban-alliance.json" --format html --language "$language" \
    --output "report-$language.html" --force
done
PICTURES=$work exec node "$here/check-page.cjs" "$(command -v chromium)" report-en.html report-zh.html
