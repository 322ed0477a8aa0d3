/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-station.h"

#include <string.h>

#include "rua-edits.h"
#include "rua-exchange-private.h"
#include "rua-history.h"
#include "rua-alliance-json.h"
#include "rua-merge-plan-private.h"
#include "rua-parallel-private.h"
#include "rua-progress-private.h"
#include "rua-store-private.h"

/* Facts from exchange files and from other copies, into an alliance that keeps a log: all of them, or, where there is
 * anything wrong with one of the files, none. */

#define MOST_CONFLICTS_TOLD 100

/* What was read of one place: either. */
typedef struct {
  char *place;
  GBytes *bytes;     /* of an exchange file that is already in memory, else NULL */
  RuaBatch *batch;
  RuaAlliance *copy; /* whose log is merged */
  RuaFaults *faults;
} Source;

typedef struct {
  Source *sources;
  guint n_sources;
  RuaLog *reader; /* lineage, station and roster of the alliance as they are when the reading begins */
  RuaLimits *told_limits; /* or NULL */
  RuaLimitValues limits;
  RuaProgress *progress;
  GCancellable *cancellable;
  RuaDeadline *deadline;
} Merging;

static Merging *
merging_new (RuaAlliance *self, guint n_sources, RuaLimits *limits, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  RuaLog *log = rua_alliance_peek_log (self);
  RuaLimitValues values;
  Merging *merging;

  if (!log) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
                 "this alliance keeps no log, so it can hold no conflict; merge it over a base, or enroll it as a station and save it as a .rua file");
    return NULL;
  }
  /* Nothing new: whether a change is being made. */
  if (!rua_alliance_apply_log (self, rua_log_get_n_facts (log), error))
    return NULL;
  merging = g_new0 (Merging, 1);
  values = rua_limits_get_values (limits);
  merging->limits = rua_limit_values_settle (&values);
  merging->told_limits = limits ? g_object_ref (limits) : NULL;
  merging->sources = g_new0 (Source, n_sources);
  merging->n_sources = n_sources;
  merging->reader = rua_log_new (rua_log_get_lineage (log), rua_log_get_station (log), NULL);
  for (guint i = 0; i < rua_roster_get_n_peers (rua_log_get_roster (log)); i++)
    rua_roster_set (rua_log_get_roster (merging->reader), rua_roster_get_peer (rua_log_get_roster (log), i));
  merging->progress = rua_progress_begin (progress);
  merging->deadline = rua_deadline_new (values.seconds, cancellable);
  merging->cancellable = rua_deadline_get_cancellable (merging->deadline, cancellable);
  if (merging->cancellable)
    g_object_ref (merging->cancellable);
  return merging;
}

static void
merging_free (Merging *self)
{
  for (guint i = 0; i < self->n_sources; i++) {
    Source *source = &self->sources[i];

    g_free (source->place);
    g_clear_pointer (&source->bytes, g_bytes_unref);
    g_clear_pointer (&source->batch, rua_batch_free);
    g_clear_object (&source->copy);
    g_clear_pointer (&source->faults, rua_faults_free);
  }
  g_free (self->sources);
  rua_log_free (self->reader);
  g_clear_object (&self->told_limits);
  g_clear_object (&self->progress);
  g_clear_object (&self->cancellable);
  rua_deadline_end (self->deadline, NULL, NULL);
  g_free (self);
}

/* ---- reading, in any thread ---- */

static gboolean
is_exchange (GBytes *bytes)
{
  gsize length;
  const char *head = bytes ? g_bytes_get_data (bytes, &length) : NULL;

  return head && rua_exchange_is_one (head, length);
}

