#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The report on pages: all that the other forms tell, where it can be read, found and followed."""

import html
import html.parser
import json
import os
import pathlib
import pty
import re
import shutil
import subprocess
import tempfile
import unittest

import tap

COMMAND = os.environ['RUA_COMMAND']
SOURCE = pathlib.Path(os.environ['RUA_SOURCE_ROOT'])
CASE = SOURCE / 'examples' / 'rural-urban-alliance.json'
LEFT, RIGHT, TOP, BOTTOM = 56, 595.276 - 56, 52, 841.89 - 30
WHOLE = ('h1', 'h2', 'h3', 'h4', 'p', 'li', 'dt', 'dd', 'th', 'td')

SMALL = {
    'format': 'rural-alliance', 'version': 1,
    'alliance': {'title': {'en': 'Honey and city', 'zh': '蜜与城'}, 'currency': 'CNY'},
    'places': [{'id': f'hill-{i}', 'name': {'en': f'Hill of bees {i}'}} for i in range(3)],
    'cooperatives': [{'id': 'bees', 'name': {'en': 'Bees'}, 'place': 'hill-1', 'founded': '2011'}],
}


def run(*words, stdin=None, **environment):
    return subprocess.run([COMMAND, *map(str, words)], input=stdin, capture_output=True, cwd=SOURCE,
                          env={**os.environ, **environment}, timeout=60)


def report(source, *words, form='pdf', **environment):
    done = run('report', source, '--format', form, *words, **environment)
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    return done.stdout


class Blocks(html.parser.HTMLParser):
    """The texts of a page, a block each, and the order of its headings."""

    def __init__(self, page):
        super().__init__()
        self.texts, self.headings, self.open, self.hidden = [], [], None, 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.hidden += tag in ('svg', 'nav', 'style', 'script')
        if tag in WHOLE and not self.hidden:
            self.open = [tag, '']

    def handle_endtag(self, tag):
        self.hidden -= tag in ('svg', 'nav', 'style', 'script')
        if self.open and self.open[0] == tag:
            self.texts.append(self.open[1])
            if tag[0] == 'h' and tag[1:].isdigit():
                self.headings.append(self.open[1])
            self.open = None

    def handle_data(self, data):
        if self.open and not self.hidden:
            self.open[1] += data


def tool(*words):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, check=True, timeout=60).stdout


def squeeze(text):
    """Without blanks and hyphens: lines are broken elsewhere."""
    return re.sub(r'[\s\u00a0\u00ad]+', '', text)


