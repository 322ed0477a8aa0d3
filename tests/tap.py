# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the unittest cases of the calling file and prints TAP, one line a test."""

import sys
import traceback
import unittest


class _Result(unittest.TestResult):
    def __init__(self):
        super().__init__()
        self.count = 0
        self.lines = 0

    def _say(self, word, test, note=''):
        self.lines += 1
        name = test.id().removeprefix('__main__.').replace('#', '.')
        print(f'{word} {self.lines} - {name}{note}', flush=True)

    def _trouble(self, test, error):
        self._say('not ok', test)
        for line in ''.join(traceback.format_exception(*error)).splitlines():
            print('# ' + line, flush=True)

    def addSuccess(self, test):
        self._say('ok', test)

    def addError(self, test, error):
        super().addError(test, error)
        self._trouble(test, error)

    def addFailure(self, test, error):
        super().addFailure(test, error)
        self._trouble(test, error)

    def addSubTest(self, test, subtest, error):
        super().addSubTest(test, subtest, error)
        if error is not None:
            self._trouble(subtest, error)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._say('ok', test, f' # SKIP {reason}')

    def addExpectedFailure(self, test, error):
        self._trouble(test, error)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self._say('not ok', test, ' (was expected to fail)')


def main():
    """Ends the process; its status is 1 when a test failed."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(sys.modules['__main__'])
    chosen = sys.argv[1:]
    if chosen:
        suite = unittest.TestSuite(
            test for case in suite for test in case if any(word in test.id() for word in chosen))
    result = _Result()
    suite.run(result)
    print(f'1..{result.lines}', flush=True)
    sys.exit(0 if result.wasSuccessful() and result.lines else 1)