static gboolean
read_copy (Merging *self, Source *source, GError **error)
{
  g_autoptr (RuaStore) store = rua_store_open (source->place, RUA_STORE_STRANGER, self->told_limits, self->cancellable, error);
  RuaLog *theirs;

  source->copy = store ? rua_store_load (store, NULL, self->cancellable, error) : NULL;
  if (!source->copy)
    return FALSE;
  theirs = rua_alliance_peek_log (source->copy);
  if (!theirs) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "%s: keeps no log; say with --base what both were once, and it is merged over that", source->place);
    return FALSE;
  }
  if (strcmp (rua_log_get_lineage (theirs), rua_log_get_lineage (self->reader)) != 0) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_REFERENCE, "%s: is a copy of another alliance: its lineage is %.8s…, and here it is %.8s…; say with --base what both were once",
                 source->place, rua_log_get_lineage (theirs), rua_log_get_lineage (self->reader));
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_source (guint task, gpointer data, GError **error)
{
  Merging *self = data;
  Source *source = &self->sources[task];
  const RuaExchangeReading reading = { .log = self->reader, .limits = self->limits, .cancellable = self->cancellable };
  g_autoptr (RuaLocation) where = rua_location_new (source->place);
  g_autoptr (GBytes) bytes = NULL;
  gboolean is_batch = source->bytes != NULL;

  if (!is_batch) {
    g_autoptr (GBytes) head = rua_location_peek (where);

    /* A pipe is read at once: there is no second time. */
    if (is_exchange (head) || (!head && where->type == RUA_LOCATION_STREAM) || g_str_has_suffix (source->place, ".ruax")) {
      bytes = rua_location_read (where, self->limits.bytes, self->cancellable, error);
      if (!bytes)
        return FALSE;
      is_batch = TRUE;
    }
  } else
    bytes = g_bytes_ref (source->bytes);
  if (!is_batch)
    return read_copy (self, source, error);
  source->faults = rua_faults_new (source->place, 0);
  source->batch = rua_batch_read (&reading, bytes, source->place, source->faults, error);
  return source->batch || (rua_faults_raise (source->faults, error), FALSE);
}

static gboolean
read_all (Merging *self, GError **error)
{
  return rua_parallel_run (self->n_sources, read_source, self, self->progress, self->cancellable, error);
}

/* ---- checking and taking in, in the owner's thread ---- */

/* Whether some of them may bring the same fact, so that each has to be looked at beside the others. */
static gboolean
may_overlap (Merging *self)
{
  g_autoptr (GHashTable) senders = g_hash_table_new (g_str_hash, g_str_equal);

  if (self->n_sources < 2)
    return FALSE;
  for (guint i = 0; i < self->n_sources; i++)
    if (!self->sources[i].batch || !g_hash_table_add (senders, (gpointer) self->sources[i].batch->header.from))
      return TRUE;
  return FALSE;
}

