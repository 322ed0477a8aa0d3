/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-csv-columns-private.h"

#include "rua-csv-plain-private.h"
#include "rua-csv-split-private.h"
#include "rua-parallel-private.h"
#include "rua-wide-private.h"

/* The inner loops. Plain records are split into cells many at a time, and then read column by column, so that what
 * a column is to become is asked once. Where a record is not so plain (quotes, a fault), its cells are read one
 * behind the other. Either way those of the plain form are read at once, and others as the field tells. */

/* A column that is read, and the next field that reads the same one. */
typedef struct _Plan Plan;
struct _Plan {
  const RuaCsvField *field;
  guint index;
  gboolean plain; /* cells of the plain form are what they seem to be */
  char point;
  Plan *next;
};

/* The vectors of one thread, used again span after span. */
typedef struct {
  RuaCsvVector *vectors;
  guint n;
  GString *text;
  GString *scratch;
  GArray *bad;
  guint64 n_bad;
  RuaCsvLines *lines; /* NULL: records cannot be split many at a time */
  guint8 *faulty;     /* by record of them */
} Scratch;

typedef struct {
  RuaCsv *csv;
  const RuaCsvField *fields;
  guint n_fields;
  guint32 offset;
  Plan *plans;
  Plan **by_column;
  RuaCsvSpanFunc func;
  gpointer data;
  RuaCsvBads *bads;
  GMutex mutex;
  GPtrArray *pool; /* of Scratch that nobody uses */
} Reading;

/* ---- bad cells ---- */

void
rua_csv_bads_init (RuaCsvBads *self, guint limit)
{
  self->bad = g_array_new (FALSE, FALSE, sizeof (RuaCsvBad));
  self->limit = limit;
  self->count = 0;
  g_mutex_init (&self->mutex);
}

void
rua_csv_bads_clear (RuaCsvBads *self)
{
  g_array_unref (self->bad);
  g_mutex_clear (&self->mutex);
}

void
rua_csv_bads_add (RuaCsvBads *self, const RuaCsvBad *bad, guint n_kept, guint64 count)
{
  g_mutex_lock (&self->mutex);
  g_array_append_vals (self->bad, bad, n_kept);
  self->count += count;
  g_mutex_unlock (&self->mutex);
}

static int
compare_bad (gconstpointer a, gconstpointer b)
{
  const RuaCsvBad *one = a, *other = b;

  if (one->row != other->row)
    return one->row < other->row ? -1 : 1;
  if (one->field != other->field)
    return one->field < other->field ? -1 : 1;
  return one->reason < other->reason ? -1 : one->reason > other->reason;
}

void
rua_csv_bads_sort (RuaCsvBads *self)
{
  g_array_sort (self->bad, compare_bad);
  if (self->bad->len > self->limit)
    g_array_set_size (self->bad, self->limit);
}

static void
add_bad (Scratch *scratch, guint limit, guint32 row, guint field, guint reason, guint n_cells)
{
  RuaCsvBad bad = { row, field, reason, n_cells };

  scratch->n_bad++;
  /* All of the last row's, which come in the order of the columns and are told in that of the fields. */
  if (scratch->bad->len < limit || (scratch->bad->len > 0 && g_array_index (scratch->bad, RuaCsvBad, scratch->bad->len - 1).row == row))
    g_array_append_val (scratch->bad, bad);
}

/* ---- scratch ---- */

static gsize
width_of (RuaCsvType type)
{
  switch (type) {
  case RUA_CSV_BOOLEAN:
    return 1;
  case RUA_CSV_TEXT:
    return 2;
  case RUA_CSV_DATE:
    return 4;
  case RUA_CSV_INTEGER:
  case RUA_CSV_NUMBER:
  case RUA_CSV_MONEY:
  case RUA_CSV_KEY:
  default:
    return 8;
  }
}

