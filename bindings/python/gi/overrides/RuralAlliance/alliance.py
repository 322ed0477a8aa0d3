# SPDX-License-Identifier: LGPL-2.1-or-later
"""The alliance: its tables by name, and changes as blocks."""

import contextlib
import json

from gi.repository import GLib

from .. import override
from .errors import RuralAlliance, raising, unknown_name
from .records import assign, table_of
from .values import Base


@override
class Alliance(RuralAlliance.Alliance):
    """Typed tables of records: `alliance.households`, or `alliance['household']`, is one of them.

    `open()`, `save()`, `from_json()` and `to_json()` keep it; `change()` groups edits; metrics and claims are
    records that can be measured and checked against it.
    """

    __module__ = 'gi.overrides.RuralAlliance'  # where override() reads the namespace

    def __setattr__(self, name, value):
        raise unknown_name('Alliance', 'attribute to set', name, [])

    def __getattr__(self, name):
        table = None if name.startswith('_') else RuralAlliance.Alliance.get_table(self, name)
        if table is None or table.get_kind().get_plural() != name:
            raise unknown_name('the alliance', 'table', name, self._plurals())
        return table_of(table)

    def __getitem__(self, kind: str) -> 'Table[Any]':
        """The table of a kind, by its name for one record or for many."""
        table = RuralAlliance.Alliance.get_table(self, kind)
        if table is None:
            raise unknown_name('the alliance', 'kind', kind, self._plurals())
        return table_of(table)

    # Items are tables by name, not a sequence.
    __iter__ = None

    def __contains__(self, item):
        if isinstance(item, str):
            return RuralAlliance.Alliance.get_table(self, item) is not None
        return isinstance(item, RuralAlliance.Record) and item in (Base.get_table(item) or ())

    def __dir__(self):
        return sorted({*super().__dir__(), *self._plurals()})

    def __repr__(self):
        return f'<RuralAlliance.Alliance of {sum(map(len, self.tables))} records>'

    def _repr_html_(self):
        from .html import alliance_html
        return alliance_html(self)

    @classmethod
    def from_json(cls, text: 'str | bytes', name: 'str | None' = None) -> 'Alliance':
        """An alliance from a document: a str, or UTF-8 bytes. Errors call the document `name`."""
        data = text.encode() if isinstance(text, str) else bytes(text)
        return RuralAlliance.Alliance.new_from_json(GLib.Bytes.new(data), name, None)

    def to_json(self, cancellable=None) -> str:
        """The alliance as a document, a str."""
        data = RuralAlliance.Alliance.to_json(self, cancellable).get_data()
        return data.decode()

    def _plurals(self):
        return [table.get_kind().get_plural() for table in RuralAlliance.Alliance.list_tables(self)]

    @property
    def tables(self) -> 'list[Table[Any]]':
        """Its tables, one for each kind."""
        return [table_of(table) for table in RuralAlliance.Alliance.list_tables(self)]

    @property
    def profile(self) -> 'Profile | None':
        """What it is called, and what holds for all of it; None before that is told."""
        return self.dup_profile()

    @property
    def schema(self) -> 'Schema':
        """Its kinds and their fields."""
        return self.get_schema()

    @property
    def location(self) -> 'str | None':
        """Where it was opened from; None for one made here."""
        return self.get_location()

    def get_table(self, kind):
        """The table of a kind, by its name for one record or for many; None for a kind that does not exist."""
        return table_of(RuralAlliance.Alliance.get_table(self, kind))

    def find(self, kind: str, record_id: str) -> 'Record | None':
        """The record, or None; a kind that does not exist is an error."""
        return self[kind].find(record_id)

    @raising
    def add(self, record):
        """Adds a record to the table of its kind and answers it."""
        RuralAlliance.Alliance.add(self, record)
        return record

    @raising
    def measure(self, metric: 'str | Metric', by: 'Iterable[str] | None' = None, where: 'str | None' = None,
                min_count: 'int | None' = None,
                **parameters: 'str | float | Mapping[str, Any] | Sequence[Any]') -> 'Result | Results':
        """Measures a metric, of the alliance or ready-made, by its id: `alliance.measure('income.mean', year=2014)`.

        Parameters are those that the metric declares. `by` are the paths to group by in place of the metric's own, `where` is a
        further condition on rows. With `min_count` smaller groups are withheld, as for a publication. Answers a `Result`; `Results`, one a group, where there are groups.
        """
        if isinstance(metric, str):
            catalogue = RuralAlliance.Catalogue.new(self)
            metric = catalogue.find_with(metric, json.dumps(parameters))
        elif parameters:
            raise TypeError(f'a metric that was found takes no parameters: {", ".join(parameters)}')
        groups = list(metric.by or ()) if by is None else [by] if isinstance(by, str) else list(by)
        if min_count is None:
            results = metric.measure_by(self, groups, where)
        else:
            results = metric.measure_public(self, groups, where, min_count)
        return results if groups else results[0]

    @raising
    def check(self, progress: 'Callable[[float], object] | None' = None) -> 'Verdicts':
        """Checks every claim, and answers the verdicts in the order of the claims.

        `progress` is told how much is done, from 0 to 1. A `Checker` tells more: its findings, and what is published.
        """
        checker = RuralAlliance.Checker.new(self)
        checker.run(progress=progress)
        return checker.verdicts

    @raising
    def report(self, language: 'str | None' = None, public: bool = False, min_count: int = 0, brief: bool = False) -> 'Report':
        """A report, compiled: `alliance.report('zh').to_html()`; `to_markdown()`, `to_json()` and `to_pdf()` are its other forms.

        For the public, small groups are withheld: those of fewer than `min_count`, or by each claim's own rule.
        """
        report = RuralAlliance.Report.new(self)
        report.set_language(language)
        report.set_public(public, min_count)
        report.set_brief(brief)
        report.compile()
        return report

    @contextlib.contextmanager
    def change(self, title: 'str | None' = None):
        """What is edited in the block is one change, undone as one; an exception takes it back whole.

            with alliance.change('prices of 2014') as change: ...
        """
        self.begin(title)
        try:
            yield self
        except BaseException:
            self.rollback()
            raise
        self.commit()

    def history(self, record, key=None):
        """What was said of a record since the log began, a list of facts: of a record, or of a kind and a key."""
        if isinstance(record, str):
            return list(self.list_history(record, key))
        return list(self.list_record_history(record))

    @property
    def changes(self):
        """What was changed, one after the other, where a log is kept."""
        return list(self.list_changes())

    @property
    def merge_conflicts(self):
        """What two stations have said differently."""
        return list(self.list_merge_conflicts())

    @property
    def waiting(self):
        """What was sent ahead of something that has not come yet."""
        return list(self.list_waiting())

    @property
    def station(self):
        """Under what name this copy writes its changes; None where no log is kept."""
        return self.get_station()

    @property
    def author(self):
        """Who is said to make the changes."""
        return self.get_author()

    @raising
    def new_record(self, kind, **fields):
        """A record of any kind, which is not added yet and knows the alliance's own fields."""
        record = RuralAlliance.Alliance.new_record(self, self[kind].get_kind().get_name())
        return assign(record, fields)
