/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-edits.h"

#include <string.h>

#include "rua-ledger-private.h"

/* Changes: edits that are one, and their undoing. Where a log is kept, a change is its facts
 * (rua-log-commit.c); where none is, it is a list of edits by raw cells. */

/* The oldest changes are forgotten beyond this many. */
#define MOST_CHANGES 10000

typedef struct {
  RuaEditList *edits;
  char *title;
} Change;

struct _RuaEdits {
  RuaAlliance *alliance; /* whose this is */
  RuaTables *tables;
  RuaJournal journal;
  RuaEditList *current;
  gboolean in_change;
  char *title;
  char *origin;
  char *author;
  GQueue undo; /* of Change, the last at the head */
  GQueue redo;
  RuaLedger *ledger; /* where a log is kept */
  RuaCommit *commit;
  GArray *undo_facts; /* of gint64: this station's changes, the last at the end */
  GArray *redo_facts;
};

static void
free_change (gpointer data)
{
  Change *change = data;

  rua_edit_list_free (change->edits);
  g_free (change->title);
  g_free (change);
}

static void
push_change (GQueue *queue, RuaEditList *edits, const char *title)
{
  Change *change = g_new (Change, 1);

  change->edits = edits;
  change->title = g_strdup (title);
  g_queue_push_head (queue, change);
  if (queue->length > MOST_CHANGES)
    free_change (g_queue_pop_tail (queue));
}

/* ---- listening ---- */

static void
hear_cell (gpointer data, RuaTable *table, guint32 row, guint field, gboolean is_known, guint64 word)
{
  RuaEdits *self = data;

  rua_edit_list_add_cell (self->current, table, row, field, is_known, word);
  if (self->commit)
    rua_commit_note_cell (self->commit, table, row, field);
}

static void
hear_added (gpointer data, RuaTable *table, guint32 row)
{
  RuaEdits *self = data;

  rua_edit_list_add_row (self->current, table, row);
  if (self->commit)
    rua_commit_note_added (self->commit, table, row);
}

static void
hear_removing (gpointer data, RuaTable *table, guint32 row, RuaRecord *record)
{
  RuaEdits *self = data;

  rua_edit_list_remove_row (self->current, table, row, record);
  if (self->commit)
    rua_commit_note_removing (self->commit, table, row);
}

static void
hear_appended (gpointer data, RuaTable *table, guint32 first, guint32 n)
{
  RuaEdits *self = data;

  rua_edit_list_append_rows (self->current, table, first, n);
  if (self->commit)
    rua_commit_note_appended (self->commit, table, first, n);
}

static void
begin_commit (RuaEdits *self)
{
  g_clear_pointer (&self->commit, rua_commit_free);
  if (self->ledger)
    self->commit = rua_commit_new (self->ledger);
}

gboolean
rua_edits_look_again (RuaEdits *self)
{
  if (!self->ledger || !self->ledger->has_erased)
    return FALSE;
  self->ledger->has_erased = FALSE;
  rua_ledger_list_undoable (self->ledger, self->undo_facts, self->redo_facts);
  return TRUE;
}

/* The facts of what was edited. */
static gboolean
write_facts (RuaEdits *self, RuaTable *pending, guint n_before, gboolean *is_announced, GError **error)
{
  RuaCommit *commit = g_steal_pointer (&self->commit);
  RuaChangeData change = { .author = self->author, .title = self->title, .origin = self->origin ? self->origin : "edit" };
  gint64 first;
  gboolean done;

  /* Who hears of it may edit. */
  begin_commit (self);
  done = rua_commit_write (commit, &change, pending, n_before, is_announced, &first, error);
  rua_commit_free (commit);
  if (!rua_edits_look_again (self) && first) {
    g_array_append_val (self->undo_facts, first);
    g_array_set_size (self->redo_facts, 0);
  }
  return done;
}

/* What was edited becomes a change that can be undone; nothing, where nothing is otherwise now. */
static gboolean
keep_current (RuaEdits *self, RuaTable *pending, guint n_before, gboolean *is_announced, GError **error)
{
  RuaEditList *edits = self->current;
  gboolean has_effect = rua_edit_list_has_effect (edits), done = TRUE;

  *is_announced = FALSE;
  self->current = rua_edit_list_new ();
  if (self->ledger || !has_effect)
    rua_edit_list_free (edits);
  if (!has_effect)
    begin_commit (self);
  else if (self->ledger)
    done = write_facts (self, pending, n_before, is_announced, error);
  else {
    g_queue_clear_full (&self->redo, free_change);
    push_change (&self->undo, edits, self->title);
  }
  return done;
}

