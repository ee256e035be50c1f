"""Habits of the house: recipes, hooks of a commit, tests that pass however they are started."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FAST = "not slow and not browser"
STARTS = {
    "background job": """trap '' INT QUIT HUP TERM PIPE; exec "$@" </dev/null""",
    "cron": """umask 077
        exec env -i PATH="$PATH" PYTHONPATH="$PYTHONPATH" TZ=Asia/Kathmandu LC_ALL=C TERM=dumb \
        NO_COLOR=1 COLUMNS=30 DATELINE_INDEX=nowhere DATELINE_WORKERS=many "$@" <&-""",
}
"""How a shell may start the tests: ignored signals, no terminal, other variables, closed stdin."""


def read_recipes() -> dict[str, list[str]]:
    """The lines of each recipe of the .justfile, without what `just` puts in for {{…}}."""
    recipes: dict[str, list[str]] = {}
    for line in (ROOT / ".justfile").read_text(encoding="utf-8").splitlines():
        if head := re.match(r"(\w+)[^#]*:$", line):
            recipes[head[1]] = []
        elif line.startswith("    "):
            recipes[list(recipes)[-1]].append(re.sub(r"\{\{.*?\}\}", "", line).strip())
    return recipes


def read_hooks() -> dict[str, dict[str, str]]:
    """The settings of each hook of .pre-commit-config.yaml by its id."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    hooks = [
        dict(re.findall(r"^ +(\w+): (.+)$", f"  id: {block}", re.MULTILINE))
        for block in text.split("- id: ")[1:]
    ]
    return {hook["id"]: hook for hook in hooks}


def read_commands() -> list[str]:
    """Every command that a recipe or a hook runs, each once."""
    lines = [line for recipe in read_recipes().values() for line in recipe]
    commands = [command.strip() for line in lines for command in line.split(" && ")]
    return sorted({*commands, *(hook["entry"] for hook in read_hooks().values())})


def test_recipes_are_those_of_the_house():
    assert set(read_recipes()) == {"test", "fast", "lint", "serve", "bench"}
    assert set(read_hooks()) == {"ruff-check", "ruff-format", "mypy"}


@pytest.mark.parametrize("command", read_commands())
def test_every_command_of_a_recipe_or_a_hook_exists(command: str):
    """Asked for its help, ruff, pip and dateline also refuse options that they do not have."""
    program, *words = shlex.split(command)
    if "/" in program:  # of an environment that a recipe makes: the one of this test has the same
        program = str(Path(sys.executable).parent / Path(program).name)
    done = subprocess.run(
        [program, *words, "--help"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()


def test_recipes_install_before_they_run():
    for name, lines in read_recipes().items():
        first, second, *rest = " && ".join(lines).split(" && ")
        folder = first.removeprefix("python3 -m venv ")
        assert second.startswith(f"{folder}/bin/pip install -q -e "), name
        assert rest, name
        assert all(command.startswith(f"{folder}/bin/") for command in rest), name


def test_recipes_are_the_commands_of_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("test", "serve"):
        (line,) = read_recipes()[name]
        assert f"```\n{line}\n```" in readme


def test_checks_of_recipes_and_of_ci_are_the_same():
    checks = re.findall(
        r"^\.venv/bin/((?:ruff|mypy).*)$",
        (ROOT / ".ci/run").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    linted = [line.removeprefix(".test-venv/bin/") for line in read_recipes()["lint"][1:]]
    assert linted == checks


def test_fast_tests_leave_out_marks_that_are_declared():
    (command,) = read_recipes()["fast"][1:]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    marks = [mark.split(":")[0] for mark in project["tool"]["pytest"]["ini_options"]["markers"]]
    assert shlex.split(command)[-2:] == ["-m", FAST]
    assert set(re.findall(r"not (\w+)", FAST)) <= set(marks)


def test_hooks_run_pinned_tools_of_the_project_and_fetch_nothing():
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"- repo: (.+)", text) == ["local"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pinned = [row.split("==")[0] for row in project["optional-dependencies"]["test"] if "==" in row]
    for hook in read_hooks().values():
        assert hook["language"] == "system"
        folder, tool = hook["entry"].split()[0].rsplit("/", 1)
        assert (folder, tool in pinned) == (".test-venv/bin", True)


@pytest.mark.slow
@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS)
def test_tests_pass_however_they_are_started(start: str, tmp_path: Path):
    """Those marked `environment`, each of which starts a process that inherits the conditions."""
    marked = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if re.search(r"^@pytest\.mark\.environment$", path.read_text("utf-8"), re.MULTILINE)
    ]
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "environment"]
    words = ["sh", "-c", start, "sh", *tests, "--basetemp", tmp_path / "started", *marked]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
