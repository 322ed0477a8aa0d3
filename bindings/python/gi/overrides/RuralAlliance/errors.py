# SPDX-License-Identifier: LGPL-2.1-or-later
"""Errors as classes: one for each code of the library's domain, and each one of Python's own, too."""

import errno
import functools

from gi.repository import Gio, GLib

from ...module import get_introspection_module

RuralAlliance = get_introspection_module('RuralAlliance')

__all__ = []


class AllianceError(GLib.Error):
    """An error of the domain `Error`. Every subclass is one code, and one of Python's own too."""

    __module__ = 'ruralalliance'

    def __str__(self):
        return self.message

    def __repr__(self):
        return f'ruralalliance.{type(self).__name__}({self.message!r})'

    def __reduce__(self):
        return type(self), (self.message, self.domain, self.code)


def _error_class(name, code, *builtin):
    namespace = {'__module__': 'ruralalliance', '__doc__': f'`Error.{code}`.'}
    return type(name, (AllianceError, *builtin), namespace)


CODES = RuralAlliance.Error
_ERRORS = {int(getattr(CODES, code)): _error_class(name, code, *builtin) for name, code, *builtin in (
    ('InvalidSyntaxError', 'SYNTAX', ValueError),
    ('InvalidValueError', 'VALUE', ValueError),
    ('MissingError', 'MISSING', ValueError),
    ('DuplicateError', 'DUPLICATE', ValueError),
    ('BrokenReferenceError', 'REFERENCE', LookupError),
    ('UnknownNameError', 'UNKNOWN_NAME', AttributeError, LookupError),
    ('UnitError', 'UNIT', ValueError),
    ('LimitError', 'LIMIT', ValueError),
    ('FormatVersionError', 'VERSION', ValueError),
    ('CycleError', 'CYCLE', ValueError),
)}


class FileError(GLib.Error, OSError):
    """What the system says of a file or a folder: an error of Gio's domain, and an `OSError`."""

    __module__ = 'ruralalliance'
    _errno = errno.EIO

    def __init__(self, message='', domain='', code=0):
        GLib.Error.__init__(self, message, domain, code)
        self.errno, self.strerror = self._errno, message

    __str__ = AllianceError.__str__
    __repr__ = AllianceError.__repr__
    __reduce__ = AllianceError.__reduce__


class MissingFileError(FileError, FileNotFoundError):
    """There is no such file, or no such folder."""

    __module__ = 'ruralalliance'
    _errno = errno.ENOENT


class ExistingFileError(FileError, FileExistsError):
    """There is a file already."""

    __module__ = 'ruralalliance'
    _errno = errno.EEXIST


class ForbiddenFileError(FileError, PermissionError):
    """The system lets nobody read it, or write to it, who is not allowed to."""

    __module__ = 'ruralalliance'
    _errno = errno.EACCES


_FILE_ERRORS = {int(Gio.IOErrorEnum.NOT_FOUND): MissingFileError, int(Gio.IOErrorEnum.EXISTS): ExistingFileError,
                int(Gio.IOErrorEnum.PERMISSION_DENIED): ForbiddenFileError}
for _class in (AllianceError, *_ERRORS.values(), FileError, *_FILE_ERRORS.values()):
    globals()[_class.__name__] = _class
    __all__.append(_class.__name__)
DOMAIN = GLib.quark_to_string(CODES.quark())
_FILE_DOMAIN = 'g-io-error-quark'


def error(code, message):
    """The error of a code, of the class that belongs to it."""
    return _ERRORS[int(code)](message, DOMAIN, int(code))


def unknown_name(owner, what, name, names):
    """The error for a name that is not there, with the one that may have been meant."""
    import difflib

    if str(name).startswith('_'):
        mend = ''  # asked for by notebooks and the like
    elif near := difflib.get_close_matches(str(name), names, 1):
        mend = f"; did you mean '{near[0]}'?"
    else:
        mend = f"; there are: {', '.join(names)}" if names else ''
    return error(CODES.UNKNOWN_NAME, f"{owner} has no {what} '{name}'{mend}")


def converted(caught):
    """What is raised in place of an error that came out of C."""
    if type(caught) is not GLib.Error:
        return caught
    if caught.domain == _FILE_DOMAIN and caught.code != int(Gio.IOErrorEnum.CANCELLED):
        return _FILE_ERRORS.get(caught.code, FileError)(caught.message, caught.domain, caught.code)
    if caught.domain != DOMAIN:
        return caught
    return _ERRORS.get(caught.code, AllianceError)(caught.message, caught.domain, caught.code)


def raising(call, convert=None):
    """The same call, whose errors of our domain are of the class that belongs to their code."""
    @functools.wraps(call, assigned=('__doc__', '__name__'))
    def wrapped(*arguments, **keywords):
        try:
            answer = call(*arguments, **keywords)
            return convert(answer) if convert else answer
        except GLib.Error as caught:
            raise converted(caught) from None
    return wrapped
