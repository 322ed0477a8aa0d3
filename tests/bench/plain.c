/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain.h"

struct _PlainSale {
  GObject parent_instance;
  double mass;
  gint64 quantity;
  gint64 year;
  gint64 amount;
  char *village;
  char *channel;
  char *sold_on;
  gboolean certified;
};

enum { MASS = 1, QUANTITY, YEAR, AMOUNT, VILLAGE, CHANNEL, SOLD_ON, CERTIFIED, N_PROPERTIES };

static GParamSpec *properties[N_PROPERTIES];

G_DEFINE_FINAL_TYPE (PlainSale, plain_sale, G_TYPE_OBJECT)

PlainSale *
plain_sale_new (void)
{
  return g_object_new (PLAIN_TYPE_SALE, NULL);
}

double
plain_sale_get_mass (PlainSale *self)
{
  g_return_val_if_fail (PLAIN_IS_SALE (self), 0);
  return self->mass;
}

#define SETTER(name, NAME, type)                                                                   \
  void plain_sale_set_##name (PlainSale *self, type name)                                          \
  {                                                                                                \
    g_return_if_fail (PLAIN_IS_SALE (self));                                                       \
    if (self->name == name)                                                                        \
      return;                                                                                      \
    self->name = name;                                                                             \
    g_object_notify_by_pspec (G_OBJECT (self), properties[NAME]);                                  \
  }

#define TEXT_SETTER(name, NAME)                                                                    \
  void plain_sale_set_##name (PlainSale *self, const char *name)                                   \
  {                                                                                                \
    g_return_if_fail (PLAIN_IS_SALE (self));                                                       \
    if (g_strcmp0 (self->name, name) == 0)                                                         \
      return;                                                                                      \
    g_free (self->name);                                                                           \
    self->name = g_strdup (name);                                                                  \
    g_object_notify_by_pspec (G_OBJECT (self), properties[NAME]);                                  \
  }

SETTER (mass, MASS, double)
SETTER (quantity, QUANTITY, gint64)
SETTER (year, YEAR, gint64)
SETTER (amount, AMOUNT, gint64)
SETTER (certified, CERTIFIED, gboolean)
TEXT_SETTER (village, VILLAGE)
TEXT_SETTER (channel, CHANNEL)
TEXT_SETTER (sold_on, SOLD_ON)

static void
plain_sale_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PlainSale *self = PLAIN_SALE (object);

  switch (id) {
  case MASS:
    g_value_set_double (value, self->mass);
    break;
  case QUANTITY:
    g_value_set_int64 (value, self->quantity);
    break;
  case YEAR:
    g_value_set_int64 (value, self->year);
    break;
  case AMOUNT:
    g_value_set_int64 (value, self->amount);
    break;
  case VILLAGE:
    g_value_set_string (value, self->village);
    break;
  case CHANNEL:
    g_value_set_string (value, self->channel);
    break;
  case SOLD_ON:
    g_value_set_string (value, self->sold_on);
    break;
  case CERTIFIED:
    g_value_set_boolean (value, self->certified);
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
plain_sale_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  PlainSale *self = PLAIN_SALE (object);

  switch (id) {
  case MASS:
    plain_sale_set_mass (self, g_value_get_double (value));
    break;
  case QUANTITY:
    plain_sale_set_quantity (self, g_value_get_int64 (value));
    break;
  case YEAR:
    plain_sale_set_year (self, g_value_get_int64 (value));
    break;
  case AMOUNT:
    plain_sale_set_amount (self, g_value_get_int64 (value));
    break;
  case VILLAGE:
    plain_sale_set_village (self, g_value_get_string (value));
    break;
  case CHANNEL:
    plain_sale_set_channel (self, g_value_get_string (value));
    break;
  case SOLD_ON:
    plain_sale_set_sold_on (self, g_value_get_string (value));
    break;
  case CERTIFIED:
    plain_sale_set_certified (self, g_value_get_boolean (value));
    break;
  default:
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
  }
}

static void
plain_sale_finalize (GObject *object)
{
  PlainSale *self = PLAIN_SALE (object);

  g_free (self->village);
  g_free (self->channel);
  g_free (self->sold_on);
  G_OBJECT_CLASS (plain_sale_parent_class)->finalize (object);
}

static void
plain_sale_class_init (PlainSaleClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = plain_sale_get_property;
  object_class->set_property = plain_sale_set_property;
  object_class->finalize = plain_sale_finalize;
  properties[MASS]
    = g_param_spec_double ("mass", NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, 0, flags);
  properties[QUANTITY]
    = g_param_spec_int64 ("quantity", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[YEAR] = g_param_spec_int64 ("year", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[AMOUNT] = g_param_spec_int64 ("amount", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[VILLAGE] = g_param_spec_string ("village", NULL, NULL, NULL, flags);
  properties[CHANNEL] = g_param_spec_string ("channel", NULL, NULL, NULL, flags);
  properties[SOLD_ON] = g_param_spec_string ("sold-on", NULL, NULL, NULL, flags);
  properties[CERTIFIED] = g_param_spec_boolean ("certified", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
plain_sale_init (PlainSale *self)
{
}
