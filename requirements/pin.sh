#!/bin/sh
# Pins run.txt, dev.txt, node.txt and bottlenose.txt (a client of the tests, in a venv of its own) anew. $1: a uv executable. One file for every Python from 3.11 on.
set -eu
pin() {
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-strip-extras \
        --no-header --no-annotate --no-emit-index-url "$@"
}
uv=$1
pin pyproject.toml requirements/build.in -o requirements/run.txt
pin pyproject.toml requirements/build.in --group dev -c requirements/run.txt -o requirements/dev.txt
pin requirements/node.in -o requirements/node.txt
pin requirements/bottlenose.in -o requirements/bottlenose.txt
