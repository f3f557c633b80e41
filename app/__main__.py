"""`sarap`: every door of the command line. `sarap --help` lists them."""

import typer

sarap = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Sarap: an independent IT-qualification certification exam system."
)


@sarap.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    typer.echo(version_of("sarap"))


def main() -> None:
    """Run the command line."""
    sarap()


if __name__ == "__main__":
    main()
