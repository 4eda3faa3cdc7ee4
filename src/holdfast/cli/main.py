"""``holdfast``: the table of verbs, and errors to messages and exit codes."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from holdfast import __version__
from holdfast.app.settings import Settings
from holdfast.cli.output import INTERRUPTED, UNCHECKED, UNEXPECTED, WRONG_USE, abandon_output
from holdfast.cli.verbs import VERBS
from holdfast.model.errors import CheckError, HoldfastError

app = typer.Typer(
    name="holdfast",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        print(f"holdfast {__version__}")
        raise typer.Exit


@app.callback(
    epilog="Exit codes: 0 nothing found, 1 something found, 2 wrong use or unreadable input, 3 something could "
    "not be checked, 4 unexpected failure, 130 interrupted."
)
def start(
    context: typer.Context,
    home: Annotated[
        Path | None,
        typer.Option(help="Folder of editions and ledger (or HOLDFAST_HOME).", show_default=False),
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Find every trace of a sanctioned cyber actor in your own records.

    One designation in, every touch out: in customers, payments, ownership, traffic, logs and devices. Holdfast reads
    your own files, offline; it never scans or touches anyone's machine.

    Try it: `holdfast assess examples/northgate`
    """
    del version
    context.obj = Settings.from_environment(home)


for _name, _verb in VERBS.items():
    app.command(_name, no_args_is_help=False)(_verb)


def main() -> None:
    """Entry point of the console script."""
    _open_streams()
    sys.exit(run())


def _open_streams() -> None:
    """UTF-8 whatever the locale says, as the contract has it, and somewhere to write where a stream was closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 - open until the end
        else:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def run() -> int:
    """The exit code of one command line."""
    try:
        code = app(standalone_mode=False)
    except typer.Exit as stop:
        return stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        print("holdfast: interrupted", file=sys.stderr)
        return INTERRUPTED
    except CheckError as error:
        print(f"holdfast: {error}", file=sys.stderr)
        return UNCHECKED
    except HoldfastError as error:
        print(f"holdfast: {error}", file=sys.stderr)
        return WRONG_USE
    except BrokenPipeError:
        abandon_output()  # its reader (head, less) went away: not our failure
        return 0
    except OSError as error:
        return _refused(error)
    except Exception as error:  # noqa: BLE001 - the outermost frame: say that it is our fault, keep the code 4
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _refused(error: OSError) -> int:
    """What the operating system refused: the user's place to write to, or a machine that is full."""
    if error.errno in _FULL:
        print(
            f"holdfast: {_place(error)}{error.strerror}. Make room, and run the command again",
            file=sys.stderr,
        )
        return UNEXPECTED
    if error.filename is None:
        return _unexpected(error)
    print(
        f"holdfast: {_place(error)}{error.strerror}. Check the path and who may write there", file=sys.stderr
    )
    return WRONG_USE


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EMFILE, errno.ENOMEM)


def _place(error: OSError) -> str:
    return f"{error.filename}: " if error.filename is not None else ""


def _unexpected(error: Exception) -> int:
    if hasattr(error, "exit_code") and hasattr(error, "show"):  # click's usage errors explain themselves
        error.show()
        return WRONG_USE
    import traceback

    traceback.print_exception(error)
    print("holdfast: this is a defect in Holdfast; please report it with the lines above", file=sys.stderr)
    return UNEXPECTED
