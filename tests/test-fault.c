/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-faults-private.h"
#include "rua-nearest-private.h"

#include <string.h>

static void
test_line (void)
{
  static const struct {
    RuaFaultInfo info;
    const char *line;
  } cases[] = {
    { { .message = "it is broken" }, "case.json: it is broken" },
    { { .line = 7, .message = "it is broken" }, "case.json:7: it is broken" },
    { { .line = 7, .column = 3, .kind = "income", .key = "i1", .field = "amount", .value = "abc", .message = "this is not money", .mend = "write 39.27" },
      "case.json:7:3: income 'i1': amount: 'abc': this is not money; write 39.27" },
    { { .kind = "income", .key = "#12", .message = "no household" }, "case.json: income #12: no household" },
    { { .kind = "income", .message = "no household" }, "case.json: income: no household" },
    { { 0 }, "case.json: something is wrong here" },
    /* An input's line ends, escapes and turns of direction reach no terminal. */
    { { .kind = "place", .key = "a\nb", .value = "\x1b[2J\t\r\x7f\xc2\x9b" "1m \xe2\x80\xae" "gnp 寨", .message = "m\x07", .mend = "n" },
      "case.json: place 'a\\nb': '\\u001b[2J\\t\\r\\u007f\\u009b1m \\u202egnp 寨': m\\u0007; n" },
    { { .field = "f (column \"\x1b\")", .message = "m" }, "case.json: f (column \"\\u001b\"): m" },
    { { .value = "\xff" "a", .message = "m" }, "case.json: '\xef\xbf\xbd" "a': m" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (RuaFaults) faults = rua_faults_new ("case.json", 0);
    g_autoptr (GListModel) model = NULL;
    g_autoptr (RuaFault) fault = NULL;
    g_autofree char *line = NULL;

    rua_faults_add (faults, &cases[i].info);
    model = rua_faults_to_model (faults);
    g_assert_cmpuint (g_list_model_get_n_items (model), ==, 1);
    fault = g_list_model_get_item (model, 0);
    line = rua_fault_to_string (fault);
    g_assert_cmpstr (line, ==, cases[i].line);
    g_assert_cmpstr (rua_fault_get_file (fault), ==, "case.json");
    g_assert_cmpuint (rua_fault_get_line (fault), ==, cases[i].info.line);
    g_assert_cmpuint (rua_fault_get_column (fault), ==, cases[i].info.column);
    g_assert_cmpstr (rua_fault_get_kind (fault), ==, cases[i].info.kind);
    g_assert_cmpstr (rua_fault_get_key (fault), ==, cases[i].info.key);
    g_assert_cmpstr (rua_fault_get_field (fault), ==, cases[i].info.field);
    g_assert_cmpstr (rua_fault_get_value (fault), ==, cases[i].info.value);
    g_assert_cmpstr (rua_fault_get_mend (fault), ==, cases[i].info.mend);
    g_assert_cmpint (rua_fault_get_code (fault), ==, cases[i].info.code);
  }
}

static void
test_without_a_file (void)
{
  g_autoptr (RuaFaults) faults = rua_faults_new (NULL, 0);
  RuaFaultInfo info = { .line = 2, .message = "m" };
  GError *error = NULL;

  rua_faults_add (faults, &info);
  g_assert_false (rua_faults_raise (faults, &error));
  g_assert_cmpstr (error->message, ==, "line 2: m");
  g_clear_error (&error);
}

static void
test_none (void)
{
  g_autoptr (RuaFaults) faults = rua_faults_new ("x", 0);
  GError *error = NULL;

  g_assert_true (rua_faults_raise (faults, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (rua_faults_get_count (faults), ==, 0);
}

static void
test_order_and_limit (void)
{
  g_autoptr (RuaFaults) faults = rua_faults_new ("f", 3);
  static const guint lines[] = { 9, 2, 5, 1, 7 };
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (lines); i++) {
    RuaFaultInfo info = { .code = i == 1 ? RUA_ERROR_DUPLICATE : RUA_ERROR_VALUE, .line = lines[i], .message = "m" };

    g_assert_cmpint (rua_faults_is_full (faults), ==, i >= 3);
    rua_faults_add (faults, &info);
  }
  g_assert_cmpuint (rua_faults_get_count (faults), ==, 5);
  g_assert_false (rua_faults_raise (faults, &error));
  /* The first line of the file gives the code. */
  g_assert_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE);
  g_assert_cmpstr (error->message, ==, "f:2: m\nf:5: m\nf:9: m\n… and 2 more");
  g_clear_error (&error);
}

/* Input by input, each in the order of its lines, the limit over all. */
static void
test_take (void)
{
  g_autoptr (RuaFaults) all = rua_faults_new (NULL, 4);
  static const char *const files[] = { "b", "a" };
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (RuaFaults) faults = rua_faults_new (files[i], 0);

    for (guint line = 3; line > 0; line--) {
      RuaFaultInfo info = { .code = RUA_ERROR_VALUE, .line = line, .message = "m" };

      rua_faults_add (faults, &info);
    }
    rua_faults_take (all, faults);
    g_assert_cmpuint (rua_faults_get_count (faults), ==, 0);
    g_assert_true (rua_faults_raise (faults, &error));
  }
  g_assert_cmpuint (rua_faults_get_count (all), ==, 6);
  g_assert_false (rua_faults_raise (all, &error));
  g_assert_cmpstr (error->message, ==, "b:1: m\nb:2: m\nb:3: m\na:1: m\n… and 2 more");
  g_clear_error (&error);
}

static void
test_nearest (void)
{
  static const struct {
    const char *name;
    const char *found;
  } cases[] = {
    { "amont", "amount" }, { "amount", "amount" }, { "yaer", "year" }, { "houshold", "household" },
    { "zzz", NULL },       { "", NULL },           { "y", NULL },      { "month_of_the_year", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++) {
    RuaNearest nearest;
    g_autofree char *mend = NULL;
    g_autofree char *expected = cases[i].found ? g_strdup_printf ("did you mean '%s'?", cases[i].found) : g_strdup ("otherwise");

    rua_nearest_init (&nearest, cases[i].name);
    rua_nearest_offer (&nearest, "amount");
    rua_nearest_offer (&nearest, "year");
    rua_nearest_offer (&nearest, "household");
    mend = rua_nearest_mend (&nearest, "otherwise");
    g_assert_cmpstr (mend, ==, expected);
  }
}

static void
test_error_enum (void)
{
  GEnumClass *klass = g_type_class_ref (RUA_TYPE_ERROR);

  g_assert_cmpuint (klass->n_values, ==, 11);
  g_assert_cmpstr (g_enum_get_value (klass, RUA_ERROR_UNIT)->value_nick, ==, "unit");
  g_assert_cmpuint (rua_error_quark (), ==, g_quark_from_string ("rua-error-quark"));
  g_type_class_unref (klass);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fault/line", test_line);
  g_test_add_func ("/fault/without-a-file", test_without_a_file);
  g_test_add_func ("/fault/none", test_none);
  g_test_add_func ("/fault/order-and-limit", test_order_and_limit);
  g_test_add_func ("/fault/take", test_take);
  g_test_add_func ("/nearest/names", test_nearest);
  g_test_add_func ("/error/enum", test_error_enum);
  return g_test_run ();
}
