#!/bin/sh
# A client of the intake with curl and the tools of any shell.
set -u
at=$(mktemp -d)
trap 'rm -rf "$at"' EXIT
json='Content-Type: application/json'
auth="Authorization: Bearer $INTEROP_TOKEN"
key="curl-$$-$(date +%s)"
printf '{"purl":"pkg:generic/interop@1.0.0"}' >"$at/report"

# Writes the status to $status, the head to $at/head and the body to $at/body.
send() {
  path=$1
  shift
  status=$(curl -sS --max-time 60 -o "$at/body" -D "$at/head" -w '%{http_code}' "$@" \
    "$INTEROP_URL$path" 2>"$at/error") || {
    why=$(cat "$at/error")
    return 1
  }
}
is() {
  why="$status $(head -c 300 "$at/body" 2>/dev/null)"
  [ "$status" = "$1" ]
}
holds() { grep -q "$1" "$at/body"; }
header() { sed -n "s/^$1: *\(.*\)\r\$/\1/Ip" "$at/head" | tail -n 1; }
submit() { send /v1/reports -H "$json" -H "$auth" -d "@$at/report" "$@"; }
problem() { is "$1" && [ "$(header content-type)" = application/problem+json ] && holds "$2"; }
accepted() {
  is 202 || return 1
  path=$(header link | sed -n 's/^<\(\/v1\/submissions\/SUB-[a-z2-7]\{18\}\)>; rel="monitor"$/\1/p')
  why="Link $(header link)"
  [ -n "$path" ] && holds "\"receipt\":\"${path##*/}\""
}
fill() { head -c "$1" /dev/zero | tr '\0' "$2"; }

