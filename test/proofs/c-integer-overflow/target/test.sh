set -eu
[ "$(echo 20 30 | ./tiles)" = '600 tiles' ]
[ "$(echo 300 200 | ./tiles)" = '60000 tiles' ]
[ "$(echo 7 0 | ./tiles)" = '0 tiles' ]
[ "$(echo -1 5 | ./tiles || true)" = 'no such floor' ]
