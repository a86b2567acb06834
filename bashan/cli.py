"""The command `bashan`."""
import typer

app = typer.Typer()