static gboolean
hear_done (gpointer data, RuaTable *table, guint n_before)
{
  RuaEdits *self = data;
  gboolean is_announced = FALSE;
  g_autoptr (GError) error = NULL;

  /* An edit outside a change is a change. The call that made it has nobody to tell that the log is full. */
  if (!self->in_change && !keep_current (self, table, n_before, &is_announced, &error))
    g_critical ("%s", error->message);
  return is_announced;
}

static const RuaJournalFuncs journal_funcs = { hear_cell, hear_added, hear_removing, hear_appended, hear_done };

RuaEdits *
rua_edits_new (RuaAlliance *alliance, RuaTables *tables)
{
  RuaEdits *self = g_new0 (RuaEdits, 1);

  self->alliance = alliance;
  self->tables = tables;
  self->journal.funcs = &journal_funcs;
  self->journal.data = self;
  self->current = rua_edit_list_new ();
  self->undo_facts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->redo_facts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->undo);
  g_queue_init (&self->redo);
  rua_tables_set_journal (tables, &self->journal);
  return self;
}

void
rua_edits_free (RuaEdits *self)
{
  if (!self)
    return;
  rua_tables_set_journal (self->tables, NULL);
  rua_commit_free (self->commit);
  g_array_unref (self->undo_facts);
  g_array_unref (self->redo_facts);
  rua_edit_list_free (self->current);
  g_queue_clear_full (&self->undo, free_change);
  g_queue_clear_full (&self->redo, free_change);
  g_free (self->title);
  g_free (self->origin);
  g_free (self->author);
  g_free (self);
}

void
rua_edits_set_ledger (RuaEdits *self, RuaLedger *ledger)
{
  self->ledger = ledger;
  /* What was edited before is the log's baseline. */
  g_queue_clear_full (&self->undo, free_change);
  g_queue_clear_full (&self->redo, free_change);
  if (ledger)
    rua_ledger_list_undoable (ledger, self->undo_facts, self->redo_facts);
  begin_commit (self);
}

gboolean
rua_edits_settle (RuaEdits *self, const char *kind, const char *key, const char *field, const char *value, const char *note, GError **error)
{
  RuaChangeData how = { .author = self->author, .title = note, .origin = "choice" };

  if (!rua_ledger_settle (self->ledger, kind, key, field, value, &how, self->undo_facts, error))
    return FALSE;
  g_array_set_size (self->redo_facts, 0);
  return TRUE;
}

/* ---- changes ---- */

static gboolean
refuse_snapshot (RuaAlliance *self, GError **error)
{
  if (!rua_alliance_is_snapshot (self))
    return FALSE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED,
               "a snapshot cannot be changed; change the alliance that it was taken of");
  return TRUE;
}

static gboolean
refuse_appending (RuaEdits *self, GError **error)
{
  RuaTable *table = rua_tables_find_appending (self->tables);

  if (!table)
    return FALSE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "%s: records are being appended in bulk; commit or roll back that first",
               rua_kind_get_name (rua_table_get_kind (table)));
  return TRUE;
}

gboolean
rua_alliance_begin_from (RuaAlliance *self, const char *title, const char *origin, GError **error)
{
  RuaEdits *edits;

  if (refuse_snapshot (self, error))
    return FALSE;
  edits = rua_alliance_make_edits (self);
  if (edits->in_change) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a change has begun already%s%s%s; commit it or roll it back first",
                 edits->title ? " (" : "", edits->title ? edits->title : "", edits->title ? ")" : "");
    return FALSE;
  }
  edits->in_change = TRUE;
  g_free (edits->title);
  edits->title = g_strdup (title);
  g_free (edits->origin);
  edits->origin = g_strdup (origin);
  return TRUE;
}

/**
 * rua_alliance_begin:
 * @self: an alliance
 * @title: (nullable): what is being done, in a few words, for whoever undoes it or reads the history
 * @error: where to put an error
 *
 * Begins a change: everything edited until [method@RuralAlliance.Alliance.commit] is one, is undone as
 * one, and can be taken back whole by [method@RuralAlliance.Alliance.rollback]. Changes do not nest.
 *
 * From the first call on the alliance remembers what is edited, so that it can be undone; an edit
 * outside a change is then a change of its own. Kinds and fields that are added stay, whatever is
 * taken back.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` on a snapshot, or where a change
 *   has begun already
 *
 * Since: 1.0
 */
gboolean
rua_alliance_begin (RuaAlliance *self, const char *title, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return rua_alliance_begin_from (self, title, "edit", error);
}

