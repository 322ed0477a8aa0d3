/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-log-core-private.h"

#include <string.h>

/* The set of facts: taking them in and giving them out. */

#define DAY ((gint64) 24 * 60 * 60 * 1000)

static char *
draw_lineage (void)
{
  return g_strdup_printf ("%08x%08x%08x%08x", g_random_int (), g_random_int (), g_random_int (), g_random_int ());
}

static gboolean
is_lineage (const char *text)
{
  return strlen (text) == 32 && strspn (text, "0123456789abcdef") == 32;
}

RuaLog *
rua_log_new (const char *lineage, const char *station, GError **error)
{
  RuaLog *self;

  if (lineage && !is_lineage (lineage)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "the log's lineage is not 32 hexadecimal digits; take the log from the file it was written to");
    return NULL;
  }
  self = g_new0 (RuaLog, 1);
  self->takes_gaps = TRUE;
  rua_dictionary_init (&self->stations);
  rua_dictionary_init (&self->kinds);
  rua_dictionary_init (&self->keys);
  rua_dictionary_init (&self->fields);
  rua_dictionary_init (&self->values);
  rua_dictionary_init (&self->authors);
  self->facts = g_array_new (FALSE, FALSE, sizeof (RuaLogFact));
  self->names = g_array_new (FALSE, FALSE, sizeof (RuaLogName));
  self->links = g_array_new (FALSE, FALSE, sizeof (RuaLogLink));
  self->cells = g_array_new (FALSE, FALSE, sizeof (RuaLogCell));
  self->records = g_array_new (FALSE, FALSE, sizeof (RuaLogRecord));
  self->station_facts = g_array_new (FALSE, TRUE, sizeof (RuaLogStation));
  self->station_order = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->changes = g_array_new (FALSE, FALSE, sizeof (RuaLogChange));
  self->lent_parents = g_array_new (FALSE, FALSE, sizeof (RuaFactName));
  self->roster = rua_roster_new ();
  rua_log_erasure_init (self);
  self->lineage = lineage ? g_strdup (lineage) : draw_lineage ();
  if (station && !rua_log_set_station (self, station, error)) {
    rua_log_free (self);
    return NULL;
  }
  return self;
}

void
rua_log_free (RuaLog *self)
{
  if (!self)
    return;
  rua_dictionary_clear (&self->stations);
  rua_dictionary_clear (&self->kinds);
  rua_dictionary_clear (&self->keys);
  rua_dictionary_clear (&self->fields);
  rua_dictionary_clear (&self->values);
  rua_dictionary_clear (&self->authors);
  rua_number_index_clear (&self->name_keys);
  rua_number_index_clear (&self->cell_keys);
  rua_number_index_clear (&self->record_keys);
  rua_number_index_clear (&self->change_keys);
  g_array_unref (self->facts);
  g_array_unref (self->names);
  g_array_unref (self->links);
  g_array_unref (self->cells);
  g_array_unref (self->records);
  g_array_unref (self->station_facts);
  g_array_unref (self->station_order);
  g_array_unref (self->changes);
  g_clear_pointer (&self->changes_sorted, g_array_unref);
  g_array_unref (self->lent_parents);
  rua_log_erasure_clear (self);
  rua_roster_free (self->roster);
  g_free (self->lineage);
  g_free (self->station);
  g_free (self);
}

const char *
rua_log_get_lineage (RuaLog *self)
{
  return self->lineage;
}

RuaRoster *
rua_log_get_roster (RuaLog *self)
{
  return self->roster;
}

const char *
rua_log_get_station (RuaLog *self)
{
  return self->station;
}

gboolean
rua_log_set_station (RuaLog *self, const char *station, GError **error)
{
  if (!rua_log_is_station (station)) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_VALUE,
                 "this cannot be the name of a station; write 1 to 64 of a-z, 0-9, '.', '_' and '-', "
                 "a letter or digit first");
    return FALSE;
  }
  g_free (self->station);
  self->station = g_strdup (station);
  return TRUE;
}

void
rua_log_set_takes_gaps (RuaLog *self, gboolean takes_gaps)
{
  self->takes_gaps = takes_gaps;
}

/* ---- names ---- */

