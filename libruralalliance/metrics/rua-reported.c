/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-measure-private.h"
#include "rua-measure-rows-private.h"
#include "rua-rows-private.h"
#include "rua-special-private.h"

#include <math.h>
#include <string.h>

/* The estimator `reported`: figures as somebody published them, with unit, price basis, period
 * and sources as published. Several figures that agree are one; several that do not are none. */

typedef struct {
  RuaRecord *record;
  double value;
  RuaUnit *unit;
} Figure;

static void
figure_clear (gpointer data)
{
  Figure *self = data;

  g_clear_object (&self->record);
  g_clear_pointer (&self->unit, rua_unit_unref);
}

static int
year_of_text (const char *date)
{
  return date != NULL && strlen (date) >= 4 ? atoi (date) : 0;
}

RuaUnit *
rua_measure_figure_unit (RuaRecord *record, const char *currency, GError **error)
{
  const char *text = rua_record_get_text (record, "unit");
  const char *basis = rua_record_get_text (record, "price_basis");
  g_autoptr (RuaUnit) unit = rua_unit_new (text != NULL ? text : "1", error);
  gint64 year;

  if (unit == NULL) {
    g_prefix_error (error, "observation %s: ", rua_record_get_id (record));
    return NULL;
  }
  if (currency != NULL) {
    RuaUnit *paid = rua_unit_with_currency (unit, currency);

    rua_unit_unref (unit);
    unit = paid;
  }
  if (rua_unit_has_money (unit) && g_strcmp0 (basis, "real") == 0
      && rua_record_get_integer (record, "price_year", &year) && year >= 1000 && year <= 9999)
    return rua_unit_with_price_year (unit, (int) year);
  return g_steal_pointer (&unit);
}

/* In prices of another year. FALSE and an error where the year of the figure is not known. */
static gboolean
deflate_figure (RuaAlliance *alliance, const RuaDefinition *definition, const RuaAssumption *a,
                Figure *figure, RuaResult *result, GError **error)
{
  g_autofree char *period = rua_record_dup_date (figure->record, "period");
  int own = year_of_text (period);
  int stated = rua_unit_get_price_year (figure->unit);
  int from = stated != 0 ? stated : own == a->to ? own : a->from != 0 ? a->from : own;
  g_autofree char *line = NULL, *warning = NULL;
  RuaUnit *unit;
  double ratio;

  if (!rua_unit_has_money (figure->unit))
    return TRUE;
  if (from == 0)
    return rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                                  "the observation %s does not say of which year its money is; "
                                  "give its period, or its price_year where its price_basis is real",
                                  rua_record_get_id (figure->record));
  if (!rua_series_check (alliance, a->series, figure->unit, from, a->to, &warning, error)) {
    g_prefix_error (error, "metric %s: observation %s: ", definition->id, rua_record_get_id (figure->record));
    return FALSE;
  }
  if (!rua_series_get_price_ratio (alliance, a->series, from, a->to, &ratio, error)) {
    g_prefix_error (error, "metric %s: ", definition->id);
    return FALSE;
  }
  if (warning != NULL)
    rua_result_warn (result, "%s", warning);
  figure->value *= ratio;
  unit = rua_unit_with_price_year (figure->unit, a->to);
  rua_unit_unref (figure->unit);
  figure->unit = unit;
  line = g_strdup_printf (_("taken as money of %d and brought to prices of %d by %s: times %.6g"),
                          from, a->to, a->series, ratio);
  rua_result_add_detail (result, line);
  return TRUE;
}

