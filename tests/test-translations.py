#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The catalogues say everything that the sources say, and a report in Chinese has nothing of ours in English."""

import collections
import html
import json
import os
import pathlib
import re
import subprocess
import sys
import unittest

import tap

SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
COMMAND = os.environ['RUA_COMMAND']
CASE = SOURCE / 'examples' / 'rural-urban-alliance.json'
DOCUMENTS = [CASE, *(SOURCE / 'tests' / 'data' / name for name in ('beekeepers.json', 'fishers.json'))]

sys.path.insert(0, str(SOURCE / 'po'))
sys.dont_write_bytecode = True
import messages  # noqa: E402

CONVERSION = re.compile(r'%(?:(\d+)\$)?([-+ #0]*[\d.*]*(?:ll|l|z)?[a-zA-Z%])')
# Four words of Latin letters one after the other, whatever stands between them.
SENTENCE = re.compile(r"[A-Za-z][A-Za-z'’-]+(?:[ ,;:]+[A-Za-z][A-Za-z'’-]+){3,}")


def conversions(text):
    """What printf would take: {place: conversion}, and whether places are told."""
    found, told, place = {}, set(), 0
    for match in CONVERSION.finditer(text):
        if match[2] == '%':
            continue
        place += 1
        told.add(match[1] is not None)
        found[int(match[1] or place)] = match[2]
    return found, told


def is_beside(entry):
    """Whether the translation takes the arguments that the text takes, each as what it is."""
    said = [entry['msgid'], *([entry['msgid_plural']] if 'msgid_plural' in entry else [])]
    made = [text for name, text in entry.items() if name.startswith('msgstr')]
    wanted = [conversions(text) for text in said]
    for found, told in map(conversions, made):
        if len(told) > 1 or any(found != other for other, _ in wanted):
            return False
    return True


def run(*arguments, **environment):
    done = subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, text=True, encoding='utf-8',
                          env={**os.environ, 'COLUMNS': '100', **environment}, timeout=60)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def plain(text):
    return re.sub(r'\s+', ' ', text.replace('\\', ''))


def own(document):
    """What the document says itself, all of it in one."""
    model = json.loads(document.read_text(encoding='utf-8'))
    texts = [plain(text) for text in strings(model)]
    texts += [plain(path.read_text(encoding='utf-8')) for path in document.parent.glob(document.stem + '*.txt')]
    return '\n'.join(texts)


def left(text, document):
    """Sentences of Latin words in a text that its document does not have."""
    known = own(document)
    cells = re.split(r'\n|\s{2,}', text)
    return [match[0] for cell in cells for match in SENTENCE.finditer(plain(cell)) if match[0] not in known]


