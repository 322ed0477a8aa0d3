/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Before a function of plain loops: it is compiled again for the wider vectors of newer processors, and the loader takes
 * what this one has. The bits are the same, for nothing is contracted or reordered. clang 14 gives static functions of
 * one name in two files the same symbol; GCC tells processors by levels since its version 12. */
#if defined(__x86_64__) && defined(__linux__) && defined(__GLIBC__) && defined(__OPTIMIZE__) && !defined(__clang__) \
  && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if __GNUC__ >= 12
#define RUA_WIDE __attribute__ ((target_clones ("arch=x86-64-v4", "avx2", "default")))
#else
#define RUA_WIDE __attribute__ ((target_clones ("avx2", "default")))
#endif
#else
#define RUA_WIDE
#endif

/* Before a static function that is to be copied into each caller, what is constant there being worked out; where
 * nothing is optimised there is one for all. */
#ifdef __OPTIMIZE__
#define RUA_COPIED inline __attribute__ ((always_inline))
#else
#define RUA_COPIED inline
#endif
