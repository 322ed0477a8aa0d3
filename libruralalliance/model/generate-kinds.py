#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the classes of alliance.toml: data only; all behaviour is in rua-record.c.

generate-kinds.py DESCRIPTION header|private|source OUTPUT
"""

import re
import sys
import textwrap
import tomllib

TYPES = {
    "text": "TEXT", "texts": "TEXTS", "token": "TOKEN", "boolean": "BOOLEAN", "integer": "INTEGER",
    "number": "NUMBER", "money": "MONEY", "date": "DATE", "reference": "REFERENCE",
    "text-list": "TEXT_LIST", "reference-list": "REFERENCE_LIST", "json": "JSON",
}
PRIVACY = ("public", "personal", "sensitive")
# Words of C++ that may be the name of a field and must not be that of a parameter.
RESERVED = {
    "and", "asm", "auto", "bool", "break", "case", "catch", "char", "class", "const", "continue", "default", "delete",
    "do", "double", "else", "enum", "explicit", "export", "extern", "false", "float", "for", "friend", "goto", "if",
    "inline", "int", "long", "mutable", "namespace", "new", "not", "operator", "or", "private", "protected", "public",
    "register", "return", "short", "signed", "sizeof", "static", "struct", "switch", "template", "this", "throw",
    "true", "try", "typedef", "typename", "union", "unsigned", "using", "virtual", "void", "volatile", "while", "xor",
}
SPDX = "/* SPDX-License-Identifier: LGPL-2.1-or-later */\n"
AVAILABLE = "RUA_AVAILABLE_IN_1_0\n"


class Field:
    def __init__(self, kind, name, description):
        self.kind, self.name = kind, name
        self.parameter = name + "_value" if name in RESERVED else name
        self.type = description["type"]
        self.unit = description.get("unit")
        self.target = description.get("target")
        self.tokens = description.get("tokens")
        self.doc = description["doc"].strip()
        self.since = description.get("since", kind.since)
        self.privacy = description.get("privacy", "public")
        self.required = description.get("required", False)


class Kind:
    def __init__(self, name, description, common):
        self.name = name
        self.symbol = name.replace("-", "_")
        self.plural = description["plural"]
        self.klass = description.get("class") or "".join(p.capitalize() for p in name.split("-"))
        # Functions are named after the class, so that introspection finds them.
        self.prefix = re.sub(r"(?<!^)(?=[A-Z])", "_", self.klass).lower()
        self.doc = description["doc"].strip()
        self.since = description.get("since", "1.0")
        self.singleton = description.get("singleton", False)
        self.privacy = description.get("privacy", "public")
        id_field = {
            "type": "text", "required": description.get("id_required", True), "privacy": self.privacy,
            "doc": "What tells this record from all others of its kind.",
        }
        self.fields = [Field(self, "id", id_field)]
        for field, told in description["fields"].items():
            self.fields.append(Field(self, field, told))
        for field, told in common.items():
            # What is remarked on somebody's record is about somebody.
            free = told["type"] == "text" and self.privacy != "public"
            self.fields.append(Field(self, field, told | {"privacy": self.privacy} if free else told))

    @property
    def macro(self):
        return self.prefix.upper()


def fail(message):
    sys.exit(f"alliance.toml: {message}")


def read(path):
    with open(path, "rb") as file:
        told = tomllib.load(file)
    common = told.get("common", {}).get("fields", {})
    kinds = [Kind(name, d, common) for name, d in told["kind"].items()]
    names = {k.name for k in kinds}
    personal = {k.name for k in kinds if k.privacy != "public"}
    seen = set()
    for kind in kinds:
        if kind.plural in seen:
            fail(f"{kind.name}: the plural '{kind.plural}' is taken")
        seen.add(kind.plural)
        if not kind.doc:
            fail(f"{kind.name}: says nothing of itself")
        fields = set()
        for f in kind.fields:
            where = f"{kind.name}.{f.name}"
            if f.name in fields:
                fail(f"{where}: stands twice")
            fields.add(f.name)
            if not re.fullmatch(r"[a-z][a-z0-9_]*", f.name):
                fail(f"{where}: not a name")
            if f.type not in TYPES:
                fail(f"{where}: unknown type '{f.type}'")
            if not f.doc:
                fail(f"{where}: says nothing of itself")
            if f.type in ("reference", "reference-list") and f.target not in names | {"*"}:
                fail(f"{where}: refers to '{f.target}', which is no kind")
            if (f.type == "token") != bool(f.tokens):
                fail(f"{where}: a token, and nothing else, has tokens")
            if f.privacy not in PRIVACY:
                fail(f"{where}: '{f.privacy}' is no class of privacy")
            if f.target in personal and f.privacy == "public":
                fail(f"{where}: refers to records of people, and cannot be public")
            for token in f.tokens or []:
                if not re.fullmatch(r"[a-z][a-z0-9_]*", token):
                    fail(f"{where}: '{token}' is no token")
    return kinds


def klass_of(kinds, name):
    return next((k.klass for k in kinds if k.name == name), None)


# ---- the typed functions of one field ----

def getter(kinds, kind, f):
    """(return type, name, further parameters, body, returns, parameter docs, sentence)"""
    self = f"RUA_RECORD (self), {kind.macro}_FIELD_{f.name.upper()}".replace(kind.macro, "RUA_" + kind.macro, 1)
    out = {"boolean": ("gboolean", "rua_record_read_boolean"), "integer": ("gint64", "rua_record_read_integer"),
           "money": ("gint64", "rua_record_read_integer"), "number": ("double", "rua_record_read_number")}
    if f.type in ("text", "token", "json"):
        return ("const char *", "get_" + f.name, "", f"rua_record_read_text ({self})",
                "(nullable): the value, or %NULL when it is unknown", "", "NULL")
    if f.type == "texts":
        return ("const char *", "get_" + f.name, ", const char *language", f"rua_record_read_texts ({self}, language)",
                "(nullable): the text in that language, else in the nearest one, or %NULL when it is unknown",
                " * @language: (nullable): a language tag such as `zh`, or %NULL for the one told first\n", "NULL")
    if f.type in out:
        ctype, call = out[f.type]
        what = "minor units of the currency" if f.type == "money" else "the value"
        return ("gboolean", "get_" + f.name, f", {ctype} *{f.parameter}", f"{call} ({self}, {f.parameter})",
                "%TRUE when the value is known",
                f" * @{f.parameter}: (out) (optional): where to put {what}\n", "FALSE")
    if f.type == "date":
        return ("char *", "dup_" + f.name, "", f"rua_record_read_date ({self})",
                "(transfer full) (nullable): an ISO 8601 date of the precision that is known, or %NULL", "", "NULL")
    if f.type == "reference":
        target = "Record" if f.target == "*" else klass_of(kinds, f.target)
        cast = "" if f.target == "*" else f"(Rua{target} *) "
        return (f"Rua{target} *", "dup_" + f.name, "", f"{cast}rua_record_read_reference ({self})",
                "(transfer full) (nullable): the record, or %NULL when it is unknown", "", "NULL")
    if f.type == "text-list":
        return ("char **", "dup_" + f.name, "", f"rua_record_read_text_list ({self})",
                "(transfer full) (nullable) (array zero-terminated=1): the texts, or %NULL when unknown", "", "NULL")
    target = "Record" if f.target == "*" else klass_of(kinds, f.target)
    return ("GListModel *", "list_" + f.name, "", f"rua_record_read_references ({self})",
            f"(transfer full) (nullable): a list of [class@RuralAlliance.{target}], or %NULL when unknown", "", "NULL")


def setter(kinds, kind, f):
    """(parameters, body, parameter docs)"""
    self = f"RUA_RECORD (self), RUA_{kind.macro}_FIELD_{f.name.upper()}"
    n = f.parameter
    if f.type in ("text", "token", "json"):
        return (f"const char *{n}", f"rua_record_write_text ({self}, {n}, error)",
                f" * @{n}: (nullable): UTF-8, or %NULL for unknown\n")
    if f.type == "texts":
        return (f"const char *language, const char *{n}", f"rua_record_write_texts ({self}, language, {n}, error)",
                " * @language: (nullable): a language tag such as `zh`, or %NULL when it is not told\n"
                f" * @{n}: (nullable): UTF-8, or %NULL to forget the text in this language\n")
    if f.type == "boolean":
        return (f"gboolean {n}", f"rua_record_write_boolean ({self}, {n}, error)", f" * @{n}: yes or no\n")
    if f.type == "integer":
        return (f"gint64 {n}", f"rua_record_write_integer ({self}, {n}, error)", f" * @{n}: a whole number\n")
    if f.type == "money":
        return (f"gint64 {n}", f"rua_record_write_integer ({self}, {n}, error)",
                f" * @{n}: an amount in minor units of the currency\n")
    if f.type == "number":
        return (f"double {n}", f"rua_record_write_number ({self}, {n}, error)", f" * @{n}: a finite number\n")
    if f.type == "date":
        return (f"const char *{n}", f"rua_record_write_date ({self}, {n}, error)",
                f" * @{n}: (nullable): `2014`, `2014-09` or `2014-09-15`, or %NULL for unknown\n")
    if f.type == "reference":
        target = "Record" if f.target == "*" else klass_of(kinds, f.target)
        return (f"Rua{target} *{n}", f"rua_record_write_reference ({self}, (RuaRecord *) {n}, error)",
                f" * @{n}: (nullable): a record of the same alliance, or %NULL for unknown\n")
    if f.type == "text-list":
        return (f"const char *const *{n}", f"rua_record_write_text_list ({self}, {n}, error)",
                f" * @{n}: (nullable) (array zero-terminated=1): UTF-8 texts, or %NULL for unknown\n")
    target = "Record" if f.target == "*" else klass_of(kinds, f.target)
    return (f"Rua{target} **{n}, gsize n_{n}",
            f"rua_record_write_references ({self}, (RuaRecord **) {n}, n_{n}, error)",
            f" * @{n}: (array length=n_{n}): records of the same alliance\n * @n_{n}: how many\n")


def comment(text):
    return "".join(" * " + line + "\n" for line in textwrap.wrap(text, 95))


def sentence(f):
    extra = f" Unit: `{f.unit}`." if f.unit else ""
    if f.tokens:
        extra += " One of " + ", ".join(f"`{t}`" for t in f.tokens) + "."
    if f.privacy != "public":
        extra += f" The data is {f.privacy}."
    return f.doc + extra


def write_header(kinds):
    out = [SPDX, "#pragma once\n\n#include \"rua-record.h\"\n#include \"rua-table.h\"\n\nG_BEGIN_DECLS\n\n"]
    out.append("typedef struct _RuaAlliance RuaAlliance;\n\n")
    for k in kinds:
        out.append(f"#define RUA_TYPE_{k.macro} (rua_{k.prefix}_get_type ())\n{AVAILABLE}"
                   f"G_DECLARE_FINAL_TYPE (Rua{k.klass}, rua_{k.prefix}, RUA, {k.macro}, RuaRecord)\n\n")
    for k in kinds:
        out.append(f"{AVAILABLE}Rua{k.klass} *rua_{k.prefix}_new (void);\n")
        for f in k.fields[1:]:
            ret, name, params, *_ = getter(kinds, k, f)
            out.append(f"{AVAILABLE}{ret}{'' if ret.endswith('*') else ' '}rua_{k.prefix}_{name} (Rua{k.klass} *self{params});\n")
            params, *_ = setter(kinds, k, f)
            out.append(f"{AVAILABLE}gboolean rua_{k.prefix}_set_{f.name} (Rua{k.klass} *self, {params}, GError **error);\n")
        out.append("\n")
    for k in kinds:
        if not k.singleton:
            out.append(f"{AVAILABLE}RuaTable *rua_alliance_get_{k.plural} (RuaAlliance *self);\n")
    out.append("\nG_END_DECLS\n")
    return "".join(out)


def write_private(kinds):
    out = [SPDX, "#pragma once\n\n#include \"rua-kinds.h\"\n#include \"rua-table-private.h\"\n\nG_BEGIN_DECLS\n\n"]
    for k in kinds:
        out.append("enum {\n" + "".join(f"  RUA_{k.macro}_FIELD_{f.name.upper()},\n" for f in k.fields)
                   + f"  RUA_{k.macro}_N_FIELDS,\n}};\n\n")
    out.append("".join(f"extern const RuaKindInfo rua_{k.prefix}_info;\n" for k in kinds))
    out.append(f"\n#define RUA_N_BUILTIN_KINDS {len(kinds)}\nextern const RuaKindInfo *const rua_builtin_kinds[];\n")
    out.append("\nG_END_DECLS\n")
    return "".join(out)


def c_text(text):
    if text is None:
        return "NULL"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_source(kinds):
    out = [SPDX, "#include \"rua-alliance.h\"\n#include \"rua-kinds-private.h\"\n\n"]
    for k in kinds:
        rows = []
        for f in k.fields:
            rows.append(
                f"  {{ {c_text(f.name)}, RUA_FIELD_TYPE_{TYPES[f.type]}, {c_text(f.unit)}, {c_text(f.target)}, "
                f"{c_text(' '.join(f.tokens) if f.tokens else None)},\n    {c_text(f.doc)},\n"
                f"    {c_text(f.since)}, RUA_PRIVACY_{f.privacy.upper()}, {'TRUE' if f.required else 'FALSE'} }},\n")
        out.append(f"/**\n * Rua{k.klass}:\n *\n{comment(k.doc)} *\n * Since: {k.since}\n */\n"
                   f"struct _Rua{k.klass} {{\n  RuaRecord parent_instance;\n}};\n\n"
                   f"static const RuaFieldInfo {k.prefix}_fields[] = {{\n{''.join(rows)}}};\n\n"
                   f"const RuaKindInfo rua_{k.prefix}_info = {{\n  {c_text(k.name)}, {c_text(k.plural)},\n  {c_text(k.doc)},\n"
                   f"  {c_text(k.since)}, rua_{k.prefix}_get_type, {k.prefix}_fields, {len(k.fields)},\n}};\n\n"
                   f"G_DEFINE_FINAL_TYPE (Rua{k.klass}, rua_{k.prefix}, RUA_TYPE_RECORD)\n\n"
                   f"static void\nrua_{k.prefix}_class_init (Rua{k.klass}Class *klass)\n{{\n"
                   f"  rua_record_class_install (RUA_RECORD_CLASS (klass), &rua_{k.prefix}_info);\n}}\n\n"
                   f"static void\nrua_{k.prefix}_init (Rua{k.klass} *self)\n{{\n}}\n\n")
        for f in k.fields:
            unknown = {"boolean": "", "integer": " %G_MININT64 when unknown.", "money": " %G_MININT64 when unknown.",
                       "number": " Not a number when unknown."}.get(f.type, "")
            out.append(f"/**\n * Rua{k.klass}:{f.name.replace('_', '-')}:\n *\n{comment(sentence(f) + unknown)} *\n * Since: {f.since}\n */\n\n")
        out.append(f"/**\n * rua_{k.prefix}_new:\n *\n{comment(f'Makes a {k.name.replace(chr(45), chr(32))} that stands in no table yet.')} *\n"
                   f" * Returns: (transfer full): the record, which knows nothing yet\n *\n * Since: {k.since}\n */\n"
                   f"Rua{k.klass} *\nrua_{k.prefix}_new (void)\n{{\n  return g_object_new (RUA_TYPE_{k.macro}, NULL);\n}}\n\n")
        for f in k.fields[1:]:
            ret, name, params, body, returns, docs, nothing = getter(kinds, k, f)
            check = f"  g_return_val_if_fail (RUA_IS_{k.macro} (self), {nothing});\n"
            out.append(f"/**\n * rua_{k.prefix}_{name}:\n * @self: a record\n{docs} *\n{comment('Gets: ' + sentence(f))} *\n"
                       f" * Returns: {returns}\n *\n * Since: {f.since}\n */\n"
                       f"{ret.strip() if not ret.endswith('*') else ret}\nrua_{k.prefix}_{name} (Rua{k.klass} *self{params})\n{{\n{check}  return {body};\n}}\n\n")
            params, body, docs = setter(kinds, k, f)
            check = f"  g_return_val_if_fail (RUA_IS_{k.macro} (self), FALSE);\n"
            out.append(f"/**\n * rua_{k.prefix}_set_{f.name}:\n * @self: a record\n{docs} * @error: where to put an error\n *\n"
                       f"{comment('Sets: ' + sentence(f))} *\n"
                       f" * Returns: %TRUE, or %FALSE and an error of the domain `RUA_ERROR`\n *\n * Since: {f.since}\n */\n"
                       f"gboolean\nrua_{k.prefix}_set_{f.name} (Rua{k.klass} *self, {params}, GError **error)\n{{\n{check}  return {body};\n}}\n\n")
    out.append("const RuaKindInfo *const rua_builtin_kinds[] = {\n" + "".join(f"  &rua_{k.prefix}_info,\n" for k in kinds) + "};\n")
    for k in kinds:
        if not k.singleton:
            out.append(f"\n/**\n * rua_alliance_get_{k.plural}:\n * @self: an alliance\n *\n"
                       f"{comment(f'Gets the table of {k.plural}. {k.doc}')} *\n"
                       f" * Returns: (transfer none): the table, of [class@RuralAlliance.{k.klass}]\n *\n * Since: {k.since}\n */\n"
                       f"RuaTable *\nrua_alliance_get_{k.plural} (RuaAlliance *self)\n{{\n"
                       f"  g_return_val_if_fail (RUA_IS_ALLIANCE (self), NULL);\n"
                       f"  return rua_alliance_get_table (self, {c_text(k.name)});\n}}\n")
    return "".join(out)


def main():
    path, form, output = sys.argv[1:]
    kinds = read(path)
    text = {"header": write_header, "private": write_private, "source": write_source}[form](kinds)
    with open(output, "w", encoding="utf-8") as file:
        file.write(text)


main()
