set -eu
says() {
    printf '%b' "$1" > lines.txt
    said=$(./sessions lines.txt)
    [ "$said" = "$2" ]
}
says 'open ada\nshow\nshow\n' "$(printf 'ada 1\nada 2')"
says 'show\n' nobody
says 'open ada\nopen grace\nclose ada\nshow\n' 'grace 1'
