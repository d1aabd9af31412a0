"""Spreadsheets made here, with the habits of real ones: drifting headers, titles above them, cells of every kind."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

JANUARY = """tanggal_kejadian,lokasi_kejadian,wilayah,sarana_rusak,kategori_sarana_rusak,penyebab_bencana,kerugian
2024-01-05,"Jl. Kwitang RT. 04 RW. 01 Kel. Senen Kec. Senen",Kota,1,Rumah Tinggal,Korsleting Listrik,100000000
2024-01-19,Jl. Tongkol RT/RW 05/04 Kel. Lagoa Kec. Koja,Kota,3, Rumah Tinggal ,Kosleting Listrik,900000000
2024-01-19,Jl. Tongkol RT/RW 05/04 Kel. Lagoa Kec. Koja,Kota,4,Kios,Kosleting Listrik,0
"""
MARCH = """Kerugian;Penyebab;Lokasi Kejadian;Tgl Kejadian;Obyek Terbakar;Jumlah Sarana Rusak
Rp 1.500.000,-;Kompor Gas;Jl. Pluit RT.04/05 Kel. Pluit Kec. Penjaringan;3/3/2024;Ruko;1
1,5 juta;Dibakar;Jl. Bungur RW.15Kel. Kali BaruKec. Senen;5 Maret 2024;Motor;1
1,5 juta;Dibakar;Jl. Bungur RW.15Kel. Kali BaruKec. Senen;5 Maret 2024;Motor;1
nihil;Dalam Penyelidikan;Jl. Kapuk No 5 Kel. Kapuk Kec. Koja;32/3/2024;Gudang;1
-;Cerobong;Jl. Rawa No 5 Kel. Kapuk Kec. Koja;31/3/2024;Sauna;1
Total;;;;;
"""


def csv_files(folder: Path) -> Path:
    """Two months of one service in a folder; nothing of February."""
    folder.mkdir(exist_ok=True)
    (folder / "01 januari.csv").write_text(JANUARY, "utf-8-sig")
    (folder / "03 maret.csv").write_text(MARCH, "cp1252")
    (folder / "~$03 maret.xlsx").write_bytes(b"a lock file of an open program")
    return folder


def xlsx(path: Path, *pages: Sequence[Sequence[Any]], names: Sequence[str] = ()) -> Path:
    """A workbook of these pages."""
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        for n, rows in enumerate(pages):
            page = book.add_worksheet(names[n] if names else None)
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    if cell is not None:
                        page.write(y, x, cell)
    return path
