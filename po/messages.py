#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the library says to people, gathered from its sources.

    po/messages.py              brings the catalogues up to date: what is new is empty, what is gone goes

What is translated: the texts of the files in POTFILES.in, and the words of the model (kinds, fields,
tokens), of the rules and of the verdicts, which reports name.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

PO = pathlib.Path(__file__).resolve().parent
SOURCE = PO.parent
LIBRARY = SOURCE / 'libruralalliance'
KEYWORDS = ['_', 'N_', 'C_:1c,2', 'NC_:1c,2', 'rua_message_plural:1,2']


def languages():
    return (PO / 'LINGUAS').read_text().split()


def files():
    lines = (PO / 'POTFILES.in').read_text().splitlines()
    return [line for line in lines if line and not line.startswith('#')]


def words():
    """(context, word) of what the model, the rules and the verdicts are called."""
    with open(LIBRARY / 'model' / 'alliance.toml', 'rb') as file:
        model = tomllib.load(file)
    found = []
    for name, kind in model['kind'].items():
        found += [('kind', name), ('table', kind['plural']), ('doc', kind['doc'])]
    for fields in [model['common'], *model['kind'].values()]:
        for name, field in fields['fields'].items():
            if field.get('privacy', 'public') == 'public':
                found.append(('field', name))
            found += [('token', token) for token in field.get('tokens', [])]
    rules = (LIBRARY / 'evidence' / 'rua-rules.c').read_text(encoding='utf-8')
    found += [('rule', rule) for rule in re.findall(r'^  \{ "(\w+)",', rules, re.MULTILINE)]
    checker = (LIBRARY / 'evidence' / 'rua-checker.c').read_text(encoding='utf-8')
    found.append(('rule', re.search(r'#define COMPUTED_RULE "(\w+)"', checker)[1]))
    verdict = (LIBRARY / 'evidence' / 'rua-verdict.c').read_text(encoding='utf-8')
    for kind, nick in re.findall(r'\{ RUA_(VERDICT|GRADE)_\w+, "\w+", "(\w+)" \}', verdict):
        found.append((kind.lower(), nick))
    return list(dict.fromkeys(found))


def template():
    """The text of a catalogue in which nothing is translated."""
    with tempfile.TemporaryDirectory() as folder:
        quoted = [text.replace('\\', '\\\\').replace('"', '\\"') for pair in words() for text in pair]
        lines = [f'C_("{context}", "{word}")\n' for context, word in zip(quoted[::2], quoted[1::2])]
        pathlib.Path(folder, 'model').write_text(''.join(lines), encoding='utf-8')
        done = subprocess.run(
            ['xgettext', '--language=C', '--from-code=UTF-8', '--keyword', '--add-location=file', '--output=-',
             '--package-name=libruralalliance', '--flag=rua_message_plural:1:c-format',
             f'--directory={SOURCE}', f'--directory={folder}',
             *(f'--keyword={keyword}' for keyword in KEYWORDS), *files(), 'model'],
            capture_output=True, text=True, encoding='utf-8', check=True)
    return done.stdout.replace('charset=CHARSET', 'charset=UTF-8')


def unquote(text):
    return re.sub(r'\\(.)', lambda match: {'n': '\n', 't': '\t'}.get(match[1], match[1]), text)


def read(text):
    """The entries of a catalogue: {(context, msgid): dict of its other parts}."""
    entries = {}
    for block in re.split(r'\n\s*\n', text):
        parts, name = {'flags': ''}, None
        for line in block.splitlines():
            if line.startswith('#,'):
                parts['flags'] += line
            elif line.startswith('#~'):
                parts['obsolete'] = line
            match = re.match(r'(msg\w+(?:\[\d+\])?)?\s*"(.*)"$', line)
            if match and match[1]:
                name, parts[match[1]] = match[1], ''
            if match:
                parts[name] += unquote(match[2])
        if 'msgid' in parts:
            entries[parts.get('msgctxt'), parts['msgid']] = parts
        elif 'obsolete' in parts:
            entries[None, parts['obsolete']] = parts
    return entries


def main():
    with tempfile.NamedTemporaryFile('w', suffix='.pot', encoding='utf-8') as pot:
        pot.write(template())
        pot.flush()
        for language in languages():
            catalogue = PO / f'{language}.po'
            subprocess.run(['msgmerge', '--quiet', '--update', '--backup=none', '--no-fuzzy-matching',
                            '--add-location=file', str(catalogue), pot.name], check=True)
            text = subprocess.run(['msgattrib', '--no-obsolete', '--add-location=file', str(catalogue)],
                                  capture_output=True, text=True, encoding='utf-8', check=True).stdout
            catalogue.write_text(text, encoding='utf-8')
            empty = [key for key, entry in read(text).items()
                     if not (entry.get('msgstr') or entry.get('msgstr[0]'))]
            print(f'{language}: {len(empty)} to be translated')
    return 0


if __name__ == '__main__':
    sys.exit(main())