json() {
  data='"attachments":[{"filename":"crash","content_type":"application/octet-stream","data":"AAEC/w=="}]'
  send /v1/reports -H "$json" -H "$auth" -d "{\"purl\":\"pkg:npm/a@1\",$data}" && accepted &&
    send "$path" && is 200
}
multipart_binary() {
  boundary=interop-$$
  {
    printf -- '--%s\r\nContent-Disposition: attachment; name="report"\r\n' "$boundary"
    printf 'Content-Type: application/json\r\n\r\n'
    cat "$at/report"
    printf '\r\n--%s\r\nContent-Disposition: attachment; name="attachment"; ' "$boundary"
    printf 'filename="crash é"\r\nContent-Type: application/octet-stream\r\n\r\n\000\001\377'
    printf '\r\n--%s--\r\n' "$boundary"
  } >"$at/parts"
  send /v1/reports -H "Content-Type: multipart/mixed; boundary=$boundary" -H "$auth" \
    --data-binary "@$at/parts" && accepted
}
wrapped_base64() {
  data=$(head -c 300 /dev/urandom | base64 | sed 's/$/\\n/' | tr -d '\n')
  printf '{"purl":"pkg:npm/a@1","attachments":[{"filename":"c","data":"%s",' "$data" >"$at/wrapped"
  printf '"content_type":"application/octet-stream"}]}' >>"$at/wrapped"
  send /v1/reports -H "$json" -H "$auth" -d "@$at/wrapped" && accepted
}
legacy_header() {
  send /v1/reports -H "$json" -H "TAP-SUBMISSION-TOKEN: $INTEROP_TOKEN" -d "@$at/report" && accepted
}
headers_differ() {
  submit -H "TAP-SUBMISSION-TOKEN: $INTEROP_REVOKED_TOKEN" && problem 400 about:blank
}
token_refused() {
  for token in tap_v1_unknown "$INTEROP_REVOKED_TOKEN" "$INTEROP_EXPIRED_TOKEN"; do
    send /v1/reports -H "$json" -H "Authorization: Bearer $token" -d "@$at/report" &&
      problem 401 about:blank || return 1
    cat "$at/body" >>"$at/refusals"
    echo >>"$at/refusals"
  done
  why='the refusals differ'
  [ "$(sort -u "$at/refusals" | wc -l)" -eq 1 ]
}
wrong_type() { send /v1/reports -H "$auth" -d a=b && problem 415 about:blank; }
body_too_large() {
  fill 3145729 ' ' >"$at/large"
  send /v1/reports -H "$json" -H "$auth" --data-binary "@$at/large" && problem 413 about:blank
}
field_too_large() {
  { printf '{"software":"%s","ecosystem":"npm"}' "$(fill 300 a)"; } >"$at/field"
  send /v1/reports -H "$json" -H "$auth" -d "@$at/field" && problem 413 field_too_large
}
wrong_method() {
  send /v1/reports -X PUT && problem 405 about:blank && header allow | grep -q POST
}
head_too() { submit && accepted && send "$path" -I && is 200 && [ ! -s "$at/body" -o -n "$(header content-type)" ]; }
poll_until_done() {
  submit && accepted || return 1
  for pause in 0 1 1 1 2 2 3 5 8 13 21; do
    sleep $pause
    send "$path" && is 200 && holds '"status":"done"' && return 0
  done
  return 1
}
richer_status() {
  submit && accepted && send "$path" -H "$auth" && is 200 && holds '"outcome":"' && holds '"next":"'
}
unknown_receipt() {
  send /v1/submissions/SUB-aaaaaaaaaaaaaaaaaa && problem 404 about:blank &&
    send /v1/submissions/x && problem 404 about:blank
}
idempotency() {
  submit -H "Idempotency-Key: $key" && accepted && cp "$at/body" "$at/first" &&
    submit -H "Idempotency-Key: $key" && accepted && cmp -s "$at/body" "$at/first"
}
chunked() { submit -H 'Transfer-Encoding: chunked' && accepted; }
expect_continue() {
  submit -H 'Expect: 100-continue' && accepted && grep -q '^HTTP/1.1 100' "$at/head" &&
    send /v1/reports -H "$json" -H 'Authorization: Bearer tap_v1_unknown' \
      -H 'Expect: 100-continue' -d "@$at/report" && problem 401 about:blank &&
    ! grep -q '^HTTP/1.1 100' "$at/head"
}
keep_alive() {
  url=$INTEROP_URL/healthz
  opened=$(curl -sS -o "$at/a" -o "$at/b" -o "$at/c" -w '%{num_connects} ' "$url" "$url" "$url")
  why="opened $opened"
  [ "$opened" = '1 0 0 ' ]
}
problem_documents() {
  send /v1/reports -H "$json" -H "$auth" -d '{"purl":1}' && problem 400 problem/malformed-json &&
    send /v1/reports -H "$json" -H "$auth" -d '{"purl":"pkg:npm/a","notify":"final"}' &&
    problem 400 '"field":"email"' &&
    send '/v1/jobs?a~b%2Fc=1' -H "Authorization: Bearer $INTEROP_STAFF_TOKEN" &&
    problem 422 '"pointer":"/a~0b~1c"'
}
# What is sent as $2 has the type $1.
bulk() {
  send "/v1/reports/bulk?name=$key-$1.ndjson" -H "Content-Type: application/$1" -H "$auth" \
    --data-binary "@$2" || return 1
  case $status in 404 | 405)
    why='pending: there is no bulk endpoint'
    return 2
    ;;
  esac
  is 202 || return 1
  where=$(header location)
  for turn in $(seq 60); do
    send "$where" -H "$auth" && is 200 || return 1
    holds '"state":"placed"' && holds '"reports":2' && return 0
    sleep 1
  done
  return 1
}
lines() { printf '{"purl":"pkg:npm/a@1","code_path":"%s"}\n' "$1 one $key" "$1 two $key"; }
bulk_ndjson() { lines plain >"$at/lines" && bulk x-ndjson "$at/lines"; }
bulk_gzip() { lines packed | gzip >"$at/packed" && bulk gzip "$at/packed"; }
multipart_library() {
  why='curl -F names its parts form-data, which the contract refuses'
  return 2
}

try() {
  why=
  "$2"
  case $? in 0) said=pass why= ;; 2) said=skip ;; *) said=fail ;; esac
  printf '%s\t%s\t%s\n' "$1" "$said" "$(printf %s "$why" | tr '\n\t' '  ')"
}
try json json
try multipart-library multipart_library
try multipart-binary multipart_binary
try wrapped-base64 wrapped_base64
try legacy-header legacy_header
try headers-differ headers_differ
try token-refused token_refused
try wrong-type wrong_type
try body-too-large body_too_large
try field-too-large field_too_large
try wrong-method wrong_method
try head head_too
try poll-until-done poll_until_done
try richer-status richer_status
try unknown-receipt unknown_receipt
try idempotency idempotency
try chunked chunked
try expect-continue expect_continue
try keep-alive keep_alive
try problem-documents problem_documents
try bulk-ndjson bulk_ndjson
try bulk-gzip bulk_gzip