static RuaEdits *
expect_change (RuaAlliance *self, GError **error)
{
  RuaEdits *edits = rua_alliance_peek_edits (self);

  if (edits && edits->in_change)
    return refuse_appending (edits, error) ? NULL : edits;
  g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "no change has begun; begin one first");
  return NULL;
}

static void
end_change (RuaEdits *self)
{
  self->in_change = FALSE;
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->origin, g_free);
}

/**
 * rua_alliance_commit:
 * @self: an alliance in which a change has begun
 * @error: where to put an error
 *
 * Ends a change and keeps what was edited. Where everything is as it was, there is nothing to undo.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when no change has begun, or
 *   records are still being appended in bulk; the change then goes on
 *
 * Since: 1.0
 */
gboolean
rua_alliance_commit (RuaAlliance *self, GError **error)
{
  RuaEdits *edits;
  gboolean is_announced;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);

  edits = expect_change (self, error);
  if (!edits)
    return FALSE;
  edits->in_change = FALSE;
  if (!keep_current (edits, NULL, 0, &is_announced, error))
    return FALSE;
  end_change (edits);
  return TRUE;
}

/**
 * rua_alliance_rollback:
 * @self: an alliance in which a change has begun
 * @error: where to put an error
 *
 * Ends a change and puts everything back as it was when it began: values, records that were removed,
 * in the places where they stood, and none that were added. A record that was added stands in no
 * table again, with the values it has; one that was removed is again the same object, if somebody
 * holds it.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when no change has begun, or
 *   records are still being appended in bulk; the change then goes on
 *
 * Since: 1.0
 */
gboolean
rua_alliance_rollback (RuaAlliance *self, GError **error)
{
  RuaEdits *edits;
  RuaEditList *list;
  RuaEditNews *news;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);

  edits = expect_change (self, error);
  if (!edits)
    return FALSE;
  list = edits->current;
  edits->current = rua_edit_list_new ();
  end_change (edits);
  begin_commit (edits);
  rua_edit_list_free (rua_edit_list_take_back (list, &news));
  rua_edit_list_free (list);
  rua_edit_news_tell (news);
  return TRUE;
}

/**
 * rua_alliance_is_in_change:
 * @self: an alliance
 *
 * Gets whether a change has begun and has not ended.
 *
 * Returns: %TRUE between begin and commit or rollback
 *
 * Since: 1.0
 */
gboolean
rua_alliance_is_in_change (RuaAlliance *self)
{
  RuaEdits *edits;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);

  edits = rua_alliance_peek_edits (self);
  return edits && edits->in_change;
}

/**
 * rua_alliance_get_author:
 * @self: an alliance
 *
 * Gets who is editing.
 *
 * Returns: (nullable): the author, or %NULL when nobody said
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_author (RuaAlliance *self)
{
  RuaEdits *edits;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  edits = rua_alliance_peek_edits (self);
  return edits ? edits->author : NULL;
}

/**
 * rua_alliance_set_author:
 * @self: an alliance
 * @author: (nullable): UTF-8, or %NULL for nobody in particular
 *
 * Says who is editing, for the history of what is edited from now on. Use a name that may be passed
 * on with the alliance.
 *
 * Since: 1.0
 */
void
rua_alliance_set_author (RuaAlliance *self, const char *author)
{
  RuaEdits *edits;

  g_return_if_fail (RUA_IS_ALLIANCE (self));
  g_return_if_fail (!author || g_utf8_validate (author, -1, NULL));
  g_return_if_fail (!rua_alliance_is_snapshot (self));

  edits = rua_alliance_make_edits (self);
  g_free (edits->author);
  edits->author = g_strdup (author);
}

/* ---- undoing ---- */

static gboolean
has_last (RuaAlliance *self, gboolean is_redo, const char **title)
{
  RuaEdits *edits = rua_alliance_peek_edits (self);
  Change *change;

  if (!edits || edits->in_change)
    return FALSE;
  if (edits->ledger) {
    GArray *list = is_redo ? edits->redo_facts : edits->undo_facts;
    RuaLog *log = edits->ledger->log;
    RuaChangeData data;

    if (!list->len)
      return FALSE;
    rua_log_get_change (log, rua_log_find_change (log, rua_log_get_station (log), g_array_index (list, gint64, list->len - 1)), &data);
    if (title)
      *title = data.title;
    return TRUE;
  }
  change = g_queue_peek_head (is_redo ? &edits->redo : &edits->undo);
  if (change && title)
    *title = change->title;
  return change != NULL;
}

