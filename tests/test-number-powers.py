#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The powers of ten with which doubles become text, and that 128 bits of each are enough for all of them."""

import importlib.util
import os
import pathlib
import random
import re
import tempfile
import unittest
from fractions import Fraction
from unittest import mock

import tap

PATH = pathlib.Path(os.environ['RUA_SOURCE_ROOT']) / 'libruralalliance' / 'base' / 'generate-powers.py'
SPEC = importlib.util.spec_from_file_location('generate_powers', PATH)
POWERS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(POWERS)


def ratio(q, k):
    return Fraction(2) ** q / Fraction(10) ** k


def greatest_power(value):
    """The greatest k with 10^k <= value."""
    k = len(str(value.numerator)) - len(str(value.denominator))
    return k if Fraction(10) ** k <= value else k - 1


def nearest(step, most):
    """How near n * step, 0 < n <= most, comes to a whole number from above and from below, without being one.

    Euclid's algorithm: the next to come nearer on either side is always the sum of those that are nearest now.
    """
    m = step.denominator
    above, n = step.numerator % m, 1
    below, p = m - above, 1
    while above != below:
        if above > below:
            times = min((above - 1) // below, (most - n) // p)
            above, n = above - times * below, n + times * p
        else:
            times = min((below - 1) // above, (most - p) // n)
            below, p = below - times * above, p + times * n
        if times == 0:
            break
    return Fraction(above, m), Fraction(below, m)


class Powers(unittest.TestCase):
    def test_each_is_rounded_up_to_128_bits(self):
        for k in range(POWERS.LEAST, POWERS.GREATEST + 1):
            power, exact = POWERS.power(k), 1 / Fraction(10) ** k
            self.assertEqual(power.bit_length(), 128)
            shift = 128 - exact.numerator.bit_length() + exact.denominator.bit_length()
            scaled = [exact * Fraction(2) ** s for s in (shift - 1, shift)]
            self.assertTrue(any(0 <= power - one < 1 for one in scaled), k)

    def test_the_table_holds_them_all(self):
        self.assertEqual(POWERS.LEAST, greatest_power(Fraction(2) ** -1074))
        self.assertEqual(POWERS.GREATEST, greatest_power(Fraction(2) ** 971))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / 'powers.h'
            with mock.patch('sys.argv', ['generate-powers.py', str(path)]):
                POWERS.main()
            text = path.read_text(encoding='utf-8')
        self.assertIn(f'LEAST_POWER ({POWERS.LEAST})', text)
        words = [int(word, 16) for word in re.findall(r'0x([0-9a-f]{16})\b', text)]
        self.assertEqual([high << 64 | low for high, low in zip(words[::2], words[1::2], strict=True)],
                         [POWERS.power(k) for k in range(POWERS.LEAST, POWERS.GREATEST + 1)])

    def test_nearest_is_what_trying_all_gives(self):
        seed = random.randrange(1 << 32)
        print(f'# seed {seed}')
        chosen = random.Random(seed)
        for _ in range(3000):
            step, most = Fraction(chosen.randrange(1, 3000), chosen.randrange(2, 1000)), chosen.randrange(1, 200)
            if step.denominator > 1:
                rests = [rest for n in range(1, most + 1) if (rest := n * step % 1)]
                self.assertEqual(nearest(step, most), (min(rests), 1 - max(rests)))

    def test_no_double_comes_too_near_to_an_even_number(self):
        """What rua-number-text.c compares is n * 2^q / 10^k with even numbers: n is 4 c or 4 c ± 2, c at most 2^53."""
        least = Fraction(1)
        for q in range(-1074, 972):
            half = ratio(q, greatest_power(Fraction(2) ** q))
            if half.denominator > 1:
                least = min(least, *(2 * side for side in nearest(half, 2 ** 54 + 1)))
            # Powers of two, the lower boundary of which is at 4 c - 1.
            half = ratio(q - 1, greatest_power(3 * Fraction(2) ** (q - 2)))
            for n in 2 ** 54 - 1, 2 ** 54, 2 ** 54 + 2:
                if rest := n * half % 1:
                    least = min(least, 2 * rest, 2 - 2 * rest)
        self.assertGreater(least, Fraction(1, 2 ** 63))
        self.assertLess(least, Fraction(1, 2 ** 62))


if __name__ == '__main__':
    tap.main()
