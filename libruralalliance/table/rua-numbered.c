/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-numbered-private.h"

#include <string.h>

#include "rua-codes-private.h"
#include "rua-wide-private.h"

/* The texts of a block: each begins so many bytes behind the one before. */
typedef struct {
  gsize stride;
  char texts[];
} Made;

/* The first number of one digit more. */
static guint64
power_of_ten (guint digits)
{
  guint64 power = 1;

  while (digits-- > 0)
    power *= 10;
  return power;
}

RuaNumbered *
rua_numbered_new (const char *prefix, guint digits, guint32 n)
{
  RuaNumbered *self = g_new0 (RuaNumbered, 1);

  g_assert (digits <= RUA_NUMBERED_DIGITS);
  self->prefix = g_strdup (prefix);
  self->prefix_length = strlen (prefix);
  self->digits = digits;
  self->n = n;
  self->n_blocks = n / RUA_NUMBERED_ROWS + (n % RUA_NUMBERED_ROWS != 0);
  self->blocks = g_new0 (RuaNumberedBlock, MAX (self->n_blocks, 1));
  self->made = g_new0 (gpointer, MAX (self->n_blocks, 1));
  return self;
}

void
rua_numbered_free (RuaNumbered *self)
{
  if (self == NULL)
    return;
  for (guint b = 0; b < self->n_blocks; b++)
    g_free (self->made[b]);
  g_free (self->made);
  g_free (self->blocks);
  g_free (self->prefix);
  g_free (self);
}

guint
rua_numbered_rows_of (const RuaNumbered *self, guint block)
{
  return MIN (RUA_NUMBERED_ROWS, self->n - block * RUA_NUMBERED_ROWS);
}

/* ---- numbers out of codes ---- */

/* Loops of their own for each width. */
#define ADD_CODES(Type)                                                                            \
  G_STMT_START                                                                                     \
  {                                                                                                \
    const Type *each = codes;                                                                      \
    for (guint i = 1; i < n; i++)                                                                  \
      numbers[i] = number += block->step + each[i];                                                \
  }                                                                                                \
  G_STMT_END

static void
read_numbers (const RuaNumberedBlock *block, gconstpointer codes, guint n, guint64 *numbers)
{
  guint32 wide[RUA_NUMBERED_ROWS];
  guint bits = rua_codes_wide_bits (block->bits);
  guint64 number = numbers[0] = block->first;

  if (rua_codes_are_narrow (block->bits)) {
    rua_codes_widen (codes, block->bits, 0, n, wide);
    codes = wide;
  }
  if (bits == 8)
    ADD_CODES (guint8);
  else if (bits == 16)
    ADD_CODES (guint16);
  else if (bits == 32)
    ADD_CODES (guint32);
  else if (bits == 64)
    ADD_CODES (guint64);
  else
    for (guint i = 1; i < n; i++)
      numbers[i] = number += block->step;
}
#undef ADD_CODES

/* Of numbers that only go up, by less than 2^32 and a byte at a time, the last is the greatest. */
RUA_WIDE static guint64
find_last (const RuaNumberedBlock *block, const guint8 *codes, guint n)
{
  guint32 sum = 0;

  for (guint i = 1; i < n; i++)
    sum += codes[i];
  return block->first + block->step * (n - 1) + sum;
}

static guint64
find_greatest (const RuaNumberedBlock *block, gconstpointer codes, guint n)
{
  guint64 numbers[RUA_NUMBERED_ROWS], most = 0;

  read_numbers (block, codes, n, numbers);
  for (guint i = 0; i < n; i++)
    most = MAX (most, numbers[i]);
  return most;
}

gboolean
rua_numbered_check (const RuaNumbered *self, guint block, gconstpointer codes)
{
  const RuaNumberedBlock *own = &self->blocks[block];
  guint64 limit = power_of_ten (self->digits > 0 ? self->digits : RUA_NUMBERED_DIGITS);
  guint n = rua_numbered_rows_of (self, block);
  guint8 wide[RUA_NUMBERED_ROWS];

  if (own->bits > 8 || own->step > G_MAXUINT32 || own->first >= limit)
    return find_greatest (own, codes, n) < limit;
  if (own->bits == 0)
    return own->first + own->step * (n - 1) < limit;
  if (own->bits < 8) {
    rua_codes_widen (codes, own->bits, 0, n, wide);
    codes = wide;
  }
  return find_last (own, codes, n) < limit;
}

/* ---- texts ---- */

/* The digits of a number end before @end; returns where they begin. */
static char *
put_number (guint64 number, guint digits, char *end)
{
  guint n = 0;

  do {
    *--end = (char) ('0' + number % 10);
    number /= 10;
    n++;
  } while (number > 0 || n < digits);
  return end;
}