static Scratch *
take_scratch (Reading *reading, guint32 n_rows)
{
  Scratch *self = NULL;
  guint32 room = (n_rows + 63) / 64 * 64;

  g_mutex_lock (&reading->mutex);
  if (reading->pool->len > 0)
    self = g_ptr_array_steal_index_fast (reading->pool, reading->pool->len - 1);
  g_mutex_unlock (&reading->mutex);
  if (self == NULL) {
    self = g_new0 (Scratch, 1);
    self->n = reading->n_fields;
    self->vectors = g_new0 (RuaCsvVector, MAX (self->n, 1));
    self->text = g_string_new (NULL);
    self->scratch = g_string_new (NULL);
    self->bad = g_array_new (FALSE, FALSE, sizeof (RuaCsvBad));
    if (rua_csv_can_split (reading->csv)) {
      self->lines = g_new (RuaCsvLines, 1);
      self->faulty = g_new (guint8, RUA_CSV_SPLIT_CELLS);
    }
    /* The first span may be the shortest, and all are no longer than the text has records. */
    room = MIN (reading->csv->n_rows, RUA_CSV_SPAN_ROWS);
    room = (room + 63) / 64 * 64;
    for (guint i = 0; i < self->n; i++) {
      self->vectors[i].any = g_malloc ((gsize) room * width_of (reading->fields[i].type));
      self->vectors[i].known = g_malloc (room / 8);
    }
  }
  for (guint i = 0; i < self->n; i++) {
    RuaCsvVector *vector = &self->vectors[i];

    memset (vector->known, 0, (n_rows + 63) / 64 * 8);
    vector->n_known = vector->n_bad = 0;
    if (reading->fields[i].type == RUA_CSV_TEXT)
      vector->words = rua_csv_words_new ();
  }
  g_array_set_size (self->bad, 0);
  self->n_bad = 0;
  return self;
}

static void
scratch_free (gpointer data)
{
  Scratch *self = data;

  for (guint i = 0; i < self->n; i++) {
    g_free (self->vectors[i].any);
    g_free (self->vectors[i].known);
    rua_csv_words_free (self->vectors[i].words);
  }
  g_free (self->vectors);
  g_string_free (self->text, TRUE);
  g_string_free (self->scratch, TRUE);
  g_array_unref (self->bad);
  g_free (self->lines);
  g_free (self->faulty);
  g_free (self);
}

static void
give_scratch (Reading *reading, Scratch *scratch)
{
  for (guint i = 0; i < scratch->n; i++)
    g_clear_pointer (&scratch->vectors[i].words, rua_csv_words_free);
  g_mutex_lock (&reading->mutex);
  g_ptr_array_add (reading->pool, scratch);
  g_mutex_unlock (&reading->mutex);
}

/* What stands for an unknown value is 0, whatever the span before had there. */
static void
clear_unknown (RuaCsvVector *vector, gsize width, guint32 n_rows)
{
  for (guint32 w = 0; w * 64 < n_rows; w++)
    for (guint64 bits = ~vector->known[w]; bits; bits &= bits - 1) {
      guint32 i = w * 64 + (guint32) __builtin_ctzll (bits);

      if (i >= n_rows)
        break;
      memset ((char *) vector->any + i * width, 0, width);
    }
}

/* ---- cells ---- */

static inline void
set_known (RuaCsvVector *vector, guint32 i)
{
  vector->known[i >> 6] |= G_GUINT64_CONSTANT (1) << (i & 63);
}

static inline gboolean
ends_cell (const RuaCsv *csv, char c)
{
  guint8 kind = csv->kinds[(guchar) c];

  return kind == RUA_CSV_SEPARATOR || kind == RUA_CSV_LINE_END;
}

/* Where a record is read: the last one of a text without a line end is read from a copy with one. */
typedef struct {
  const char *end;
  const char *origin; /* what offset 0 of the text would be */
} Place;

static void
take_text (Scratch *scratch, const Plan *plan, const RuaCsvCell *cell, guint32 i, gboolean copy)
{
  RuaCsvVector *vector = &scratch->vectors[plan->index];
  const char *text = cell->text;
  gsize length = cell->length;
  guint32 code;

  if (length == 0 && !cell->quoted)
    return;
  if (cell->doubled) {
    text = scratch->text->str;
    length = scratch->text->len;
    copy = TRUE;
  }
  if (plan->field->trim) {
    while (length > 0 && (*text == ' ' || *text == '\t'))
      text++, length--;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
      length--;
    if (length == 0)
      return;
  }
  if (plan->field->missing && rua_csv_is_missing_word (plan->field, text, length))
    return;
  if (length > 0 && *text == '\'' && !plan->field->keep_formulas && rua_csv_is_formula (text, length))
    text++, length--;
  /* The codes of a span are told in two bytes: 65,536 records have no more texts. */
  code = rua_csv_words_intern (vector->words, text, length, copy);
  vector->codes[i] = (guint16) code;
  set_known (vector, i);
}

