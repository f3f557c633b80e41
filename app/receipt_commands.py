"""`sarap receipt …`: prove from a file of receipts that nothing acknowledged was lost or altered; make the next receipt key."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.command_line import read_settings, refuse

if TYPE_CHECKING:
    from exams.sessions.proof import Step

receipt = typer.Typer(
    help="Receipts: proof that every acknowledged save is there, byte for byte.", no_args_is_help=True, add_completion=False
)

PROVEN: Final = 0
FAILED: Final = 1
UNREADABLE: Final = 2
KEYS_UNKNOWN: Final = 3

FilePath = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="receipts.json of a session.")]


@receipt.command()
def verify(
    path: FilePath,
    key: Annotated[
        Path | None, typer.Option("--key", exists=True, dir_okay=False, help="The centre's published receipt-keys.json.")
    ] = None,
    held: Annotated[
        Path | None,
        typer.Option("--held", exists=True, dir_okay=False, help="Receipts that you kept yourself, one in each line."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object instead of lines for people.")] = False,
) -> None:
    """Check a file of receipts step by step, without a server, a database or a network.

    Exit status 0 if everything is proven; 1 if a step failed; 2 if a file cannot be read; 3 if everything fits but the keys
    came with the file and nobody has said that they are the centre's.
    """
    from exams.sessions.proof import NoProof, StepState, check, read_proof
    from exams.sessions.receipt import ReceiptInvalid, keys_in

    try:
        file = read_proof(path.read_bytes())
        keys = None if key is None else keys_in(json.loads(key.read_bytes()))
        own = () if held is None else tuple(line.strip() for line in held.read_text("utf-8").splitlines() if line.strip())
    except (NoProof, ReceiptInvalid, OSError, ValueError) as error:
        refuse(f"cannot be read: {error}", UNREADABLE)
    steps = check(file, keys, own)
    failed = any(step.state is StepState.FAILED for step in steps)
    status = FAILED if failed else KEYS_UNKNOWN if any(step.state is StepState.NOT_CHECKED for step in steps) else PROVEN
    if as_json:
        typer.echo(json.dumps({"session_id": str(file.session_id), "status": status, "steps": [asdict(one) for one in steps]}))
    else:
        typer.echo(f"session {file.session_id} at {file.centre}\n")
        for step in steps:
            _tell(step)
        typer.secho(f"\n{ENDINGS[status]}", bold=True)
    raise typer.Exit(status)


ENDINGS: Final = {
    PROVEN: "Proven: everything that was acknowledged is there, as it was written.",
    FAILED: "Not proven: see the steps that failed.",
    KEYS_UNKNOWN: "Everything fits together. Whether the keys are the centre's was not checked: give its receipt-keys.json.",
}

MARKS: Final = {"proven": "✓", "not-checked": "–", "failed": "✗"}


@receipt.command(name="new-key")
def new_key() -> None:
    """Make the next receipt key; the web process signs with it after its next start. The older ones still verify."""
    from app.receipt_key import ReceiptKeyUnusable, open_signer, rotate

    settings = read_settings()
    try:
        now = datetime.now(UTC)
        open_signer(settings.receipt_keys_dir, now)
        name = rotate(settings.receipt_keys_dir, now)
    except (ReceiptKeyUnusable, OSError) as error:
        refuse(str(error), 1)
    typer.echo(f"{name} in {settings.receipt_keys_dir}; start the web process again to use it")


def _tell(step: "Step") -> None:
    typer.echo(f"{MARKS[step.state]} {step.number} {step.name}: {'; '.join(step.found[:1]) if step.found else step.state}")
    for one in step.found[1:]:
        typer.echo(f"      {one}")
    if step.means:
        typer.echo(f"      → {step.means}")
