/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "rua-scan-private.h"
#include "rua-wide-private.h"

#include <math.h>
#include <string.h>

/* What a part lays out of a record: the numbers of its roles side by side, bit by bit in one word of up to 8 bytes, so that a
 * record is written to one place, and to a short one. Of a product or a quotient its two parts are laid out, which are
 * shorter than it; those that several roles have in common once. */

/* ---- finding what it has ---- */

gboolean
rua_scan_record_find_field (const RuaProgramBase *base, RuaScanRecord *self, RuaNode *node, guint8 *place)
{
  RuaScanField field = { .node = node, .shift = self->n_bits };
  guint bits;

  for (*place = 0; *place < self->n_fields; (*place)++)
    if (self->fields[*place].node == node)
      return TRUE;
  if (self->n_fields == RUA_MAX_FIELDS || !rua_program_base_find_packing (base, node, &field.offset, &field.divisor))
    return FALSE;
  bits = rua_flat_count_bits (base->not_negative[node->slot] ? field.offset : 2 * field.offset);
  if (base->not_negative[node->slot])
    field.offset = 0;
  if (self->n_bits + bits > 8 * sizeof (guint64))
    return FALSE;
  field.mask = G_MAXUINT32 >> (32 - bits);
  self->n_bits += bits;
  self->fields[self->n_fields++] = field;
  return TRUE;
}

/* FALSE: it does not go into the record, which is as it was. */
static gboolean
find_fields (const RuaProgramBase *base, RuaScanRecord *self, RuaScanRole *role)
{
  const RuaNode *node = role->node;
  RuaScanRecord before = *self;

  role->is_made = node->kind == RUA_NODE_ARITHMETIC
    && (node->operator == RUA_OPERATOR_MULTIPLY || node->operator == RUA_OPERATOR_DIVIDE);
  if (role->is_made && rua_scan_record_find_field (base, self, node->parts[0], &role->fields[0])
      && rua_scan_record_find_field (base, self, node->parts[1], &role->fields[1])
      /* As a packed column would have it: exact, and rounded once. */
      && (node->operator == RUA_OPERATOR_DIVIDE || base->wholes[node->slot].divisor != 0))
    return TRUE;
  *self = before;
  role->is_made = FALSE;
  if (rua_scan_record_find_field (base, self, role->node, &role->fields[0]))
    return TRUE;
  *self = before;
  return FALSE;
}

/* Some estimators take packed words, which lie by themselves. */
static gboolean
lies_alone (const RuaScanPart *part, const RuaScanRole *role)
{
  return role->factor != 1 || role->spec->type == RUA_ROLE_FLAG || rua_scan_role_stays_packed (part, role)
    || (part->coarser != NULL && rua_scan_role_stays_packed (part->coarser, role));
}

void
rua_scan_find_record (RuaScan *self, RuaScanPart *part)
{
  RuaScanRecord *record = &part->record;
  gsize width = 0;
  guint32 within = 0;

  g_assert (part->n_roles <= 32);
  if (G_BYTE_ORDER != G_LITTLE_ENDIAN || part->reduction != NULL || !rua_scan_part_reads (part))
    return;
  for (guint r = 0; r < part->n_roles; r++) {
    RuaScanRole *role = &part->roles[r];

    if (role->node == NULL || lies_alone (part, role) || !find_fields (self->base, record, role))
      continue;
    within |= 1u << r;
    width += rua_scan_role_get_width (role);
  }
  record->n_bytes = (record->n_bits + 7) / 8;
  if (record->n_bytes >= width)
    record->n_bytes = 0;
  for (guint r = 0; r < part->n_roles && record->n_bytes > 0; r++)
    if (within >> r & 1)
      part->roles[r].record = record;
}

/* ---- laying it out ---- */

/* By way of signed words, which vector instructions make of numbers. What is unknown is 1 throughout. */
RUA_WIDE static void
add_field (const double *numbers, double offset, guint32 mask, guint shift, guint n, guint64 *words)
{
  for (guint i = 0; i < n; i++) {
    double word = numbers[i] == numbers[i] ? numbers[i] + offset : 4294967295.0;
    guint32 code = ((guint32) (gint32) (word - 2147483648.0) ^ 0x80000000u) & mask;

    words[i] |= (guint64) code << shift;
  }
}

/* Inlined for each length. No byte behind the record is written: it may be another thread's. */
static RUA_COPIED void
write_records (const guint64 *words, const guint32 *places, const guint32 *to, guint n, gsize n_bytes, guint8 *bytes)
{
  for (guint k = 0; k < n; k++) {
    rua_scan_call_place (bytes, n_bytes, to, k, n);
    memcpy (bytes + to[k] * n_bytes, &words[places != NULL ? places[k] : k], n_bytes);
  }
}

