# Lists the names on standard input, numbered. The summary in reports/ is written by people only.

list() {
    number=0
    while read -r name; do
        number=$((number + 1))
        eval "printf '%3d %s\n' $number \"$name\""
    done
}

list
