"""The command line: run, test, check, chaos, bench, manage."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence

from deploy import bench, checks, commands, launch, libraries, suites
from deploy.launch import environment
from deploy.paths import venv_bin
from deploy.problems import Problem

DEFAULT_PORT = 8000


def main(argv: Sequence[str]) -> int:
    """Do what the arguments say and return the exit code."""
    commands.leave_on_sigterm()
    words = _read(argv)
    act: Callable[[argparse.Namespace], int] = words.act
    try:
        return act(words)
    except Problem as problem:
        print(f"\n{problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def _read(argv: Sequence[str]) -> argparse.Namespace:
    """Understand our own words; those of test and bench that are not ours go to their runner."""
    parser = _parser()
    words, rest = parser.parse_known_args(argv)
    if rest and not hasattr(words, "extra"):
        parser.error(f"unknown: {' '.join(rest)}")
    words.extra = rest
    return words


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=__doc__)
    acts = parser.add_subparsers(required=True, metavar="COMMAND")

    run = acts.add_parser("run", help="start everything with demo data, until Ctrl-C")
    run.add_argument("--port", type=_port, default=DEFAULT_PORT, help="of the web server")
    run.add_argument("-v", "--verbose", action="store_true", help="show all that is logged")
    run.set_defaults(act=lambda words: launch.run(port=words.port, everything=words.verbose))

    test = acts.add_parser("test", help="run the tests on SQLite and on PostgreSQL")
    _accept_selection(test, "a path, a test's id, or an expression for pytest -k")
    test.set_defaults(act=lambda words: suites.test(only=words.only, extra=words.extra))

    check = acts.add_parser("check", help="style, types, imports, house rules, migrations")
    check.set_defaults(act=lambda words: checks.check())

    chaos = acts.add_parser("chaos", help="all platforms at once while everything goes wrong")
    chaos.add_argument("--orders", type=int, default=10_000)
    chaos.set_defaults(act=lambda words: suites.chaos(orders=words.orders))

    measure = acts.add_parser("bench", help="run the benchmarks on PostgreSQL")
    _accept_selection(measure, "names of benchmarks")
    measure.set_defaults(act=lambda words: bench.bench(only=words.only, extra=words.extra))

    manage = acts.add_parser("manage", help="run manage.py with this installation's keys")
    manage.add_argument("words", nargs=argparse.REMAINDER)
    manage.set_defaults(act=_manage)
    return parser


def _accept_selection(parser: argparse.ArgumentParser, only: str) -> None:
    parser.add_argument("--only", type=shlex.split, default=[], help=only)
    parser.set_defaults(extra=[])


def _port(text: str) -> int:
    number = int(text)
    if not 0 < number < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return number


def _manage(words: argparse.Namespace) -> int:
    libraries.install("run")
    environ = environment(int(os.environ.get("PORT") or DEFAULT_PORT))
    commands.become([venv_bin("python"), "manage.py", *words.words], environ)
    return 0
