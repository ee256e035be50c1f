"""The lock holds what pyproject.toml asks for, at versions it admits, each with hashes."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
LOCK = (ROOT / ".ci/requirements.lock").read_text(encoding="utf-8")


def wanted() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    rows = [*project["dependencies"], *extras["test"], *extras["warc"], *extras["evaluate"]]
    return [Requirement(row) for row in rows]


def locked() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, re.MULTILINE):
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def test_lock_holds_every_dependency_at_an_admitted_version():
    versions = locked()
    for one in wanted():
        found = versions.get(canonicalize_name(one.name), [])
        assert found, f"{one.name} is not in .ci/requirements.lock; make it anew as its head says"
        assert all(one.specifier.contains(version) for version in found), one


def test_every_version_in_the_lock_has_hashes():
    blocks = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) > 20
    assert all("--hash=sha256:" in block for block in blocks)


def test_every_dependency_has_a_floor():
    """What .ci/floors installs: the oldest version admitted."""
    assert [
        str(one) for one in wanted() if not re.match(r">=|==", str(one.specifier).split(",")[-1])
    ] == []
