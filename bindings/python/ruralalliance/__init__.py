# SPDX-License-Identifier: LGPL-2.1-or-later
"""Rural-urban alliances: records, measures of impact, and what is claimed about it, checked.

    import ruralalliance as ra

    alliance = ra.open('examples/rural-urban-alliance.json')
    for cooperative in alliance.cooperatives:
        print(cooperative.id, cooperative.name)
    print(alliance.metrics['income.ratio'].measure(alliance))

Every class and function of the library is here under its own name: `help(ra.Alliance)`. The library is found
wherever it was installed, so there is nothing to set.
"""

import os as _os

import gi as _gi
import gi.overrides as _overrides

_here = _os.path.dirname(_os.path.abspath(__file__))

# An override counts only when its folder is known before the namespace is first imported; ours before
# others, which may be of another version.
_folder = _os.path.join(_os.path.dirname(_here), 'gi', 'overrides')
if _folder not in _overrides.__path__:
    _overrides.__path__.insert(0, _folder)


def _search_in(folders):
    _gi.require_version('GIRepository', '2.0')
    from gi.repository import GIRepository
    GIRepository.Repository.prepend_search_path(folders.TYPELIBS)
    GIRepository.Repository.prepend_library_path(folders.LIBRARIES)


try:
    from . import _folders
except ImportError:
    pass  # not installed: whoever runs it from the build says where that is
else:
    _search_in(_folders)

_gi.require_version('RuralAlliance', '1')
from gi.repository import RuralAlliance  # noqa: E402

_NAMES = frozenset(name for name in dir(RuralAlliance) if not name.startswith('_'))


def __getattr__(name):
    if name not in _NAMES:
        raise AttributeError(f"module 'ruralalliance' has no attribute '{name}'")
    found = getattr(RuralAlliance, name)
    globals()[name] = found
    return found


def __dir__():
    return sorted({*(name for name in globals() if not name.startswith('_')), *_NAMES})


def open(place: '_Path', *, progress: 'Callable[[float], object] | None' = None, cancellable=None) -> 'Alliance':
    """Opens an alliance: a document, an SQLite or columnar file, or a folder of CSV files.

    `progress` is a function that is told how much is done, from 0 to 1. Ctrl-C stops the work.
    """
    return RuralAlliance.Alliance.open(_os.fspath(place), cancellable, progress=progress)


def new(title: 'str | Mapping[str, str]', currency: 'str | None' = None, **profile) -> 'Alliance':
    """A new alliance, empty but for its title (a text, or a `dict` by language) and currency, such as 'CNY'."""
    alliance = RuralAlliance.Alliance()
    alliance.add(RuralAlliance.Profile(title=title, currency=currency, **profile))
    return alliance


async def open_async(place: '_Path', *, progress: 'Callable[[float], object] | None' = None,
                     cancellable=None) -> 'Alliance':
    """The same for `await`: the event loop goes on meanwhile."""
    return await RuralAlliance.Alliance.open_async(_os.fspath(place), cancellable, progress)


__version__ = RuralAlliance.VERSION_STRING
__all__ = ['RuralAlliance', 'new', 'open', 'open_async', *sorted(_NAMES)]
