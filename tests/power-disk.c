/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* RENAME_EXCHANGE */
#endif
#include "power-disk.h"

#include "file-calls.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  GBytes *base;        /* what was in the file at the beginning; NULL of what was made since */
  GHashTable *base_of; /* of a folder: name -> file, at the beginning */
  GHashTable *entries; /* and now; NULL of a file */
} Node;

typedef enum {
  STEP_WRITE,
  STEP_TRUNCATE,
  STEP_SYNC,
  STEP_NAME, /* is put into a folder, taken out of another, or both */
  STEP_EXCHANGE,
  STEP_ACKNOWLEDGE,
} StepType;

typedef struct {
  StepType type;
  int node;
  int other; /* EXCHANGE: what comes to the old name */
  GBytes *data;
  gint64 number; /* offset, length or version */
  int into, out_of; /* folders, or -1 */
  char *name, *old_name;
} Step;

struct _PowerDisk {
  char *folder;
  GPtrArray *nodes; /* the first is the folder */
  GArray *steps;
  GHashTable *fds; /* by power_disk_watch_calls() */
};

static void
node_free (gpointer data)
{
  Node *node = data;

  g_clear_pointer (&node->base, g_bytes_unref);
  g_clear_pointer (&node->base_of, g_hash_table_unref);
  g_clear_pointer (&node->entries, g_hash_table_unref);
  g_free (node);
}

static void
step_clear (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->data, g_bytes_unref);
  g_free (step->name);
  g_free (step->old_name);
}

static Node *
get_node (PowerDisk *self, int node)
{
  return g_ptr_array_index (self->nodes, node);
}

static int
add_node (PowerDisk *self, gboolean is_folder)
{
  Node *node = g_new0 (Node, 1);

  if (is_folder)
    node->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_ptr_array_add (self->nodes, node);
  return (int) self->nodes->len - 1;
}

static void
add_step (PowerDisk *self, Step step)
{
  g_array_append_val (self->steps, step);
}

static int
find_in (GHashTable *entries, const char *name)
{
  gpointer value;

  return entries != NULL && g_hash_table_lookup_extended (entries, name, NULL, &value) ? GPOINTER_TO_INT (value) : -1;
}

static GHashTable *
copy_entries (GHashTable *entries)
{
  GHashTable *copy = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer name, node;

  g_hash_table_iter_init (&iter, entries);
  while (g_hash_table_iter_next (&iter, &name, &node))
    g_hash_table_insert (copy, g_strdup (name), node);
  return copy;
}

/* The folder that @path stands in, and its name there; -1 for the folder itself and what is not below. */
static int
find_folder (PowerDisk *self, const char *path, char **name)
{
  gsize n = strlen (self->folder);
  g_auto (GStrv) parts = NULL;
  int node = 0;
  guint i;

  *name = NULL;
  if (strncmp (path, self->folder, n) != 0 || path[n] != '/')
    return -1;
  while (path[n] == '/')
    n++;
  parts = g_strsplit (path + n, "/", -1);
  if (parts[0] == NULL || *parts[0] == '\0')
    return -1;
  for (i = 0; parts[i + 1] != NULL && *parts[i + 1] != '\0'; i++) {
    node = find_in (get_node (self, node)->entries, parts[i]);
    if (node < 0)
      return -1;
  }
  *name = g_strdup (parts[i]);
  return node;
}

static int
find_path (PowerDisk *self, const char *path)
{
  g_autofree char *name = NULL;
  int folder = find_folder (self, path, &name);

  if (folder >= 0)
    return find_in (get_node (self, folder)->entries, name);
  return g_str_equal (path, self->folder) ? 0 : -1;
}

static void
take_in (PowerDisk *self, int folder, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  Node *node = get_node (self, folder);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    gboolean is_folder = g_file_test (below, G_FILE_TEST_IS_DIR);
    int found = add_node (self, is_folder);

    g_hash_table_insert (node->entries, g_strdup (name), GINT_TO_POINTER (found));
    if (is_folder) {
      take_in (self, found, below);
    } else {
      char *content;
      gsize length;

      g_file_get_contents (below, &content, &length, &error);
      g_assert_no_error (error);
      get_node (self, found)->base = g_bytes_new_take (content, length);
    }
  }
  node->base_of = copy_entries (node->entries);
}