static void
put_value (const Plan *plan, RuaCsvVector *vector, guint32 i, const RuaCsvValue *value)
{
  switch (plan->field->type) {
  case RUA_CSV_NUMBER:
    vector->numbers[i] = value->number;
    break;
  case RUA_CSV_DATE:
    vector->dates[i] = value->date;
    break;
  case RUA_CSV_BOOLEAN:
    vector->booleans[i] = value->boolean;
    break;
  case RUA_CSV_INTEGER:
  case RUA_CSV_MONEY:
  case RUA_CSV_KEY:
  case RUA_CSV_TEXT:
  default:
    vector->integers[i] = value->integer;
    break;
  }
  set_known (vector, i);
}

/* A cell of whatever form. Returns where the scan goes on, or NULL. */
static const char *
take_cell (Reading *reading, Scratch *scratch, const Plan *plan, const char *at, const Place *place, guint32 row, guint32 i, RuaCsvProblem *problem)
{
  RuaCsvCell cell;
  RuaCsvVector *vector = &scratch->vectors[plan->index];
  RuaCsvValue value;
  RuaCsvReason reason;
  const char *text;
  gsize length;

  at = rua_csv_scan_cell (reading->csv, at, place->end, &cell, problem);
  if (at == NULL)
    return NULL;
  text = cell.text;
  length = cell.length;
  if (cell.doubled) {
    g_string_truncate (scratch->text, 0);
    rua_csv_append_cell (reading->csv, &cell, scratch->text);
    text = scratch->text->str;
    length = scratch->text->len;
  }
  if (plan->field->type == RUA_CSV_TEXT) {
    take_text (scratch, plan, &cell, i, place->origin != reading->csv->text);
    return at;
  }
  reason = rua_csv_take (plan->field, text, length, scratch->scratch, &value);
  if (reason == RUA_CSV_MISSING)
    return at;
  if (reason != RUA_CSV_GOOD) {
    add_bad (scratch, reading->bads->limit, row, plan->index, reason, 0);
    vector->n_bad++;
    return at;
  }
  put_value (plan, vector, i, &value);
  return at;
}

/* A cell of the plain form; NULL where it is not of it. */
static inline const char *
take_plain (const RuaCsv *csv, const Plan *plan, RuaCsvVector *vector, const char *at, const char *end, guint32 i)
{
  const RuaCsvField *field = plan->field;
  const char *stop = at;

  if (end - at < RUA_CSV_PLAIN_AHEAD)
    return NULL;
  while (stop - at <= RUA_CSV_PLAIN_MOST && csv->kinds[(guchar) *stop] == RUA_CSV_PLAIN)
    stop++;
  if (!ends_cell (csv, *stop)
      || !read_plain (field->type, field->date == RUA_CSV_DATE_ISO, plan->point, field->digits, vector->any, at,
                      (gsize) (stop - at), i))
    return NULL;
  set_known (vector, i);
  return stop;
}

/* ---- plain records, column by column ---- */

/* A cell that is not plain. Where something is wrong with it, its record is read again in the order of the others. */
static void
read_other (Scratch *scratch, const Plan *plan, const char *at, gsize n, guint32 i, guint record)
{
  RuaCsvCell cell = { at, n, FALSE, FALSE };
  RuaCsvValue value;
  RuaCsvReason reason;

  if (plan->field->type == RUA_CSV_TEXT) {
    take_text (scratch, plan, &cell, i, FALSE);
    return;
  }
  reason = rua_csv_take (plan->field, at, n, scratch->scratch, &value);
  if (reason == RUA_CSV_GOOD)
    put_value (plan, &scratch->vectors[plan->index], i, &value);
  else if (reason != RUA_CSV_MISSING)
    scratch->faulty[record] = TRUE;
}

/* What is asked of every cell is copied first: a byte that is written could be any of it. */
static RUA_COPIED void
read_cells (RuaCsvType type, gboolean plain, Scratch *scratch, const Plan *plan, guint32 i)
{
  const RuaCsvLines *lines = scratch->lines;
  const RuaCsvField *field = plan->field;
  const guint n_records = lines->n, width = lines->width;
  const gboolean iso = field->date == RUA_CSV_DATE_ISO, returns = lines->returns && field->column + 1 == width;
  const guint digits = field->digits;
  const char point = plan->point;
  const char *const base = lines->base;
  const guint32 *end = lines->ends + field->column;
  guint64 *const known = scratch->vectors[plan->index].known;
  guint64 bits = 0;
  const gpointer to = scratch->vectors[plan->index].any;

  for (guint r = 0; r < n_records; r++, i++, end += width) {
    const char *at = base + (end > lines->ends ? end[-1] + 1 : 0);
    gsize n = (gsize) (base + *end - at);

    if (returns)
      n -= n > 0 && at[n - 1] == '\r';
    if (n > 0 && plain && G_LIKELY (read_plain (type, iso, point, digits, to, at, n, i)))
      bits |= G_GUINT64_CONSTANT (1) << (i & 63);
    else if (n > 0)
      read_other (scratch, plan, at, n, i, r);
    if ((i & 63) == 63 || r + 1 == n_records) {
      known[i >> 6] |= bits;
      bits = 0;
    }
  }
}

