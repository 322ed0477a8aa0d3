/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-messages-private.h"

G_BEGIN_DECLS

/* How values are said to people, in this thread's language. All returned texts are the caller's; the examples are
 * English. */

/* Three digits that matter below a thousand, whole numbers beyond, thousands apart with commas:
 * 2.159 is "2.16", 8478 is "8,478". */
char *rua_wording_number (double value);
/* As many digits as it takes to see that @value is not @other: "1.9996" and not "2" beside 2. */
char *rua_wording_number_beside (double value, double other);
/* With its unit: "CNY 8,478 per person and year", "2,000 positions", "2.16×" when @is_ratio. */
char *rua_wording_quantity (double value, const char *unit, gboolean is_ratio);
char *rua_wording_quantity_beside (double value, double other, const char *unit, gboolean is_ratio);
/* What follows a number of this unit: "positions", "CNY per person and year"; "" for none. */
char *rua_wording_unit (const char *unit, gboolean is_one);
/* An amount to the last digit: "CNY 12,500.50", "CNY 12,500". */
char *rua_wording_money (gint64 minor, guint digits, const char *currency);
/* "4 sources", "1 source". */
char *rua_wording_count (guint64 n, const char *one, const char *many);

/* "15 September 2016", "July 2021", "2014"; short: "15 Sep 2016". As it is where it is no date. */
char *rua_wording_date (const char *iso, gboolean is_short);
/* "2010–2018", "since 2010", "until 2018"; NULL when both are unknown. */
char *rua_wording_period (const char *from, const char *to, gboolean is_short);
/* Of a token, an identifier: "not_entailed" is "not entailed". */
char *rua_wording_token (const char *token);
/* Of a field's name, and of a rule's: "established_by" is "established by". */
char *rua_wording_field (const char *field);
char *rua_wording_rule (const char *rule);
/* Ended as a sentence is, unless it is ended already; and without that end. */
char *rua_wording_full_stop (const char *text);
char *rua_wording_without_stop (const char *text);
/* With a capital letter in front. */
char *rua_wording_sentence (const char *text);

/* Whether a field's value may be told: public fields always; what tells who somebody is only where
 * a document itself published it (the record tells which); what tells how somebody is never. */
gboolean rua_wording_may_tell (RuaRecord *record, const char *field);
/* What a record is called: its name or title, else its kind and id. Names that may not be told are
 * replaced: "one person". */
char *rua_wording_name (RuaRecord *record, const char *language);
/* Names of the records of a list field, with commas; NULL for none that may be told. */
char *rua_wording_names (RuaRecord *record, const char *field, const char *language);
char *rua_wording_reference (RuaRecord *record, const char *field, const char *language);
/* The words of a kind for one and for many records of it: "practice model", "practice models". */
char *rua_wording_kind (RuaKind *kind, gboolean is_one);
/* "2 sites", "1 site". */
char *rua_wording_count_kind (guint64 n, RuaKind *kind);

G_END_DECLS
