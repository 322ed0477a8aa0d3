/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-schema-private.h"

G_BEGIN_DECLS

struct _RuaField {
  GObject parent_instance;

  char *name;
  char *unit;
  char *doc;
  char *target;
  char *since;
  char **tokens;
  RuaFieldType type;
  RuaPrivacy privacy;
  guint index;
  guint required : 1;
  guint own : 1;
  guint frozen : 1; /* some kind has it */
};

RuaField *rua_field_new_from_info (const RuaFieldInfo *info, guint index);

G_END_DECLS
