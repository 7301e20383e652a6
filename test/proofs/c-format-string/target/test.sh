set -u
letter() { ./letter Grace | head -n 1; }
said=$(echo 'Dear %s, hello.' | letter)
echo "$said"
[ "$said" = 'Dear Grace, hello.' ] || exit 1
said=$(echo 'Hello.' | letter)
echo "$said"
[ "$said" = 'no name in this letter' ] || exit 1
