set -eu
[ "$(echo 'deposit 5' | ./till)" = '5 of 1, notes 0' ]
[ "$(printf 'a note\nanother\ndeposit 7\n' | ./till)" = '7 of 1, notes 2' ]
