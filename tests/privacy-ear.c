/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "privacy-ear.h"

#include <string.h>

#include "marked-alliance.h"

typedef struct {
  const char *path; /* what is being tried */
  guint n_heard;
  guint n_told;
} Ear;

static Ear ear;

void
hear (const char *text)
{
  if (text == NULL)
    return;
  ear.n_heard++;
  if (!marked_tells (text))
    return;
  /* A path that leaks once leaks often: a few are enough to mend it. */
  if (ear.n_told++ < 20)
    g_test_fail_printf ("%s: %.600s", ear.path, text);
}

void
hear_error (GError **error)
{
  if (*error)
    hear ((*error)->message);
  g_clear_error (error);
}

GLogWriterOutput
hear_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (strcmp (fields[i].key, "MESSAGE") == 0)
      hear (fields[i].value);
  return G_LOG_WRITER_HANDLED;
}

/* What was heard since; a path that says nothing tests nothing. */
void
begin (const char *path)
{
  ear.path = path;
  ear.n_heard = 0;
}

void
end (guint at_least)
{
  if (ear.n_heard < at_least)
    g_test_fail_printf ("%s: only %u messages", ear.path, ear.n_heard);
  g_test_message ("%s: %u messages", ear.path, ear.n_heard);
}

void
hear_model (GListModel *faults)
{
  for (guint i = 0; i < g_list_model_get_n_items (faults); i++) {
    g_autoptr (RuaFault) fault = g_list_model_get_item (faults, i);
    g_autofree char *line = rua_fault_to_string (fault);

    hear (line);
    hear (rua_fault_get_key (fault));
    hear (rua_fault_get_value (fault));
  }
}