static Made *
make_texts (const RuaNumbered *self, guint block)
{
  guint64 numbers[RUA_NUMBERED_ROWS], most = 0;
  guint n = rua_numbered_rows_of (self, block);
  char digits[RUA_NUMBERED_DIGITS + 1], *end = digits + RUA_NUMBERED_DIGITS;
  Made *made;
  gsize stride;
  char *to;

  read_numbers (&self->blocks[block], self->blocks[block].codes, n, numbers);
  for (guint i = 0; i < n; i++)
    most = MAX (most, numbers[i]);
  *end = '\0';
  stride = self->prefix_length + (gsize) (end - put_number (most, self->digits, end)) + 1;
  made = g_malloc (sizeof *made + n * stride);
  made->stride = stride;
  to = made->texts;
  for (guint i = 0; i < n; i++, to += stride) {
    const char *begin = put_number (numbers[i], self->digits, end);

    memcpy (to, self->prefix, self->prefix_length);
    memcpy (to + self->prefix_length, begin, (gsize) (end - begin) + 1);
  }
  return made;
}

const char *
rua_numbered_get (const RuaNumbered *self, guint32 code, gsize *length)
{
  guint block = code >> RUA_NUMBERED_SHIFT;
  Made *made = g_atomic_pointer_get (&self->made[block]);
  const char *text;

  if (made == NULL) {
    made = make_texts (self, block);
    /* Another thread may have been faster. */
    if (!g_atomic_pointer_compare_and_exchange (&self->made[block], NULL, made)) {
      g_free (made);
      made = g_atomic_pointer_get (&self->made[block]);
    }
  }
  text = made->texts + (code & (RUA_NUMBERED_ROWS - 1)) * made->stride;
  *length = self->digits > 0 ? made->stride - 1 : strlen (text);
  return text;
}

/* ---- the form of texts ---- */

/* How many of its last characters are digits; of more than fit a number the last that do. */
static guint
count_digits (const char *text, gsize length)
{
  guint n = 0;

  while (n < RUA_NUMBERED_DIGITS && n < length && g_ascii_isdigit (text[length - n - 1]))
    n++;
  return n;
}

gboolean
rua_numbered_form_add (RuaNumberedForm *self, const char *text, gsize length)
{
  guint digits = count_digits (text, length);
  gsize prefix_length = length - digits;

  if (digits == 0)
    return FALSE;
  if (self->n == 0) {
    /* A prefix that ends early is none. */
    if (prefix_length > RUA_NUMBERED_PREFIX || memchr (text, '\0', prefix_length) != NULL)
      return FALSE;
    *self = (RuaNumberedForm){ text, prefix_length, digits, digits, FALSE, 0 };
  }
  if (prefix_length != self->prefix_length || memcmp (text, self->prefix, prefix_length) != 0)
    return FALSE;
  self->fewest = MIN (self->fewest, digits);
  self->most = MAX (self->most, digits);
  self->zeros |= digits > 1 && text[prefix_length] == '0';
  self->n++;
  return self->fewest == self->most || !self->zeros;
}

gboolean
rua_numbered_form_end (const RuaNumberedForm *self, guint *digits)
{
  *digits = self->fewest == self->most ? self->most : 0;
  return self->n > 0;
}

guint64
rua_numbered_form_get (const RuaNumberedForm *self, const char *text, gsize length)
{
  guint64 number = 0;

  for (gsize i = self->prefix_length; i < length; i++)
    number = number * 10 + (guint64) (text[i] - '0');
  return number;
}

/* As a whole number of the machine that holds so many bits. */
static void
put_code (gpointer codes, guint bits, guint i, guint64 code)
{
  if (bits <= 8)
    ((guint8 *) codes)[i] = (guint8) code;
  else if (bits == 16)
    ((guint16 *) codes)[i] = (guint16) code;
  else if (bits <= 32)
    ((guint32 *) codes)[i] = (guint32) code;
  else
    ((guint64 *) codes)[i] = code;
}

void
rua_numbered_pack (const guint64 *numbers, guint n, RuaNumberedBlock *block, gpointer codes)
{
  gint64 least = G_MAXINT64, most = G_MININT64;

  for (guint i = 1; i < n; i++) {
    gint64 difference = (gint64) (numbers[i] - numbers[i - 1]);

    least = MIN (least, difference);
    most = MAX (most, difference);
  }
  block->first = numbers[0];
  block->step = n > 1 ? (guint64) least : 0;
  block->bits = n > 1 ? rua_codes_bits_for ((guint64) most - (guint64) least) : 0;
  for (guint i = 0; i < n; i++)
    put_code (codes, block->bits, i, i > 0 ? numbers[i] - numbers[i - 1] - block->step : 0);
  if (rua_codes_are_narrow (block->bits)) {
    g_autofree gpointer wide = g_memdup2 (codes, (gsize) n * rua_codes_wide_bits (block->bits) / 8);

    rua_codes_narrow (wide, block->bits, n, codes);
  }
}
