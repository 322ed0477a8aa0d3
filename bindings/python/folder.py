# SPDX-License-Identifier: LGPL-2.1-or-later
"""Prints the folder below a prefix where this Python looks for modules.

Debian's Python reads /usr/lib/python3/dist-packages and /usr/local/lib/python3.X/dist-packages,
and sysconfig alone does not tell which of its schemes belongs to which prefix.
"""

import os
import site
import sys
import sysconfig

prefix = os.path.normpath(sys.argv[1])
below = [folder for folder in site.getsitepackages() if folder.startswith(prefix + '/lib/')]
if below:
    print(below[0])
else:
    scheme = 'posix_prefix' if 'posix_prefix' in sysconfig.get_scheme_names() else None
    paths = {'base': prefix, 'platbase': prefix}
    print(sysconfig.get_path('purelib', *([scheme] if scheme else []), vars=paths))
