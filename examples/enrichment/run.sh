#!/bin/sh
# Enriches a small mixed list and prints three views of the same answers.
# Needs `gti` on the PATH and nothing else: the answers are simulated.
set -eu
cd "$(dirname "$0")"
export GTI_SANDBOX=1

echo '# The list'
cat iocs.txt

echo
echo '# One row an input, for a spreadsheet'
# Exit code 3 says that an input was no indicator, which its row says as well.
gti -q enrich -i iocs.txt -f csv --fields ioc,type,status,verdict,severity,threat_score || [ $? -eq 3 ]

echo
echo '# What to block: malicious, or a score of 60 and more'
gti -q enrich -i iocs.txt -f text \
  --jq 'select(.verdict == "malicious" or (.threat_score // 0) >= 60) | "\(.type)\t\(.value)"' || [ $? -eq 3 ]

echo
echo '# Who is behind it: the malware families of each'
gti -q enrich -i iocs.txt -f text --relationships=malware_families \
  --jq '. as $ioc | [.relationships.malware_families.items[]?.name] | select(length > 0)
        | "\($ioc.value)\t\(join(", "))"' || [ $? -eq 3 ]

echo
echo '# The gate: exit code 10 when anything is malicious'
code=0
gti -q enrich -i iocs.txt -f jsonl --fail-on malicious > /dev/null || code=$?
echo "exit code $code"