void
rua_scan_record_make (const RuaScanRecord *self, RuaScanView *view, guint64 *words)
{
  memset (words, 0, view->run->n * sizeof *words);
  for (guint f = 0; f < self->n_fields; f++) {
    const RuaScanField *field = &self->fields[f];

    add_field (rua_program_run_whole (view->run, field->node), field->offset, field->mask, field->shift, view->run->n,
               words);
  }
}

void
rua_scan_record_write (const RuaScanRecord *self, const guint64 *words, const guint32 *places, const guint32 *to, guint n)
{
  switch (self->n_bytes) {
  case 8:
    write_records (words, places, to, n, 8, self->bytes);
    break;
  case 7:
    write_records (words, places, to, n, 7, self->bytes);
    break;
  case 6:
    write_records (words, places, to, n, 6, self->bytes);
    break;
  case 5:
    write_records (words, places, to, n, 5, self->bytes);
    break;
  case 4:
    write_records (words, places, to, n, 4, self->bytes);
    break;
  default:
    write_records (words, places, to, n, self->n_bytes, self->bytes);
  }
}

RUA_WIDE static void
tell_made (const double *a, const double *b, gboolean divides, guint n, double *numbers)
{
  for (guint i = 0; i < n; i++)
    numbers[i] = (divides & (b[i] == 0)) ? NAN : a[i] + b[i];
}

const double *
rua_scan_role_tell_unknown (const RuaScanRole *role, RuaScanView *view, double *room)
{
  const RuaScanField *fields = role->record->fields;
  const double *a;

  if (view->scan->base->known[role->node->slot])
    return NULL;
  a = rua_program_run_whole (view->run, fields[role->fields[0]].node);
  if (!role->is_made)
    return a;
  tell_made (a, rua_program_run_whole (view->run, fields[role->fields[1]].node), role->node->operator == RUA_OPERATOR_DIVIDE,
             view->run->n, room);
  return room;
}

/* ---- reading it ---- */

/* Records at once: what is made of their words stays in the first cache. */
#define READ 512

static void
read_words (const RuaScanRecord *self, gsize first, guint n, guint64 *words)
{
  const guint8 *from = self->bytes + first * self->n_bytes;

  for (guint i = 0; i < n; i++, from += self->n_bytes)
    memcpy (&words[i], from, sizeof *words);
}

RUA_WIDE static void
take_field (const guint64 *words, guint shift, guint32 mask, double offset, guint n, double *numbers)
{
  for (guint i = 0; i < n; i++) {
    guint32 code = (guint32) (words[i] >> shift) & mask;
    double number = ((double) (gint32) (code ^ 0x80000000u) + 2147483648.0) - offset;

    numbers[i] = code == mask ? NAN : number;
  }
}

RUA_WIDE static void
divide (double *numbers, double divisor, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] /= divisor;
}

RUA_WIDE static void
multiply_all (double *numbers, const double *others, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] *= others[i];
}

/* What is divided by 0 is unknown. */
RUA_WIDE static void
divide_all (double *numbers, const double *others, guint n)
{
  for (guint i = 0; i < n; i++)
    numbers[i] = others[i] == 0 ? NAN : numbers[i] / others[i];
}

static void
take (const RuaScanField *field, const guint64 *words, guint n, double *numbers)
{
  take_field (words, field->shift, field->mask, field->offset, n, numbers);
}

static void
read_batch (const RuaScanRole *role, const guint64 *words, guint n, double *numbers)
{
  const RuaScanField *a = &role->record->fields[role->fields[0]], *b = &role->record->fields[role->fields[1]];
  double others[READ], divisor = a->divisor;

  take (a, words, n, numbers);
  if (role->is_made)
    take (b, words, n, others);
  if (role->is_made && role->node->operator == RUA_OPERATOR_MULTIPLY) {
    multiply_all (numbers, others, n);
    divisor *= b->divisor;
  }
  if (divisor != 1)
    divide (numbers, divisor, n);
  if (role->is_made && role->node->operator == RUA_OPERATOR_DIVIDE) {
    if (b->divisor != 1)
      divide (others, b->divisor, n);
    divide_all (numbers, others, n);
  }
}

void
rua_scan_record_read (const RuaScanRole *roles, guint n_roles, gsize first, gsize n, double *const *numbers)
{
  const RuaScanRecord *record = NULL;

  for (guint r = 0; r < n_roles; r++)
    record = roles[r].record != NULL ? roles[r].record : record;
  for (gsize at = 0; record != NULL && at < n; at += READ) {
    guint some = (guint) MIN (READ, n - at);
    guint64 words[READ];

    read_words (record, first + at, some, words);
    for (guint r = 0; r < n_roles; r++)
      if (roles[r].record != NULL)
        read_batch (&roles[r], words, some, numbers[r] + at);
  }
}
