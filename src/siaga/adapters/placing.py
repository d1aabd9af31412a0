"""Named parameters of our SQL, written as a database wants them."""

import re
from collections.abc import Callable

_PART = re.compile(
    r"""'(?:[^']|'')*'      # a text: what looks like a parameter in it is none
      | "(?:[^"]|"")*"      # a quoted name
      | --[^\n]*            # a comment
      | ::                  # a cast
      | :([A-Za-z_]\w*)     # a parameter
    """,
    re.VERBOSE,
)


def placed(sql: str, mark: Callable[[str], str]) -> str:
    """The statement with what `mark` says in place of each `:name`."""
    return _PART.sub(lambda found: mark(found.group(1)) if found.group(1) else found.group(0), sql)
