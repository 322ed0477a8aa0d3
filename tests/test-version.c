/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-version.h"

static void
test_same (void)
{
  g_assert_null (rua_check_version (RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION));
  g_assert_null (rua_check_version (RUA_MAJOR_VERSION, 0, 0));
}

static void
test_newer_wanted (void)
{
  g_assert_nonnull (
    strstr (rua_check_version (RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION + 1), "too old"));
  g_assert_nonnull (
    strstr (rua_check_version (RUA_MAJOR_VERSION, RUA_MINOR_VERSION + 1, 0), "too old"));
  g_assert_nonnull (strstr (rua_check_version (RUA_MAJOR_VERSION + 1, 0, 0), "too old"));
}

static void
test_older_wanted (void)
{
  g_assert_nonnull (strstr (rua_check_version (RUA_MAJOR_VERSION - 1, 99, 99), "too new"));
}

static void
test_macros (void)
{
  g_autofree char *text
    = g_strdup_printf ("%d.%d.%d", RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION);

  g_assert_cmpstr (text, ==, RUA_VERSION_STRING);
  g_assert_true (RUA_CHECK_VERSION (RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION));
  g_assert_true (RUA_CHECK_VERSION (RUA_MAJOR_VERSION - 1, 99, 99));
  g_assert_false (RUA_CHECK_VERSION (RUA_MAJOR_VERSION, RUA_MINOR_VERSION, RUA_MICRO_VERSION + 1));
  g_assert_false (RUA_CHECK_VERSION (RUA_MAJOR_VERSION, RUA_MINOR_VERSION + 1, 0));
  g_assert_false (RUA_CHECK_VERSION (RUA_MAJOR_VERSION + 1, 0, 0));
  g_assert_cmpuint (RUA_ENCODE_VERSION (1, 2), ==, 0x010200);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/version/same", test_same);
  g_test_add_func ("/version/newer-wanted", test_newer_wanted);
  g_test_add_func ("/version/older-wanted", test_older_wanted);
  g_test_add_func ("/version/macros", test_macros);
  return g_test_run ();
}