static gboolean
find_code (const RuaDictionary *dictionary, const char *text, guint32 *code)
{
  return rua_dictionary_find (dictionary, text, strlen (text), code);
}

static guint32
intern (RuaDictionary *dictionary, const char *text)
{
  return rua_dictionary_intern (dictionary, text, strlen (text));
}

static guint32
intern_optional (RuaDictionary *dictionary, const char *text)
{
  return text ? intern (dictionary, text) + 1 : 0;
}

static inline guint64
pack_name (guint32 station, gint64 sequence)
{
  return (guint64) station << RUA_SEQUENCE_BITS | (guint64) sequence;
}

static guint32
make_name (RuaLog *self, const char *station, gint64 sequence)
{
  guint32 name = rua_number_index_intern (&self->name_keys, pack_name (intern (&self->stations, station), sequence));

  if (name == self->names->len) {
    RuaLogName fresh = { RUA_NO_FACT, RUA_NO_LINK };

    g_array_append_val (self->names, fresh);
  }
  return name;
}

static RuaFactName
tell_name (RuaLog *self, guint32 name)
{
  guint64 key = rua_log_name_key (self, name);
  RuaFactName told = {
    rua_log_text (&self->stations, (guint32) (key >> RUA_SEQUENCE_BITS)), (gint64) (key & RUA_SEQUENCE_MAX),
  };

  return told;
}

guint
rua_log_find_fact (RuaLog *self, const char *station, gint64 sequence)
{
  guint32 code, name;

  if (sequence < 1 || sequence > RUA_SEQUENCE_MAX || !find_code (&self->stations, station, &code))
    return RUA_NO_FACT;
  name = rua_number_index_find (&self->name_keys, pack_name (code, sequence));
  return name == RUA_NO_NUMBER ? RUA_NO_FACT : g_array_index (self->names, RuaLogName, name).fact;
}

/* ---- giving out ---- */

guint
rua_log_get_n_facts (RuaLog *self)
{
  return self->facts->len;
}

void
rua_log_get_fact (RuaLog *self, guint index, RuaFactData *data)
{
  RuaLogFact *fact = rua_log_fact (self, index);
  RuaLogCell *cell = rua_log_cell (self, fact->cell);
  RuaFactName name = tell_name (self, fact->name);
  gsize length = 0;

  memset (data, 0, sizeof *data);
  data->station = name.station;
  data->sequence = name.sequence;
  data->clock = fact->clock;
  rua_log_get_cell (self, fact->cell, &data->kind, &data->key, &data->field);
  data->value = fact->value ? rua_dictionary_get (&self->values, fact->value - 1, &length) : NULL;
  data->value_length = (gssize) length;
  data->author = rua_log_optional (&self->authors, fact->author);
  g_array_set_size (self->lent_parents, 0);
  for (guint p = 0; p < fact->n_parents; p++) {
    name = tell_name (self, g_array_index (self->links, RuaLogLink, fact->first_link + p).name);
    g_array_append_val (self->lent_parents, name);
  }
  data->parents = (const RuaFactName *) (gpointer) self->lent_parents->data;
  data->n_parents = fact->n_parents;
  data->is_erased = fact->is_erased;
  /* With the cell's first fact, which is the last of the chain. */
  if (cell->before && fact->next_in_cell == RUA_NO_FACT) {
    data->has_before = TRUE;
    data->before = cell->before > 1 ? rua_log_text (&self->values, cell->before - 2) : NULL;
  }
}

/* ---- taking in ---- */

static gboolean
same_fact (RuaLog *self, guint32 index, const RuaFactData *data)
{
  RuaFactData known;

  rua_log_get_fact (self, index, &known);
  if (known.clock != data->clock || strcmp (known.kind, data->kind) != 0 || strcmp (known.field, data->field) != 0
      || g_strcmp0 (known.author, data->author) != 0 || known.n_parents != data->n_parents)
    return FALSE;
  if (known.is_erased || data->is_erased) {
    if (!rua_log_same_erased (self, &known, data))
      return FALSE;
  } else if (strcmp (known.key, data->key) != 0 || !known.value != !data->value)
    return FALSE;
  else if (known.value) {
    gsize length = data->value_length < 0 ? strlen (data->value) : (gsize) data->value_length;

    if (length != (gsize) known.value_length || memcmp (known.value, data->value, length) != 0)
      return FALSE;
  }
  for (guint p = 0; p < known.n_parents; p++)
    if (known.parents[p].sequence != data->parents[p].sequence
        || strcmp (known.parents[p].station, data->parents[p].station) != 0)
      return FALSE;
  return TRUE;
}

