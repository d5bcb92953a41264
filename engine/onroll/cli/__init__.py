"""The command line. Data goes to standard output, words and progress to standard error."""

from __future__ import annotations

import io
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from onroll.cli.garbage import starting_quickly
from onroll.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

    from click.shell_completion import CompletionItem

    from onroll.errors import OnrollError

__all__ = ["cli", "main"]

#: Command → the sentence of `--help`, by what people do with it. Each command lives in a module of
#: its name, or of that in `_MODULES`, which is imported only when it runs, so that `--version`,
#: `--help` and completion stay quick.
_GROUPS: Final = {
    "Write a connector": {
        "new": "Draft a connector from what you have of an API.",
        "validate": "Check definitions and their examples, offline.",
        "lint": "Say what is valid and yet not good.",
        "explain": "Say in words what a connector will ask, and how it ends.",
        "test": "Test a connection, check by check.",
        "preview": "Show the provider's fields beside the mapped users.",
        "record": "Save real answers as examples, with made-up people.",
        "schema": "Print the JSON Schema of definitions, for editors.",
    },
    "Read and import people": {
        "connectors": "List the shipped and local connectors.",
        "fetch": "Write all users as NDJSON, and prove that the list is complete.",
        "import": "Bring people into a directory: plan, check, apply.",
        "users": "List a directory's users, and what was changed of one.",
        "runs": "List past imports and their results.",
        "link": "Say which user of the directory a person of a source is.",
        "unlink": "End the link of a person and a user.",
    },
    "Set up": {
        "login": "Sign in to an API in the browser, and keep the token.",
        "logout": "Give a token back, and forget it.",
        "sandbox": "Serve a local HR API, to try it all without an account.",
        "completion": "Print what makes a shell complete commands and names.",
    },
}
_COMMANDS: Final = {name: words for group in _GROUPS.values() for name, words in group.items()}

#: A keyword cannot be a module's name.
_MODULES: Final = {"import": "import_people"}


class _LazyGroup(click.Group):
    """A group whose commands are imported when they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(f"onroll.cli.{_MODULES.get(cmd_name, cmd_name)}").command
        assert isinstance(command, click.Command)
        if _COLOR_ANYWHERE not in command.params:
            command.params.append(_COLOR_ANYWHERE)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. A reader of its output who has enough is no failure."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            from onroll.cli.lines import let_go  # noqa: PLC0415  (only when it broke)

            let_go(sys.stdout)
            return 0
        return code

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        widest = max(map(len, _COMMANDS))
        for title, commands in _GROUPS.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(widest), said) for name, said in commands.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a command's name without importing the commands, as click's own would."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415  (only for completion)

        options = click.Command.shell_complete(self, ctx, incomplete)
        return options + [
            CompletionItem(name, help=said)
            for name, said in _COMMANDS.items()
            if name.startswith(incomplete)
        ]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            from onroll.diagnostics import nearest  # noqa: PLC0415  (only for a mistake)

            right = nearest(args[0], _COMMANDS)
            did_you_mean = f" Did you mean `{right}`?" if right else ""
            ctx.fail(f"There is no command `{args[0]}`.{did_you_mean}")
        return super().resolve_command(ctx, args)


def _set_color(_ctx: click.Context, _param: click.Parameter, color: str | None) -> None:
    # The consoles go by these, wherever they are made.
    if color == "never":
        os.environ["NO_COLOR"] = "1"
    elif color == "always":
        os.environ.pop("NO_COLOR", None)
        os.environ["FORCE_COLOR"] = "1"


_COLORS: Final = click.Choice(["auto", "always", "never"])
#: It stands before the command, and is taken behind it too.
_COLOR_ANYWHERE: Final = click.Option(
    ["--color"], type=_COLORS, expose_value=False, hidden=True, callback=_set_color
)

_HELP = """Bring the people of a company out of any HR API into a directory, by a YAML definition.

\b
Try it without an account, in two terminals:
  onroll sandbox
  onroll test personio --base-url http://127.0.0.1:8770/v1 \\
      --set client_id=demo --set client_secret=demo-secret

\b
Connect an API of your own:
  onroll new acme --url https://api.acme.com/v1/staff --header "X-Key: $KEY"
"""


@click.command(cls=_LazyGroup, help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="onroll", message="%(prog)s %(version)s")
@click.option(
    "--color",
    type=_COLORS,
    default="auto",
    expose_value=False,
    callback=_set_color,
    help="Colors: on a terminal only, always or never. NO_COLOR is kept too.",
)
def cli() -> None:
    """Run a command."""


def _make_streams_safe() -> None:
    """Let no output fail for the stream's own sake: a closed one, or one that is not UTF-8."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115  (for the process's life)
        elif isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and exit: 0 done, 1 some people refused, 2 usage or definition,
    3 settings, 4 source or incomplete listing, 5 target, 6 blocked, 130 interrupted.
    """  # noqa: D205  (one sentence)
    _make_streams_safe()
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        with starting_quickly():
            code = cli.main(args=words, prog_name="onroll", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        if "--json" in words and _knows_json(error):
            _answer_misuse(error)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        # click makes the one of the other.
        print("interrupted", file=sys.stderr)  # noqa: T201  (the last word)
        sys.exit(130)
    except Exception as error:
        from onroll.errors import OnrollError, SourceError  # noqa: PLC0415  (only when it failed)

        if not isinstance(error, OnrollError):
            raise
        from onroll.cli.terminal import print_error  # noqa: PLC0415  (as above)

        print_error(error, error.exchange if isinstance(error, SourceError) else None)
        if "--json" in words:
            _answer(error)
        sys.exit(error.exit_code)
    sys.exit(code if isinstance(code, int) else 0)


def _answer(error: OnrollError) -> None:
    """Write an error to standard output, where a program waits for JSON."""
    from onroll.cli.error_json import error_json  # noqa: PLC0415  (only when something went wrong)
    from onroll.cli.lines import print_json  # noqa: PLC0415  (as above)
    from onroll.diagnostics import render_json  # noqa: PLC0415  (as above)

    said = {"error": error_json(error), "diagnostics": render_json(error.diagnostics)}
    # On one line, as `preview --watch --json` is read.
    print_json(said, indent=None)


def _answer_misuse(error: click.ClickException) -> None:
    from onroll.diagnostics import Diagnostic  # noqa: PLC0415  (only when something went wrong)
    from onroll.errors import UsageError  # noqa: PLC0415  (as above)

    _answer(UsageError(Diagnostic("wrong-option", error.format_message())))


def _knows_json(error: click.ClickException) -> bool:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return context is not None and any("--json" in one.opts for one in context.command.params)
