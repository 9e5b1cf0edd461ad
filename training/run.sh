#!/usr/bin/env bash
# From nothing to a model folder: a virtual environment, the data, training, export, figures. Goes on where it was stopped.
#
# usage: training/run.sh [RUN]          COMMUNIQUE_DATA says where the corpora are (training/README.md)
set -euo pipefail
cd "$(dirname "$0")/.."
run=${1:-runs/en-1}
passes=${PASSES:-10}
python=${PYTHON:-python3}

[ -d .venv-train ] || "$python" -m venv .venv-train
.venv-train/bin/python -m pip install --quiet --editable '.[dev,train]'
export COMMUNIQUE_DATA=${COMMUNIQUE_DATA:-../shared/data}
[ -d "$COMMUNIQUE_DATA" ] || { echo "no corpora at $COMMUNIQUE_DATA · training/README.md says where each is had" >&2; exit 1; }

.venv-train/bin/python -m training.train --out "$run" --passes "$passes" --resume
.venv-train/bin/python -m training.export "$run" --out "$run/model"
.venv-train/bin/python -m evaluation.gate --model "$run/model"
echo "Model in $run/model. To ship it: cp $run/model/* communique/model/"
