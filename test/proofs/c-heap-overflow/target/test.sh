set -eu
echo 'The Tempest' > title.txt
[ "$(./label title.txt)" = '[THE TEMPEST]' ]
echo 'Emma' > title.txt
[ "$(./label title.txt)" = '[EMMA]' ]