@unittest.skipUnless(shutil.which('pdftotext') and shutil.which('pdftohtml') and shutil.which('pdfinfo'), 'no poppler-utils')
class Pages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        cls.pdfs, cls.blocks = {}, {}
        for language in ('en', 'zh'):
            cls.pdfs[language] = pathlib.Path(cls.folder.name, f'{language}.pdf')
            cls.pdfs[language].write_bytes(report(CASE, '--language', language))
            cls.blocks[language] = Blocks(report(CASE, '--language', language, form='html').decode())

    def pages_of(self, language):
        """The words of each page in the order they were set, without its foot."""
        pages = tool('pdftotext', '-raw', self.pdfs[language], '-').split('\f')[:-1]
        return [page.rstrip('\n').rsplit('\n', 1 if i == 0 else 2)[0] for i, page in enumerate(pages)]

    def can_read_chinese(self):
        return not shutil.which('fc-list') or subprocess.run(['fc-list', ':lang=zh-cn'], capture_output=True, check=True).stdout

    def languages(self):
        return ['en', 'zh'] if self.can_read_chinese() else ['en']

    def test_every_block_is_there(self):
        for language in self.languages():
            told = squeeze(''.join(self.pages_of(language)))
            missing = [text for text in self.blocks[language].texts if squeeze(text) not in told]
            # What goes on on the next page has the head of its table in between.
            broken = [text for text in missing if not self.is_broken(text, language)]
            self.assertEqual(broken, [], language)
            self.assertLess(len(missing), 6, language)
            self.assertGreater(len(self.blocks[language].texts), 500)

    def is_broken(self, text, language):
        pages = [squeeze(page) for page in self.pages_of(language)]
        text = squeeze(text)
        for before, after in zip(pages, pages[1:]):
            for cut in range(1, len(text)):
                if before.endswith(text[:cut]) and text[cut:] in after[:len(text) + 200]:
                    return True
        return False

    def test_numbers_of_the_text_form(self):
        text = report(CASE, '--language', 'en', form='text').decode()
        told = squeeze(''.join(self.pages_of('en')))
        for number in set(re.findall(r'(?:CNY )?\d[\d,.]*(?:×| %)?', text)):
            self.assertIn(squeeze(number).rstrip('.,'), told)

    def test_verdicts_come_first(self):
        first = self.pages_of('en')[0]
        for piece in ('5 supported', '6 not entailed', '72 unsupported', '2.16×', 'To see to first'):
            self.assertIn(piece, first)

    def test_properties(self):
        for language, title in (('en', 'Rural–urban alliance: impact report'), ('zh', 'Rural–urban alliance：影响力报告')):
            lines = tool('pdfinfo', self.pdfs[language])
            info = dict(re.findall(r'^([^:]+): +(.*)$', lines, re.MULTILINE))
            self.assertEqual(info['Title'], title)
            self.assertIn('July 2021' if language == 'en' else '2021年7月', info['Subject'])
            self.assertIn('A4', info['Page size'])
            self.assertIn(int(info['Pages']), range(12, 40))
            self.assertEqual(info['JavaScript'], 'no')
            self.assertNotIn('CreationDate', info)
            self.assertNotIn('Author', info)

    def test_nothing_off_the_page(self):
        for language in self.languages():
            words = re.findall(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>',
                               tool('pdftotext', '-bbox', self.pdfs[language], '-'))
            self.assertGreater(len(words), 1000)
            for left, top, right, bottom, word in words:
                self.assertGreater(float(left), LEFT - 1, word)
                self.assertLess(float(right), RIGHT + 1, word)
                self.assertGreater(float(top), TOP - 8, word)
                self.assertLess(float(bottom), BOTTOM, word)

    def test_numbers_of_pages(self):
        for language, pattern in (('en', r'(\d+) of (\d+)$'), ('zh', r'第(\d+)页，共(\d+)页$')):
            if language not in self.languages():
                continue
            pages = tool('pdftotext', '-raw', self.pdfs[language], '-').split('\f')[:-1]
            for i, page in enumerate(pages):
                said = [re.search(pattern, line) for line in page.rstrip('\n').split('\n')[-2:]]
                said = [match for match in said if match]
                self.assertTrue(said, page[-80:])
                self.assertEqual([int(n) for n in said[-1].groups()], [i + 1, len(pages)])

    def test_outline_contents_and_links(self):
        for language in self.languages():
            page = tool('pdftohtml', '-xml', '-i', '-stdout', self.pdfs[language])
            items = [(int(n), html.unescape(title)) for n, title in re.findall(r'<item page="(\d+)">(.*?)</item>', page)]
            headings = self.blocks[language].headings
            self.assertEqual([squeeze(title) for _, title in items], [squeeze(title) for title in headings])
            pages = [squeeze(text) for text in self.pages_of(language)]
            for n, title in items:
                self.assertIn(squeeze(title), pages[n - 1])
            # The contents name the pages that the outline leads to, and lead there themselves.
            led = {squeeze(html.unescape(re.sub('<.*?>', '', title))): int(n)
                   for n, title in re.findall(r'<a href="[^"#]*\.html#(\d+)">(.*?)</a>', page.split('</page>')[0])}
            chapters = [(n, squeeze(title)) for n, title in items[1:] if squeeze(title) in led]
            self.assertGreater(len(chapters), 8)
            for n, title in chapters:
                self.assertEqual(led[title], n)
                # Two columns: "In short  What was measured  1  7".
                line = next(line for line in tool('pdftotext', '-layout', '-l', '1', self.pdfs[language], '-').split('\n')
                            if title in squeeze(line) and re.search(r'\d$', line))
                self.assertRegex(squeeze(line), re.escape(title) + str(n))
            self.assertGreater(len(re.findall(r'<a href="[^"#]*\.html#', page)), 100)

    def test_a_heading_is_not_left_alone(self):
        for language in self.languages():
            headings = {squeeze(title) for title in self.blocks[language].headings}
            for page in self.pages_of(language):
                self.assertNotIn(squeeze(page.rstrip('\n').rsplit('\n', 1)[-1]), headings)

    def test_same_bytes(self):
        again = report(CASE, '--language', 'zh', TZ='Asia/Shanghai', LANG='zh_CN.UTF-8', LC_ALL='C', SOURCE_DATE_EPOCH='1')
        self.assertEqual(again, self.pdfs['zh'].read_bytes())


class Tables(unittest.TestCase):
    def test_heads_come_again(self):
        with tempfile.TemporaryDirectory() as folder:
            document = pathlib.Path(folder, 'many.json')
            document.write_text(json.dumps({**SMALL, 'organisations': [
                {'id': f'o{i}', 'name': {'en': f'Organisation {i}'}} for i in range(120)]}))
            done = run('report', document, '--format', 'pdf', '--output', f'{folder}/out.pdf')
            self.assertEqual((done.returncode, done.stderr), (0, b''))
            if not shutil.which('pdftotext'):
                self.skipTest('no poppler-utils')
            pages = tool('pdftotext', '-raw', f'{folder}/out.pdf', '-').split('\f')
            rows = [[line for line in page.split('\n') if re.match(r'Organisation \d+ not known$', line)] for page in pages]
            self.assertGreater(sum(map(len, rows)), 30)
            going_on = [page for page, lines in zip(pages, rows) if lines]
            self.assertGreater(len(going_on), 1)
            for page in going_on:
                self.assertRegex(page, r'(?m)^Organisation Kind Its part$')


