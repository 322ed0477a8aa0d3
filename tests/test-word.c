/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Texts that are there once, however many threads share and release them at once. */
#include "rua-word-private.h"

#include <string.h>

static void
test_one (void)
{
  char text[] = "a word";
  char *word = rua_word_share (text), *again = rua_word_share ("a word"), *other = rua_word_share ("another");

  g_assert_null (rua_word_share (NULL));
  rua_word_release (NULL);
  g_assert_true (word != text);
  g_assert_true (word == again);
  g_assert_true (word != other);
  text[0] = 'A';
  g_assert_cmpstr (word, ==, "a word");
  rua_word_release (word);
  g_assert_cmpstr (again, ==, "a word");
  /* A word may be shared by itself. */
  word = rua_word_share (again);
  g_assert_true (word == again);
  rua_word_release (again);
  rua_word_release (word);
  rua_word_release (other);
  word = rua_word_share ("");
  g_assert_cmpstr (word, ==, "");
  rua_word_release (word);
}

static void
test_ref (void)
{
  char *word = rua_word_share ("a word"), *again = rua_word_ref (word);

  g_assert_null (rua_word_ref (NULL));
  g_assert_true (word == again);
  rua_word_release (word);
  g_assert_cmpstr (again, ==, "a word");
  word = rua_word_share ("a word");
  g_assert_true (word == again);
  rua_word_release (word);
  rua_word_release (again);
}

/* Words come into being and go all the time, in all threads. */
static gpointer
work (gpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  char *held[8] = { NULL };
  guint numbers[8];

  for (guint turn = 0; turn < (g_getenv ("RUA_SLOW_MACHINE") != NULL ? 2000 : 60000); turn++) {
    guint k = (guint) g_rand_int_range (rand, 0, G_N_ELEMENTS (held));
    char text[16];

    if (held[k] != NULL) {
      g_snprintf (text, sizeof text, "word %u", numbers[k]);
      g_assert_cmpstr (held[k], ==, text);
      rua_word_release (held[k]);
    }
    numbers[k] = (guint) g_rand_int_range (rand, 0, 5);
    g_snprintf (text, sizeof text, "word %u", numbers[k]);
    held[k] = NULL;
    for (guint other = 0; other < G_N_ELEMENTS (held) && turn % 2 == 0 && held[k] == NULL; other++)
      if (other != k && held[other] != NULL && numbers[other] == numbers[k])
        held[k] = rua_word_ref (held[other]);
    if (held[k] == NULL)
      held[k] = rua_word_share (text);
  }
  for (guint k = 0; k < G_N_ELEMENTS (held); k++)
    rua_word_release (held[k]);
  return NULL;
}

static void
test_threads (void)
{
  GThread *threads[4];

  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    threads[t] = g_thread_new ("word", work, GUINT_TO_POINTER (g_test_rand_int ()));
  for (guint t = 0; t < G_N_ELEMENTS (threads); t++)
    g_thread_join (threads[t]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/word/one", test_one);
  g_test_add_func ("/word/ref", test_ref);
  g_test_add_func ("/word/threads", test_threads);
  return g_test_run ();
}