/* The cells of a column of all records that were split; they go to @i and on. */
RUA_WIDE static void
read_column (Scratch *scratch, const Plan *plan, guint32 i)
{
  if (!plan->plain)
    return read_cells (RUA_CSV_TEXT, FALSE, scratch, plan, i);
  switch (plan->field->type) {
  case RUA_CSV_INTEGER:
    return read_cells (RUA_CSV_INTEGER, TRUE, scratch, plan, i);
  case RUA_CSV_NUMBER:
    return read_cells (RUA_CSV_NUMBER, TRUE, scratch, plan, i);
  case RUA_CSV_MONEY:
    return read_cells (RUA_CSV_MONEY, TRUE, scratch, plan, i);
  case RUA_CSV_DATE:
    return read_cells (RUA_CSV_DATE, TRUE, scratch, plan, i);
  case RUA_CSV_BOOLEAN:
    return read_cells (RUA_CSV_BOOLEAN, TRUE, scratch, plan, i);
  case RUA_CSV_KEY:
  case RUA_CSV_TEXT:
  default:
    return read_cells (RUA_CSV_KEY, TRUE, scratch, plan, i);
  }
}

static inline const char *
take_field (Reading *reading, Scratch *scratch, const Plan *plan, const char *at, const Place *place, guint32 row, guint32 i, RuaCsvProblem *problem)
{
  const RuaCsv *csv = reading->csv;
  const char *next;

  /* An unknown value, in most files. */
  if (ends_cell (csv, *at))
    return at;
  if (G_LIKELY (plan->plain)) {
    next = take_plain (csv, plan, &scratch->vectors[plan->index], at, place->end, i);
    if (G_LIKELY (next != NULL))
      return next;
  }
  return take_cell (reading, scratch, plan, at, place, row, i, problem);
}

/* Counts the cells of a record that has more than it should. */
static const char *
count_cells (const RuaCsv *csv, const char *at, const Place *place, guint *n, RuaCsvProblem *problem)
{
  RuaCsvCell cell;

  while (at < place->end && csv->kinds[(guchar) *at] == RUA_CSV_SEPARATOR) {
    at = rua_csv_scan_cell (csv, at + 1, place->end, &cell, problem);
    if (at == NULL)
      return NULL;
    ++*n;
  }
  return at;
}

/* The cells of one record. Returns the line end behind it, or NULL. */
static inline const char *
take_record (Reading *reading, Scratch *scratch, const char *at, const Place *place, guint32 row, guint32 i, RuaCsvProblem *problem)
{
  const RuaCsv *csv = reading->csv;
  guint width = csv->width, column = 0;

  for (;;) {
    const Plan *plan = reading->by_column[column];

    const char *start = at;

    if (plan == NULL) {
      while (csv->kinds[(guchar) *at] == RUA_CSV_PLAIN)
        at++;
      if (G_UNLIKELY (csv->kinds[(guchar) *at] == RUA_CSV_QUOTE)) {
        RuaCsvCell cell;

        at = rua_csv_scan_cell (csv, start, place->end, &cell, problem);
      }
    } else {
      at = take_field (reading, scratch, plan, start, place, row, i, problem);
      for (plan = plan->next; at != NULL && plan != NULL; plan = plan->next)
        at = take_field (reading, scratch, plan, start, place, row, i, problem);
    }
    if (G_UNLIKELY (at == NULL))
      return NULL;
    column++;
    if (csv->kinds[(guchar) *at] != RUA_CSV_SEPARATOR || column == width)
      break;
    at++;
  }
  if (G_UNLIKELY (column != width || csv->kinds[(guchar) *at] == RUA_CSV_SEPARATOR)) {
    at = count_cells (csv, at, place, &column, problem);
    add_bad (scratch, reading->bads->limit, row, G_MAXUINT32, RUA_CSV_WIDTH, column);
  }
  return at;
}

/* The plain records from @at on, which go to @i and on; what is wrong with them is told in their order. Returns how
 * many there are. */
