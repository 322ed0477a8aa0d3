/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-citation-private.h"

/* Labels as "a b(locator) [entry]", in order. */
static char *
scan (const char *document)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new (document, -1, NULL);
  g_autoptr (GPtrArray) citations = rua_citations_scan (text);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < citations->len; i++) {
    RuaCitation *citation = g_ptr_array_index (citations, i);
    g_string_append_printf (out, "%s%s", i > 0 ? " " : "", citation->is_entry ? "=" : "");
    g_string_append (out, citation->label);
    if (citation->locator != NULL)
      g_string_append_printf (out, "(%s)", citation->locator);
  }
  return g_string_free (out, FALSE);
}

#define check(document, expected)                                                                                      \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    g_autofree char *got_ = scan (document);                                                                           \
    g_assert_cmpstr (got_, ==, expected);                                                                              \
  }                                                                                                                    \
  G_STMT_END

static void
test_forms (void)
{
  check ("As shown [B4].", "B4");
  check ("As shown [B4, B7] and [C1; C2].", "B4 B7 C1 C2");
  check ("See [L10, Chapter 2].", "L10(Chapter 2)");
  check ("See [L10, Chapter 2, p. 4].", "L10(Chapter 2, p. 4)");
  check ("See [3], [4-6] and [B2–B4].", "3 4 5 6 B2 B3 B4");
  check ("如【B4】和［B5］。", "B4 B5");
}

static void
test_what_is_none (void)
{
  check ("[sic] and [see below, B4]", "");
  check ("in [2016] and [1999]", "");
  check ("[LONG4] [B4", "");
  check ("[B9-B2]", "");
  check ("[]", "");
  check ("a[i] = b[B\n4]", "");
}

static void
test_entries (void)
{
  check ("Text [B1].\n[B1] A book.\n  [B2]  Another.\n[B3, B4] is said.", "B1 =B1 =B2 B3 B4");
  check ("[B1, p. 2] says so.", "B1(p. 2)");
}

static void
test_line (void)
{
  g_autoptr (RuaDocumentText) text = rua_document_text_new ("a\nb\nc [Q1]", -1, NULL);
  g_autoptr (GPtrArray) citations = rua_citations_scan (text);

  g_assert_cmpuint (citations->len, ==, 1);
  g_assert_cmpuint (((RuaCitation *) g_ptr_array_index (citations, 0))->line, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/citation/forms", test_forms);
  g_test_add_func ("/citation/what-is-none", test_what_is_none);
  g_test_add_func ("/citation/entries", test_entries);
  g_test_add_func ("/citation/line", test_line);
  return g_test_run ();
}
