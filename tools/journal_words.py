"""Copy the journal's sentences from the web's catalogues to where printed forms read them; `--check` compares."""

import json
import sys
from pathlib import Path

TOP = Path(__file__).parents[1]
PREFIXES = ("log.", "report.", "clock.", "step.", "outcome.", "channel.", "times.unknown", "journal.erased")
SINGLE = (
    *("field.staging", "field.rehab", "field.whole-scene", "field.side-giver", "field.side-taker"),
    *("field.par-complete", "field.par-short", "field.par-silent"),
    *("field.req-arrived", "field.req-asked", "field.req-declined", "field.req-released", "field.req-seen"),
    "field.req-way",
)


def wanted(language: str) -> str:
    """The file as it should be."""
    every = json.loads((TOP / "web/src/texts" / f"{language}.json").read_text("utf-8"))
    chosen = {key: text for key, text in every.items() if key.startswith(PREFIXES) or key in SINGLE}
    return json.dumps(chosen, ensure_ascii=False, indent=2) + "\n"


def main(check: bool) -> int:
    """0 when the files are what the web says (or have just been written so)."""
    stale = 0
    for language in ("id", "en"):
        file = TOP / "src/siaga/documents/words" / f"{language}.json"
        if not file.exists() or file.read_text("utf-8") != wanted(language):
            stale += 1
            if not check:
                file.write_text(wanted(language), "utf-8")
    return stale if check else 0


if __name__ == "__main__":
    sys.exit(main("--check" in sys.argv))
