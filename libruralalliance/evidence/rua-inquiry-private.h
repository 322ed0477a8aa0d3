/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"
#include "rua-citation-private.h"
#include "rua-evidence-private.h"
#include "rua-independence-private.h"
#include "rua-measure-private.h"
#include "rua-quotation-private.h"
#include "rua-verdict-private.h"

G_BEGIN_DECLS

/* What is known of the text of one document. */
typedef struct {
  RuaDocument *record;
  char *key;             /* "document/id" */
  RuaDocumentText *text; /* NULL where there is none */
  GPtrArray *citations;  /* RuaCitation; NULL without a text */
  GError *error;         /* why the text could not be read */
  gboolean stale;        /* the file is not the one that was modelled */
} RuaInquiryText;

/* One look at a whole alliance: what checks and rules share, worked out once. */
typedef struct {
  RuaAlliance *alliance;
  RuaTies *ties;
  RuaMeasureContext *measures;
  GHashTable *disputed;    /* "kind/id" of records in an open conflict */
  GListModel *conflicts;   /* of the log: RuaMergeConflict */
  GPtrArray *texts;        /* RuaInquiryText, one a document, in the order of the table */
  GPtrArray *claims;       /* RuaClaim, in the order of the table */
  GPtrArray *observations; /* RuaObservation, likewise */
  GHashTable *alike; /* keys that figures of one thing share: GArray of their indices */
  GHashTable *verdicts;    /* "claim/id": RuaVerdict */
  GListStore *findings;
  gboolean is_public;      /* numbers that would disclose somebody are withheld */
  guint min_count;         /* as of rua_metric_measure_public() */
  GHashTable *published;   /* metric id: RuaResult made for publication, NULL where refused */
} RuaInquiry;

RuaInquiry *rua_inquiry_new (RuaAlliance *alliance);
void rua_inquiry_free (RuaInquiry *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaInquiry, rua_inquiry_free)

/* An open conflict of the alliance's log that a number of this metric over this table rests on, told without its
 * values; or NULL. @is_used tells of a row by its place in the table, NULL: all are. */
typedef gboolean (*RuaRowIsUsed) (gpointer data, guint position);
char *rua_inquiry_find_conflict (RuaInquiry *self, const char *metric, RuaTable *table, RuaRowIsUsed is_used, gpointer data);
/* The same of a metric of published figures: one of a figure that is gone, and that some do not take for gone. */
char *rua_inquiry_find_figure_conflict (RuaInquiry *self, const char *metric);
/* One that a record itself is in. */
char *rua_inquiry_find_record_conflict (RuaInquiry *self, RuaRecord *record);
void rua_inquiry_set_disputed (RuaInquiry *self, const char *const *records);
gboolean rua_inquiry_is_disputed (RuaInquiry *self, RuaRecord *record);
/* NULL where @document is. */
RuaInquiryText *rua_inquiry_find_text (RuaInquiry *self, RuaDocument *document);
/* Puts a text in place of the file's: for texts that are not kept in a file. */
gboolean rua_inquiry_set_text (RuaInquiry *self, const char *document_id, const char *text, GError **error);
RuaVerdict *rua_inquiry_get_verdict (RuaInquiry *self, RuaClaim *claim);
/* Whether some other value was published for the same thing by somebody else. */
RuaObservation *rua_inquiry_find_rival (RuaInquiry *self, RuaObservation *observation);
/* Same subject, property, statistic and overlapping period: two figures of one thing. */
gboolean rua_inquiry_is_same_thing (RuaObservation *a, RuaObservation *b);
/* The values of two figures, the second in the unit of the first; FALSE where one is unknown, or units, or the prices
 * that money is in, do not go together. What converting leaves is no difference. */
gboolean rua_inquiry_get_values (RuaInquiry *self, RuaObservation *a, RuaObservation *b, double *value, double *other);
/* Whether the two cannot both hold: “at least 100” and 120 can. */
gboolean rua_inquiry_contradict (RuaInquiry *self, RuaObservation *a, RuaObservation *b);
/* The value of a figure beside that of another: with its unit where theirs is not the same. */
char *rua_inquiry_format_value (RuaObservation *observation, RuaObservation *beside);
/* All figures of the same thing, borrowed, in the order of the table. */
GPtrArray *rua_inquiry_list_same (RuaInquiry *self, RuaObservation *observation);
/* Any of an observation's own sources, else @fallback's, that nobody tied to the alliance made. */
gboolean rua_inquiry_has_independent_source (RuaInquiry *self, RuaRecord *record);

/* The metric as it may be published, over all its rows; borrowed, NULL where it may not be at all.
 * Being cancelled is the only error. */
gboolean rua_inquiry_find_public (RuaInquiry *self,
                                  const char *metric,
                                  RuaResult **result,
                                  GCancellable *cancellable,
                                  GError **error);

/* Checks one claim; NULL and an error only where it cannot be checked at all. */
RuaVerdict *
rua_inquiry_check (RuaInquiry *self, RuaClaim *claim, GCancellable *cancellable, GError **error);

void rua_inquiry_report (RuaInquiry *self,
                         const char *rule,
                         RuaRecord *about,
                         RuaRecord *other,
                         guint line,
                         const char *format,
                         ...) G_GNUC_PRINTF (6, 7);

G_END_DECLS
