#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mutate.py BUILD [WORD…]: makes each line that mutations.toml tells wrong, in a copy of the source below BUILD, and
runs the tests that have to notice. Prints TAP: a mutation that every test survives, or that does not compile, is not
ok. With words, only those mutations in whose file one of the words stands.
"""

import os
import pathlib
import subprocess
import sys
import tomllib

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent
ROOM = 'libruralalliance'


def read_mutations():
    with open(HERE / 'mutations.toml', 'rb') as file:
        return tomllib.load(file)['mutation']


def run(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def copy_source(target):
    """As the source is now, and nothing touched that is so already: what was built stays built."""
    wanted = set()
    for folder, folders, files in os.walk(SOURCE):
        folders[:] = [name for name in folders if not name.startswith(('_build', '.git', '__pycache__'))]
        for path in (pathlib.Path(folder) / name for name in files):
            to = target / path.relative_to(SOURCE)
            wanted.add(to)
            content = path.read_bytes()
            if not to.is_file() or to.read_bytes() != content:
                to.parent.mkdir(parents=True, exist_ok=True)
                to.write_bytes(content)
                to.chmod(path.stat().st_mode)
    for folder, folders, files in os.walk(target):
        folders[:] = [name for name in folders if not name.startswith('_build')]
        for path in (pathlib.Path(folder) / name for name in files):
            if path not in wanted:
                path.unlink()


def build(folder, tests):
    return run('ninja', '-C', folder, *(f'tests/test-{name}' for name in tests))


def test(folder, name):
    # No default setup to leave out the slow ones.
    return run('meson', 'test', '-C', folder, '--no-rebuild', '--suite', 'c', name).returncode == 0


def break_one(mutation, source, folder):
    """None when a test notices; otherwise what is wrong."""
    path = source / ROOM / mutation['file']
    text = path.read_text(encoding='utf-8')
    if text.count(mutation['find']) != 1:
        return f'what is to be found stands there {text.count(mutation["find"])} times'
    try:
        path.write_text(text.replace(mutation['find'], mutation['replace']), encoding='utf-8')
        made = build(folder, mutation['tests'])
        if made.returncode != 0:
            return 'it does not compile:\n' + made.stdout[-2000:]
        if all(test(folder, name) for name in mutation['tests']):
            return 'nothing notices'
        return None
    finally:
        path.write_text(text, encoding='utf-8')


def main(arguments):
    if not arguments:
        print(__doc__, file=sys.stderr)
        return 2
    top = pathlib.Path(arguments[0]).resolve()
    words = arguments[1:]
    mutations = [mutation for mutation in read_mutations() if not words or any(word in mutation['file'] for word in words)]
    source, folder = top, top / '_build'
    print(f'1..{len(mutations) + 1}', flush=True)

    copy_source(source)
    if not (folder / 'build.ninja').is_file():
        made = run('meson', 'setup', folder, source, '-Dintrospection=disabled', '-Dvapi=disabled', '-Ddocs=disabled')
        if made.returncode != 0:
            print('Bail out! ' + made.stdout[-2000:])
            return 1
    names = sorted({name for mutation in mutations for name in mutation['tests']})
    made = build(folder, names)
    failing = names if made.returncode != 0 else [name for name in names if not test(folder, name)]
    print(f'{"not " if failing else ""}ok 1 - unbroken, the tests pass', flush=True)
    if failing:
        print(f'Bail out! {failing} fail before anything is broken\n{made.stdout[-2000:]}')
        return 1

    n_wrong = 0
    for number, mutation in enumerate(mutations, 2):
        wrong = break_one(mutation, source, folder)
        title = f'{mutation["file"]}: {" ".join(mutation["find"].split())[:60]}'.replace('#', '.')
        print(f'{"not " if wrong else ""}ok {number} - {title}', flush=True)
        if wrong:
            n_wrong += 1
            for line in wrong.splitlines():
                print('# ' + line, flush=True)
    print(f'# {len(mutations) - n_wrong} of {len(mutations)} mutations were noticed', flush=True)
    return 1 if n_wrong else 0


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
