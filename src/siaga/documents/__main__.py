"""Set one document: `python -m siaga.documents FOLDER TEMPLATE TIMESTAMP`, the PDF on standard output."""

import sys

import typst


def main(folder: str, template: str, timestamp: str) -> None:
    """Only the fonts inside the wheel are used, so that every machine prints the same pages."""
    compiler = typst.Compiler(root=folder, ignore_system_fonts=True)
    try:
        made = compiler.compile(
            f"{folder}/{template}.typ",
            sys_inputs={"data": "isi.json"},
            timestamp=int(timestamp),
            pdf_standards=["a-2a"],
        )
    except typst.TypstError as wrong:
        sys.exit(str(wrong))
    assert isinstance(made, bytes)
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    main(*sys.argv[1:])
