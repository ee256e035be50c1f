# What one does every day; `just` alone runs the first. Each recipe works from a fresh checkout and is
# made of plain commands: without `just` (pip install rust-just, or https://just.systems) copy them.
# The environments are those of the README.

# Run the tests that are neither slow nor the browser's: two minutes of processor time.
fast:
    python3 -m venv .test-venv && .test-venv/bin/pip install -q -e '.[test]'
    .test-venv/bin/pytest -q -m "not slow and not browser"

# Run every test.
test:
    python3 -m venv .test-venv && .test-venv/bin/pip install -q -e '.[test]' && .test-venv/bin/pytest -q

# Check style, format and types.
lint:
    python3 -m venv .test-venv && .test-venv/bin/pip install -q -e '.[test]'
    .test-venv/bin/ruff check .
    .test-venv/bin/ruff format --check .
    .test-venv/bin/mypy

# Serve the sample corpus at http://127.0.0.1:8000/.
serve:
    python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/dateline serve

# Measure speed and size over the sample corpus, or as `just bench SOURCE --documents 10000` says.
bench *words:
    python3 -m venv .venv && .venv/bin/pip install -q -e . && .venv/bin/dateline bench {{words}}
