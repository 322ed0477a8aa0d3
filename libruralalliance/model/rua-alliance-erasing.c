/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-alliance-erasing.h"

#include <string.h>

#include "rua-edits-private.h"
#include "rua-erased-ids-private.h"
#include "rua-kinds.h"
#include "rua-ledger-erase-private.h"

/* Somebody is erased where a log is kept: the log learns that they were, and is put together anew without what it said
 * of them. */

/**
 * rua_alliance_was_erased:
 * @self: an alliance
 * @kind: a kind's name, for one record or for many
 * @id: an id
 *
 * Tells whether a record of this id was erased from the alliance by [method@Alliance.dup_erased] or
 * [method@Alliance.erase]. Nothing brings it back: no record of this id can be added, imported or merged. Of the id
 * itself only a salted SHA-256 is kept.
 *
 * Returns: %TRUE when it was
 *
 * Since: 1.0
 */
gboolean
rua_alliance_was_erased (RuaAlliance *self, const char *kind, const char *id)
{
  RuaTable *table;
  RuaLog *log;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  table = rua_alliance_get_table (self, kind);
  kind = table ? rua_kind_get_name (rua_table_get_kind (table)) : kind;
  log = rua_alliance_peek_log (self);
  if (log) {
    g_autofree char *key = rua_row_key_of_id (id);

    if (rua_log_is_erased (log, kind, key))
      return TRUE;
  }
  return rua_erased_ids_ask (self, kind, id);
}

static gboolean
refuse (GError **error, const char *problem)
{
  g_set_error_literal (error, RUA_ERROR, RUA_ERROR_FAILED, problem);
  return FALSE;
}

static RuaLedger *
expect_ledger (RuaAlliance *self, GError **error)
{
  RuaLedger *ledger = rua_alliance_peek_ledger (self);
  gboolean can = FALSE;

  if (rua_alliance_is_snapshot (self))
    refuse (error, "a snapshot cannot be changed; change the alliance that it was taken of");
  else if (!ledger)
    refuse (error, "this alliance keeps no log; make a copy without the record, and save that in its place");
  else if (!rua_log_get_station (ledger->log))
    refuse (error, "this copy has no name as a station; enroll it first");
  else if (rua_alliance_is_in_change (self) || rua_alliance_is_appending (self))
    refuse (error, "a change is being made; commit it or roll it back first");
  else
    can = TRUE;
  return can ? ledger : NULL;
}

/* The words of the erasure as its fields take them. */
static gboolean
check_words (RuaErasure *erasure, const char *reason, const char *date, GError **error)
{
  return rua_erasure_set_erased_on (erasure, date, error) && (!reason || rua_erasure_set_reason (erasure, reason, error));
}

static guint
count_erased (RuaLog *log)
{
  guint n = 0;

  for (guint i = 0; i < log->facts->len; i++)
    n += rua_log_fact (log, i)->is_erased;
  return n;
}

/* Of those who go, and of what is said of the record in the log alone. */
static gboolean
list_keys (RuaLedger *ledger, RuaTable *table, const char *key, GPtrArray *keys, GPtrArray *lines, GCancellable *cancellable, GError **error)
{
  const char *kind = rua_kind_get_name (rua_table_get_kind (table));
  guint32 row = rua_row_keys_find (ledger->keys, table, key, strlen (key));
  RuaErasing erasing;
  gboolean whole = TRUE;

  if (row == RUA_NO_ROW) {
    rua_erased_keys_add (keys, kind, key);
    g_ptr_array_add (lines, g_strdup_printf ("erased: 1 removed %s", kind));
    return TRUE;
  }
  rua_erasing_init (&erasing, ledger->tables);
  rua_erasing_mark (&erasing, table, row);
  whole = rua_erasing_close (&erasing, cancellable, error);
  if (whole) {
    rua_ledger_list_gone (ledger, &erasing, keys);
    rua_erasing_tell (&erasing, lines);
  }
  rua_erasing_clear (&erasing);
  return whole;
}

/**
 * rua_alliance_erase:
 * @self: an alliance that keeps a log
 * @kind: a kind of records of people
 * @key: the record's id; where that begins with `~`, or it has none, its key as
 *   [method@RuralAlliance.Fact.get_key] tells it
 * @reason: (nullable): a reason of [class@Erasure], such as `request`
 * @date: the day of the erasure, `2014-09-15`
 * @told: (out) (optional) (transfer full) (array zero-terminated=1): what was erased, which records of others lost a
 *   reference, and how many facts are left without values: lines such as `erased: 3 of 120 incomes`
 * @cancellable: (nullable): a cancellable
 * @error: where to put an error
 *
 * Erases somebody: the record, every record of people that is first of all of it, and every record that cannot be without
 * one of these, be they in the tables or removed before. Facts of theirs lose their values in the log, and
 * their keys where these have ids in them; facts of others lose the reference, changes in which any of this was said
 * their titles. What remains of a fact is its name, when, by whom, and which it replaced.
 *
 * The erasure is a fact itself. Every copy that takes it in erases the same, and what comes later from copies that have
 * not heard of it comes without values. Save the alliance afterwards: an SQLite file is then written anew. It cannot be
 * undone.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`, or `G_IO_ERROR_CANCELLED`; the alliance is then as it
 *   was
 *
 * Since: 1.0
 */
gboolean
rua_alliance_erase (RuaAlliance *self,
                    const char *kind,
                    const char *key,
                    const char *reason,
                    const char *date,
                    char ***told,
                    GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (RuaErasure) erasure = NULL;
  g_autoptr (GPtrArray) keys = NULL, lines = NULL;
  g_autofree char *day = NULL;
  RuaErasureWords words = { .reason = reason };
  RuaLedger *ledger;
  RuaTable *table;
  guint first, before;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  g_return_val_if_fail (kind != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);
  g_return_val_if_fail (date != NULL, FALSE);
  g_return_val_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable), FALSE);

  if (told)
    *told = NULL;
  ledger = expect_ledger (self, error);
  if (!ledger)
    return FALSE;
  table = rua_alliance_get_table (self, kind);
  if (!table || !rua_erasing_can_be (rua_table_get_kind (table))) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE, "%s: what is erased is a record of a person or a household; remove others", kind);
    return FALSE;
  }
  kind = rua_kind_get_name (rua_table_get_kind (table));
  if (rua_log_is_erased (ledger->log, kind, key)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE, "that %s was erased before", kind);
    return FALSE;
  }
  if (rua_row_keys_find (ledger->keys, table, key, strlen (key)) == RUA_NO_ROW && rua_log_find_record (ledger->log, kind, key) == RUA_NO_NUMBER) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING, "there is no %s of this id, and there was none since the log began", kind);
    return FALSE;
  }
  erasure = rua_erasure_new ();
  if (!check_words (erasure, reason, date, error))
    return FALSE;
  words.date = day = rua_erasure_dup_erased_on (erasure);
  keys = rua_erased_keys_new ();
  lines = g_ptr_array_new_with_free_func (g_free);
  if (!list_keys (ledger, table, key, keys, lines, cancellable, error))
    return FALSE;
  first = rua_log_get_n_facts (ledger->log);
  before = count_erased (ledger->log);
  if (!rua_ledger_put_erasures (ledger, keys, &words, error))
    return FALSE;
  if (!rua_alliance_apply_log (self, first, error))
    return FALSE;
  g_ptr_array_add (lines, g_strdup_printf ("facts that are left without values: %u", count_erased (ledger->log) - before));
  g_ptr_array_add (lines, NULL);
  if (told)
    *told = (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
  return TRUE;
}
