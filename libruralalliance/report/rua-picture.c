/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rua-picture-private.h"

#include "rua-words-private.h"

/* A column of a terminal, as a share of the height of the letters: wide fonts (DejaVu) take that much. */
#define COLUMN 0.62
#define LINE_HEIGHT 1.3

static void
clear_mark (gpointer data)
{
  RuaMark *mark = data;

  g_free (mark->text);
  g_clear_pointer (&mark->points, g_array_unref);
}

RuaPicture *
rua_picture_new (double width)
{
  RuaPicture *self = g_new0 (RuaPicture, 1);

  self->width = width;
  self->marks = g_array_new (FALSE, TRUE, sizeof (RuaMark));
  g_array_set_clear_func (self->marks, clear_mark);
  return self;
}

void
rua_picture_free (RuaPicture *self)
{
  if (!self)
    return;
  g_array_unref (self->marks);
  g_free (self);
}

void
rua_picture_lay_under (RuaPicture *self, guint first, RuaPicture *lower)
{
  g_array_insert_vals (self->marks, first, lower->marks->data, lower->marks->len);
  /* They belong to @self now. */
  g_array_set_clear_func (lower->marks, NULL);
  g_array_set_size (lower->marks, 0);
}

void
rua_picture_rectangle (RuaPicture *self, RuaInk ink, double x, double y, double width, double height)
{
  RuaMark mark = { .type = RUA_MARK_RECTANGLE, .ink = ink, .x = x, .y = y, .width = width, .height = height };

  g_array_append_val (self->marks, mark);
}

static void
add_points (RuaPicture *self, RuaMarkType type, RuaInk ink, double size, gboolean is_dashed, const RuaPoint *points, guint n_points)
{
  RuaMark mark = { .type = type, .ink = ink, .size = size, .is_hollow = is_dashed, .points = g_array_new (FALSE, FALSE, sizeof (RuaPoint)) };

  g_array_append_vals (mark.points, points, n_points);
  g_array_append_val (self->marks, mark);
}

void
rua_picture_path (RuaPicture *self, RuaInk ink, double size, const RuaPoint *points, guint n_points)
{
  add_points (self, RUA_MARK_LINE, ink, size, FALSE, points, n_points);
}

void
rua_picture_line (RuaPicture *self, RuaInk ink, double size, double x1, double y1, double x2, double y2)
{
  RuaPoint points[] = { { x1, y1 }, { x2, y2 } };

  add_points (self, RUA_MARK_LINE, ink, size, FALSE, points, 2);
}

void
rua_picture_dashes (RuaPicture *self, RuaInk ink, double size, double x1, double y1, double x2, double y2)
{
  RuaPoint points[] = { { x1, y1 }, { x2, y2 } };

  add_points (self, RUA_MARK_LINE, ink, size, TRUE, points, 2);
}

void
rua_picture_curve (RuaPicture *self, RuaInk ink, double size, const RuaPoint points[4])
{
  add_points (self, RUA_MARK_CURVE, ink, size, FALSE, points, 4);
}

void
rua_picture_circle (RuaPicture *self, RuaInk ink, double x, double y, double radius, gboolean is_hollow)
{
  RuaMark mark = { .type = RUA_MARK_CIRCLE, .ink = ink, .x = x, .y = y, .size = radius, .is_hollow = is_hollow };

  g_array_append_val (self->marks, mark);
}

void
rua_picture_text (RuaPicture *self, RuaInk ink, RuaAnchor anchor, double size, gboolean is_bold, double x, double y, const char *text)
{
  RuaMark mark = { .type = RUA_MARK_TEXT, .ink = ink, .anchor = anchor, .size = size, .is_hollow = is_bold, .x = x, .y = y };

  mark.text = rua_text_make_harmless (text);
  g_array_append_val (self->marks, mark);
}

double
rua_picture_text_width (const char *text, double size)
{
  return rua_text_width (text) * COLUMN * size;
}

double
rua_picture_lines (RuaPicture *self, RuaInk ink, double size, gboolean is_bold, double x, double y, double width, const char *text)
{
  g_autoptr (RuaWords) words = rua_words_add (rua_words_new (), RUA_STYLE_PLAIN, text);
  g_autoptr (GPtrArray) lines = rua_words_wrap (words, (guint) MAX (8, width / (COLUMN * size)));

  for (guint i = 0; i < lines->len; i++) {
    g_autofree char *line = rua_words_to_plain (g_ptr_array_index (lines, i));

    rua_picture_text (self, ink, RUA_ANCHOR_START, size, is_bold, x, y + size + i * LINE_HEIGHT * size, line);
  }
  return lines->len * LINE_HEIGHT * size;
}

/* Told apart by whoever does not tell red from green, and dark enough to be read on white. */
static const struct {
  guint32 colour;
  const char *class;
} inks[RUA_N_INKS] = {
  [RUA_INK_TEXT] = { 0x1c2321, "ink" },    [RUA_INK_FAINT] = { 0x566069, "faint" },   [RUA_INK_RULE] = { 0xd5dade, "rule" },
  [RUA_INK_SHADE] = { 0xe9edf0, "shade" }, [RUA_INK_FIRST] = { 0x0b559f, "first" },   [RUA_INK_SECOND] = { 0xb35c00, "second" },
  [RUA_INK_GOOD] = { 0x17603a, "better" }, [RUA_INK_BAD] = { 0x981b1b, "worse" },
};

guint32
rua_picture_colour (RuaInk ink)
{
  return inks[ink].colour;
}

const char *
rua_picture_class (RuaInk ink)
{
  return inks[ink].class;
}
