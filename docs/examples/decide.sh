#!/bin/sh
# A decision from its question to its signed record, by the API alone and with the simulated model:
#
#   SITE=http://localhost:8080 sh docs/examples/decide.sh > record.json && npx broadsheet decisions verify record.json
#
# TOKEN is a token with the scope "decide"; a site with one reader needs none.
set -eu
steps=0
SITE=${SITE:-http://localhost:8080}

# post PATH JSON: one request, with a key of its own, so that it could be sent again.
post() {
  curl -sS --fail-with-body "$SITE/api/decisions$1" ${TOKEN:+-H "authorization: Bearer $TOKEN"} \
    -H 'content-type: application/json' -H "idempotency-key: $$-$(date +%s)-$steps" -d "$2"
  steps=$((steps + 1))
}
# follow PATH: what happens, until no model is at work on it any more.
follow() {
  curl -sSN "$SITE$1" ${TOKEN:+-H "authorization: Bearer $TOKEN"}
}
settle() {
  follow "/api/decisions/$id/stream?until=idle" > /dev/null
}
step() {
  post "/$id/advance" "$1" > /dev/null
  settle
}

id=$(post '' '{"title": "Build on it?"}' | sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p')
echo "decision $id" >&2
step '{"step": "contract", "input": {"decides": "Ada", "mayDo": "advise", "endsWhen": "a kill criterion is met"}}'
step '{"step": "freeze", "input": {
  "statement": "Do we build our next system on this paper?",
  "options": [
    {"id": "go", "text": "Build on it now"},
    {"id": "pilot", "text": "Try it for two weeks on our own data"},
    {"id": "wait", "text": "Do nothing now"}],
  "constraints": [{"id": "C1", "text": "No more than two weeks without a release"}],
  "killCriteria": [{"id": "K1", "observable": "speed-up on our data", "threshold": "below 2 times", "by": "week 2"}]}}'
post "/$id/forecasts" '{"phase": "prior", "p": {"go": 0.6, "pilot": 0.7, "wait": 0.3}, "leansTo": "go"}' > /dev/null
post "/$id/evidence" '{"source": "a note", "title": "Measured", "direction": "for", "text":
  "The runtime was measured on four devices and was faster on each of them. The authors give the numbers for every device in a table. Two of the devices were bought for this purpose."}' > /dev/null
post "/$id/evidence" '{"source": "a note", "title": "Repeated", "direction": "against", "text":
  "Two readers have repeated the measurement with the code that was released. One of them saw the same gain on a new device. The other saw no gain at all on an older one."}' > /dev/null
step '{"step": "biases", "input": {"items": ["hope: we skip bad news", "haste: we name the date", "sunk cost: we name the money"]}}'
step '{"step": "baseline"}'
step '{"step": "calibrate"}'
step '{"step": "confirm"}'

# The answer as it is written, the checks of it, and what it cost.
stream=$(post "/$id/turns" '{"text": "What does the evidence say about each option?"}' | sed -n 's/.*"stream":"\([^"]*\)".*/\1/p')
follow "$stream" >&2
for n in 1 2 3; do
  post "/$id/challenges" '{}' > /dev/null
  settle
  post "/$id/challenges/challenge-$n" '{"as": "rebutted", "response": "It is in the notes.", "evidenceIds": ["E2"]}' > /dev/null
done
post "/$id/stakeholders" '{"name": "Our users", "hasUpside": true, "impacts": [
  {"optionId": "go", "severity": 1}, {"optionId": "pilot", "severity": 0}, {"optionId": "wait", "severity": 0}]}' > /dev/null
post "/$id/forecasts" '{"phase": "final", "p": {"go": 0.5, "pilot": 0.8, "wait": 0.3}, "leansTo": "pilot"}' > /dev/null
step '{"step": "ready"}'
post "/$id/commit" '{"optionId": "pilot", "rationale": "A cheap step that tells us most.", "reviewOn": "2027-03-01"}' > /dev/null
curl -sS --fail-with-body "$SITE/api/decisions/$id/export?format=json" ${TOKEN:+-H "authorization: Bearer $TOKEN"}