PowerDisk *
power_disk_new (const char *folder)
{
  PowerDisk *self = g_new0 (PowerDisk, 1);

  self->folder = g_strdup (folder);
  self->nodes = g_ptr_array_new_with_free_func (node_free);
  self->steps = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (self->steps, step_clear);
  self->fds = g_hash_table_new (NULL, NULL);
  take_in (self, add_node (self, TRUE), folder);
  return self;
}

void
power_disk_free (PowerDisk *self)
{
  g_free (self->folder);
  g_ptr_array_unref (self->nodes);
  g_array_unref (self->steps);
  g_hash_table_unref (self->fds);
  g_free (self);
}

/* ---- what is done ---- */

static int
add_name (PowerDisk *self, int folder, const char *name, int node)
{
  g_hash_table_insert (get_node (self, folder)->entries, g_strdup (name), GINT_TO_POINTER (node));
  add_step (self, (Step) { .type = STEP_NAME, .node = node, .into = folder, .name = g_strdup (name), .out_of = -1 });
  return node;
}

int
power_disk_open (PowerDisk *self, const char *path, gboolean truncate)
{
  g_autofree char *name = NULL;
  int folder = find_folder (self, path, &name);
  int node = find_path (self, path);

  if (node >= 0) {
    if (truncate)
      power_disk_truncate (self, node, 0);
    return node;
  }
  return folder >= 0 ? add_name (self, folder, name, add_node (self, FALSE)) : -1;
}

void
power_disk_make_folder (PowerDisk *self, const char *path)
{
  g_autofree char *name = NULL;
  int folder = find_folder (self, path, &name);

  g_assert_cmpint (folder, >=, 0);
  add_name (self, folder, name, add_node (self, TRUE));
}

void
power_disk_write (PowerDisk *self, int file, gconstpointer data, gsize length, gint64 offset)
{
  if (file >= 0 && length > 0)
    add_step (self, (Step) { .type = STEP_WRITE, .node = file, .data = g_bytes_new (data, length), .number = offset });
}

void
power_disk_truncate (PowerDisk *self, int file, gint64 length)
{
  if (file >= 0)
    add_step (self, (Step) { .type = STEP_TRUNCATE, .node = file, .number = length });
}

void
power_disk_sync (PowerDisk *self, int file)
{
  if (file >= 0)
    add_step (self, (Step) { .type = STEP_SYNC, .node = file });
}

void
power_disk_sync_folder (PowerDisk *self, const char *path)
{
  power_disk_sync (self, find_path (self, path));
}

/* A name goes from @from, or, with @keep, stays there, too. */
static void
move (PowerDisk *self, const char *from, const char *to, gboolean keep)
{
  g_autofree char *old_name = NULL, *name = NULL;
  int out_of = find_folder (self, from, &old_name);
  int into = to != NULL ? find_folder (self, to, &name) : -1;
  int node = find_path (self, from);

  if (node < 0)
    return;
  if (keep) {
    add_name (self, into, name, node);
    return;
  }
  g_hash_table_remove (get_node (self, out_of)->entries, old_name);
  if (into >= 0)
    g_hash_table_insert (get_node (self, into)->entries, g_strdup (name), GINT_TO_POINTER (node));
  add_step (self, (Step) { .type = STEP_NAME, .node = node, .into = into, .out_of = out_of,
                           .name = g_steal_pointer (&name), .old_name = g_steal_pointer (&old_name) });
}

void
power_disk_rename (PowerDisk *self, const char *from, const char *to)
{
  move (self, from, to, FALSE);
}

void
power_disk_exchange (PowerDisk *self, const char *one, const char *other)
{
  g_autofree char *old_name = NULL, *name = NULL;
  int out_of = find_folder (self, one, &old_name), into = find_folder (self, other, &name);
  int node = find_path (self, one), there = find_path (self, other);

  g_assert_true (node >= 0 && there >= 0);
  g_hash_table_insert (get_node (self, out_of)->entries, g_strdup (old_name), GINT_TO_POINTER (there));
  g_hash_table_insert (get_node (self, into)->entries, g_strdup (name), GINT_TO_POINTER (node));
  add_step (self, (Step) { .type = STEP_EXCHANGE, .node = node, .other = there, .into = into, .out_of = out_of,
                           .name = g_steal_pointer (&name), .old_name = g_steal_pointer (&old_name) });
}

