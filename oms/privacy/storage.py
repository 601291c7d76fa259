"""Where files with personal data lie: sealed by the field keys, whoever copies the disk."""

import os
import secrets
from pathlib import Path
from typing import IO, Any

from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from oms.privacy.keys import keyring
from oms.privacy.sealed import is_sealed, key_version, open_sealed, seal_pieces

_CONTEXT = "oms.file"


class _Sealed(ContentFile):  # type: ignore[type-arg]
    """What is written in place of the clear file; it has no path that could be moved instead."""

    def __init__(self, clear: "File[Any]") -> None:
        super().__init__(b"", name=clear.name)
        self._clear = clear

    def chunks(self, chunk_size: int | None = None) -> Any:
        return seal_pieces(self._clear.chunks(), keyring=keyring(), context=_CONTEXT)


class _Clear(File):  # type: ignore[type-arg]
    """The clear content of a sealed file; closed, it can be opened again from its path."""

    def __init__(self, path: str, *, name: str) -> None:
        self._path = path
        super().__init__(self._unsealed(), name=name)

    def open(self, mode: str | None = None, *_args: Any, **_kwargs: Any) -> Any:
        if self.closed:
            self.file = self._unsealed()
        self.seek(0)
        return self

    def _unsealed(self) -> IO[bytes]:
        file = Path(self._path).open("rb")  # noqa: SIM115  # the reader closes it
        return open_sealed(file, keyring=keyring(), context=_CONTEXT)


@deconstructible
class SealedStorage(FileSystemStorage):
    """Files are sealed as they are written and opened as they are read.

    One that is not sealed lies there from before files were, and is read as it is.
    """

    def _save(self, name: str, content: "File[Any]") -> str:
        saved: str = super()._save(name, _Sealed(content))  # type: ignore[misc]  # not in the stubs
        return saved

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        """:raises ValueError: for any other mode than reading"""
        if mode != "rb":
            raise ValueError("A sealed file is written once, by saving it.")
        file: File[Any] = super()._open(name, mode)  # type: ignore[misc]
        if not is_sealed(file):
            return file
        file.close()
        return _Clear(self.path(name), name=name)

    def key_version(self, name: str) -> int:
        """Return the version of the key under which a file lies; 0 if it was never sealed.

        :raises FileNotFoundError: if there is no such file
        """
        with Path(self.path(name)).open("rb") as file:
            return key_version(file)

    def rekey(self, name: str) -> None:
        """Seal a file anew under the newest key. Whoever reads it at the moment reads on.

        The caller sees to it that nobody deletes the file meanwhile.

        :raises FileNotFoundError: if there is no such file
        :raises UndecryptableValue: if it cannot be read; it stays as it is
        """
        path = Path(self.path(name))
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with self._open(name) as clear, fresh.open("xb") as file:
                pieces = seal_pieces(clear.chunks(), keyring=keyring(), context=_CONTEXT)
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            fresh.chmod(path.stat().st_mode)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
