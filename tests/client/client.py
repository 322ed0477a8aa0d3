# SPDX-License-Identifier: LGPL-2.1-or-later
import sys

if sys.argv[1] == 'module':
    from ruralalliance import RuralAlliance
else:
    import gi
    gi.require_version('RuralAlliance', '1')
    from gi.repository import RuralAlliance

alliance = RuralAlliance.Alliance()
print(f'{alliance.list_tables().get_n_items()} kinds')
print(f"override {'gi.overrides.RuralAlliance' in sys.modules}")
