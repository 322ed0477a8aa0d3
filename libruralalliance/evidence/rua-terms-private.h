/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-inquiry-private.h"
#include "rua-predicate-private.h"

G_BEGIN_DECLS

/* What a claim's words are taken to mean: as they stand, or under a reading. */
typedef struct {
  char *predicate;
  char *assertion;
  char *unit_of_analysis;
  char *quantifier;
  char *statistic;
  char *price_basis;
  char *comparison;
  gboolean causal;
  gint64 scope_count;          /* 0: the words do not tell */
  GPtrArray *places;           /* RuaPlace */
  GPtrArray *about;            /* RuaRecord */
  RuaMeasureContext *measures; /* borrowed of the inquiry, or own_measures */
  RuaMeasureContext *own_measures;
  gboolean other_words; /* a reading changed what the words mean, not only how is measured */
} RuaTerms;

RuaTerms *rua_terms_new (RuaInquiry *inquiry, RuaClaim *claim);
void rua_terms_free (RuaTerms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaTerms, rua_terms_free)

/* Measuring under assumptions of this reading's own. */
RuaMeasureContext *rua_terms_assume (RuaTerms *self, RuaInquiry *inquiry);
/* Takes the words for no more than what the figures say. */
void rua_terms_strip (RuaTerms *self);
/* The changes of a RuaReading; @metrics are those that a change without one is meant for. */
gboolean rua_terms_apply (RuaTerms *self,
                          RuaInquiry *inquiry,
                          const char *changes,
                          const char *const *metrics,
                          GError **error);

/* What a claim is computed from. */
typedef struct {
  GPtrArray *results;      /* RuaResult: those the predicate names and all below them, once each */
  GPtrArray *observations; /* RuaObservation: those below, and the claim's own figures */
  GPtrArray *used;         /* RuaObservation: only those below the predicate */
  gboolean has_data;       /* there is an outcome, and a row or a figure behind it */
} RuaPremises;

void rua_premises_free (RuaPremises *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RuaPremises, rua_premises_free)

/* ---- does it follow at all ---- */

/* Why the figures do not say what the words say: sentences, none if they do. The ids of the checks
 * that failed go to @failed. */
GPtrArray *rua_entailment_check (RuaInquiry *inquiry,
                                 RuaTerms *terms,
                                 RuaPremises *premises,
                                 GPtrArray *failed);

typedef struct {
  const char *id;
  const char *doc;
} RuaEntailmentInfo;
const RuaEntailmentInfo *rua_entailment_list (guint *n);

/* ---- readings that follow by rule ---- */

/* One judgement of a claim under given terms: everything of a verdict but its readings. */
typedef struct {
  RuaTerms *terms;                        /* borrowed */
  RuaPredicateOutcome *outcome;           /* NULL: nothing computed */
  const RuaPredicateComparison *decisive; /* of the outcome; NULL: none */
  RuaPremises *premises;
  GPtrArray *failed;       /* ids of the entailment checks that failed */
  RuaVerdictType computed; /* by the predicate alone; UNSUPPORTED without one */
} RuaJudgement;

gboolean rua_judgement_make (RuaJudgement *self,
                             RuaInquiry *inquiry,
                             RuaClaim *claim,
                             RuaTerms *terms,
                             RuaVerdict *verdict,
                             GCancellable *cancellable,
                             GError **error);
void rua_judgement_clear (RuaJudgement *self);
/* Marks @verdict where a number it rests on may not be published. */
gboolean rua_judgement_publish (RuaJudgement *self,
                                RuaInquiry *inquiry,
                                RuaVerdict *verdict,
                                GCancellable *cancellable,
                                GError **error);

/* Adds the readings and the flip points to @verdict. */
gboolean rua_readings_add (RuaInquiry *inquiry,
                           RuaClaim *claim,
                           RuaJudgement *main,
                           RuaVerdict *verdict,
                           GCancellable *cancellable,
                           GError **error);
gboolean rua_readings_judge (RuaInquiry *inquiry,
                             RuaClaim *claim,
                             RuaTerms *terms,
                             const char *name,
                             RuaVerdictType plain,
                             RuaVerdict *verdict,
                             GCancellable *cancellable,
                             GError **error);
/* A reading that cannot be computed keeps its place. */
void rua_readings_add_failed (RuaClaim *claim,
                              const char *name,
                              const char *message,
                              RuaVerdict *verdict);
/* Those of economics: prices, and what would have come about anyway. */
gboolean rua_readings_add_economic (RuaInquiry *inquiry,
                                    RuaClaim *claim,
                                    RuaJudgement *main,
                                    RuaVerdict *verdict,
                                    GCancellable *cancellable,
                                    GError **error);

G_END_DECLS
