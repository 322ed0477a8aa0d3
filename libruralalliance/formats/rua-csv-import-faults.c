/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-import-private.h"

#include <string.h>

#include "rua-erased-ids-private.h"
#include "rua-nearest-private.h"

/* What is wrong with cells, told with line and character, what the field expects and how to mend it;
 * the value only where its field is public. */

void
rua_csv_import_bad (RuaCsvImport *self, guint32 row, guint target, guint reason)
{
  RuaCsvBad bad = { row, rua_csv_import_target (self, target)->first, reason, 0 };
  gboolean kept = self->n_told[target] < self->bads.limit;

  self->n_told[target] += kept;
  rua_csv_bads_add (&self->bads, &bad, kept, 1);
}

static char *
nearest_token (const RuaCsvTarget *target, const char *text)
{
  const char *const *tokens = rua_field_get_tokens (target->field);
  g_autofree char *all = g_strjoinv (", ", (char **) tokens), *otherwise = g_strdup_printf ("write one of %s", all);
  RuaNearest nearest;

  /* The nearest word of a withheld value would tell it. */
  if (rua_field_get_privacy (target->field) != RUA_PRIVACY_PUBLIC)
    return g_steal_pointer (&otherwise);
  rua_nearest_init (&nearest, text);
  for (guint i = 0; tokens && tokens[i]; i++)
    rua_nearest_offer (&nearest, tokens[i]);
  return rua_nearest_mend (&nearest, otherwise);
}

static char *
mend_date (const RuaCsvField *read)
{
  if (read->date == RUA_CSV_DATE_FORM)
    return g_strdup_printf ("write it as %s, a day that exists, or tell the mapping another form", read->date_form);
  return g_strdup ("write 2014, 2014-09 or 2014-09-15, a day that exists, or tell the mapping its form, such as \"%d/%m/%Y\"");
}

static gboolean
is_na (const GString *text)
{
  return text->len == 2 && strcmp (text->str, "NA") == 0;
}

/* Whether the cell were a number, had the mapping told this. */
static gboolean
would_do (const RuaCsvField *read, const GString *text)
{
  g_autoptr (GString) scratch = g_string_new (NULL);
  RuaCsvValue value;

  return rua_csv_take (read, text->str, text->len, scratch, &value) == RUA_CSV_GOOD;
}

static gboolean
has_groups (const RuaCsvField *read, const GString *text)
{
  return read->grouping && g_utf8_strchr (text->str, (gssize) text->len, read->grouping) != NULL;
}

/* Nothing is told that would be refused itself. */
static char *
mend_number (const RuaCsvField *read, char separator, const GString *text)
{
  const char point = read->decimal ? read->decimal : '.', other = point == ',' ? '.' : ',';
  RuaCsvField as_decimal = *read, as_grouping = *read;
  const char *quote = point == separator ? "\"" : "";
  gboolean decimal, grouping;

  as_decimal.decimal = other;
  if (as_decimal.grouping == (gunichar) other)
    as_decimal.grouping = 0;
  as_grouping.grouping = (gunichar) other;
  decimal = would_do (&as_decimal, text);
  grouping = would_do (&as_grouping, text);
  if (has_groups (read, text))
    return g_strdup_printf ("write %s1234%c5%s, or three digits in each group behind the first", quote, point, quote);
  if (decimal && grouping)
    return g_strdup_printf ("write %s1234%c5%s, or tell the mapping \"decimal\": \"%c\" or \"grouping\": \"%c\"", quote, point, quote, other, other);
  if (decimal || grouping)
    return g_strdup_printf ("write %s1234%c5%s, or tell the mapping \"%s\": \"%c\"", quote, point, quote, decimal ? "decimal" : "grouping", other);
  return g_strdup_printf ("write %s1234%c5%s without unit and blanks, or leave the cell empty when it is unknown", quote, point, quote);
}

