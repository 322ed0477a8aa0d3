/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-quotation-private.h"

#include <string.h>

static gboolean
stands (const char *document, const char *quote)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new (document, -1, NULL);
  RuaQuotation result;

  rua_quotation_find (text, quote, &result);
  return result.stands;
}

static void
test_word_for_word (void)
{
  g_assert_true (stands ("The tea was picked in March by 40 families.", "picked in March"));
  g_assert_true (stands ("The tea was picked in March.", "The tea was picked in March."));
  g_assert_false (stands ("The tea was picked in March.", "picked in April"));
  g_assert_false (stands ("The tea was picked in March.", "in March picked"));
  g_assert_false (stands ("The tea was picked in March.", "the tea"));
  g_assert_false (stands ("anything", ""));
}

static void
test_white_space (void)
{
  g_assert_true (stands ("was picked\n   in\tMarch", "was picked in March"));
  g_assert_true (stands ("was\302\240picked in March", "was picked\u2003in March"));
  g_assert_false (stands ("was picked inMarch", "in March"));
}

static void
test_punctuation (void)
{
  g_assert_true (stands ("They called it “our feast”, the villagers’ own.", "\"our feast\", the villagers' own"));
  g_assert_true (stands ("the rural–urban link", "rural-urban link"));
  g_assert_true (stands ("Sun Yat‐sen", "Sun Yat-sen"));
  g_assert_true (stands ("the e\xC2\xAD" "conomy", "the economy"));
  g_assert_true (stands ("a ﬁne oﬃce", "a fine office"));
  g_assert_true (stands ("（２０１７）：over", "(2017):over"));
  g_assert_false (stands ("nineteen-twenty", "nineteen twenty"));
}

static void
test_scripts (void)
{
  g_assert_true (stands ("這是「雙百計畫」的\n框架。", "這是「雙百計畫」的框架"));
  g_assert_true (stands ("自 2013 年以來", "自2013年以來"));
  g_assert_true (stands ("保護農民,保護種子", "保護農民，保護種子"));
  g_assert_false (stands ("保護農民", "保护农民"));
  /* Composed and decomposed letters are the same text. */
  g_assert_true (stands ("cafe\xCC\x81 noir", "café noir"));
}

static void
test_words_are_whole (void)
{
  g_assert_false (stands ("There were 1407 stalls.", "407 stalls"));
  g_assert_false (stands ("There were 407 stalls.", "40"));
  g_assert_false (stands ("It grew 12.5 fold", "12"));
  g_assert_false (stands ("It grew 3,927 fold", "927 fold"));
  g_assert_false (stands ("The redoubled effort", "doubled effort"));
  g_assert_true (stands ("The redoubled and doubled effort", "doubled effort"));
}

static void
test_omission (void)
{
  const char *document = "Wool was sold. Later, after the fair, wool was bought.";

  g_assert_true (stands (document, "Wool was sold. […] wool was bought."));
  g_assert_true (stands (document, "Later, [...] wool was bought"));
  g_assert_false (stands (document, "wool was bought […] Later"));
  g_assert_false (stands (document, "[…]"));
}

static void
test_place (void)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new ("Heading\n\nThe “fair” lasted\ntwo days.\n", -1, NULL);
  RuaQuotation result;
  g_autofree char *there = NULL;

  rua_quotation_find (text, "\"fair\" lasted two", &result);
  g_assert_true (result.stands);
  g_assert_cmpuint (result.line, ==, 3);
  g_assert_cmpuint (result.column, ==, 5);
  there = g_strndup (text->text + result.offset, result.length);
  g_assert_cmpstr (there, ==, "“fair” lasted\ntwo");
}

static void
test_nearest (void)
{
  g_autoptr (RuaDocumentText) text
    = rua_document_text_new ("Bees came first.\nOver the year 38 of 60 hives were sold at the spring fair.\nThe end.", -1, NULL);
  RuaQuotation result;
  g_autofree char *there = NULL;

  rua_quotation_find (text, "48 of 60 hives were sold at the fair", &result);
  g_assert_false (result.stands);
  g_assert_cmpuint (result.line, ==, 2);
  g_assert_cmpuint (result.n_words, ==, 9);
  g_assert_cmpuint (result.n_words_found, ==, 8);
  there = g_strndup (text->text + result.offset, result.length);
  g_assert_nonnull (strstr (there, "of 60 hives were sold at the"));

  rua_quotation_find (text, "zebra quartz", &result);
  g_assert_false (result.stands);
  g_assert_cmpuint (result.n_words_found, ==, 0);
}

static void
test_nearest_in_chinese (void)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new ("前言。\n二十個合作社已經成立。\n結語。", -1, NULL);
  RuaQuotation result;

  rua_quotation_find (text, "三十個合作社已經成立", &result);
  g_assert_false (result.stands);
  g_assert_cmpuint (result.line, ==, 2);
  g_assert_cmpuint (result.n_words_found, ==, 9);
}

/* Whatever a passage of the text is set like, it stands in the text. */
static void
test_any_passage_stands (void)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  static const char *const words[] = { "rice", "Miao", "“tea”", "村", "3.5", "e\xCC\x81t\xC3\xA9", "co‐op", "ﬁeld", "\n", "—", "合作社" };
  guint32 seed = g_test_rand_int ();
  GRand *random = g_rand_new_with_seed (seed);
  g_autoptr (RuaDocumentText) text = NULL;
  g_autoptr (GArray) starts = g_array_new (FALSE, FALSE, sizeof (gsize));

  g_test_message ("seed %u", seed);
  for (guint i = 0; i < 400; i++) {
    gsize at = whole->len;
    g_array_append_val (starts, at);
    g_string_append (whole, words[g_rand_int_range (random, 0, G_N_ELEMENTS (words))]);
    g_string_append_c (whole, ' ');
  }
  text = rua_document_text_new (whole->str, -1, NULL);
  for (guint i = 0; i < 200; i++) {
    guint first = (guint) g_rand_int_range (random, 0, 390);
    guint n = (guint) g_rand_int_range (random, 2, 10);
    gsize from = g_array_index (starts, gsize, first);
    gsize to = g_array_index (starts, gsize, first + n);
    g_autofree char *quote = g_strndup (whole->str + from, to - from);
    g_autofree char *plain = rua_quotation_normalise (quote, strlen (quote), NULL, NULL);
    RuaQuotation result;

    if (*plain == '\0')
      continue;
    rua_quotation_find (text, quote, &result);
    if (!result.stands)
      g_error ("“%s” does not stand (seed %u)", quote, seed);
  }
  g_rand_free (random);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/quotation/word-for-word", test_word_for_word);
  g_test_add_func ("/quotation/white-space", test_white_space);
  g_test_add_func ("/quotation/punctuation", test_punctuation);
  g_test_add_func ("/quotation/scripts", test_scripts);
  g_test_add_func ("/quotation/words-are-whole", test_words_are_whole);
  g_test_add_func ("/quotation/omission", test_omission);
  g_test_add_func ("/quotation/place", test_place);
  g_test_add_func ("/quotation/nearest", test_nearest);
  g_test_add_func ("/quotation/nearest-in-chinese", test_nearest_in_chinese);
  g_test_add_func ("/quotation/any-passage-stands", test_any_passage_stands);
  return g_test_run ();
}
