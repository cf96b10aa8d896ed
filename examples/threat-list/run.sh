#!/usr/bin/env bash
# A block list for a firewall out of the newest packages: domains and addresses
# with a score of 60 and more, one a line.
# Needs `gti` and nothing else: the answers are simulated.
set -euo pipefail
cd "$(dirname "$0")"
gti=${GTI:-gti}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export GTI_SANDBOX=1
list=$work/block.txt

"$gti" -q ingest threat-list ransomware phishing --min-score 60 --type domain,ip_address \
  -f text --jq .id | sort -u > "$list.new"
# An empty list would open the firewall: the old one stays then.
[[ -s $list.new ]]
mv "$list.new" "$list"

# The entries change from hour to hour; what is shown here does not.
echo '# The block list'
grep -Evq '^[a-z0-9.-]+$|^[0-9a-f:.]+$' "$list" || echo 'one domain or address a line'
[[ -z $(uniq -d "$list") ]] && echo 'no repeats'

echo
echo '# Nothing that scores less'
"$gti" -q ingest threat-list ransomware --min-score 60 -f text \
  --jq 'select(.attributes.gti_assessment.threat_score.value < 60)' | wc -l | tr -d ' '
