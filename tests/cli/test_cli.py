"""The command line: results on stdout, progress on stderr, exit codes, plain sentences."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from indexer.cli import building, main, measuring, searching, serving
from indexer.output import as_text
from tests.support.command_runner import run_dateline
from tests.support.sample_corpus import PAGES

ROOT = Path(__file__).parents[2]
COMMANDS = main.list_commands(click.Context(main))
SEARCH_ALONE = """
import sys
from indexer.cli import main
main(["--index", sys.argv[1], "search", "frigate"], standalone_mode=False)
print(sorted({"bs4", "flask", "indexer.ingest.pipeline"} & set(sys.modules)))
"""


def test_every_command_is_listed_with_its_module():
    for module in (building, measuring, searching, serving):
        assert module.main is main
    assert sorted(main.commands) == COMMANDS


def test_search_imports_neither_cleaner_nor_server(sample_index: Path):
    words = [sys.executable, "-c", SEARCH_ALONE, str(sample_index)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str):
    result = run_dateline(command, "--help")
    assert result.exit_code == 0
    assert f"dateline {command}" in result.stdout or command == "evaluate"


def test_rebuild_tells_what_it_did(tmp_path: Path):
    result = run_dateline("rebuild", str(PAGES), "--json", "--quiet", index=tmp_path / "data")
    report = json.loads(result.stdout)
    assert set(report) == {
        "read", "indexed", "duplicates", "quarantined", "seconds", "generation", "unchanged",
        "removed",
    }  # fmt: skip
    assert report["read"] == 79
    assert report["duplicates"] == 1
    again = json.loads(run_dateline("update", str(PAGES), "--json", index=tmp_path / "data").stdout)
    assert (again["read"], again["unchanged"]) == (79, 79)


def test_progress_goes_to_stderr_and_results_to_stdout(tmp_path: Path):
    result = run_dateline("rebuild", str(PAGES), index=tmp_path / "data")
    assert "79 pages read" in result.stdout
    assert "a second" not in result.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rebuild", "nowhere"], "No such file or folder: nowhere"),
        (["search", "patriot"], "No index in"),
        (["update", "."], "No index in"),
        (["stats"], "run: dateline"),
        (["--index", "ftp://host/name", "stats"], "No engine for ftp:// addresses"),
    ],
)
def test_failure_is_one_plain_sentence_and_exit_1(tmp_path: Path, words: list[str], said: str):
    result = run_dateline(*words, index=tmp_path / "data")
    assert result.exit_code == 1
    assert said in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words", [["rebuild"], ["search"], ["search", "a", "--limit", "x"], ["fly"]]
)
def test_wrong_use_is_exit_2(words: list[str]):
    assert run_dateline(*words).exit_code == 2


def test_index_is_taken_behind_the_command_too(sample_index: Path):
    before = run_dateline("stats", "--json", index=sample_index).stdout
    assert run_dateline("stats", "--json", "--index", str(sample_index)).stdout == before
    behind = run_dateline("quarantine", "list", "--index", str(sample_index))
    assert behind.exit_code == 0


def test_fresh_is_named_as_in_the_address(sample_index: Path):
    new = json.loads(run_dateline("search", "patriot", "--json", index=sample_index).stdout)
    even = json.loads(
        run_dateline("search", "patriot", "--json", "--fresh", "0", index=sample_index).stdout
    )
    assert new["total"] == even["total"]
    assert [hit["score"] for hit in new["hits"]] != [hit["score"] for hit in even["hits"]]


@pytest.mark.parametrize("day", ["2024-13-45", "<2024", "..2024"])
def test_bad_day_is_wrong_use(sample_index: Path, day: str):
    result = run_dateline("search", "patriot", "--from", day, index=sample_index)
    assert result.exit_code == 2
    assert "2024-03-31" in result.stderr


def test_search_prints_marked_hits(sample_index: Path):
    result = run_dateline("search", "su-25 belarus", "--limit", "1", index=sample_index)
    assert result.exit_code == 0
    assert "[Su-25]" in result.stdout
    assert "articles in" in result.stdout


def test_search_without_hits_says_how_many_articles_have_each_word(sample_index: Path):
    shown = run_dateline("search", "hypersonic silistra su-25", index=sample_index).stdout
    assert "No article has “silistra”." in shown
    shown = run_dateline("search", "su-25 date:1999", index=sample_index).stdout
    assert "Articles with a word of it: “su-25” 4." in shown
    shown = run_dateline("search", "ämari su-25", index=sample_index).stdout
    assert "Articles with a word of it: “su-25” 4, “ämari” 2." in shown


def test_filters_and_days_that_leave_nothing_are_the_reason(sample_index: Path):
    said = "No article is left by the filters and days chosen; without them: 4."
    assert said in run_dateline("search", "su-25", "--source", "Nobody", index=sample_index).stdout
    assert said in run_dateline("search", "su-25", "--to", "1999", index=sample_index).stdout


def test_phrase_without_hits_leads_to_its_words(sample_index: Path):
    said = "Without the quotes these words may stand apart."
    assert said in run_dateline("search", "“belarus frigate", index=sample_index).stdout
    assert said not in run_dateline("search", '"silistra"', index=sample_index).stdout


def test_days_the_wrong_way_round_are_wrong_use(sample_index: Path):
    words = ["search", "su-25", "--from", "2025", "--to", "2020"]
    result = run_dateline(*words, index=sample_index)
    assert (result.exit_code, "2025 is later than --to 2020" in result.stderr) == (2, True)


def test_file_in_the_place_of_an_index_is_named(tmp_path: Path):
    (tmp_path / "notes").write_text("no index")
    result = run_dateline("search", "su-25", index=tmp_path / "notes")
    assert (result.exit_code, "notes is a file" in result.stderr) == (1, True)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
@pytest.mark.parametrize(
    ("words", "unbuffered"),
    [(["search", "su-25"], ""), (["search", "su-25"], "1"), (["export", "su-25"], ""),
     (["stats"], "")],
)  # fmt: skip
@pytest.mark.environment
def test_output_that_cannot_be_written_is_a_plain_sentence(
    sample_index: Path, words: list[str], unbuffered: str
):
    """Python leaves unwritten output in its buffer, unless told not to have one."""
    command = [sys.executable, "-m", "indexer", *words, "--index", str(sample_index)]
    given = os.environ | {"PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=given, check=False)
    assert done.returncode == 1
    said = b"Error: The output cannot be written: No space left on device"
    assert done.stderr.splitlines() == [said]


@pytest.mark.environment
def test_search_with_closed_output_ends_in_peace(sample_index: Path):
    command = f"{shlex.quote(sys.executable)} -m indexer search su-25 --index {sample_index} >&-"
    done = subprocess.run(["sh", "-c", command], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_text_turns_at_spaces_and_keeps_its_offsets():
    text = "ready to assemble the ground-attack jet"
    assert as_text.wrap_text(text, 12).split("\n") == [
        "ready to",
        "assemble the",
        "ground-attack",
        "jet",
    ]
    assert as_text.wrap_text(text, 0) == text
    assert len(as_text.wrap_text(text, 12)) == len(text)


@pytest.mark.skipif(not shutil.which("script"), reason="no script to make a terminal with")
@pytest.mark.environment
def test_snippets_and_articles_fit_the_terminal(sample_index: Path):
    found = json.loads(run_dateline("search", "su-25", "--json", index=sample_index).stdout)
    shown = {}
    for command in ("search su-25", f"show {found['hits'][0]['id']}"):
        run = f"stty cols 60; {sys.executable} -m indexer {command} --index {sample_index}"
        words = ["script", "-qec", f"env -u COLUMNS NO_COLOR=1 sh -c '{run}'", "/dev/null"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        shown[command[:4]] = done.stdout.splitlines()
    snippets = [line for line in shown["sear"] if line.startswith("   ") and " · " not in line]
    body = shown["show"][shown["show"].index("") :]
    for lines in (snippets, body):
        assert 50 < max(len(line.replace("[", "").replace("]", "")) for line in lines) <= 60


@pytest.mark.skipif(not shutil.which("script"), reason="no script to make a terminal with")
@pytest.mark.environment
def test_terminal_that_asks_for_plain_text_gets_brackets(sample_index: Path):
    search = f"{sys.executable} -m indexer search su-25 --limit 1 --index {sample_index}"
    told = {}
    for setting in ("TERM=xterm", "NO_COLOR=1", "TERM=dumb"):
        words = ["script", "-qec", f"env -u NO_COLOR {setting} {search}", "/dev/null"]
        done = subprocess.run(words, capture_output=True, text=True, check=True)
        told[setting] = done.stdout
    assert "\x1b[1mSu-25" in told["TERM=xterm"]
    for plain in ("NO_COLOR=1", "TERM=dumb"):
        assert "\x1b" not in told[plain]
        assert "[Su-25]" in told[plain]


def test_search_for_nothing_says_what_to_add(sample_index: Path):
    assert "Add something to search for" in run_dateline("search", "", index=sample_index).stdout
    shown = run_dateline("search", "", "--source", "Nobody", index=sample_index).stdout
    assert "No article fits the filters chosen." in shown


def test_search_json_has_the_names_that_scripts_rely_on(sample_index: Path):
    found = json.loads(run_dateline("search", '"air defense"', "--json", index=sample_index).stdout)
    assert set(found) == {
        "query", "total", "took_ms", "hits", "facets", "months", "searched", "notices",
        "suggestion", "instead",
    }  # fmt: skip
    hit = found["hits"][0]
    assert set(hit) == {
        "id", "ref", "title", "title_marks", "url", "source", "published", "authors", "place",
        "section", "score", "copies", "snippets",
    }  # fmt: skip
    for snippet in hit["snippets"]:
        marked = [snippet["text"][start:end].lower() for start, end in snippet["marks"]]
        assert all(text.startswith("air def") for text in marked)


def test_run_prints_trec_lines(sample_index: Path, tmp_path: Path):
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "patriot"}\n{"id": "q2", "text": "xyzzyplugh"}\n')
    lines = run_dateline("run", str(queries), index=sample_index).stdout.splitlines()
    assert lines
    for rank, line in enumerate(lines, start=1):
        query, zero, ref, place, score, tag = line.split(" ")
        assert (query, zero, place, tag) == ("q1", "Q0", str(rank), "dateline")
        assert ref
        assert float(score) > 0


def test_trec_lines_keep_their_columns_whatever_a_page_is_called(tmp_path: Path):
    row = {"id": "saved page 1", "title": "Patriot", "body": "The battery moved. " * 20}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    (tmp_path / "queries.jsonl").write_text('{"id": "q 1", "text": "patriot"}')
    index = tmp_path / "data"
    assert run_dateline("rebuild", str(tmp_path / "rows.jsonl"), index=index).exit_code == 0
    line = run_dateline("run", str(tmp_path / "queries.jsonl"), index=index).stdout
    assert line.split()[:4] == ["q%201", "Q0", "saved%20page%201", "1"]


def test_bad_row_of_queries_is_named_by_line(sample_index: Path, tmp_path: Path):
    queries = tmp_path / "queries.jsonl"
    queries.write_text('{"id": "q1", "text": "patriot"}\n{"id": "q2"}\n')
    result = run_dateline("run", str(queries), index=sample_index)
    assert result.exit_code == 1
    assert "queries.jsonl:2" in result.stderr


def test_show_prints_an_article(sample_index: Path):
    found = json.loads(run_dateline("search", "su-25", "--json", index=sample_index).stdout)
    key = found["hits"][0]["id"]
    shown = json.loads(run_dateline("show", key, "--json", index=sample_index).stdout)
    assert shown["title"] == found["hits"][0]["title"]
    assert shown["body"].startswith(shown["lead"])
    assert run_dateline("show", "nosucharticle", index=sample_index).exit_code == 1


def test_clean_prints_one_line_a_page_and_fails_where_one_failed(tmp_path: Path):
    good = next(PAGES.rglob("*.html"))
    (tmp_path / "bad.html").write_bytes(b"\x00" * 2000)
    result = run_dateline("clean", str(good), str(tmp_path / "bad.html"))
    first, second = map(json.loads, result.stdout.splitlines())
    assert first["name"] == good.name
    assert first["body"]
    assert set(second) == {"name", "error"}
    assert result.exit_code == 1


def test_stats_and_check_tell_a_sound_index(sample_index: Path):
    counted = json.loads(run_dateline("stats", "--json", index=sample_index).stdout)
    assert counted["articles"] >= 60
    assert set(counted) == {
        "articles", "generation", "built", "bytes", "oldest", "newest", "sources"
    }  # fmt: skip
    assert run_dateline("check", index=sample_index).exit_code == 0


@pytest.mark.environment
@pytest.mark.usefixtures("default_interrupt")
def test_interrupted_rebuild_leaves_the_old_index(sample_index: Path, tmp_path: Path):
    index = shutil.copytree(sample_index, tmp_path / "data")
    many = tmp_path / "pages"  # enough that it is still at work when it is interrupted
    for number in range(12):
        shutil.copytree(PAGES, many / str(number))
    command = [sys.executable, "-m", "indexer", "--index", str(index), "rebuild", str(many)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT)
    while len(list((index / "generations").iterdir())) < 2 and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(2)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "the index is as it was before" in said
    assert json.loads(run_dateline("stats", "--json", index=index).stdout)["generation"] == "000001"


def test_port_in_use_is_a_plain_sentence(sample_index: Path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run_dateline("serve", "--port", port, index=sample_index)
    assert result.exit_code == 1
    assert port in result.stderr


def readme_commands() -> list[str]:
    """Each `dateline` command of the README's shell blocks; the browser tests do the serving."""
    blocks = (ROOT / "README.md").read_text(encoding="utf-8").split("```")[1::2]
    lines = [line for block in blocks if block.startswith("sh\n") for line in block.splitlines()]
    commands = [line.split("  #")[0].strip() for line in lines if line.startswith("dateline ")]
    return [one for one in dict.fromkeys(commands) if not one.startswith("dateline serve")]


@pytest.mark.parametrize("command", readme_commands())
def test_readme_command_runs(command: str, sample_index: Path, tmp_path: Path):
    """As printed, in a folder where `saved-pages/` is there and `data/` is an index."""
    index = tmp_path / "data"
    (tmp_path / "saved-pages").symlink_to(PAGES)
    if command.split()[1] in {"rebuild", "update"}:
        shutil.copytree(sample_index, index)
    else:
        index.symlink_to(sample_index)
    binary = Path(sys.executable).parent / "dateline"
    words = [str(binary), *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_readme_names_every_command():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [
        name for name in COMMANDS if f"dateline {name}" not in text and f"`{name}" not in text
    ]
    assert missing == []
