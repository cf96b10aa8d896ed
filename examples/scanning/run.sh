#!/usr/bin/env bash
# A gate for attachments: every file of a folder is scanned privately, and the
# exit code says whether one of them is malicious.
# Needs `gti` and nothing else: the answers are simulated.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
export GTI_SANDBOX=1

scan() { "$gti" -q scan file --private --recursive "$1" --fail-on malicious -f csv --fields target,status,verdict; }

for folder in attachments/good attachments/bad; do
  echo "# $folder"
  code=0
  scan "$folder" || code=$?
  case $code in
    0) echo 'delivered' ;;
    10) echo 'held back: malicious' ;;
    *) echo "held back: not checked (exit code $code)" ;;
  esac
  echo
done
