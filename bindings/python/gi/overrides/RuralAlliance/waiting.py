# SPDX-License-Identifier: LGPL-2.1-or-later
"""What takes long: awaited, told of by a function, and stopped by Ctrl-C.

A call `…_async()` without a callback is a coroutine. GLib's tasks end in the main context of the thread that began
them; each wait has a context of its own, turned in the thread of the event loop, so neither asyncio nor
the library ever sees the alliance in two threads.
"""

import os
import signal
import threading

from gi.repository import Gio, GLib

from .errors import RuralAlliance

# Between two looks at whether something is done: it is asked often at first, and less often later.
_SHORTEST, _LONGEST = 0.0005, 0.01


# Ctrl-C: while C is at work Python's handler of the signal has to wait, but not what is written for
# `signal.set_wakeup_fd`, which a thread reads.

_watched = []  # what to cancel, the innermost last
_pipe = None


def _listen(reader):
    while numbers := os.read(reader, 64):
        watches = list(_watched)
        if signal.SIGINT in numbers and watches:
            watches[-1].cancellable.cancel()
        if watches and watches[0].before != -1:
            try:
                os.write(watches[0].before, numbers)
            except OSError:
                pass  # whoever else is woken is awake: his pipe is full, or gone


def _forget_pipe():
    global _pipe
    _pipe = None  # the thread that listened is not in a child process
    _watched.clear()


def _writer():
    global _pipe
    if _pipe is None:
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        threading.Thread(target=_listen, args=(reader,), name='ruralalliance-interrupts', daemon=True).start()
        _pipe = writer
    return _pipe


os.register_at_fork(after_in_child=_forget_pipe)


class _Watch:
    """From begin() to end() Ctrl-C cancels, and nothing else.

    Python's own handler raises wherever Python code happens to run next, which would be within PyGObject; it
    has its turn when C has returned. A handler of the program's own is left to its own ways.
    """

    def __init__(self, cancellable):
        self.cancellable = cancellable
        self.interrupted = False
        self.before = None

    def _hold(self, number, frame):
        self.interrupted = True

    def begin(self):
        if threading.current_thread() is threading.main_thread() \
                and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            writer = _writer()
            signal.signal(signal.SIGINT, self._hold)
            self.before = signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
            _watched.append(self)

    def end(self):
        if self in _watched:
            _watched.remove(self)
            signal.set_wakeup_fd(self.before)
            signal.signal(signal.SIGINT, signal.default_int_handler)


def interruptible(cancellable, work):
    """Does the work, which Ctrl-C cancels; it then ends in the `KeyboardInterrupt` that it always is."""
    watch = _Watch(cancellable)
    watch.begin()
    try:
        return work()
    finally:
        watch.end()
        if watch.interrupted:
            raise KeyboardInterrupt from None


# Something that was begun, until it ends


class _Begun:
    """Work that was begun in a main context of its own."""

    def __init__(self, start, cancellable, progress):
        self.context = GLib.MainContext.new()
        self.cancellable = cancellable or Gio.Cancellable()
        self.results = []
        self.raised = None
        self.told = progress
        self.context.push_thread_default()
        try:
            start(self.cancellable, self._progress(progress), self._done)
        finally:
            self.context.pop_thread_default()

    def _done(self, source, result, *_):
        self.results.append(result)

    def _progress(self, progress):
        if progress is None or isinstance(progress, RuralAlliance.Progress):
            return progress
        made = RuralAlliance.Progress.new()
        made.connect('notify::fraction', self._tell)
        return made

    def _tell(self, progress, _):
        try:
            if self.raised is None:
                self.told(progress.get_fraction())
        except BaseException as caught:  # it belongs to whoever waits
            self.raised = caught
            self.cancellable.cancel()

    def turn(self, block):
        return self.context.iteration(block)

    def stop(self):
        self.cancellable.cancel()
        while not self.results:
            self.turn(True)

    def outcome(self, finish):
        if self.raised is not None:
            raise self.raised
        return finish(self.results[0])


def wait_for(start, finish, cancellable=None, progress=None):
    """Begins something, stays until it ends, and tells `progress` how much is done meanwhile."""
    begun = _Begun(start, cancellable, progress)

    def turn():
        try:
            while not begun.results:
                begun.turn(True)
        except BaseException:
            begun.stop()
            raise
        return begun.outcome(finish)
    return interruptible(begun.cancellable, turn)


