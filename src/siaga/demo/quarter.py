"""How the service of the demonstration counts; a quarter that was sent, one that nobody sent yet, a running one."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ..app import Node
from ..kernel.records import Ask, Command, Told
from ..slices.report.rules.counting import period
from ..slices.report.rules.figures import ChooseCountingRules, RecordSending, StateQuality
from . import fleet
from .asking import ask_all, envelope

MARK = "demo.quarter"
SENT_AFTER = timedelta(days=9)
STATED = {  # item: what of how much, where the evidence lies
    2: (17, 21, "Lampiran SOP pada laporan kejadian"),
    3: (402, 460, "Lembar periksa piket harian"),
    4: (148, 190, "Matriks kompetensi akhir triwulan"),
}


def play_quarter(node: Node, now: datetime) -> None:
    """Record it once in the life of a data folder."""
    with node.desk.store.read() as tx:
        if node.desk.log.answered(tx, MARK) is not None:
            return
    begun = now - timedelta(days=31)
    asks = [(fleet.agencies()[0], envelope(MARK, begun)), (ChooseCountingRules(), envelope(f"{MARK}.rules", begun))]
    ask_all(node.desk, [*asks, *_quarters(now)])


def _quarters(now: datetime) -> Iterator[tuple[Command, Ask]]:
    here = now.astimezone(fleet.zone())
    running = 4 * here.year + (here.month - 1) // 3  # quarters since the year 0
    for back in (2, 0):
        year, quarter = (running - back) // 4, (running - back) % 4 + 1
        for item, (part, whole, evidence) in STATED.items():
            said = StateQuality(year, quarter, item, part, whole, Told(evidence))
            yield said, envelope(f"{MARK}.{back}.{item}", now - timedelta(days=3))
        if back:
            sent = period(year, quarter, None, fleet.zone().key)[1] + SENT_AFTER
            receipt = Told(f"Tanda terima e-SPM {year} triwulan {quarter} (contoh)")
            yield RecordSending(year, quarter, "e-spm", sent, receipt), envelope(f"{MARK}.{back}", now)