static guint
take_plain_records (Reading *reading, Scratch *scratch, const char *at, guint most, const Place *place, guint32 row, guint32 i)
{
  const RuaCsvLines *lines = scratch->lines;
  RuaCsvProblem problem;

  rua_csv_split (reading->csv, at, most, scratch->lines);
  memset (scratch->faulty, 0, lines->n);
  for (guint f = 0; f < reading->n_fields; f++)
    read_column (scratch, &reading->plans[f], i);
  for (guint r = 0; r < lines->n; r++)
    if (G_UNLIKELY (scratch->faulty[r]))
      take_record (reading, scratch, rua_csv_lines_get_start (lines, r), place, row + r, i + r, &problem);
  return lines->n;
}

static void
span_of (const Reading *reading, guint span, guint32 *first, guint32 *n_rows)
{
  guint32 begin = span == 0 ? 0 : span * RUA_CSV_SPAN_ROWS - reading->offset;
  guint32 most = span == 0 ? RUA_CSV_SPAN_ROWS - reading->offset : RUA_CSV_SPAN_ROWS;

  *first = begin;
  *n_rows = MIN (reading->csv->n_rows - begin, most);
}

/* Of a text without plain records, one in so many is tried (a power of two). */
#define MOST_IN_VAIN 8

static gboolean
read_span (guint span, gpointer data, GError **error)
{
  Reading *reading = data;
  RuaCsv *csv = reading->csv;
  guint32 first, n_rows;
  gsize begin;
  const char *at;
  Place place = { csv->text + csv->length, csv->text };
  g_autofree char *tail = NULL;
  gboolean open_end = csv->length > 0 && csv->text[csv->length - 1] != '\n' && csv->text[csv->length - 1] != '\r';
  RuaCsvProblem problem;
  Scratch *scratch;
  guint in_vain = 0, one_by_one = 0; /* how often no plain record was found; records until the next try */
  gboolean done;

  span_of (reading, span, &first, &n_rows);
  begin = rua_csv_find_record (csv, first);
  rua_csv_expect (csv, begin, rua_csv_find_record (csv, first + n_rows));
  at = csv->text + begin;
  scratch = take_scratch (reading, n_rows);
  for (guint32 i = 0; i < n_rows; i++) {
    at = rua_csv_skip_blank (csv, at, place.end);
    if (one_by_one > 0) {
      one_by_one--;
    } else if (scratch->lines != NULL) {
      guint n = take_plain_records (reading, scratch, at, n_rows - i, &place, first + i, i);

      if (n > 0) {
        at += scratch->lines->next;
        i += n - 1;
        in_vain = 0;
        continue;
      }
      in_vain = MIN (in_vain + 1, MOST_IN_VAIN);
      one_by_one = (1u << in_vain) - 1;
    }
    if (G_UNLIKELY (open_end && first + i + 1 == csv->n_rows)) {
      gsize offset = (gsize) (at - csv->text), left = csv->length - offset;

      tail = g_malloc (left + 1);
      memcpy (tail, at, left);
      tail[left] = '\n';
      place.origin = (const char *) ((guintptr) tail - offset);
      place.end = tail + left + 1;
      at = tail;
    }
    at = take_record (reading, scratch, at, &place, first + i, i, &problem);
    if (G_UNLIKELY (at == NULL)) {
      problem.at = csv->text + ((guintptr) problem.at - (guintptr) place.origin);
      rua_csv_refuse_problem (csv, &problem, error);
      give_scratch (reading, scratch);
      return FALSE;
    }
    at = rua_csv_skip_line_end (at, place.end);
  }
  for (guint f = 0; f < reading->n_fields; f++) {
    RuaCsvVector *vector = &scratch->vectors[f];

    for (guint32 w = 0; w < (n_rows + 63) / 64; w++)
      vector->n_known += (guint32) __builtin_popcountll (vector->known[w]);
    if (vector->n_known < n_rows)
      clear_unknown (vector, width_of (reading->fields[f].type), n_rows);
    if (vector->words)
      rua_csv_words_seal (vector->words);
  }
  done = reading->func (span, first, n_rows, scratch->vectors, reading->data, error);
  if (scratch->n_bad > 0)
    rua_csv_bads_add (reading->bads, (const RuaCsvBad *) scratch->bad->data, scratch->bad->len, scratch->n_bad);
  give_scratch (reading, scratch);
  rua_csv_release (csv, begin, place.origin == csv->text ? (gsize) (at - csv->text) : csv->length);
  return done;
}

