#!/usr/bin/env bash
# From nothing to a model folder: a virtual environment, the data, a first model, what it teaches, the model that ships, tables measured with it,
# figures. Goes on where it was stopped.
#
# usage: training/run.sh [RUN]          COMMUNIQUE_DATA says where the corpora are (training/README.md)
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:-runs/en-2}
python=${PYTHON:-python3}

[ -d .venv-train ] || "$python" -m venv .venv-train
.venv-train/bin/python -m pip install --quiet --editable '.[dev,train]'
export COMMUNIQUE_DATA=${COMMUNIQUE_DATA:-../shared/data}
[ -d "$COMMUNIQUE_DATA" ] || { echo "no corpora at $COMMUNIQUE_DATA · training/README.md says where each is had" >&2; exit 1; }
step() { .venv-train/bin/python "$@"; }

step -m training.train --out "$run/first" --passes "${FIRST_PASSES:-10}" --resume
step -m training.export "$run/first" --out "$run/first/model" --name first
[ -s "$run/taught.jsonl.gz" ] || step -m training.teach --model "$run/first/model" --out "$run/taught.jsonl.gz"
step -m training.train --out "$run" --passes "${PASSES:-6}" --start "$run/first/checkpoint.pt" --taught "$run/taught.jsonl.gz" --resume
step -m training.blend "$run" "$run/first" --out "$run/blended"
step -m training.export "$run/blended" --out "$run/model"
step tools/measure_tables.py --model "$run/model"
step tools/fit_parties.py --model "$run/model"
step -m evaluation.gate --model "$run/model"
echo "Model in $run/model. To ship it: cp $run/model/* communique/model/"
