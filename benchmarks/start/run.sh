#!/usr/bin/env bash
# From a fresh clone to the first page: with a cold npm cache, with a warm one, and the second start.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
port=18473
trap 'pkill -P $$ || true; rm -rf "$work"' EXIT

measure() { # label, folder, npm cache
  local from to
  from=$(date +%s.%N)
  (cd "$2" && npm_config_cache="$3" BROADSHEET_PULL=false exec npm start -- --port $port --data "$work/data-$1" >"$work/log" 2>&1) &
  local pid=$!
  until curl -fsS -o /dev/null "http://localhost:$port/" 2>/dev/null; do sleep 0.1; done
  to=$(date +%s.%N)
  echo "$1: $(echo "$to - $from" | bc) s"
  pkill -f "serve --port $port" || true
  wait $pid 2>/dev/null || true
}

git clone -q "$source" "$work/a"
measure cold "$work/a" "$work/cache"
git clone -q "$source" "$work/b"
measure warm "$work/b" "$work/cache"
measure warm "$work/b" "$work/cache" | sed 's/^warm/second start/'
du -sm "$work/b/node_modules" | awk '{print "installed: " $1 " MB"}'
du -sm "$work"/b/node_modules/* "$work"/b/node_modules/@*/* 2>/dev/null | sort -rn | head -12
