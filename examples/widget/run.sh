#!/usr/bin/env bash
# A page for a case: what the service shows about each indicator in it.
# Needs `gti` and nothing else: the answers are simulated.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GTI_SANDBOX=1

echo '# The indicators of the case'
"$gti" -q widget -i case.txt -f csv --fields ioc,type,status,found

echo
echo '# Its page'
"$gti" -q widget -i case.txt --html --theme dark -o "$work/case.html"
echo "$(grep -c '<iframe' "$work/case.html") frames"