static void
tell (RuaCsvImport *self, const RuaCsvBad *bad, const RuaCsvTarget *target, const GString *text, RuaFaultInfo *info, char **message, char **mend)
{
  const RuaCsvField *read = &g_array_index (self->reads, RuaCsvField, bad->field);
  const char *told = "", *kind = rua_field_get_target (target->field);

  info->code = RUA_ERROR_VALUE;
  switch (bad->reason) {
  case RUA_CSV_NO_INTEGER:
    told = "this is no whole number";
    *mend = g_strdup (is_na (text)              ? "tell the mapping \"missing\": [\"NA\"], or leave the cell empty"
                      : has_groups (read, text) ? "write digits only, or three in each group behind the first"
                                                : "write digits only, or leave the cell empty when it is unknown");
    break;
  case RUA_CSV_NO_NUMBER:
    told = "this is no number";
    *mend = is_na (text) ? g_strdup ("tell the mapping \"missing\": [\"NA\"], or leave the cell empty") : mend_number (read, rua_csv_get_separator (self->csv), text);
    break;
  case RUA_CSV_TOO_GREAT:
    info->code = RUA_ERROR_LIMIT;
    told = "the number is beyond the range of 64 bits";
    *mend = g_strdup ("check its decimal point");
    break;
  case RUA_CSV_MORE_DECIMALS:
    told = "the amount has more decimals than its currency";
    *mend = g_strdup_printf ("round it to at most %u decimals", read->digits);
    break;
  case RUA_CSV_NO_DATE:
    told = "this is not a date";
    *mend = mend_date (read);
    break;
  case RUA_CSV_NO_DAY:
    told = "this is no number of a day";
    *mend = g_strdup (read->date == RUA_CSV_DATE_DAYS ? "write the days since 1970-01-01, or tell the mapping another form"
                                                      : "write the serial number of a day, or tell the mapping another form");
    break;
  case RUA_CSV_NO_BOOLEAN:
    told = "this is neither yes nor no";
    *mend = g_strdup (read->yes || read->no ? "write one of the words that the mapping tells in \"yes\" and \"no\""
                                            : "write 1 or 0, true or false, yes or no, or tell the mapping the words in \"yes\" and \"no\"");
    break;
  case RUA_CSV_NO_KEY:
  case RUA_CSV_NO_RECORD:
    info->code = RUA_ERROR_REFERENCE;
    *message = g_strdup_printf ("there is no %s of this id", g_strcmp0 (kind, "*") == 0 ? "record" : kind);
    *mend = g_strdup (g_strcmp0 (kind, "*") == 0 ? "write kind/id of a record that is here" : "import it first, or correct the reference");
    break;
  case RUA_CSV_NO_TOKEN:
    told = "this is none of the words of the field";
    *mend = nearest_token (target, text->str);
    break;
  case RUA_CSV_NO_JSON:
    info->code = RUA_ERROR_SYNTAX;
    told = "this is not JSON";
    *mend = g_strdup ("write one JSON value");
    break;
  case RUA_CSV_NO_LIST:
    told = "this is no list";
    *mend = g_strdup ("write its items with ; between them, or as a JSON array of texts");
    break;
  case RUA_CSV_EMPTY_ID:
    told = "an id cannot be empty";
    *mend = g_strdup ("give it at least one character");
    break;
  case RUA_CSV_SAME_ID:
    info->code = RUA_ERROR_DUPLICATE;
    told = "another record of this kind has this id";
    *mend = g_strdup ("give one of the two another id");
    break;
  case RUA_CSV_ERASED_ID:
    info->code = RUA_ERROR_DUPLICATE;
    told = RUA_ERASED_MESSAGE;
    *mend = g_strdup (RUA_ERASED_MEND);
    break;
  case RUA_CSV_REQUIRED:
  default:
    info->code = RUA_ERROR_MISSING;
    told = "the field is required, but unknown";
    *mend = g_strdup ("tell its value");
    break;
  }
  if (*message == NULL)
    *message = g_strdup (told);
}

