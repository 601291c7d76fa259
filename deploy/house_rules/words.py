"""Rules about words: Chinese in its places, and nothing that only one machine understands."""

import ast
import re
from collections.abc import Iterator

from .model import PACKAGES, Hit, Rule, Source

IDEOGRAPHS = (
    range(0x3400, 0x4DC0),
    range(0x4E00, 0xA000),
    range(0xF900, 0xFB00),
    range(0x20000, 0x32000),
)
CHINESE_PLACES = (
    "oms/settings.py",  # a language is offered under its own name
    "*/messages.py",
    "*/messages/*",
    "*/errors.py",
    "*/codes.py",  # what platforms and carriers themselves write
    "*/demo.py",
    "*/demo/*",
    "*/seed_demo.py",
    "*/simulator/*",
    "oms/privacy/*",  # normalization of addresses and phone numbers
    "oms/routing/regions*",
    "oms/intake/*",  # spoken and written numbers, units, colors
)
"""Modules whose literals may be Chinese; elsewhere labels are English, for the catalogue."""

LEAKS = (
    (r"(?<![\w.~)}>-])/(?:work|tmp|root|home|Users)/(?=[\w.$])", "a path of one machine"),
    (r"\b[A-Z]:\\+Users\b", "a path of one machine"),
    (r"\bshared[/]", "a path outside the checkout"),
    (r"(?<!\w)[.]library\b", "a path outside the checkout"),
    (r"\bpypi(?:\.python)?\.org\b|\bpythonhosted\.org\b", "a package registry"),
    (r"\bregistry\.(?:npmjs|yarnpkg|npmmirror)\.|\bnpmjs\.(?:org|com)\b", "a package registry"),
    (r"\bproxy\.golang\.org\b|\bcrates\.io\b|\brubygems\.org\b", "a package registry"),
    (r"\b(?:mirrors?|pypi)\.[a-z0-9-]+\.(?:com|cn|edu|org|net)\b", "a package registry"),
    (r"[-]-(?:extra-)?index[-]url\b", "a package registry"),
)
VENDORED = ("static/vendor/*", "*/static/vendor/*")
TEMPLATE_COMMENT = re.compile(r"{#.*?#}|<!--.*?-->|{% comment %}.*?{% endcomment %}", re.DOTALL)


def chinese_literals(source: Source) -> Iterator[Hit]:
    allowed = _bare_strings(source.tree) | _error_texts(source.tree)
    for node in ast.walk(source.tree):
        match node:
            case ast.Constant(value=str(text)) if id(node) not in allowed and _is_chinese(text):
                yield (
                    node.lineno,
                    "Chinese in code: an English label and the catalogue, or messages.py",
                )


def chinese_templates(source: Source) -> Iterator[Hit]:
    text = TEMPLATE_COMMENT.sub(lambda found: "\n" * found.group().count("\n"), source.text)
    for number, line in enumerate(text.splitlines(), start=1):
        if _is_chinese(line):
            yield number, "Chinese in a template: write English inside {% translate %}"


def leaks(source: Source) -> Iterator[Hit]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        for pattern, what in LEAKS:
            if found := re.search(pattern, line):
                yield number, f"{what}: {found.group()}"


def _bare_strings(tree: ast.Module) -> set[int]:
    """Find docstrings, also those below an attribute."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _error_texts(tree: ast.Module) -> set[int]:
    """Find what an error says: it speaks to the operator, in the operator's language."""
    return {
        id(node)
        for saying in ast.walk(tree)
        if isinstance(saying, ast.Raise) or _makes_an_error(saying)
        for node in ast.walk(saying)
    }


def _makes_an_error(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name.endswith(("Error", "Refusal"))
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="super")), attr=attr)):
            return attr == "__init__"
    return False


def _is_chinese(text: str) -> bool:
    return any(ord(letter) in block for letter in text for block in IDEOGRAPHS)


_MERGED = "".join(map(chr, (0x5DF2, 0x5408, 0x5E76)))
_SLASH = "/"

RULES = (
    Rule(
        name="chinese-in-code",
        check=chinese_literals,
        only=PACKAGES,
        but=CHINESE_PLACES,
        good=(
            ("oms/flows/order.py", f'"""Merged ({_MERGED})."""\nMERGED = 1  # {_MERGED}'),
            ("oms/flows/order.py", f"MERGED = 'merged'\n'''{_MERGED}'''"),
            ("oms/services/orders.py", f"raise Refused(f'{{order}}: {_MERGED}')"),
            ("oms/integration/failures.py", f"return IntegrationError('{_MERGED}', kind=kind)"),
            ("warehouse/carriers/base.py", f"super().__init__('{_MERGED}', code='x')"),
            ("warehouse/mobile/messages.py", f"MERGED = '{_MERGED}'"),
            ("warehouse/carriers/sf/codes.py", f"STATUS = {{'{_MERGED}': 'merged'}}"),
        ),
        bad=(
            ("oms/flows/order.py", f"MERGED = 'merged', '{_MERGED}'"),
            ("oms/services/orders.py", f"note = f'{{order}}: {_MERGED}'"),
            ("oms/services/orders.py", ascii(_MERGED).join(("label = ", ""))),
        ),
    ),
    Rule(
        name="chinese-in-templates",
        check=chinese_templates,
        only=("templates/*", "*/templates/*"),
        good=(
            (
                "templates/base.html",
                f"{{# {_MERGED} #}}<!--\n{_MERGED} -->{{% translate 'Merged' %}}",
            ),
        ),
        bad=(("templates/base.html", f"<h1>{_MERGED}</h1>"),),
    ),
    Rule(
        name="no-leaks",
        check=leaks,
        only=("*",),
        but=VENDORED,
        good=(
            ("README.md", "See docs/adr/0001-one-shared-schema.md, https://example.com/work/a"),
            ("deploy/nginx.conf", "root /srv/oms; # /usr/lib/postgresql"),
            ("static/m/scan.js", f"fetch(`${{base}}{_SLASH}work{_SLASH}${{id}}`)"),
        ),
        bad=(
            ("docs/scaling.md", f"cd {_SLASH}work{_SLASH}main"),
            ("tests/conftest.py", f"path = '{_SLASH}tmp{_SLASH}x'"),
            ("README.md", f"see ..{_SLASH}shared{_SLASH}notes.md"),
            ("docs/a.md", "see ." + "library/x"),
            ("requirements.txt", "--index" + "-url x"),
            ("pyproject.toml", "url = 'https://" + "pypi" + ".org/simple'"),
            ("docs/a.md", "C:" + "\\" + "Users" + "\\" + "me"),
        ),
    ),
)
