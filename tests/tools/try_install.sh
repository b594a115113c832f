#!/usr/bin/env bash
# Installs the wheel as people do, with pipx and with uv, in a home of its own, and begins with it from another folder.
#   tests/tools/try_install.sh          needs pipx and uv on the path, and a network or a cache
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
python=$(command -v "${PYTHON:-python3}")
(cd "$root" && "$python" -m hatchling build -t wheel -d "$home/wheel")
export HOME=$home PIPX_HOME=$home/pipx PIPX_BIN_DIR=$home/pipx-bin UV_TOOL_DIR=$home/uv UV_TOOL_BIN_DIR=$home/uv-bin
unset XDG_CONFIG_HOME XDG_DATA_HOME
pipx install --quiet --python "$python" "$home"/wheel/*.whl
uv tool install --quiet --python "$python" ${FIND_LINKS:+--find-links "$FIND_LINKS"} "$home"/wheel/*.whl
cd /
port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
for rolewire in "$PIPX_BIN_DIR/rolewire" "$UV_TOOL_BIN_DIR/rolewire"; do
  rm -rf "$home/.config" "$home/.local/share/rolewire"
  "$rolewire" --version
  "$rolewire" init --no-input --packs robotics --port "$port"
  test -f "$home/.config/rolewire/config.toml"
  test -f "$home/.local/share/rolewire/rolewire.db"
  "$rolewire" doctor --offline --format csv
done