static GArray *
find_figures (RuaAlliance *alliance, const RuaDefinition *definition, RuaTable *table,
              const char *currency, RuaResult *result, RuaUnit **unknown,
              GCancellable *cancellable, GError **error)
{
  RuaProgramOptions options = { .table = table, .currency = currency };
  g_autoptr (GArray) figures = g_array_new (FALSE, TRUE, sizeof (Figure));
  g_autoptr (RuaProgram) where = NULL;
  g_autoptr (RuaProgramRun) run = NULL;
  g_autoptr (GError) problem = NULL;
  guint32 n_rows = rua_table_get_n_rows (table);

  g_array_set_clear_func (figures, figure_clear);
  if (definition->where == NULL) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_MISSING,
                           "reported needs a where that tells which figure is meant, as in "
                           "id = 'income-2017'");
    return NULL;
  }
  where = rua_program_new (definition->where, &options, &problem);
  if (where == NULL || where->root->type != RUA_VALUE_BOOLEAN) {
    rua_definition_refuse (definition->id, error,
                           problem != NULL ? (RuaError) problem->code : RUA_ERROR_VALUE, "where: %s",
                           problem != NULL ? problem->message : "this is not a condition");
    return NULL;
  }
  rua_result_take_warnings (result, where->warnings);
  run = rua_program_run_new (where);
  for (guint32 first = 0; first < n_rows; first += RUA_BATCH) {
    guint n = MIN (RUA_BATCH, n_rows - first);
    const guint8 *truths = rua_program_run_batch (run, first, n);

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return NULL;
    for (guint i = 0; i < n; i++) {
      Figure figure = { 0 };

      if (truths[i] != RUA_TRI_TRUE || !rua_table_is_alive (table, first + i))
        continue;
      result->n_eligible++;
      figure.record = rua_table_dup_record_at_row (table, first + i);
      figure.unit = rua_measure_figure_unit (figure.record, currency, error);
      if (figure.unit == NULL) {
        g_object_unref (figure.record);
        return NULL;
      }
      if (!rua_record_get_number (figure.record, "value", &figure.value)) {
        if (*unknown == NULL)
          *unknown = rua_unit_ref (figure.unit);
        figure_clear (&figure);
        result->n_missing++;
        continue;
      }
      g_array_append_val (figures, figure);
    }
  }
  rua_result_add_missing (result, _("the observation has no value"), result->n_missing);
  return g_steal_pointer (&figures);
}

/* Where it is published and when it holds. */
static void
describe_figure (RuaResult *result, Figure *figure)
{
  g_autoptr (GListModel) sources = rua_record_list_references (figure->record, "sources");
  g_auto (GStrv) periods = rua_record_dup_text_list (figure->record, "possible_periods");
  g_autofree char *period = rua_record_dup_date (figure->record, "period");
  const char *basis = rua_record_get_text (figure->record, "price_basis");
  const char *passage = rua_record_get_text (figure->record, "passage");
  const char *quote = rua_record_get_text (figure->record, "quote");
  g_autoptr (GString) line = NULL;

  rua_result_add_observation (result, G_OBJECT (figure->record));
  for (guint i = 0; sources != NULL && i < g_list_model_get_n_items (sources); i++) {
    g_autoptr (GObject) source = g_list_model_get_item (sources, i);

    rua_result_add_source (result, G_OBJECT (source));
  }
  for (guint i = 0; periods != NULL && periods[i] != NULL; i++)
    rua_result_add_possible_period (result, periods[i]);
  if (result->period == NULL)
    result->period = g_steal_pointer (&period);
  if (result->price_basis == NULL && rua_unit_has_money (figure->unit))
    result->price_basis = g_intern_string (basis != NULL ? basis : "unstated");
  line = g_string_new (NULL);
  g_string_append_printf (line, _("published: observation %s"),
                          rua_record_get_id (figure->record));
  if (passage != NULL)
    g_string_append_printf (line, _(", %s"), passage);
  if (quote != NULL)
    g_string_append_printf (line, _(": “%s”"), quote);
  rua_result_add_detail (result, line->str);
}

static gboolean
all_agree (GArray *figures)
{
  const Figure *first = &g_array_index (figures, Figure, 0);

  for (guint i = 1; i < figures->len; i++) {
    const Figure *figure = &g_array_index (figures, Figure, i);
    double factor;

    if (!rua_unit_get_factor (figure->unit, first->unit, &factor, NULL)
        || figure->value * factor != first->value)
      return FALSE;
  }
  return TRUE;
}

static char *
list_differences (GArray *figures)
{
  GString *out = g_string_new (_("the published figures differ: "));

  for (guint i = 0; i < figures->len && i < 6; i++) {
    const Figure *figure = &g_array_index (figures, Figure, i);
    g_autofree char *number = rua_result_format_number (figure->value);
    g_autofree char *unit = rua_unit_to_string (figure->unit);

    g_string_append_printf (out, "%s%s %s (%s)", i > 0 ? C_("list", ", ") : "", number, unit,
                            rua_record_get_id (figure->record));
  }
  if (figures->len > 6)
    g_string_append_printf (out, _(" and %u more"), figures->len - 6);
  return g_string_free (out, FALSE);
}

static void
take_error (RuaResult *result, GArray *figures)
{
  double se;
  gint64 n;

  for (guint i = 0; i < figures->len && isnan (result->se); i++) {
    const Figure *figure = &g_array_index (figures, Figure, i);
    double z = rua_normal_quantile ((1 + result->confidence) / 2);

    double stated;

    if (rua_record_get_integer (figure->record, "sample_size", &n) && n > 0)
      rua_result_put_named (result, "sample_size", (double) n, NULL);
    if (!rua_record_get_number (figure->record, "standard_error", &se)
        || !rua_record_get_number (figure->record, "value", &stated) || se < 0)
      continue;
    /* Brought to other prices with its value. */
    result->se = stated != 0 ? se * fabs (figure->value / stated) : se;
    result->low = result->estimate - z * result->se;
    result->high = result->estimate + z * result->se;
  }
}

