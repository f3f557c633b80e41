"""`sarap certificate reproduce …`: make the pages of a certificate again from what is attached to them.

    sarap certificate reproduce 7K3QM9-XW2RFD-HJ5T98.kk.pdf

`verify` says whose the file is and what its attachment is worth; this says that a person who reads the pages reads just that.
"""

import json
from pathlib import Path
from typing import Annotated

import typer


def reproduce(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A certificate's PDF.", exists=True, dir_okay=False)],
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
) -> None:
    """Typeset a certificate's PDF again from its attachments and compare every byte.

    Exit status 0: the pages say what is attached, 1: they do not, 2: it cannot be told here, because the file is no sealed PDF
    of a certificate or its pages were made by another edition of Sarap.
    """
    from certificates.carriers.pdf import PDF_MAX_BYTES, read_pdf
    from certificates.carriers.typesetting import edition, reproduces
    from certificates.errors import CertificateError

    with path.open("rb") as file:
        data = file.read(PDF_MAX_BYTES + 1)
    try:
        pdf = read_pdf(data)
        same = reproduces(pdf)
    except CertificateError as error:
        typer.secho(f"{path}: {error}", fg="red", err=True)
        raise typer.Exit(2) from None
    facts = {"file": str(path), "reproduced": same, "template": pdf.print.template, "language": pdf.print.language.value}
    if as_json:
        typer.echo(json.dumps(facts))
    elif same:
        typer.echo(f"{path}: REPRODUCED: every byte follows from what is attached")
    elif same is None:
        typer.echo(f"{path}: made by edition {pdf.print.template}, this is {edition()}: nothing can be said here")
    else:
        typer.echo(f"{path}: NOT REPRODUCED: the pages say something else than what is attached")
    raise typer.Exit({True: 0, False: 1, None: 2}[same])