static RuaLogInsert
check_known (RuaLog *self, const RuaFactData *data, GError **error)
{
  guint known = rua_log_find_fact (self, data->station, data->sequence);

  if (known != RUA_NO_FACT) {
    if (same_fact (self, known, data))
      return RUA_LOG_KNOWN;
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                 "fact %s.%" G_GINT64_FORMAT ": another fact has this name: two copies write as station '%s'; "
                 "enroll one of them under a name of its own",
                 data->station, data->sequence, data->station);
    return RUA_LOG_ERROR;
  }
  if (!self->takes_gaps && data->sequence > 1
      && rua_log_find_fact (self, data->station, data->sequence - 1) == RUA_NO_FACT) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_MISSING,
                 "fact %s.%" G_GINT64_FORMAT ": the one before it has not come; take in the station's facts from %" G_GINT64_FORMAT " on",
                 data->station, data->sequence, rua_log_get_next_sequence (self, data->station));
    return RUA_LOG_ERROR;
  }
  return RUA_LOG_NEW;
}

RuaLogInsert
rua_log_check (RuaLog *self, const RuaFactData *data, GError **error)
{
  RuaFactData settled = *data;
  g_autofree char *key = NULL;

  if (!rua_log_check_form (data, error))
    return RUA_LOG_ERROR;
  rua_log_settle_erased (self, &settled, &key);
  return check_known (self, &settled, error);
}

static gboolean
check_room (RuaLog *self, const RuaFactData *data, GError **error)
{
  if (self->facts->len < RUA_FACT_SOUGHT && self->names->len < RUA_NO_NUMBER - data->n_parents - 1
      && self->links->len < RUA_NO_LINK - data->n_parents && rua_dictionary_get_n (&self->stations) < RUA_STATIONS_MAX - data->n_parents)
    return TRUE;
  g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
               "the log holds as many facts as it can (%u); begin a new alliance from what there is now", self->facts->len);
  return FALSE;
}

static gint64
ask_wall (RuaLog *self)
{
  return self->wall ? self->wall (self->wall_data) : g_get_real_time () / 1000;
}

static void
count_for_station (RuaLog *self, guint32 code, const RuaFactData *data)
{
  RuaLogStation *station;

  if (code >= self->station_facts->len)
    g_array_set_size (self->station_facts, code + 1);
  station = &g_array_index (self->station_facts, RuaLogStation, code);
  if (station->n_facts++ == 0)
    g_array_append_val (self->station_order, code);
  station->highest = MAX (station->highest, data->sequence);
  station->clock = MAX (station->clock, data->clock);
  if (data->clock > self->latest
      && (g_strcmp0 (data->station, self->station) == 0
          || data->clock >> RUA_CLOCK_COUNTER_BITS <= ask_wall (self) + DAY))
    self->latest = data->clock;
}