/**
 * rua_alliance_can_undo:
 * @self: an alliance
 *
 * Gets whether there is a change that can be undone. The last 10,000 are remembered.
 *
 * Returns: %TRUE when there is one, and no change is being made
 *
 * Since: 1.0
 */
gboolean
rua_alliance_can_undo (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return has_last (self, FALSE, NULL);
}

/**
 * rua_alliance_can_redo:
 * @self: an alliance
 *
 * Gets whether there is a change that was undone and can be made again.
 *
 * Returns: %TRUE when there is one, and no change is being made
 *
 * Since: 1.0
 */
gboolean
rua_alliance_can_redo (RuaAlliance *self)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return has_last (self, TRUE, NULL);
}

/**
 * rua_alliance_get_undo_title:
 * @self: an alliance
 *
 * Gets what [method@RuralAlliance.Alliance.undo] would undo.
 *
 * Returns: (nullable): the change's title, or %NULL when it has none or there is none
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_undo_title (RuaAlliance *self)
{
  const char *title = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  has_last (self, FALSE, &title);
  return title;
}

/**
 * rua_alliance_get_redo_title:
 * @self: an alliance
 *
 * Gets what [method@RuralAlliance.Alliance.redo] would make again.
 *
 * Returns: (nullable): the change's title, or %NULL when it has none or there is none
 *
 * Since: 1.0
 */
const char *
rua_alliance_get_redo_title (RuaAlliance *self)
{
  const char *title = NULL;

  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);

  has_last (self, TRUE, &title);
  return title;
}

/* By facts that say again what was before. */
static gboolean
move_facts (RuaEdits *self, gboolean is_redo, GError **error)
{
  GArray *from = is_redo ? self->redo_facts : self->undo_facts, *to = is_redo ? self->undo_facts : self->redo_facts;
  gint64 first = g_array_index (from, gint64, from->len - 1);
  g_autofree char *origin = g_strdup_printf ("%s of %s.%" G_GINT64_FORMAT, is_redo ? "redo" : "undo",
                                             rua_log_get_station (self->ledger->log), first);
  RuaChangeData how = { .author = self->author, .origin = origin };

  g_array_set_size (from, from->len - 1);
  if (!rua_ledger_undo (self->ledger, first, &how, to, error)) {
    g_array_append_val (from, first);
    return FALSE;
  }
  return TRUE;
}

static gboolean
move_change (RuaAlliance *self, gboolean is_redo, GError **error)
{
  RuaEdits *edits = rua_alliance_peek_edits (self);
  RuaEditNews *news;
  Change *change;

  if (refuse_snapshot (self, error))
    return FALSE;
  if (edits && edits->in_change) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_FAILED, "a change is being made; commit it or roll it back first");
    return FALSE;
  }
  if (!has_last (self, is_redo, NULL)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 is_redo ? "there is nothing to redo; undo something first" : "there is nothing to undo; change something first");
    return FALSE;
  }
  if (refuse_appending (edits, error))
    return FALSE;
  if (edits->ledger)
    return move_facts (edits, is_redo, error);
  change = g_queue_pop_head (is_redo ? &edits->redo : &edits->undo);
  push_change (is_redo ? &edits->undo : &edits->redo, rua_edit_list_take_back (change->edits, &news), change->title);
  free_change (change);
  rua_edit_news_tell (news);
  return TRUE;
}

/**
 * rua_alliance_undo:
 * @self: an alliance
 * @error: where to put an error
 *
 * Takes back the last change that was not undone yet, whole. Records that it removed stand again where
 * they stood; where a log is kept, those that were made since the log began stand where they stood too.
 *
 * Where a log is kept, undoing is a change like any other, changes of earlier sessions of this station can
 * be undone too, and what somebody else has changed since is not: the error tells who, and when.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR` when there is nothing to undo, a
 *   change is being made, records are being appended in bulk, or somebody has changed the same since
 *
 * Since: 1.0
 */
gboolean
rua_alliance_undo (RuaAlliance *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return move_change (self, FALSE, error);
}

/**
 * rua_alliance_redo:
 * @self: an alliance
 * @error: where to put an error
 *
 * Makes the change again that was undone last. A new change forgets what was undone before it.
 *
 * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`, as for
 *   [method@RuralAlliance.Alliance.undo]
 *
 * Since: 1.0
 */
gboolean
rua_alliance_redo (RuaAlliance *self, GError **error)
{
  g_return_val_if_fail (RUA_IS_ALLIANCE (self), FALSE);
  return move_change (self, TRUE, error);
}
