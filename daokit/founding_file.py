"""The file that founders write, of a collective or a federation: read strictly, with a text under one hash."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError

from daokit.documents import data_uri, text_hash
from daokit.errors import MalformedFile, UsageError


class FoundingFile(BaseModel):
    """What every such file says. `FILE` is how it is usually called, `WRITER` the command that writes one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    FILE: ClassVar[str] = ""
    WRITER: ClassVar[str] = ""

    name: str
    purpose: str = ""
    text: str = ""
    uri: str = ""
    number: Annotated[int, Field(strict=True)] = 0

    _own_file: bool = PrivateAttr(default=False)

    @classmethod
    def load(cls, path: Path | str) -> Self:
        """The charter in a file. Raises `MalformedFile`, which names the file and the key, for whatever the contracts
        would refuse on one's own machine; `check` says what a public chain asks beyond that."""
        path = Path(path)
        try:
            return cls.parse(path.read_text(encoding="utf-8"), path)
        except FileNotFoundError:
            raise UsageError(f"there is no {path}; `{cls.WRITER}` writes one") from None
        except (OSError, UnicodeDecodeError) as error:
            raise MalformedFile(f"{path} cannot be read as text: {error}") from None

    @classmethod
    def parse(cls, content: str, path: Path | str = "") -> Self:
        """The charter written in `content`. `path` is where it stands: errors name it, and a `text` that names a file
        is looked for beside it."""
        path = Path(path or cls.FILE)
        try:
            given = tomllib.loads(content)
        except tomllib.TOMLDecodeError as error:
            raise MalformedFile(f"{path} is not TOML: {error}") from None
        own_file = _names_a_file(given.get("text"))
        if own_file:
            given["text"] = _document(path, given["text"])
        try:
            refuse_unknown(given, [field.alias or name for name, field in cls.model_fields.items()])
            charter = cls.model_validate(given)
        except ValidationError as error:
            raise MalformedFile(f"{path}: {'; '.join(map(cls.sentence, error.errors()))}") from None
        except ValueError as error:
            raise MalformedFile(f"{path}: {error}") from None
        charter._own_file = own_file
        try:
            charter.check(local=True)
        except UsageError as error:
            raise MalformedFile(f"{path}: {error.message}") from None
        return charter

    def check(self, *, local: bool) -> None:
        """Raises `UsageError` with one sentence for each thing that a founding would be refused for, on a chain on
        one's own machine or on a public one."""
        raise NotImplementedError

    @classmethod
    def sentence(cls, error: Any) -> str:
        """One of pydantic's errors in our words."""
        place = " ".join(f"{part + 1}" if isinstance(part, int) else str(part) for part in error["loc"])
        words = error["msg"].removeprefix("Value error, ")
        said = PLAIN.get(error["type"])
        return f"{place} {said}" if said else f"[{place.replace(' ', '.')}] {words}"

    @property
    def document(self) -> str:
        """What members accept: a file that `text` names, exactly as it stands; otherwise name, purpose and text."""
        if self._own_file:
            return self.text
        parts = (f"# {self.name.strip()}", self.purpose.strip(), self.text.strip())
        return "\n\n".join(part for part in parts if part) + "\n"

    @property
    def text_hash(self) -> str:
        """keccak256 of the document, 0x hex."""
        return text_hash(self.document)

    def data_or_uri(self) -> str:
        """Where the document is: the charter's `uri`, or one that carries it whole. Raises `UsageError` when it is too
        long for that."""
        return self.uri or data_uri(self.document, "the charter's text")


def _names_a_file(text: object) -> bool:
    return isinstance(text, str) and "\n" not in text and text.endswith((".md", ".txt"))


def _document(path: Path, name: str) -> str:
    try:
        # As bytes, so that the hash is that of the file, whatever its line ends.
        return (path.parent / name).read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        raise MalformedFile(f'{path}: text names the file "{name}", and there is no such text beside it') from None


def refuse_unknown(given: Iterable[str], known: Iterable[str]) -> None:
    """Raises `ValueError` for a key that is not known, with the near ones."""
    for key in given:
        if key not in known:
            near = difflib.get_close_matches(key, list(known), n=2, cutoff=0.5)
            remedy = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
            raise ValueError(f'there is no key "{key}" here; {remedy}')


PLAIN = {
    "missing": "is missing",
    "string_type": "is text, in quotes",
    "int_type": "is a whole number, without quotes",
    "bool_type": "is true or false, without quotes",
    "extra_forbidden": "is not a key that is known here",
    "tuple_type": "is a list",
    "model_type": "is a table of its own",
}