class Catalogues(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.template = messages.read(messages.template())
        cls.catalogues = {language: messages.read((SOURCE / 'po' / f'{language}.po').read_text(encoding='utf-8'))
                          for language in messages.languages()}

    def test_what_is_said_is_gathered(self):
        contexts = collections.Counter(context for context, _ in self.template)
        self.assertGreater(contexts[None], 600)
        for context in ('kind', 'table', 'doc', 'field', 'token', 'rule', 'verdict', 'grade', 'unit', 'independence'):
            self.assertGreater(contexts[context], 3, context)
        self.assertIn(('token', 'almost_all'), self.template)
        self.assertIn((None, '“%s” does not say than what.'), self.template)

    def test_every_file_that_says_something_is_listed(self):
        pattern = re.compile(r'(?<!\w)(?:_|N_|C_|NC_|rua_message_plural) ?\("')
        said = {path.relative_to(SOURCE).as_posix() for path in (SOURCE / 'libruralalliance').rglob('*.[ch]')
                if pattern.search(path.read_text(encoding='utf-8'))}
        self.assertEqual(sorted(said), messages.files())

    def test_each_is_built_and_carried(self):
        folder = SOURCE / 'po'
        resource = (folder / 'messages.gresource.xml').read_text()
        built = re.search(r"foreach language : \[(.*?)\]", (folder / 'meson.build').read_text())[1]
        self.assertEqual(re.findall(r'<file>(\w+)\.mo</file>', resource), messages.languages())
        self.assertEqual(re.findall(r"'(\w+)'", built), messages.languages())

    def test_complete(self):
        for language, catalogue in self.catalogues.items():
            gone = sorted(map(str, set(catalogue) - set(self.template)))
            new = sorted(map(str, set(self.template) - set(catalogue)))
            self.assertEqual((new, gone), ([], []), f'{language}: run po/messages.py')
            self.assertEqual([key for key, entry in catalogue.items()
                              if not all(text for name, text in entry.items() if name.startswith('msgstr'))], [])
            self.assertEqual([key for key, entry in catalogue.items() if 'fuzzy' in entry['flags']], [])

    def test_forms(self):
        for catalogue in self.catalogues.values():
            self.assertIn('nplurals=1; plural=0;', catalogue[None, '']['msgstr'])
            self.assertFalse(any('msgstr[1]' in entry for entry in catalogue.values()))

    def test_arguments(self):
        for language, catalogue in self.catalogues.items():
            wrong = [entry['msgid'] for key, entry in catalogue.items() if key != (None, '') and not is_beside(entry)]
            self.assertEqual(wrong, [], language)

    def test_arguments_are_looked_at(self):
        for said, made, fits in (('%s of %u', '%2$u中的%1$s', True), ('%s of %u', '%u中的%s', False),
                                 ('%s of %u', '%s', False), ('%s', '%s %s', False), ('%s of %u', '%s中的%2$u', False),
                                 ('%.2f %%', '%.2f%%', True), ('%lld', '%d', False), ('100 %%', '100%%', True)):
            self.assertEqual(is_beside({'msgid': said, 'msgstr': made}), fits, made)

    def test_chinese_is_chinese(self):
        """What a reader of a report would see in English; Latin names of methods may stay."""
        english = [entry['msgstr'] for key, entry in self.catalogues['zh_CN'].items()
                   if key != (None, '') and re.search(r'[A-Za-z]{4}', entry.get('msgstr', ''))
                   and not re.search(r'[\u4e00-\u9fff]', entry['msgstr'])]
        self.assertEqual(english, [])

    def test_no_half_width_marks_between_characters(self):
        marks = re.compile(r'[\u4e00-\u9fff][,;:!?]|[,;:!?(][\u4e00-\u9fff]')
        self.assertEqual([entry['msgstr'] for entry in self.catalogues['zh_CN'].values()
                          if marks.search(entry.get('msgstr', ''))], [])


class Told(unittest.TestCase):
    maxDiff = None

    def test_sentences_are_found(self):
        self.assertEqual(left('前面的 the words are about each household 后面', CASE), ['the words are about each household'])
        self.assertEqual(left('“Twenty co-operatives were established that effectively doubled”', CASE), [])
        self.assertGreater(len(left(run('report', CASE), CASE)), 200)

    def test_reports(self):
        for document in DOCUMENTS:
            for form in ('text', 'markdown'):
                # A text is wrapped, and wrapped words are not found in the document.
                told = run('report', '--language', 'zh', '--format', form, document, COLUMNS='1000')
                self.assertRegex(told, '[\u4e00-\u9fff]{10}')
                self.assertEqual(left(told, document), [], f'{document.name} as {form}')

    def test_pages(self):
        for document in DOCUMENTS:
            page = run('report', '--language', 'zh', '--format', 'html', document)
            body = re.sub(r'<(style|script)>.*?</\1>', '', page, flags=re.DOTALL)
            said = html.unescape(re.sub(r'<[^>]*>', '\n', body))
            self.assertIn('<html lang="zh">', page)
            self.assertEqual(left(said, document), [], document.name)
            attributes = re.findall(r'(?:aria-label|data-fold|data-unfold)="([^"]*)"', body)
            self.assertTrue(attributes and all(re.fullmatch('[\u4e00-\u9fff]+', text) for text in attributes), attributes)

    def test_checks(self):
        for document in DOCUMENTS:
            self.assertEqual(left(run('check', '--language', 'zh', document, COLUMNS='1000'), document), [], document.name)

    def test_explanations(self):
        for document in DOCUMENTS:
            model = json.loads(document.read_text(encoding='utf-8'))
            for name in [f'claim/{claim["id"]}' for claim in model['claims'][::5]] \
                    + [f'metric/{metric["id"]}' for metric in model['metrics'][::5]]:
                told = run('explain', '--language', 'zh', document, name)
                self.assertEqual(left(told, document), [], f'{document.name} {name}')
                self.assertIn('所读内容的摘要值' if name.startswith('metric') else '证据等级：', told)

    def test_texts_of_a_check_are_told_and_tokens_stay(self):
        english, chinese = (json.loads(run('report', '--format', 'json', *language, CASE))
                            for language in ((), ('--language', 'zh')))
        self.assertEqual([claim['verdict'] for claim in english['claims']], [claim['verdict'] for claim in chinese['claims']])
        self.assertEqual([claim.get('value') for claim in english['claims']], [claim.get('value') for claim in chinese['claims']])
        self.assertEqual([finding['rule'] for finding in english['findings']], [finding['rule'] for finding in chinese['findings']])
        self.assertEqual([metric.get('digest') for metric in english['metrics']], [metric.get('digest') for metric in chinese['metrics']])
        self.assertEqual([source['independence'] for source in english['sources']],
                         [source['independence'] for source in chinese['sources']])
        for claim in chinese['claims']:
            for reason in claim['reasons']:
                self.assertRegex(reason, '[\u4e00-\u9fff]')
        for finding in chinese['findings']:
            self.assertRegex(finding['message'], '[\u4e00-\u9fff]')

    def test_names_of_the_language(self):
        told = run('check', '--language', 'zh', CASE)
        for name in ('zh-CN', 'zh_CN.UTF-8', 'zh-Hans', 'zh-TW', 'ZH'):
            self.assertEqual(run('check', '--language', name, CASE), told, name)

    def test_the_locale_has_no_part_in_it(self):
        told = run('report', CASE)
        for locale in ('zh_CN.UTF-8', 'C', 'de_DE.UTF-8'):
            self.assertEqual(run('report', CASE, LC_ALL=locale, LANG=locale, LANGUAGE='zh_CN'), told, locale)
        self.assertEqual(run('report', '--language', 'zh', CASE, LC_ALL='C', LANG='C'), run('report', '--language', 'zh', CASE))

    def test_numbers_and_dates(self):
        told = run('report', '--language', 'zh', CASE)
        for words in ('人民币8,478元（每人每年）', '2.16倍', '自2002年起', '2010–2018年', '2021年7月', '2016年9月15日', '2,000个岗位',
                      '从文件中摘出83条论断'):
            self.assertIn(words, told)


if __name__ == '__main__':
    tap.main()
