/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-report.h"

G_BEGIN_DECLS

/* What a report must say, and must not, of these kinds of a document, which are written with ' for ". */
typedef struct {
  const char *kinds;
  const char *has[4], *has_not[3];
} ToldCase;

/* The report as text, 240 columns wide. */
char *told_case_tell (const char *kinds, const char *language);
void told_case_check (const ToldCase *cases, guint n);

G_END_DECLS
