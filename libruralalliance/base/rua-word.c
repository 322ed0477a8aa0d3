/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-word-private.h"

#include <string.h>

typedef struct {
  gint refs; /* atomic; from 0 to 1 and back under the mutex */
  char text[];
} Word;

static GMutex mutex;
static GHashTable *words; /* text -> Word */

static Word *
word_of (char *text)
{
  return (Word *) (gpointer) (text - G_STRUCT_OFFSET (Word, text));
}

char *
rua_word_share (const char *text)
{
  Word *word;

  if (text == NULL)
    return NULL;
  g_mutex_lock (&mutex);
  if (words == NULL)
    words = g_hash_table_new (g_str_hash, g_str_equal);
  word = g_hash_table_lookup (words, text);
  if (word == NULL) {
    gsize size = strlen (text) + 1;

    word = g_malloc (sizeof (Word) + size);
    word->refs = 0;
    memcpy (word->text, text, size);
    g_hash_table_insert (words, word->text, word);
  }
  g_atomic_int_inc (&word->refs);
  g_mutex_unlock (&mutex);
  return word->text;
}

char *
rua_word_ref (char *word)
{
  if (word != NULL)
    g_atomic_int_inc (&word_of (word)->refs);
  return word;
}

void
rua_word_release (char *text)
{
  Word *word;
  gint refs;

  if (text == NULL)
    return;
  word = word_of (text);
  for (refs = g_atomic_int_get (&word->refs); refs > 1; refs = g_atomic_int_get (&word->refs))
    if (g_atomic_int_compare_and_exchange (&word->refs, refs, refs - 1))
      return;
  /* The last one goes under the mutex, so that nobody finds a word that is about to go. */
  g_mutex_lock (&mutex);
  if (g_atomic_int_dec_and_test (&word->refs)) {
    g_hash_table_remove (words, text);
    g_free (word);
  }
  g_mutex_unlock (&mutex);
}
