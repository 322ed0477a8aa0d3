/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "rua-alliance.h"

/* Documents as text, with things, a kind that has a field of each type. */

#define CASE_HEAD "{\n  \"format\": \"rural-alliance\",\n  \"version\": 1"

RuaAlliance *case_read (const char *text, GError **error);

/* A kind of one's own with a field of each type. */
#define THING_SCHEMA \
  "  \"schema\": {\n" \
  "    \"kinds\": {\n" \
  "      \"thing\": {\n" \
  "        \"plural\": \"things\",\n" \
  "        \"doc\": \"One field of each type.\",\n" \
  "        \"fields\": {\n" \
  "          \"label\": {\"type\": \"text\"},\n" \
  "          \"title\": {\"type\": \"texts\", \"doc\": \"What it is called.\"},\n" \
  "          \"colour\": {\"type\": \"token\", \"tokens\": [\"red\", \"green\", \"blue\"]},\n" \
  "          \"old\": {\"type\": \"boolean\"},\n" \
  "          \"count\": {\"type\": \"integer\", \"unit\": \"person\"},\n" \
  "          \"weight\": {\"type\": \"number\", \"unit\": \"kg\"},\n" \
  "          \"price\": {\"type\": \"money\", \"unit\": \"{currency}\"},\n" \
  "          \"made\": {\"type\": \"date\"},\n" \
  "          \"parent\": {\"type\": \"reference\", \"target\": \"thing\"},\n" \
  "          \"subject\": {\"type\": \"reference\", \"target\": \"*\"},\n" \
  "          \"tags\": {\"type\": \"text-list\"},\n" \
  "          \"parts\": {\"type\": \"reference-list\", \"target\": \"thing\"},\n" \
  "          \"about\": {\"type\": \"reference-list\", \"target\": \"*\"},\n" \
  "          \"data\": {\"type\": \"json\"},\n" \
  "          \"secret\": {\"type\": \"text\", \"privacy\": \"sensitive\"},\n" \
  "          \"income\": {\"type\": \"money\", \"privacy\": \"personal\"},\n" \
  "          \"kin\": {\"type\": \"reference\", \"target\": \"thing\", \"privacy\": \"personal\"}\n" \
  "        }\n" \
  "      }\n" \
  "    }\n" \
  "  }"

#define TITLE "  \"alliance\": {\n    \"title\": \"T\",\n    \"currency\": \"CNY\"\n  }"

/* A document of things, a record a line from line 36 on. */
char *case_things (const char *records);
