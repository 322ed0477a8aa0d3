/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-special-private.h"

G_BEGIN_DECLS

/* The records of one group in parts that threads share. How many parts there are depends on the records alone, so that
 * what is added up part by part is the same to the last bit for any number of threads. */

/* In any thread. */
typedef void (*RuaPartFunc) (guint part, gsize begin, gsize end, gpointer data);

/* As many as are worth a thread's while. */
guint rua_parts_count (gsize n);
/* As many as that, but @most at most, and fewer where a table of @n_cells cells for each part would be more than what is
 * counted in it; at least one. */
guint rua_parts_count_tables (gsize n, gsize n_cells, guint most);
/* Runs @func once for each of the parts of @n records. */
void rua_parts_run (gsize n, guint n_parts, RuaPartFunc func, gpointer data);

/* Adds to @sum what the records from @begin to @end come to. */
typedef void (*RuaPartSumFunc) (gsize begin, gsize end, gconstpointer data, RuaSum *sum);

RuaSum rua_parts_sum (gsize n, RuaPartSumFunc func, gconstpointer data);

/* @least and @greatest are made to hold all values that are known; of the two zeros either may stand. */
void rua_widen_range (const double *values, gsize n, double *least, double *greatest);
/* Infinities where there is no value; of the two zeros the positive one. */
void rua_parts_range (const double *values, gsize n, double *least, double *greatest);

G_END_DECLS
