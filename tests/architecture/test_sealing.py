"""Nothing is sealed but in columns and files that a change of keys finds by itself."""

import ast

from tests.architecture.tree import APPS, python_sources

SEALS = ("oms/privacy/fields.py", "oms/privacy/storage.py")
OPENS_TO_SEAL_ANEW = ("oms/services/rekeying/",)


def test_only_fields_and_storage_take_the_keys_of_personal_data() -> None:
    users = [
        source.path
        for source in python_sources(*APPS)
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom)
        and node.module == "oms.privacy.keys"
        and any(name.name == "keyring" for name in node.names)
    ]
    assert set(SEALS) <= set(users)
    assert [path for path in users if not path.startswith((*SEALS, *OPENS_TO_SEAL_ANEW))] == []
