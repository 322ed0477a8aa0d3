/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <glib-object.h>

/* What a record is measured against: a GObject of the ordinary kind, eight fields in its instance,
 * accessors that announce a change. In a file of its own, so that no call is inlined away. */
#define PLAIN_TYPE_SALE (plain_sale_get_type ())
G_DECLARE_FINAL_TYPE (PlainSale, plain_sale, PLAIN, SALE, GObject)

PlainSale *plain_sale_new (void);
double plain_sale_get_mass (PlainSale *self);
void plain_sale_set_mass (PlainSale *self, double mass);
void plain_sale_set_village (PlainSale *self, const char *village);
void plain_sale_set_channel (PlainSale *self, const char *channel);
void plain_sale_set_sold_on (PlainSale *self, const char *sold_on);
void plain_sale_set_quantity (PlainSale *self, gint64 quantity);
void plain_sale_set_year (PlainSale *self, gint64 year);
void plain_sale_set_amount (PlainSale *self, gint64 amount);
void plain_sale_set_certified (PlainSale *self, gboolean certified);
