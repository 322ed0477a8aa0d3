#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Makes a wheel in which the library travels with the package, so that nothing has to be set to find it.

Usage: build-wheel.py BUILD [FOLDER OF THE WHEEL]

BUILD is a built folder with introspection. PyGObject, GLib, json-glib and SQLite are those of the machine on which the
wheel is installed.
"""

import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import sysconfig
import zipfile

PYTHON = pathlib.Path(__file__).resolve().parent
SOURCE = PYTHON.parent.parent
FOLDERS = '''\
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Where this copy is: beside this file."""

import os

TYPELIBS = LIBRARIES = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'lib')
'''
METADATA = '''\
Metadata-Version: 2.1
Name: ruralalliance
Version: {version}
Summary: Rural-urban alliances: records, measures of impact, and claims that recompute themselves
License: LGPL-2.1-or-later
Requires-Python: >=3.9
Requires-Dist: PyGObject >=3.42
Provides-Extra: analysis
Requires-Dist: numpy; extra == 'analysis'
Requires-Dist: pandas; extra == 'analysis'
Requires-Dist: matplotlib; extra == 'analysis'
'''
# Not in a wheel: what only the build reads.
LEFT_OUT = {'.in', '.pyc'}


def version_of(build):
    told = subprocess.run(['meson', 'introspect', '--projectinfo', build], capture_output=True, text=True, check=True).stdout
    return json.loads(told)['version']


def contents(build):
    """What the wheel holds, by its path in there."""
    files = {}
    for top in ('ruralalliance', 'gi'):
        for path in sorted((PYTHON / top).rglob('*')):
            if path.is_file() and path.suffix not in LEFT_OUT:
                files[path.relative_to(PYTHON).as_posix()] = path.read_bytes()
    files['ruralalliance/_folders.py'] = FOLDERS.encode()
    files['ruralalliance/__init__.pyi'] = (build / 'bindings' / '__init__.pyi').read_bytes()
    files['ruralalliance/COPYING'] = (SOURCE / 'COPYING').read_bytes()
    for name in ('libruralalliance-1.so.0', 'RuralAlliance-1.typelib'):
        files[f'ruralalliance/lib/{name}'] = (build / 'libruralalliance' / name).read_bytes()
    drawing = 'ruralalliance-drawing.so'
    if (build / 'libruralalliance' / drawing).exists():
        files[f'ruralalliance/lib/ruralalliance-1/{drawing}'] = (build / 'libruralalliance' / drawing).read_bytes()
    return files


def build_wheel(build, folder):
    """Writes the wheel and answers where it is. The same files give the same bytes."""
    version = version_of(build)
    tag = 'py3-none-' + sysconfig.get_platform().replace('-', '_').replace('.', '_')
    info = f'ruralalliance-{version}.dist-info'
    files = contents(build)
    files[f'{info}/METADATA'] = METADATA.format(version=version).encode()
    files[f'{info}/WHEEL'] = (f'Wheel-Version: 1.0\nGenerator: ruralalliance {version}\n'
                              f'Root-Is-Purelib: false\nTag: {tag}\n').encode()
    record = []
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()
        record.append(f'{name},sha256={digest},{len(data)}')
    files[f'{info}/RECORD'] = '\n'.join([*record, f'{info}/RECORD,,', '']).encode()
    wheel = folder / f'ruralalliance-{version}-{tag}.whl'
    with zipfile.ZipFile(wheel, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


if __name__ == '__main__':
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    print(build_wheel(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else '.')))
