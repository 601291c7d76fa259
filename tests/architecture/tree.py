"""Where the code is: what the tests of its shape walk over."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from deploy.house_rules.model import Source

ROOT = Path(__file__).resolve().parents[2]
APPS = ("oms", "channels_sync", "warehouse", "aftersales")


def python_sources(*directories: str) -> list[Source]:
    """Read what people wrote there: no migrations, no empty package markers."""
    return [source for directory in directories for source in _below(directory)]


@cache
def _below(directory: str) -> list[Source]:
    """Read a directory once: several tests walk over the same trees, and parsing takes seconds."""
    files = (ROOT / directory).rglob("*.py")
    sources = [
        Source(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
        for file in sorted(files)
        if "migrations" not in file.parts
    ]
    return [source for source in sources if source.text.strip()]


def app_modules(name: str) -> list[ModuleType]:
    """Import the module of this name in every app that has one; a package with its modules."""
    places = [f"{app}.{name}" for app in APPS]
    modules = [import_module(place) for place in places if find_spec(place)]
    return [
        module
        for top in modules
        for module in (
            top,
            *(
                import_module(f"{top.__name__}.{below.name}")
                for below in iter_modules(getattr(top, "__path__", ()))
            ),
        )
    ]
