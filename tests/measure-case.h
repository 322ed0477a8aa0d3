/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-measure-private.h"

/* Metrics of the small alliance of metrics-case.h, measured. */

/* The case with one more metric, of pairs of field and text as in case_add(). */
RuaAlliance *case_with (const char *id, ...) G_GNUC_NULL_TERMINATED;
RuaResult *case_measure (RuaAlliance *alliance, const char *id);
void case_refuse (RuaAlliance *alliance, const char *id, RuaError code, const char *part);
void case_assert_unit (RuaResult *result, const char *text);
void case_assert_estimate (RuaResult *result, double want);
gboolean case_has_warning (RuaResult *result, const char *part);
void case_add_series (RuaAlliance *alliance);

#define REPORTED "estimator", "reported", "table", "observations", "where"

RuaAlliance *case_published (void);