void
power_disk_link (PowerDisk *self, const char *from, const char *to)
{
  move (self, from, to, TRUE);
}

void
power_disk_unlink (PowerDisk *self, const char *path)
{
  move (self, path, NULL, FALSE);
}

void
power_disk_acknowledge (PowerDisk *self, guint version)
{
  add_step (self, (Step) { .type = STEP_ACKNOWLEDGE, .node = -1, .number = version });
}

guint
power_disk_get_n_steps (PowerDisk *self)
{
  return self->steps->len;
}

guint
power_disk_get_acknowledged (PowerDisk *self, guint n_steps)
{
  for (guint i = n_steps; i > 0; i--) {
    const Step *step = &g_array_index (self->steps, Step, i - 1);

    if (step->type == STEP_ACKNOWLEDGE)
      return (guint) step->number;
  }
  return 0;
}

/* ---- the power fails ---- */

/* In so many of a hundred. */
static gboolean
chance (RuaRandom *random, guint percent)
{
  return rua_random_below (random, 100) < percent;
}

/* What is written lies there, with zeros where nothing was. */
static void
put (GByteArray *content, gsize offset, gconstpointer data, gsize length)
{
  gsize old = content->len;

  if (offset + length > old) {
    g_byte_array_set_size (content, (guint) (offset + length));
    memset (content->data + old, 0, content->len - old);
  }
  memcpy (content->data + offset, data, length);
}

static void
put_torn (GByteArray *content, const Step *step, RuaRandom *random, guint kept, guint spoilt)
{
  gsize length, offset = (gsize) step->number, n;
  const guint8 *data = g_bytes_get_data (step->data, &length);

  for (; length > 0; data += n, offset += n, length -= n) {
    n = MIN (length, POWER_SECTOR - offset % POWER_SECTOR);
    if (chance (random, kept)) {
      put (content, offset, data, n);
    } else if (chance (random, spoilt)) {
      guint8 rubbish[POWER_SECTOR] = { 0 };

      if (chance (random, 50))
        for (gsize i = 0; i < n; i++)
          rubbish[i] = (guint8) rua_random_next (random);
      put (content, offset, rubbish, n);
    }
  }
}

static void
write_folder (GPtrArray *contents, GHashTable *const *folders, int node, const char *path)
{
  GHashTableIter iter;
  gpointer name, child;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_hash_table_iter_init (&iter, folders[node]);
  while (g_hash_table_iter_next (&iter, &name, &child)) {
    g_autofree char *below = g_build_filename (path, name, NULL);
    g_autoptr (GError) error = NULL;
    GByteArray *content = g_ptr_array_index (contents, GPOINTER_TO_INT (child));

    if (folders[GPOINTER_TO_INT (child)] != NULL) {
      write_folder (contents, folders, GPOINTER_TO_INT (child), below);
      continue;
    }
    g_file_set_contents_full (below, (const char *) content->data, content->len, G_FILE_SET_CONTENTS_NONE, 0600, &error);
    g_assert_no_error (error);
  }
}

