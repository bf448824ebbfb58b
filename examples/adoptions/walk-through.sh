#!/bin/sh
# From an old leader file to a lease and back, while a program that only reads the file runs on. Needs tenure and node on
# the PATH; works in a folder of its own, which it prints, and takes about ten seconds.
set -eu
cd "$(mktemp -d)"
export TENURE_DIR="$PWD/state" TENURE_FLOOR_DIR="$PWD/floors"
say() { printf '\n== %s\n' "$*"; }

# What the old mechanism left: a leader that died without a release, and much that is none of a lease's.
cat >state.json <<'FILE'
{
  "leader_id": "orchestrator-main",
  "leader_epoch": 17,
  "last_heartbeat": "2026-04-02T09:00:00+00:00",
  "ttl_ms": 2000,
  "queue": { "waiting": 3, "cost": 1.50 }
}
FILE

# A reader that nobody stops: it takes a note whenever the leader changes, and fails on a torn file.
cat >reader.cjs <<'FILE'
const { appendFileSync, readFileSync } = require("node:fs");
let last = "";
setInterval(() => {
  const { leader_id, leader_epoch, queue } = JSON.parse(readFileSync("state.json", "utf8"));
  const now = `${leader_id ?? "nobody"}, epoch ${leader_epoch}, ${queue.waiting} waiting`;
  if (now !== last) appendFileSync("seen.txt", `${now}\n`);
  last = now;
}, 20);
FILE
node reader.cjs &
reader=$!
trap 'kill $reader' EXIT

say "1. watch: where would a lease have decided differently?"
tenure adopt state.json --for 1s || true

say "2. examine: is it renewed, for whom, by what?"
tenure doctor --state state.json || true

say "3. take it over: its holder is waited out"
tenure adopt state.json --own --name orders

say "4. lead: the command is the old one, unchanged"
tenure run orders --holder worker-a --ttl 2s -- sleep 4 &
leading=$!
tries=0
until grep -q '"worker-a"' state.json || [ $((tries += 1)) -gt 100 ]; do sleep 0.1; done

say "5. an old writer was forgotten"
sed -i 's/"leader_id": "[^"]*"/"leader_id": "forgotten"/' state.json
wait $leading

say "6. what it did stands in the history"
tenure history orders --evidence

say "7. hand it back"
tenure adopt state.json --undo --name orders
cat state.json

say "what the reader saw"
tries=0
until tail -n 1 seen.txt | grep -q '^nobody, epoch 20' || [ $((tries += 1)) -gt 50 ]; do sleep 0.1; done
cat seen.txt
