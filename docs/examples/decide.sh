#!/bin/sh
# A decision from its question to its signed record, by the API alone and with the simulated model:
#
#   SITE=http://localhost:8080 sh docs/examples/decide.sh > record.json && npx broadsheet decisions verify record.json
#
# TOKEN is a token with the scope "decide"; a site with one reader needs none. With MEMBER_TOKEN, somebody else's, it is
# decided by two: that person is invited by a link, forecasts blindly, signs second, and leaves; then a note is erased.
set -eu
steps=0
SITE=${SITE:-http://localhost:8080}
MEMBER_TOKEN=${MEMBER_TOKEN:-}

# post PATH JSON: one request, with a key of its own, so that it could be sent again.
post() {
  curl -sS --fail-with-body "$SITE/api$1" ${TOKEN:+-H "authorization: Bearer $TOKEN"} \
    -H 'content-type: application/json' -H "idempotency-key: $$-$(date +%s)-$steps" -d "$2"
  steps=$((steps + 1))
}
# as_member PATH JSON: the same, by the other person.
as_member() {
  (TOKEN=$MEMBER_TOKEN && post "$@" > /dev/null)
  steps=$((steps + 1))
}
# follow PATH: what happens, until no model is at work on it any more.
follow() {
  curl -sSN "$SITE$1" ${TOKEN:+-H "authorization: Bearer $TOKEN"}
}
settle() {
  follow "/api$d/stream?until=idle" > /dev/null
}
step() {
  post "$d/advance" "$1" > /dev/null
  settle
}

stakes=high
[ -z "$MEMBER_TOKEN" ] || stakes=critical
id=$(post /decisions '{"title": "Build on it?", "stakes": "'$stakes'"}' | sed -n 's/^{"id":"\([0-9a-f]*\)".*/\1/p')
echo "decision $id" >&2
d=/decisions/$id
step '{"step": "contract", "input": {"decides": "Ada", "mayDo": "advise", "endsWhen": "a kill criterion is met"}}'
step '{"step": "freeze", "input": {
  "statement": "Do we build our next system on this paper?",
  "options": [
    {"id": "go", "text": "Build on it now"},
    {"id": "pilot", "text": "Try it for two weeks on our own data"},
    {"id": "wait", "text": "Do nothing now"}],
  "constraints": [{"id": "C1", "text": "No more than two weeks without a release"}],
  "killCriteria": [{"id": "K1", "observable": "speed-up on our data", "threshold": "below 2 times", "by": "week 2"}]}}'
post "$d/forecasts" '{"phase": "prior", "p": {"go": 0.6, "pilot": 0.7, "wait": 0.3}, "leansTo": "go"}' > /dev/null
if [ -n "$MEMBER_TOKEN" ]; then
  link=$(post "$d/invitations" '{"role": "member"}' | sed -n 's/^{"link":"\([^"]*\)".*/\1/p')
  steps=$((steps + 1))
  as_member /invitations "{\"link\": \"$link\"}"
  as_member "$d/forecasts" '{"phase": "prior", "p": {"go": 0.2, "pilot": 0.5, "wait": 0.6}, "leansTo": "wait"}'
fi
post "$d/evidence" '{"source": "a note", "title": "Measured", "direction": "for", "text":
  "The runtime was measured on four devices and was faster on each of them. The authors give the numbers for every device in a table. Two of the devices were bought for this purpose."}' > /dev/null
post "$d/evidence" '{"source": "a note", "title": "Repeated", "direction": "against", "text":
  "Two readers have repeated the measurement with the code that was released. One of them saw the same gain on a new device. The other saw no gain at all on an older one."}' > /dev/null
step '{"step": "biases", "input": {"items": ["hope: we skip bad news", "haste: we name the date", "sunk cost: we name the money"]}}'
step '{"step": "baseline"}'
step '{"step": "calibrate"}'
step '{"step": "confirm"}'

# The answer as it is written, the checks of it, and what it cost.
stream=$(post "$d/turns" '{"text": "What does the evidence say about each option?"}' | sed -n 's/.*"stream":"\([^"]*\)".*/\1/p')
follow "$stream" >&2
for n in 1 2 3; do
  post "$d/challenges" '{}' > /dev/null
  settle
  post "$d/challenges/challenge-$n" '{"as": "rebutted", "response": "It is in the notes.", "evidenceIds": ["E2"]}' > /dev/null
done
post "$d/stakeholders" '{"name": "Our users", "hasUpside": true, "impacts": [
  {"optionId": "go", "severity": 1}, {"optionId": "pilot", "severity": 0}, {"optionId": "wait", "severity": 0}]}' > /dev/null
post "$d/forecasts" '{"phase": "final", "p": {"go": 0.5, "pilot": 0.8, "wait": 0.3}, "leansTo": "pilot"}' > /dev/null
step '{"step": "ready"}'
post "$d/commit" '{"optionId": "pilot", "rationale": "A cheap step that tells us most.", "reviewOn": "2027-03-01"}' > /dev/null
if [ -n "$MEMBER_TOKEN" ]; then
  as_member "$d/commit" '{"optionId": "pilot", "rationale": "As we said.", "dissent": "I would wait.", "reviewOn": "2027-03-01"}'
  curl -sS --fail-with-body -X DELETE "$SITE/api$d/members/me" -H "authorization: Bearer $MEMBER_TOKEN"
  # The last piece of evidence: its words go, that it was there stays.
  seq=$(follow "/api$d/events" | sed -n 's/.*{"seq":\([0-9]*\),"type":"evidence".*/\1/p')
  post "$d/events/$seq/erase" '{"reason": "It named somebody.", "isSure": true}' > /dev/null
fi
curl -sS --fail-with-body "$SITE/api$d/export?format=json" ${TOKEN:+-H "authorization: Bearer $TOKEN"}
