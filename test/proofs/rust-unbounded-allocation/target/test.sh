set -eu
[ "$(printf '11\nhello\n' | ./banner)" = '***hello***' ]
[ "$(printf '3\nhello\n' | ./banner)" = 'too narrow' ]
[ "$(printf '120\nx\n' | ./banner | tr -d '\n' | wc -c)" -eq 120 ]