guint
rua_csv_get_n_spans (RuaCsv *self, guint32 offset)
{
  return self->n_rows == 0 ? 0 : (guint) (((guint64) self->n_rows + offset + RUA_CSV_SPAN_ROWS - 1) / RUA_CSV_SPAN_ROWS);
}

static gboolean
may_be_plain (const RuaCsvField *field)
{
  /* Some word for an unknown value looks like a number: 999. */
  for (guint k = 0; field->missing && field->missing[k]; k++)
    if (g_ascii_isdigit (field->missing[k][0]) || field->missing[k][0] == '-')
      return FALSE;
  switch (field->type) {
  case RUA_CSV_NUMBER:
  case RUA_CSV_MONEY:
    return field->grouping == 0;
  case RUA_CSV_DATE:
    return field->date == RUA_CSV_DATE_DAYS || field->date == RUA_CSV_DATE_ISO;
  case RUA_CSV_BOOLEAN:
    return field->yes == NULL && field->no == NULL;
  case RUA_CSV_KEY:
  case RUA_CSV_INTEGER:
    return TRUE;
  case RUA_CSV_TEXT:
  default:
    return FALSE;
  }
}

gboolean
rua_csv_read (RuaCsv *self,
              const RuaCsvField *fields,
              guint n_fields,
              guint32 offset,
              RuaCsvSpanFunc func,
              gpointer data,
              RuaCsvBads *bads,
              RuaProgress *progress,
              GCancellable *cancellable,
              GError **error)
{
  Reading reading = { self, fields, n_fields, offset, NULL, NULL, func, data, bads, { 0 }, NULL };
  gboolean done;

  if (!rua_csv_index (self, NULL, cancellable, error))
    return FALSE;
  reading.plans = g_new0 (Plan, MAX (n_fields, 1));
  reading.by_column = g_new0 (Plan *, MAX (self->width, 1));
  reading.pool = g_ptr_array_new_with_free_func (scratch_free);
  g_mutex_init (&reading.mutex);
  for (guint i = n_fields; i-- > 0;) {
    Plan *plan = &reading.plans[i];

    plan->field = &fields[i];
    plan->index = i;
    plan->point = fields[i].decimal ? fields[i].decimal : '.';
    plan->plain = may_be_plain (&fields[i]);
    plan->next = reading.by_column[fields[i].column];
    reading.by_column[fields[i].column] = plan;
  }
  done = rua_parallel_run (rua_csv_get_n_spans (self, offset), read_span, &reading, progress, cancellable, error);
  g_ptr_array_unref (reading.pool);
  g_mutex_clear (&reading.mutex);
  g_free (reading.plans);
  g_free (reading.by_column);
  return done;
}

/* ---- where a cell is ---- */

static void
walk_to (RuaCsv *self, RuaCsvCursor *cursor, gsize offset)
{
  const char *text = self->text;

  if (cursor->line == 0)
    cursor->line = 1;
  for (gsize i = cursor->offset; i < offset; i++)
    if (text[i] == '\n' || (text[i] == '\r' && !(i + 1 < self->length && text[i + 1] == '\n'))) {
      cursor->line++;
      cursor->line_start = i + 1;
    }
  cursor->offset = MAX (cursor->offset, offset);
}

void
rua_csv_tell_cell (RuaCsv *self, RuaCsvCursor *cursor, guint32 row, guint column, GString *text, guint64 *line, guint64 *character)
{
  gsize record = rua_csv_find_record (self, row);
  const char *end = self->text + self->length, *at = self->text + record;
  RuaCsvCursor here;
  RuaCsvCell cell = { at, 0, FALSE, FALSE };
  RuaCsvProblem problem;

  for (guint k = 0; k <= column && column != G_MAXUINT32; k++) {
    const char *next = rua_csv_scan_cell (self, at, end, &cell, &problem);

    if (next == NULL || k == column)
      break;
    at = next < end && self->kinds[(guchar) *next] == RUA_CSV_SEPARATOR ? next + 1 : next;
  }
  g_string_truncate (text, 0);
  if (column != G_MAXUINT32)
    rua_csv_append_cell (self, &cell, text);
  /* The cells of one record may be asked for in any order. */
  walk_to (self, cursor, record);
  here = *cursor;
  walk_to (self, &here, (gsize) (at - self->text));
  *line = here.line;
  *character = (guint64) g_utf8_strlen (self->text + here.line_start, at - (self->text + here.line_start)) + 1;
}
