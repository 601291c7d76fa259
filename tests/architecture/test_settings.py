"""What the environment can set has an effect."""

import ast

from django.conf import global_settings

from tests.architecture.tree import ROOT

SETTINGS = ROOT / "oms" / "settings.py"
PROGRAMS = ("oms", "channels_sync", "warehouse", "aftersales", "deploy")


def set_by_environment(tree: ast.Module) -> set[str]:
    """Return the names that get their value from a variable of ours."""
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and '"OMS_' in ast.unparse(node.value).replace("'", '"')
    }


def read_names(tree: ast.Module) -> set[str]:
    return {
        node.attr if isinstance(node, ast.Attribute) else node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Load)
    }


def test_every_variable_is_read_by_somebody() -> None:
    own = set_by_environment(ast.parse(SETTINGS.read_text(encoding="utf-8")))
    assert len(own) > 10
    files = [file for name in PROGRAMS for file in (ROOT / name).rglob("*.py")]
    used = set[str]()
    for file in files:
        source = file.read_text(encoding="utf-8")
        if "settings" in source:
            used |= read_names(ast.parse(source))
    assert {name for name in own - used if not hasattr(global_settings, name)} == set()