static const RuaCsvTarget *
target_of_read (RuaCsvImport *self, guint read)
{
  for (guint i = 0; i < self->targets->len; i++) {
    const RuaCsvTarget *target = rua_csv_import_target (self, i);

    if (read >= target->first && read < target->first + target->n)
      return target;
  }
  return rua_csv_import_target (self, 0);
}

/* Required values are not missed where something else is wrong with the cell, or with its record. */
static void
drop_needless (RuaCsvImport *self)
{
  GArray *bad = self->bads.bad;
  guint kept = 0;

  for (guint i = 0; i < bad->len; i++) {
    const RuaCsvBad *one = &g_array_index (bad, RuaCsvBad, i);
    gboolean needless = FALSE, of_record = FALSE;

    if (one->reason == RUA_CSV_REQUIRED) {
      needless = kept > 0 && g_array_index (bad, RuaCsvBad, kept - 1).row == one->row && g_array_index (bad, RuaCsvBad, kept - 1).field == one->field;
      /* A record's own fault sorts behind those of its cells. */
      for (guint k = i + 1; !needless && !of_record && k < bad->len && g_array_index (bad, RuaCsvBad, k).row == one->row; k++)
        of_record = g_array_index (bad, RuaCsvBad, k).reason == RUA_CSV_WIDTH;
    }
    self->bads.count -= of_record;
    if (!needless && !of_record)
      g_array_index (bad, RuaCsvBad, kept++) = *one;
  }
  g_array_set_size (bad, kept);
}

gboolean
rua_csv_import_raise (RuaCsvImport *self, GError **error)
{
  g_autoptr (RuaFaults) faults = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const *header = rua_csv_get_header (self->csv);
  static const RuaFaultInfo uncounted = { .code = RUA_ERROR_VALUE };
  RuaCsvCursor cursor = { 0 };
  guint limit = self->bads.limit;

  if (self->bads.count == 0)
    return TRUE;
  self->bads.limit = G_MAXUINT;
  rua_csv_bads_sort (&self->bads);
  drop_needless (self);
  self->bads.limit = limit;
  rua_csv_bads_sort (&self->bads);
  faults = rua_faults_new (rua_csv_get_name (self->csv), limit);
  for (guint i = 0; i < self->bads.bad->len; i++) {
    const RuaCsvBad *bad = &g_array_index (self->bads.bad, RuaCsvBad, i);
    RuaFaultInfo info = { .kind = rua_kind_get_name (self->kind) };
    g_autofree char *message = NULL, *mend = NULL, *value = NULL, *where = NULL;

    if (bad->reason == RUA_CSV_WIDTH) {
      rua_csv_tell_cell (self->csv, &cursor, bad->row, G_MAXUINT32, text, &info.line, &info.column);
      info.kind = NULL;
      info.code = RUA_ERROR_SYNTAX;
      message = g_strdup_printf ("%u cells where the header has %u columns", bad->n_cells, rua_csv_get_n_columns (self->csv));
      mend = g_strdup ("quote a cell that holds the separator");
    } else {
      const RuaCsvTarget *target = target_of_read (self, bad->field);
      guint column = g_array_index (self->reads, RuaCsvField, bad->field).column;

      rua_csv_tell_cell (self->csv, &cursor, bad->row, column, text, &info.line, &info.column);
      tell (self, bad, target, text, &info, &message, &mend);
      info.field = rua_field_get_name (target->field);
      if (!g_str_equal (header[column], info.field))
        info.field = where = g_strdup_printf ("%s (column \"%s\")", info.field, header[column]);
      if (text->len > 0 && rua_table_may_tell (self->table, target->field, text->str, text->len))
        info.value = value = rua_shorten (text->str, text->len, RUA_LONGEST_TOLD);
    }
    info.message = message;
    info.mend = mend;
    rua_faults_add (faults, &info);
  }
  for (guint64 i = self->bads.bad->len; i < self->bads.count; i++)
    rua_faults_add (faults, &uncounted);
  return rua_faults_raise (faults, error);
}