async def wait_in_loop(start, finish, cancellable=None, progress=None):
    """The same for asyncio: the event loop goes on meanwhile."""
    import asyncio  # takes longer to import than all the rest

    begun = _Begun(start, cancellable, progress)
    pause = _SHORTEST
    try:
        while not begun.results:
            if begun.turn(False):
                pause = _SHORTEST
                await asyncio.sleep(0)
            else:
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST)
    except BaseException:
        begun.stop()
        raise
    return begun.outcome(finish)


# How a function of C is called


def _parameters(info):
    """Names of what a call takes, in order, with whether each can be left out: flags are none then."""
    return [(argument.get_name(), argument.may_be_null() or argument.get_name() == 'flags') for argument in info.get_arguments()
            if int(argument.get_direction()) == 0 and argument.get_name() != 'user_data']


class Signature:
    """The arguments of a function by their names, whether they were given by name or in order."""

    def __init__(self, info):
        self.parameters = _parameters(info)
        self.names = [name for name, _ in self.parameters]
        self.has_self = info.is_method() or info.is_constructor()

    def takes(self, name):
        return name in self.names

    def gives(self, name, arguments, keywords):
        """What a call gives for a name, else None."""
        place = self.names.index(name) + self.has_self
        return arguments[place] if place < len(arguments) else keywords.get(name)

    def bind(self, arguments, keywords):
        """The object, and the rest by name; what may be left out is None, and flags are none."""
        rest = arguments[self.has_self:]
        if len(rest) > len(self.names):
            raise TypeError(f'at most {len(self.names)} arguments are taken, not {len(rest)}')
        bound = dict(zip(self.names, rest))
        for name, value in keywords.items():
            if name not in self.names:
                raise TypeError(f"there is no argument '{name}'; there are: {', '.join(self.names)}")
            if name in bound:
                raise TypeError(f"'{name}' is given twice")
            bound[name] = value
        for name, optional in self.parameters:
            if optional and name not in ('callback', 'cancellable', 'progress'):
                bound.setdefault(name, 0 if name == 'flags' else None)
        return arguments[:self.has_self], bound


def _starting(start, owner, bound):
    """`start` with all but its last arguments given."""
    names = Signature(start).names

    def begin(cancellable, progress, callback):
        given = {'cancellable': cancellable, 'progress': progress, 'callback': callback}
        start(*owner, **bound, **{name: value for name, value in given.items() if name in names})
    return begin


def _split(bound):
    return bound.pop('cancellable', None), bound.pop('progress', None)


def awaitable(start, finish):
    """`…_async()`: as in C when a callback is given, else a coroutine."""
    signature = Signature(start)

    def call(*arguments, **keywords):
        if signature.gives('callback', arguments, keywords) is not None:
            return start(*arguments, **keywords)
        owner, bound = signature.bind(arguments, keywords)
        bound.pop('callback', None)
        cancellable, progress = _split(bound)
        return wait_in_loop(_starting(start, owner, bound), lambda result: finish(*owner, result), cancellable, progress)
    return call


def long_call(info, call, start=None, finish=None):
    """A call that takes a cancellable: Ctrl-C stops it, and `progress` may be a function.

    Where `start` and `finish` are its parts for main loops, they are used when there is progress to tell.
    """
    signature = Signature(info)
    begins = start and Signature(start)
    takes_progress = begins is not None and begins.takes('progress')

    def wrapped(*arguments, **keywords):
        progress = keywords.get('progress')
        if progress is None and signature.takes('progress'):
            progress = signature.gives('progress', arguments, keywords)
        if progress is not None and takes_progress:
            if not signature.takes('progress'):
                keywords.pop('progress')
            owner, bound = signature.bind(arguments, keywords)
            cancellable, _ = _split(bound)
            return wait_for(_starting(start, owner, bound), lambda result: finish(*owner, result), cancellable, progress)
        if progress is None and not signature.takes('progress'):
            keywords.pop('progress', None)
        if signature.gives('cancellable', arguments, keywords) is not None:
            return call(*arguments, **keywords)
        if callable(progress):
            raise TypeError('what is done here can be told to a RuralAlliance.Progress only')
        owner, bound = signature.bind(arguments, keywords)
        bound['cancellable'] = Gio.Cancellable()
        if signature.takes('progress'):
            bound.setdefault('progress', None)
        return interruptible(bound['cancellable'], lambda: call(*owner, **bound))
    return wrapped
