"""Documents: a contract (plain data, as its template describes it) becomes a PDF; Typst sets it, fonts come with it.

The templates never decide: they print what the contract says, and a missing value prints its word. Setting runs in a
process of its own, since the fonts would stay in the node's memory for good.
"""

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import structlog

HERE = Path(__file__).parent
WITHIN_S = 60
_say = structlog.get_logger("siaga.documents")


class NotSet(Exception):
    """A document could not be set: what Typst said."""


def pdf(template: str, contract: Mapping[str, Any], at: datetime, pictures: Mapping[str, str] | None = None) -> bytes:
    """The PDF of a contract set with a template of this folder; `pictures` are SVG texts by the name the contract uses.

    Equal contracts and times give equal bytes. NotSet when the template cannot set it."""
    with tempfile.TemporaryDirectory(prefix="siaga-document-") as folder:
        root = Path(folder)
        for name in ("siaga.typ", f"{template}.typ"):
            (root / name).write_bytes((HERE / name).read_bytes())
        for name, svg in (pictures or {}).items():
            (root / name).write_text(svg, "utf-8")
        (root / "isi.json").write_bytes(msgspec.json.encode(contract))
        made = subprocess.run(  # noqa: S603  (ourselves, and nothing anybody typed)
            [sys.executable, "-m", __name__, folder, template, str(int(at.timestamp()))],
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
    if made.returncode:
        said = made.stderr.decode("utf-8", "replace").strip()
        _say.error("document-not-set", template=template, code=made.returncode, said=said.partition("\n")[0][:200])
        raise NotSet(said[-2000:])
    return made.stdout
