/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-scratch-private.h"

#include "rua-block-private.h"

#include <string.h>

#define SMALL (64 * 1024)                    /* left to malloc */
#define MOST_KEPT ((gsize) 32 * 1024 * 1024) /* by a thread */
#define N_KEPT 8
#define MOST_SPARE (256 * 1024)

/* Before each piece; as long as the alignment that vectors like. */
typedef union {
  gsize capacity;
  char room[64];
} Head;

typedef struct {
  Head *pieces[N_KEPT];
  guint n;
  gsize kept;
} Store;

/* Where it is found, and what frees it when the thread ends. */
static _Thread_local Store *store;

static void
store_free (gpointer data)
{
  Store *self = data;

  for (guint i = 0; i < self->n; i++)
    rua_block_free (self->pieces[i]);
  g_free (self);
  store = NULL;
}

static GPrivate keeper = G_PRIVATE_INIT (store_free);

static Store *
get_store (void)
{
  if (store == NULL) {
    store = g_new0 (Store, 1);
    g_private_set (&keeper, store);
  }
  return store;
}

static Head *
take_kept (Store *self, gsize size)
{
  guint best = N_KEPT;
  Head *piece;

  for (guint i = 0; i < self->n; i++)
    if (self->pieces[i]->capacity >= size
        && (best == N_KEPT || self->pieces[i]->capacity < self->pieces[best]->capacity))
      best = i;
  if (best == N_KEPT)
    return NULL;
  piece = self->pieces[best];
  self->pieces[best] = self->pieces[--self->n];
  self->kept -= piece->capacity;
  return piece;
}

gpointer
rua_scratch_take (gsize size)
{
  Head *piece = NULL;
  gsize capacity = size;

  if (size > SMALL) {
    piece = take_kept (get_store (), size);
    /* A little more, so that the next group that is a little larger fits; no more than that of the large, of
     * which there are few, so that what others gave back is enough for them. */
    capacity = size + MIN (size / 4, MOST_SPARE);
  }
  if (piece == NULL) {
    piece = rua_block_new (capacity + sizeof (Head));
    piece->capacity = capacity;
  }
  return piece + 1;
}

void
rua_scratch_give (gpointer memory)
{
  Head *piece;

  if (memory == NULL)
    return;
  piece = (Head *) memory - 1;
  if (piece->capacity > SMALL) {
    Store *self = get_store ();

    if (self->n < N_KEPT && self->kept + piece->capacity <= MOST_KEPT) {
      self->pieces[self->n++] = piece;
      self->kept += piece->capacity;
      return;
    }
  }
  rua_block_free (piece);
}
