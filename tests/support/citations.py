"""Files and definitions that documents and docstrings cite, and whether the repository has them.

In: text. Out: the citations that lead nowhere. A path is cited whole (`indexer/fields.py`), or by
its end (`lsh.py`, `query/ast.py`); a module also by its dotted name (`engines.bm25`). A definition
is cited behind its file: `indexer/query/parser.py`: `parse`. Blocks of diffs are not read.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from functools import cache
from pathlib import Path

from tests.support.import_graph import parse_module

ROOT = Path(__file__).parents[2]
FOLDERS = ("indexer", "web", "tests", "corpus", ".ci", ".github", ".readme")

_PATH = re.compile(
    r"(?<![\w./:<>*-])"
    r"((?:indexer|web|tests|corpus|\.ci|\.github|\.readme)/[\w./*-]*\w\.\w+"
    r"|[\w][\w./*-]*\.(?:py|md|tsv|rng))(?![\w/-])"
)
"""Any file from the root; elsewhere those of our own kinds, since `current.json` is in an index."""

_TEST = re.compile(r"(?<![\w/.])test_\w+\*?(?![\w*]|\.\w)")
"""A file of tests by its bare name, with a star for several."""

_FOLDER = re.compile(r"`((?:indexer|web|tests|corpus|\.ci|\.github)/[\w./-]*)`")

_DEFINITION = re.compile(r"`([\w./-]+\.py)`:\s+`([A-Za-z_][\w.]*)`")

_DOTTED = re.compile(r"`((?:indexer|web|engines|query|analysis|search|clean|ingest|output|measure)"
                     r"(?:\.[A-Za-z_]\w*)+)`")  # fmt: skip
"""A module, or a definition in it, by its dotted name from the root or from `indexer`."""


@cache
def list_files() -> frozenset[str]:
    """Every file of the repository by its path from the root, without those that a build leaves."""
    folders = [ROOT / name for name in FOLDERS]
    paths = [*ROOT.iterdir(), *(path for folder in folders for path in folder.rglob("*"))]
    return frozenset(
        path.relative_to(ROOT).as_posix()
        for path in paths
        if path.is_file() and "__pycache__" not in path.parts
    )


def find_dangling(text: str) -> list[str]:
    """The citations of a text that lead nowhere."""
    text = re.sub(r"^```diff\n.*?^```$", "", text, flags=re.MULTILINE | re.DOTALL)
    paths = [path for path in _PATH.findall(text) if not _has_file(path)]
    folders = [path for path in _FOLDER.findall(text) if not (ROOT / path).exists()]
    definitions = [
        f"{path}: {name}"
        for path, name in _DEFINITION.findall(text)
        if _has_file(path) and not _has_definition(ROOT / path, name)
    ]
    tests = [name for name in _TEST.findall(text) if not _has_file(f"{name}.py")]
    dotted = [name for name in _DOTTED.findall(text) if not _has_module(name)]
    return [*paths, *folders, *definitions, *tests, *dotted]


def list_prose(source: str) -> list[str]:
    """The docstrings, those of attributes too, and the comments of a module."""
    strings = [
        node.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    ]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return strings + [token.string for token in tokens if token.type == tokenize.COMMENT]


@cache
def _has_file(path: str) -> bool:
    pattern = re.compile(r"(?:.*/)?" + re.escape(path).replace(r"\*", "[^/]*"))
    return any(pattern.fullmatch(name) for name in list_files())


def _has_module(dotted: str) -> bool:
    """Whether a dotted name is a module or package, or a definition in one."""
    parts = dotted.split(".")
    if parts[0] not in ("indexer", "web"):
        parts.insert(0, "indexer")
    for length in range(len(parts), 0, -1):
        place = ROOT.joinpath(*parts[:length])
        if place.is_dir():
            return length == len(parts) or _has_definition(
                place / "__init__.py", ".".join(parts[length:])
            )
        if place.with_suffix(".py").exists():
            name = ".".join(parts[length:])
            return not name or _has_definition(place.with_suffix(".py"), name)
    return False


def _has_definition(path: Path, name: str) -> bool:
    body = parse_module(path).body
    for part in name.split("."):
        found = [node for node in body if part in _names(node)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names(node: ast.stmt) -> set[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.AnnAssign):
        return {ast.unparse(node.target)}
    if isinstance(node, ast.Assign):
        names = {
            name for target in node.targets for name in re.findall(r"\w+", ast.unparse(target))
        }
        return names | set(
            re.findall(r"\w+", ast.unparse(node.value)) if "__all__" in names else ()
        )
    if isinstance(node, ast.ImportFrom | ast.Import):
        return {alias.asname or alias.name for alias in node.names}
    return set()
