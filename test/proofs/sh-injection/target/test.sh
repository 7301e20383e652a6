set -u
said=$(printf 'a file.txt\nb,c+d.txt\n' | sh listing.sh)
echo "$said"
[ "$said" = "$(printf '  1 a file.txt\n  2 b,c+d.txt')" ]