# ---- letters ----

CONFIGURATION = '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig><dir>{0}</dir><cachedir>{0}/cache</cachedir></fontconfig>'


def make_font(path):
    """A font of PostScript outlines in which “如” is a small mark, then a mask of hints, then a call of what makes the rest:
    cairo does not see the call."""
    from fontTools.fontBuilder import FontBuilder
    from fontTools.cffLib import SubrsIndex
    from fontTools.misc.psCharStrings import T2CharString

    box = [100, 100, 'rmoveto', 600, 'hlineto', 600, 'vlineto', -600, 'hlineto', 'return']
    marks = [1, 1] * 20
    letter = [50, 20, 'hstemhm', 50, 20, 'vstemhm', 10, 10, 'rmoveto', *marks, 'rlineto', 'hintmask', b'\xc0', -107, 'callsubr', 'endchar']
    names = ['.notdef', 'space', 'ru', *(f'letter{i}' for i in range(26))]
    builder = FontBuilder(1000, isTTF=False)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({32: 'space', 0x5982: 'ru', **{97 + i: f'letter{i}' for i in range(26)}})
    strings = {name: T2CharString(program=['endchar']) for name in names}
    strings['ru'] = T2CharString(program=letter)
    for i in range(26):
        strings[f'letter{i}'] = T2CharString(program=[100, 100, 'rmoveto', 300, 'hlineto', 20 + 10 * i, 'vlineto', -300, 'hlineto', 'endchar'])
    builder.setupCFF('Song', {'FullName': 'Song'}, strings, {'nominalWidthX': 0, 'defaultWidthX': 1000})
    font = builder.font['CFF '].cff.topDictIndex[0]
    font.Private.Subrs = SubrsIndex()
    font.Private.Subrs.append(T2CharString(program=box, private=font.Private))
    builder.setupHorizontalMetrics({name: (1000, 0) for name in names})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({'familyName': 'Song', 'styleName': 'Regular'})
    builder.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    builder.setupPost()
    builder.save(path)


class Letters(unittest.TestCase):
    def test_letters_that_call_after_a_late_mask(self):
        try:
            import fontTools  # noqa: F401
        except ImportError:
            self.skipTest('no fontTools')
        if not shutil.which('pdftoppm'):
            self.skipTest('no poppler-utils')
        with tempfile.TemporaryDirectory() as folder:
            make_font(f'{folder}/song.otf')
            pathlib.Path(folder, 'fonts.conf').write_text(CONFIGURATION.format(folder))
            pathlib.Path(folder, 'a.json').write_text(json.dumps(
                {'format': 'rural-alliance', 'version': 1, 'alliance': {'title': {'en': '如' * 8}, 'currency': 'CNY'}}))
            done = run('report', f'{folder}/a.json', '--format', 'pdf', '--output', f'{folder}/a.pdf', FONTCONFIG_FILE=f'{folder}/fonts.conf')
            self.assertEqual((done.returncode, done.stderr), (0, b''))
            self.assertIn('如' * 8, tool('pdftotext', '-raw', f'{folder}/a.pdf', '-'))
            picture = subprocess.run(['pdftoppm', '-gray', '-r', '72', '-l', '1', f'{folder}/a.pdf'], capture_output=True, check=True).stdout
            width = int(picture.split(maxsplit=3)[1])
            rows = picture[-width * 842:][width * 50:width * 85]
            # Eight boxes of 0.6 em, of which a third would be seen without what is called.
            dark = sum(value < 128 for value in rows)
            self.assertGreater(dark, 8 * 100)


class Command(unittest.TestCase):
    def test_a_terminal_is_refused(self):
        far, near = pty.openpty()
        done = subprocess.run([COMMAND, 'report', str(CASE), '--format', 'pdf'], stdout=near, stderr=subprocess.PIPE, timeout=60)
        os.close(near)
        os.set_blocking(far, False)
        self.assertEqual(done.returncode, 2)
        self.assertIn(b'a terminal cannot show a PDF; name a file with --output', done.stderr)
        with self.assertRaises(OSError):
            os.read(far, 1)
        os.close(far)

    def test_nothing_is_written_over(self):
        with tempfile.TemporaryDirectory() as folder:
            document, out = pathlib.Path(folder, 'a.json'), pathlib.Path(folder, 'a.pdf')
            document.write_text(json.dumps(SMALL))
            out.write_text('mine')
            done = run('report', document, '--format', 'pdf', '--output', out)
            self.assertEqual(done.returncode, 2)
            self.assertEqual(out.read_text(), 'mine')
            self.assertEqual(run('report', document, '--format', 'pdf', '--output', out, '--force').returncode, 0)
            self.assertEqual(out.read_bytes(), report(document))


tap.main()