/* Facts that are not here into @more, so that what comes after them is looked at beside them. */
static gboolean
check_copy (Source *source, RuaLog *log, RuaLog *more, GError **error)
{
  RuaLog *theirs = rua_alliance_peek_log (source->copy);

  for (guint i = 0; i < rua_log_get_n_facts (theirs); i++) {
    RuaLogInsert known;
    RuaFactData fact;

    rua_log_get_fact (theirs, i, &fact);
    known = rua_log_check (log, &fact, error);
    if (known == RUA_LOG_NEW && more)
      known = rua_log_insert (more, &fact, error);
    if (known == RUA_LOG_ERROR) {
      g_prefix_error (error, "%s: ", source->place);
      return FALSE;
    }
  }
  for (guint i = 0; i < rua_log_get_n_changes (theirs); i++) {
    RuaChangeData change;

    rua_log_get_change (theirs, i, &change);
    if (!rua_exchange_check_change (log, &change) || (more && rua_log_insert_change (more, &change, NULL) == RUA_LOG_ERROR)) {
      g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                   "%s: change %s.%" G_GINT64_FORMAT ": another change has this name: two copies write as station '%s'; enroll one of them under a name of its own",
                   source->place, change.station, change.first_sequence, change.station);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_money (RuaAlliance *alliance, Source *source, const RuaFactData *fact, GError **error)
{
  g_autofree char *currency = fact->value && fact->value_length > 2 ? g_strndup (fact->value + 1, (gsize) fact->value_length - 2) : NULL;
  g_autoptr (GError) local = NULL;

  if (rua_log_find_fact (rua_alliance_peek_log (alliance), fact->station, fact->sequence) != RUA_NO_FACT
      || rua_alliance_check_currency (alliance, currency, &local))
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
               "%s: fact %s.%" G_GINT64_FORMAT " gives the alliance another currency, whose decimals are not those of the amounts on record here; set the old currency again at '%s', and send that too",
               source->place, fact->station, fact->sequence, fact->station);
  return FALSE;
}

static gboolean
is_currency (const RuaFactData *fact)
{
  return strcmp (fact->kind, "alliance") == 0 && strcmp (fact->field, "currency") == 0;
}

static gboolean
is_replaced (GArray *facts, const RuaFactData *fact)
{
  for (guint i = 0; i < facts->len; i++) {
    const RuaFactData *other = &g_array_index (facts, RuaFactData, i);

    for (guint p = 0; is_currency (other) && p < other->n_parents; p++)
      if (other->parents[p].sequence == fact->sequence && strcmp (other->parents[p].station, fact->station) == 0)
        return TRUE;
  }
  return FALSE;
}

/* What a currency means for amounts is never changed by a merge; what was taken back again in the same file does not count. */
static gboolean
check_currency (RuaAlliance *alliance, Source *source, GError **error)
{
  RuaLog *theirs = source->copy ? rua_alliance_peek_log (source->copy) : NULL;
  guint cell = theirs ? rua_log_find_cell (theirs, "alliance", "~0", "currency") : RUA_NO_FACT;
  g_autoptr (GArray) heads = cell != RUA_NO_FACT ? rua_log_list_heads (theirs, cell) : NULL;

  for (guint i = 0; heads && i < heads->len; i++) {
    RuaFactData fact;

    rua_log_get_fact (theirs, g_array_index (heads, guint, i), &fact);
    if (!check_money (alliance, source, &fact, error))
      return FALSE;
  }
  for (guint i = 0; source->batch && i < source->batch->facts->len; i++) {
    const RuaFactData *fact = &g_array_index (source->batch->facts, RuaFactData, i);

    if (is_currency (fact) && !is_replaced (source->batch->facts, fact) && !check_money (alliance, source, fact, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_all (Merging *self, RuaAlliance *alliance, RuaLog *log, GError **error)
{
  g_autoptr (RuaLog) more = may_overlap (self) ? rua_log_new (rua_log_get_lineage (log), NULL, NULL) : NULL;

  for (guint i = 0; i < self->n_sources; i++) {
    Source *source = &self->sources[i];

    if (g_cancellable_set_error_if_cancelled (self->cancellable, error))
      return FALSE;
    if (!check_currency (alliance, source, error))
      return FALSE;
    if (source->copy) {
      if (!check_copy (source, log, more, error))
        return FALSE;
      continue;
    }
    if (!rua_batch_check (source->batch, log, more, source->faults)) {
      rua_faults_raise (source->faults, error);
      return FALSE;
    }
    if (!more)
      continue;
    for (guint f = 0; f < source->batch->facts->len; f++) {
      const RuaFactData *fact = &g_array_index (source->batch->facts, RuaFactData, f);

      if (rua_log_find_fact (log, fact->station, fact->sequence) == RUA_NO_FACT)
        rua_log_insert (more, fact, NULL);
    }
    for (guint c = 0; c < source->batch->changes->len; c++)
      rua_log_insert_change (more, &g_array_index (source->batch->changes, RuaChangeData, c), NULL);
  }
  return TRUE;
}

static void
take_copy (Source *source, RuaLog *log, guint *n_new, guint *n_known)
{
  RuaLog *theirs = rua_alliance_peek_log (source->copy);

  for (guint i = 0; i < rua_log_get_n_facts (theirs); i++) {
    RuaFactData fact;
    RuaLogInsert inserted;

    rua_log_get_fact (theirs, i, &fact);
    inserted = rua_log_insert (log, &fact, NULL);
    *n_new += inserted == RUA_LOG_NEW;
    *n_known += inserted == RUA_LOG_KNOWN;
  }
  for (guint i = 0; i < rua_log_get_n_changes (theirs); i++) {
    RuaChangeData change;

    rua_log_get_change (theirs, i, &change);
    rua_log_insert_change (log, &change, NULL);
  }
}

/* The sides by their names, which say whose they are and give nothing away. */
static void
remark_conflict (RuaMerge *merge, RuaLog *log, guint cell, GArray *heads)
{
  g_autoptr (GString) sides = g_string_new (NULL);
  const char *kind, *key, *field;

  rua_log_get_cell (log, cell, &kind, &key, &field);
  for (guint i = 0; i < heads->len; i++) {
    RuaFactData fact;

    rua_log_get_fact (log, g_array_index (heads, guint, i), &fact);
    g_string_append_printf (sides, "%s%s.%" G_GINT64_FORMAT, i ? ", " : "", fact.station, fact.sequence);
  }
  rua_merge_remark (merge, "in conflict: %s%s%s: %s; the first is shown", kind, *field ? " " : "", field, sides->str);
}

static void
count_conflicts (RuaMerge *merge, RuaLog *log)
{
  guint n = 0;

  for (guint cell = 0; cell < rua_log_get_n_cells (log); cell++) {
    const char *kind, *key;
    g_autoptr (GArray) heads = rua_log_list_heads (log, cell);

    rua_log_get_cell (log, cell, &kind, &key, NULL);
    if (heads->len > 1 && !rua_log_is_erased (log, kind, key) && n++ < MOST_CONFLICTS_TOLD)
      remark_conflict (merge, log, cell, heads);
  }
  rua_merge_set_n_conflicts (merge, n);
}

static void
remark (RuaMerge *merge, RuaAlliance *alliance, RuaLog *log)
{
  g_autoptr (GListModel) waiting = rua_alliance_list_waiting (alliance);
  guint n_waiting = g_list_model_get_n_items (waiting);

  for (guint i = 0; i < rua_log_get_n_stations (log); i++) {
    g_autofree char *clock = rua_log_tell_days_ahead (log, rua_log_get_station_at (log, i, NULL, NULL, NULL));

    if (clock)
      rua_merge_remark (merge, "%s", clock);
  }
  if (n_waiting > 0)
    rua_merge_remark (merge, "%u %s for what has not come yet, or is not known here: nothing of it is lost", n_waiting, n_waiting == 1 ? "thing waits" : "things wait");
}

/* Kinds and fields of their own come with their facts, which would wait for them. */
static void
adopt (RuaMerge *merge, RuaAlliance *alliance, Source *source)
{
  const char *own = source->batch ? source->batch->header.own_schema : NULL;
  g_autofree char *document = own ? g_strdup_printf ("{\"format\":\"rural-alliance\",\"version\":1,\"schema\":%s}", own) : NULL;
  g_autoptr (GBytes) bytes = document ? g_bytes_new_static (document, strlen (document)) : NULL;
  g_autoptr (RuaAlliance) read = bytes ? rua_alliance_new_from_json (bytes, source->place, NULL, NULL) : NULL;

  if (own && !read)
    rua_merge_remark (merge, "%s: its own kinds and fields are told in no way that is known here; facts of them wait", source->place);
  if (read || source->copy)
    rua_merge_adopt_all (merge, alliance, read ? read : source->copy);
}

static RuaMerge *
take_all (Merging *self, RuaAlliance *alliance, GError **error)
{
  g_autoptr (RuaMerge) merge = NULL;
  RuaLog *log = rua_alliance_peek_log (alliance);
  RuaTable *erasures = rua_alliance_get_erasures (alliance);
  guint first = rua_log_get_n_facts (log), n_new = 0, n_known = 0, n_taken, n_before, n_after;

  /* It may have begun while the files were read. */
  if (!rua_alliance_apply_log (alliance, first, error) || !check_all (self, alliance, log, error))
    return NULL;
  n_before = rua_table_get_n_records (erasures);
  merge = rua_merge_new ();
  for (guint i = 0; i < self->n_sources; i++) {
    adopt (merge, alliance, &self->sources[i]);
    if (self->sources[i].copy)
      take_copy (&self->sources[i], log, &n_new, &n_known);
    else {
      rua_merge_take_records (alliance, self->sources[i].batch->records);
      rua_batch_take (self->sources[i].batch, log, &n_new, &n_known);
    }
    g_clear_pointer (&self->sources[i].batch, rua_batch_free);
    g_clear_object (&self->sources[i].copy);
  }
  n_taken = rua_merge_state_taken (alliance, first);
  if (!rua_alliance_apply_log (alliance, first, error))
    return NULL;
  if (n_taken > 0)
    rua_merge_remark (merge, "%u %s made under an id that was taken here, unseen: both sides are kept as conflicts", n_taken,
                      n_taken == 1 ? "record was" : "records were");
  n_after = rua_table_get_n_records (erasures);
  if (n_after > n_before)
    rua_merge_remark (merge, "%u %s erased there: what was kept of %s here, and in the log, is gone", n_after - n_before,
                      n_after - n_before == 1 ? "record was" : "records were", n_after - n_before == 1 ? "it" : "them");
  rua_merge_count (merge, n_new, n_known);
  rua_merge_set_done (merge, TRUE);
  count_conflicts (merge, log);
  remark (merge, alliance, log);
  return g_steal_pointer (&merge);
}

static RuaMerge *
finish (Merging *self, RuaAlliance *alliance, gboolean is_read, GError **error)
{
  RuaMerge *merge = is_read ? take_all (self, alliance, error) : NULL;
  RuaDeadline *deadline = g_steal_pointer (&self->deadline);

  rua_deadline_end (deadline, self->n_sources ? self->sources[0].place : NULL, merge ? NULL : error);
  merging_free (self);
  return merge;
}

/**
 * rua_alliance_import_changes:
 * @self: an alliance that is enrolled
 * @bytes: an exchange file
 * @name: what to call it in messages
 * @limits: (nullable): how large the file may be, and what is in it
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Takes in an exchange file that is in memory; see [method@RuralAlliance.Alliance.merge].
 *
 * Returns: (transfer full): what came of it, or %NULL and an error that lists all that is wrong with the file
 *
 * Since: 1.0
 */
RuaMerge *
rua_alliance_import_changes (RuaAlliance *self, GBytes *bytes, const char *name, RuaLimits *limits, GCancellable *cancellable, GError **error)
{
  Merging *merging;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (bytes != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (limits == NULL || RUA_IS_LIMITS (limits), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  merging = merging_new (self, 1, limits, NULL, cancellable, error);
  if (!merging)
    return NULL;
  merging->sources[0].place = g_strdup (name);
  merging->sources[0].bytes = g_bytes_ref (bytes);
  return finish (merging, self, read_all (merging, error), error);
}

static Merging *
merging_of_places (RuaAlliance *self, const char *const *places, RuaLimits *limits, RuaProgress *progress, GCancellable *cancellable, GError **error)
{
  Merging *merging = merging_new (self, g_strv_length ((char **) places), limits, progress, cancellable, error);

  for (guint i = 0; merging && i < merging->n_sources; i++)
    merging->sources[i].place = g_strdup (places[i]);
  return merging;
}

/**
 * rua_alliance_merge:
 * @self: an alliance that is enrolled
 * @places: (array zero-terminated=1): exchange files, and `.rua` files that are copies of this alliance
 * @limits: (nullable): how large each file may be, and what is in it
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Takes in what others have done. Facts are a set: whatever the order in which files come, and however often, what is in
 * the alliance afterwards depends on which facts have come and on nothing else. Where two have said different
 * things without knowing of one another, both are kept as a conflict, and the later one is shown meanwhile.
 *
 * A file with any fault is refused whole, and then nothing is taken of any of them: one that was changed on its way, is
 * not from a station that is enrolled here, whose station did not send what comes before, or of a station as which
 * two copies write. A receipt in a hub's file moves the mark up to which nothing need be sent again.
 *
 * Returns: (transfer full): what came of it, or %NULL and an error of the domain `RUA_ERROR` that lists all that is wrong
 *   with the first such file; the alliance is then as it was
 *
 * Since: 1.0
 */
RuaMerge *
rua_alliance_merge (RuaAlliance *self,
                    const char *const *places,
                    RuaLimits *limits,
                    RuaProgress *progress,
                    GCancellable *cancellable,
                    GError **error)
{
  Merging *merging;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (places != NULL, NULL);
  g_return_val_if_fail (limits == NULL || RUA_IS_LIMITS (limits), NULL);
  g_return_val_if_fail (progress == NULL || RUA_IS_PROGRESS (progress), NULL);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), NULL);

  merging = merging_of_places (self, places, limits, progress, cancellable, error);
  return merging ? finish (merging, self, read_all (merging, error), error) : NULL;
}

static void
merge_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (read_all (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * rua_alliance_merge_async:
 * @self: an alliance that is enrolled
 * @places: (array zero-terminated=1): exchange files, and `.rua` files that are copies of this alliance
 * @limits: (nullable): how large each file may be, and what is in it
 * @progress: (nullable): told how far the reading has come
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async) (closure user_data): called when it is done
 * @user_data: data for @callback
 *
 * Takes in what others have done as [method@RuralAlliance.Alliance.merge] does. The files are read in a thread; the
 * alliance, which may be edited meanwhile, is changed when [method@RuralAlliance.Alliance.merge_finish] is called.
 *
 * Since: 1.0
 */
void
rua_alliance_merge_async (RuaAlliance *self,
                          const char *const *places,
                          RuaLimits *limits,
                          RuaProgress *progress,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  Merging *merging;

  g_return_if_fail (RUA_IS_ALLIANCE (self));
  g_return_if_fail (places != NULL);
  g_return_if_fail (limits == NULL || RUA_IS_LIMITS (limits));
  g_return_if_fail (progress == NULL || RUA_IS_PROGRESS (progress));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, rua_alliance_merge_async);
  merging = merging_of_places (self, places, limits, progress, cancellable, &error);
  if (!merging) {
    g_task_return_error (task, error);
    return;
  }
  g_task_set_task_data (task, merging, (GDestroyNotify) merging_free);
  g_task_run_in_thread (task, merge_in_thread);
}

/**
 * rua_alliance_merge_finish:
 * @self: an alliance
 * @result: the result that the callback was given
 * @error: where to put an error
 *
 * Ends what [method@RuralAlliance.Alliance.merge_async] began.
 *
 * Returns: (transfer full): what came of it, or %NULL and an error; the alliance is then as it was
 *
 * Since: 1.0
 */
RuaMerge *
rua_alliance_merge_finish (RuaAlliance *self, GAsyncResult *result, GError **error)
{
  RuaMerge *merge = NULL;
  Merging *merging;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, rua_alliance_merge_async), NULL);

  merging = g_task_get_task_data (G_TASK (result));
  if (g_task_propagate_boolean (G_TASK (result), error))
    merge = take_all (merging, self, error);
  if (merging) {
    RuaDeadline *deadline = g_steal_pointer (&merging->deadline);

    rua_deadline_end (deadline, merging->n_sources ? merging->sources[0].place : NULL, merge ? NULL : error);
  }
  return merge;
}
