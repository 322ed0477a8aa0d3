# SPDX-License-Identifier: LGPL-2.1-or-later
"""What introspection cannot say to Python.

Records have their fields as attributes, and only those: a name that is no field is refused when
it is read and when it is set. `None` is unknown. Tables are sequences. Amounts of money are
`decimal.Decimal`. doc/python.md has the whole of it.
"""

from . import errors, results, values
from .errors import *
from .results import *
from .values import *
from . import records, selections, tables, result_tables, alliance, others

__all__ = [*errors.__all__, *results.__all__, *values.__all__]
