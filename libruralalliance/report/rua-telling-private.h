/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance-private.h"
#include "rua-chart-private.h"
#include "rua-finding.h"
#include "rua-independence-private.h"
#include "rua-manuscript-private.h"
#include "rua-result.h"
#include "rua-verdict.h"
#include "rua-wording-private.h"

G_BEGIN_DECLS

/* What the chapters of a report share while it is being told. Each chapter is a function in a file
 * of its own and leaves itself out where there is nothing to tell. */
typedef struct {
  RuaAlliance *alliance;
  const char *language; /* NULL: the first that was told */
  RuaManuscript *manuscript;
  RuaTies *ties;        /* who is tied to the alliance */
  GPtrArray *metrics;   /* RuaMetric, in their order, once for each result */
  GPtrArray *results;   /* RuaResult of each; NULL where it was refused */
  GPtrArray *refusals;  /* char*: why, where there is no result; else NULL */
  GPtrArray *verdicts;  /* RuaVerdict of the claims, in their order */
  GPtrArray *findings;  /* RuaFinding */
} RuaTelling;

void rua_telling_brief (RuaTelling *self); /* verdicts and findings only */
void rua_telling_opening (RuaTelling *self);
void rua_telling_summary (RuaTelling *self);
void rua_telling_where (RuaTelling *self);
void rua_telling_who (RuaTelling *self);
void rua_telling_projects (RuaTelling *self);
void rua_telling_timeline (RuaTelling *self);
void rua_telling_models (RuaTelling *self);
void rua_telling_metrics (RuaTelling *self);
void rua_telling_claims (RuaTelling *self);
void rua_telling_findings (RuaTelling *self);
void rua_telling_sources (RuaTelling *self);
void rua_telling_quality (RuaTelling *self);
void rua_telling_method (RuaTelling *self);

typedef struct {
  gint32 first; /* day */
  gint32 last;  /* G_MAXINT32 while it goes on */
  char *when;
  char *what;
} RuaToldTime;

/* What happened, in the order of dates, as an array of RuaToldTime. */
GArray *rua_telling_list_times (RuaTelling *self);
/* Takes @chart, and leaves it out where it shows next to nothing. */
void rua_telling_chart (RuaTelling *self, RuaChart *chart);

/* Records of a kind, in table order, as an array of RuaRecord. */
GPtrArray *rua_telling_records (RuaTelling *self, const char *kind);
guint rua_telling_count (RuaTelling *self, const char *kind);
char *rua_telling_name (RuaTelling *self, RuaRecord *record);
/* The record that a finding names as "kind/id", or as "kind/#12" where it is one of people; or NULL. */
RuaRecord *rua_telling_find_about (RuaTelling *self, const char *about);
/* @text with the ids that it quotes (“income-before”) replaced by what their records are called;
 * @about (may be NULL) has some as "kind/id"; the others are claims, figures and metrics. */
char *rua_telling_say (RuaTelling *self, const char *text, const char *const *about);
/* Borrowed tables that metrics ask for and that hold nothing. */
GPtrArray *rua_telling_list_missing (RuaTelling *self);
/* A title of a chapter, and what leads to it (or NULL). */
void rua_telling_chapter (RuaTelling *self, const char *title, const char *anchor);
/* What leads to where a claim, a result or a source is told; by their places, for ids are whatever somebody typed. */
char *rua_telling_claim_anchor (RuaTelling *self, RuaVerdict *verdict);
char *rua_telling_result_anchor (guint index);
char *rua_telling_source_anchor (RuaRecord *source);
/* A table's cell: @text, or a faint "not known". */
void rua_telling_cell (RuaTelling *self, const char *text);

G_END_DECLS