void
power_disk_fail (PowerDisk *self, guint n_steps, RuaRandom *random, const char *folder)
{
  static const guint chances[] = { 0, 20, 50, 80, 100 };
  guint kept = chances[rua_random_below (random, G_N_ELEMENTS (chances))];
  guint kept_names = chances[rua_random_below (random, G_N_ELEMENTS (chances))];
  guint spoilt = chance (random, 25) ? 50 : 0;
  guint n_nodes = self->nodes->len;
  g_autofree guint8 *synced = g_new0 (guint8, n_nodes);
  g_autofree guint8 *safe = g_new0 (guint8, n_steps + 1);
  g_autofree GHashTable **folders = g_new0 (GHashTable *, n_nodes);
  g_autoptr (GPtrArray) contents = g_ptr_array_new_with_free_func ((GDestroyNotify) g_byte_array_unref);

  g_assert_cmpuint (n_steps, <=, self->steps->len);
  for (guint i = n_steps; i > 0; i--) {
    const Step *step = &g_array_index (self->steps, Step, i - 1);

    if (step->type == STEP_SYNC)
      synced[step->node] = TRUE;
    else if (step->type == STEP_NAME || step->type == STEP_EXCHANGE)
      safe[i - 1] = (step->into >= 0 && synced[step->into]) || (step->out_of >= 0 && synced[step->out_of]);
    else if (step->node >= 0)
      safe[i - 1] = synced[step->node];
  }
  for (guint i = 0; i < n_nodes; i++) {
    const Node *node = get_node (self, (int) i);
    GByteArray *content = g_byte_array_new ();

    if (node->base != NULL)
      put (content, 0, g_bytes_get_data (node->base, NULL), g_bytes_get_size (node->base));
    g_ptr_array_add (contents, content);
    if (node->base_of != NULL)
      folders[i] = copy_entries (node->base_of);
    else if (node->entries != NULL)
      folders[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  }
  for (guint i = 0; i < n_steps; i++) {
    const Step *step = &g_array_index (self->steps, Step, i);
    GByteArray *content = step->node >= 0 ? g_ptr_array_index (contents, step->node) : NULL;

    switch (step->type) {
    case STEP_WRITE:
      put_torn (content, step, random, safe[i] ? 100 : kept, spoilt);
      break;
    case STEP_TRUNCATE:
      if (!safe[i] && !chance (random, kept))
        break;
      if (step->number > content->len)
        put (content, (gsize) step->number, "", 0);
      g_byte_array_set_size (content, (guint) step->number);
      break;
    case STEP_NAME:
      if (!safe[i] && !chance (random, kept_names))
        break;
      if (step->out_of >= 0 && find_in (folders[step->out_of], step->old_name) == step->node)
        g_hash_table_remove (folders[step->out_of], step->old_name);
      if (step->into >= 0)
        g_hash_table_insert (folders[step->into], g_strdup (step->name), GINT_TO_POINTER (step->node));
      break;
    case STEP_EXCHANGE:
      if (!safe[i] && !chance (random, kept_names))
        break;
      g_hash_table_insert (folders[step->out_of], g_strdup (step->old_name), GINT_TO_POINTER (step->other));
      g_hash_table_insert (folders[step->into], g_strdup (step->name), GINT_TO_POINTER (step->node));
      break;
    case STEP_SYNC:
    case STEP_ACKNOWLEDGE:
    default:
      break;
    }
  }
  write_folder (contents, folders, 0, folder);
  for (guint i = 0; i < n_nodes; i++)
    g_clear_pointer (&folders[i], g_hash_table_unref);
}

/* ---- from the C library's calls ---- */

static int
node_of (PowerDisk *self, int fd)
{
  gpointer node;

  return g_hash_table_lookup_extended (self->fds, GINT_TO_POINTER (fd), NULL, &node) ? GPOINTER_TO_INT (node) : -1;
}

static void
after_call (const FileCall *call, gssize result, gpointer data)
{
  PowerDisk *self = data;

  switch (call->type) {
  case FILE_CALL_OPEN:
    if ((call->flags & O_ACCMODE) == O_RDONLY)
      g_hash_table_insert (self->fds, GINT_TO_POINTER (result), GINT_TO_POINTER (find_path (self, call->path)));
    else
      g_hash_table_insert (self->fds, GINT_TO_POINTER (result),
                           GINT_TO_POINTER (power_disk_open (self, call->path, (call->flags & O_TRUNC) != 0)));
    break;
  case FILE_CALL_WRITE:
    power_disk_write (self, node_of (self, call->fd), call->data, (gsize) result, call->offset);
    break;
  case FILE_CALL_TRUNCATE:
    power_disk_truncate (self, node_of (self, call->fd), (gint64) call->length);
    break;
  case FILE_CALL_SYNC:
    power_disk_sync (self, node_of (self, call->fd));
    break;
  case FILE_CALL_CLOSE:
    g_hash_table_remove (self->fds, GINT_TO_POINTER (call->fd));
    break;
  case FILE_CALL_RENAME:
    if (call->flags & RENAME_EXCHANGE)
      power_disk_exchange (self, call->path, call->to);
    else
      power_disk_rename (self, call->path, call->to);
    break;
  case FILE_CALL_LINK:
    power_disk_link (self, call->path, call->to);
    break;
  case FILE_CALL_UNLINK:
    power_disk_unlink (self, call->path);
    break;
  case FILE_CALL_MKDIR:
    power_disk_make_folder (self, call->path);
    break;
  case FILE_CALL_CHMOD:
  default:
    break;
  }
}

void
power_disk_watch_calls (PowerDisk *self)
{
  file_calls_watch (self->folder, NULL, after_call, self);
}