RuaLogInsert
rua_log_insert (RuaLog *self, const RuaFactData *told, GError **error)
{
  RuaLogFact fact = { .next_in_cell = RUA_NO_FACT, .next_head = RUA_NO_FACT };
  guint32 index = self->facts->len;
  RuaFactData settled = *told;
  const RuaFactData *data = &settled;
  g_autofree char *key = NULL;
  RuaLogInsert known;

  if (!rua_log_check_form (told, error))
    return RUA_LOG_ERROR;
  rua_log_settle_erased (self, &settled, &key);
  known = check_known (self, data, error);
  if (known == RUA_LOG_KNOWN && data->is_erased)
    rua_log_adopt_erased (self, rua_log_find_fact (self, data->station, data->sequence), data);
  else if (known == RUA_LOG_KNOWN && data->has_before) {
    guint cell = rua_log_find_cell (self, data->kind, data->key, data->field);

    if (cell != RUA_NO_FACT && !rua_log_get_before (self, cell, NULL))
      rua_log_set_before (self, cell, data->before);
  }
  if (known != RUA_LOG_NEW || !check_room (self, data, error))
    return known == RUA_LOG_KNOWN ? RUA_LOG_KNOWN : RUA_LOG_ERROR;

  fact.clock = data->clock;
  fact.name = make_name (self, data->station, data->sequence);
  fact.cell = rua_log_make_cell (self, data->kind, data->key, data->field);
  if (data->value)
    fact.value = rua_dictionary_intern (&self->values, data->value,
                                        data->value_length < 0 ? strlen (data->value) : (gsize) data->value_length)
                 + 1;
  fact.author = intern_optional (&self->authors, data->author);
  fact.is_erased = data->is_erased != FALSE;
  fact.first_link = self->links->len;
  fact.n_parents = data->n_parents;
  for (guint p = 0; p < data->n_parents; p++) {
    guint32 name = make_name (self, data->parents[p].station, data->parents[p].sequence);
    RuaLogName *parent = &g_array_index (self->names, RuaLogName, name);
    RuaLogLink link = { name, index, parent->first_link };

    parent->first_link = self->links->len;
    g_array_append_val (self->links, link);
  }
  g_array_append_val (self->facts, fact);
  g_array_index (self->names, RuaLogName, fact.name).fact = index;
  rua_log_settle_fact (self, index);
  if (data->has_before && !rua_log_get_before (self, fact.cell, NULL))
    rua_log_set_before (self, fact.cell, data->before);
  count_for_station (self, (guint32) (rua_log_name_key (self, fact.name) >> RUA_SEQUENCE_BITS), data);
  rua_log_learn_erasure (self, data);
  return RUA_LOG_NEW;
}

/* ---- stations ---- */

guint
rua_log_get_n_stations (RuaLog *self)
{
  return self->station_order->len;
}

const char *
rua_log_get_station_at (RuaLog *self, guint index, gint64 *highest_sequence, gint64 *highest_clock, guint *n_facts)
{
  guint32 code = g_array_index (self->station_order, guint32, index);
  RuaLogStation *station = &g_array_index (self->station_facts, RuaLogStation, code);

  if (highest_sequence)
    *highest_sequence = station->highest;
  if (highest_clock)
    *highest_clock = station->clock;
  if (n_facts)
    *n_facts = station->n_facts;
  return rua_log_text (&self->stations, code);
}

static const RuaLogStation *
find_station (RuaLog *self, const char *station)
{
  guint32 code;

  return find_code (&self->stations, station, &code) && code < self->station_facts->len
             ? &g_array_index (self->station_facts, RuaLogStation, code)
             : NULL;
}

gint64
rua_log_get_next_sequence (RuaLog *self, const char *station)
{
  const RuaLogStation *found = find_station (self, station);

  return found ? found->highest + 1 : 1;
}

/* ---- clocks ---- */

void
rua_log_set_wall (RuaLog *self, RuaLogWall wall, gpointer data)
{
  self->wall = wall;
  self->wall_data = data;
}

gint64
rua_log_get_next_clock (RuaLog *self)
{
  return MAX (MAX (ask_wall (self), 0) << RUA_CLOCK_COUNTER_BITS, self->latest + 1);
}

guint
rua_log_get_days_ahead (RuaLog *self, const char *station)
{
  const RuaLogStation *found = find_station (self, station);
  gint64 ahead = found ? (found->clock >> RUA_CLOCK_COUNTER_BITS) - ask_wall (self) : 0;

  return ahead > DAY ? (guint) (ahead / DAY) : 0;
}

char *
rua_log_tell_days_ahead (RuaLog *self, const char *station)
{
  guint days = rua_log_get_days_ahead (self, station);

  return days ? g_strdup_printf ("the clock of station '%s' is %u %s ahead: set it right; nothing it says is lost", station, days, days == 1 ? "day" : "days") : NULL;
}

char *
rua_clock_to_iso (gint64 clock)
{
  gint64 milliseconds = clock >> RUA_CLOCK_COUNTER_BITS;
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (milliseconds / 1000);
  g_autofree char *seconds = NULL;

  /* GDateTime ends with the year 9999, 48 bits of milliseconds do not. */
  if (!time)
    return g_strdup_printf ("%" G_GINT64_FORMAT " ms after 1970", milliseconds);
  seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%03dZ", seconds, (int) (milliseconds % 1000));
}