static char *
make_digest (const RuaDefinition *definition, GArray *figures)
{
  g_autofree char *text = rua_definition_to_string (definition);
  g_autoptr (GString) out = g_string_new (text);

  for (guint i = 0; i < figures->len; i++) {
    const Figure *figure = &g_array_index (figures, Figure, i);
    g_autofree char *unit = rua_unit_to_string (figure->unit);
    g_autofree char *period = rua_record_dup_date (figure->record, "period");

    g_string_append_printf (out, "%s %a %s %s\n", rua_record_get_id (figure->record), figure->value,
                            unit, period != NULL ? period : "?");
  }
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, out->str, out->len);
}

GPtrArray *
rua_measure_reported (RuaAlliance *alliance, const RuaDefinition *definition,
                      const RuaAssumption *assumption, GCancellable *cancellable, GError **error)
{
  RuaTable *table = rua_definition_find_table (definition, alliance, error);
  g_autofree char *currency = rua_alliance_dup_currency (alliance);
  g_autoptr (RuaResult) result = rua_result_new (definition->id, definition->title, "reported");
  g_autofree char *method = NULL, *rows = NULL;
  RuaAssumption own = *assumption;
  g_autoptr (GArray) figures = NULL;
  g_autoptr (RuaUnit) unknown = NULL; /* that of the first figure without a value */
  GPtrArray *results;

  if (table == NULL)
    return NULL;
  if (strcmp (rua_kind_get_name (rua_table_get_kind (table)), "observation") != 0) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "reported takes published figures, so its table is observations, not %s",
                           definition->table);
    return NULL;
  }
  if (definition->by[0] != NULL) {
    rua_definition_refuse (definition->id, error, RUA_ERROR_VALUE,
                           "published figures are not grouped; leave by out");
    return NULL;
  }
  if (own.series == NULL && definition->series != NULL) {
    own.series = definition->series;
    own.to = definition->to;
  }
  result->basis = RUA_RESULT_BASIS_PUBLISHED;
  result->confidence = definition->confidence;
  figures = find_figures (alliance, definition, table, currency, result, &unknown, cancellable, error);
  if (figures == NULL)
    return NULL;
  for (guint i = 0; i < figures->len; i++) {
    describe_figure (result, &g_array_index (figures, Figure, i));
    if (own.series != NULL
        && !deflate_figure (alliance, definition, &own, &g_array_index (figures, Figure, i), result,
                            error))
      return NULL;
  }
  result->n_used = figures->len;
  rows = rua_definition_dup_rows (definition);
  rua_result_head_set_origin (result->head, &(RuaResultOrigin) { .rows = rows });
  method = g_strdup_printf (_("published figure (reported) from %s where %s"),
                            C_("table", definition->table), definition->where);
  rua_result_set_method (result, method);
  g_free (result->digest);
  result->digest = make_digest (definition, figures);
  if (figures->len == 0)
    rua_result_undefine (result, result->n_missing > 0 ? _("the observation has no value")
                                                       : _("no observation meets the condition"));
  else if (!all_agree (figures)) {
    g_autofree char *reason = list_differences (figures);

    rua_result_undefine (result, reason);
  } else {
    result->estimate = g_array_index (figures, Figure, 0).value;
    take_error (result, figures);
  }
  if (figures->len > 0) {
    const Figure *first = &g_array_index (figures, Figure, 0);

    if (own.series != NULL && rua_unit_has_money (first->unit)) {
      result->price_basis = "real";
    }
    if (!rua_measure_fit_unit (result, definition, first->unit, currency, TRUE, FALSE, error))
      return NULL;
  } else if (definition->unit != NULL)
    rua_result_take_unit (result, currency != NULL
                                    ? rua_unit_with_currency (definition->unit, currency)
                                    : rua_unit_ref (definition->unit));
  /* What is not known is not known in a unit, which formulas go on with. */
  else if (unknown != NULL)
    rua_result_take_unit (result, own.series != NULL && rua_unit_has_money (unknown)
                                    ? rua_unit_with_price_year (unknown, own.to)
                                    : rua_unit_ref (unknown));
  results = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (results, g_steal_pointer (&result));
  return results;
}
