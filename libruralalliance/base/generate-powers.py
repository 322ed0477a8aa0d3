#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the powers of ten that turn a double into digits; the arithmetic is in rua-number-text.c.

generate-powers.py OUTPUT
"""

import sys

# A double is c * 2^q: its digits end k places before the point, the greatest k with 10^k <= 2^q.
LEAST, GREATEST = -324, 292


def power(k):
    """10^-k * 2^r rounded up to a whole number of 128 bits: the r is the one that makes it so long."""
    over, under = 10 ** max(-k, 0), 10 ** max(k, 0)
    # Two numbers of a and of b bits have a quotient of a - b or a - b + 1.
    shift = 128 - over.bit_length() + under.bit_length()
    if (over << max(shift, 0)) // (under << max(-shift, 0)) >= 1 << 128:
        shift -= 1
    return -((over << max(shift, 0)) // -(under << max(-shift, 0)))


def main():
    mask = (1 << 64) - 1
    lines = []
    for k in range(LEAST, GREATEST + 1):
        entry = power(k)
        lines.append(f"  {{ G_GUINT64_CONSTANT (0x{entry >> 64:016x}), G_GUINT64_CONSTANT (0x{entry & mask:016x}) }},\n")
    with open(sys.argv[1], "w", encoding="utf-8") as out:
        out.write("/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
                  "/* Written by generate-powers.py. */\n"
                  "#pragma once\n\n#include <glib.h>\n\n"
                  f"#define LEAST_POWER ({LEAST})\n\n"
                  "/* Of 10^-k, k from LEAST_POWER on. */\n"
                  "static const struct {\n  guint64 high, low;\n"
                  f"}} powers[{len(lines)}] = {{\n" + "".join(lines) + "};\n")


if __name__ == "__main__":
    main()