/* ---- changes ---- */

guint
rua_log_get_n_changes (RuaLog *self)
{
  return self->changes->len;
}

void
rua_log_get_change (RuaLog *self, guint index, RuaChangeData *data)
{
  RuaLogChange *change = &g_array_index (self->changes, RuaLogChange, index);

  data->station = rua_log_text (&self->stations, change->station);
  data->first_sequence = change->first_sequence;
  data->n_facts = change->n_facts;
  data->clock = change->clock;
  data->author = rua_log_optional (&self->authors, change->author);
  data->title = rua_log_optional (&self->authors, change->title);
  data->origin = rua_log_optional (&self->authors, change->origin);
  data->is_erased = change->is_erased != 0;
}

static gint
compare_changes (gconstpointer a, gconstpointer b, gpointer data)
{
  const RuaLog *self = data;
  guint64 x = self->change_keys.numbers[*(const guint32 *) a], y = self->change_keys.numbers[*(const guint32 *) b];

  return x < y ? -1 : x > y;
}

guint
rua_log_find_change (RuaLog *self, const char *station, gint64 sequence)
{
  guint32 code, low = 0, high = self->changes->len;
  guint64 key;
  RuaLogChange *change;

  if (sequence < 1 || sequence > RUA_SEQUENCE_MAX || !find_code (&self->stations, station, &code))
    return RUA_NO_FACT;
  if (!self->changes_sorted) {
    self->changes_sorted = g_array_sized_new (FALSE, FALSE, sizeof (guint32), self->changes->len);
    for (guint32 i = 0; i < self->changes->len; i++)
      g_array_append_val (self->changes_sorted, i);
    g_array_sort_with_data (self->changes_sorted, compare_changes, self);
  }
  key = pack_name (code, sequence);
  /* The last that begins no later. */
  while (low < high) {
    guint32 middle = low + (high - low) / 2;

    if (self->change_keys.numbers[g_array_index (self->changes_sorted, guint32, middle)] <= key)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0)
    return RUA_NO_FACT;
  low = g_array_index (self->changes_sorted, guint32, low - 1);
  change = &g_array_index (self->changes, RuaLogChange, low);
  return change->station == code && sequence - change->first_sequence < change->n_facts ? low : RUA_NO_FACT;
}

RuaLogInsert
rua_log_insert_change (RuaLog *self, const RuaChangeData *data, GError **error)
{
  RuaLogChange change = { .first_sequence = data->first_sequence, .n_facts = data->n_facts, .clock = data->clock, .is_erased = data->is_erased != FALSE };
  guint32 place;

  if (!rua_log_check_change_form (data, error))
    return RUA_LOG_ERROR;
  if (self->changes->len >= RUA_NO_FACT - 1 || rua_dictionary_get_n (&self->stations) >= RUA_STATIONS_MAX) {
    g_set_error (error, RUA_ERROR, RUA_ERROR_LIMIT,
                 "the log holds as many changes as it can; begin a new alliance from what there is now");
    return RUA_LOG_ERROR;
  }
  change.station = intern (&self->stations, data->station);
  change.author = intern_optional (&self->authors, data->author);
  change.title = intern_optional (&self->authors, data->title);
  change.origin = intern_optional (&self->authors, data->origin);
  place = rua_number_index_intern (&self->change_keys, pack_name (change.station, data->first_sequence));
  if (place < self->changes->len) {
    RuaLogChange *known = &g_array_index (self->changes, RuaLogChange, place);

    if (known->n_facts == change.n_facts && known->clock == change.clock && known->author == change.author
        && (known->is_erased || change.is_erased || (known->title == change.title && known->origin == change.origin))) {
      if (change.is_erased)
        rua_log_erase_change (self, known);
      return RUA_LOG_KNOWN;
    }
    g_set_error (error, RUA_ERROR, RUA_ERROR_DUPLICATE,
                 "change %s.%" G_GINT64_FORMAT ": another change has this name: two copies write as station '%s'; "
                 "enroll one of them under a name of its own",
                 data->station, data->first_sequence, data->station);
    return RUA_LOG_ERROR;
  }
  g_array_append_val (self->changes, change);
  g_clear_pointer (&self->changes_sorted, g_array_unref);
  return RUA_LOG_NEW;
}
