# An incident for IBM SOAR (QRadar SOAR), as its full incident DTO.
#
# Endpoint: POST https://soar.example/rest/orgs/201/incidents?want_full_data=true
# Header file: ibm-soar.token holds "Basic " and the base64 of KEY-ID:KEY-SECRET
# Use:
#   gti ingest FEED --checkpoint ibm-soar --webhook https://soar.example/rest/orgs/201/incidents?want_full_data=true \
#     --webhook-header-file Authorization=ibm-soar.token \
#     --webhook-body "$(cat ibm-soar.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.ibm-soar]
#   kind = "webhook"
#   url = "https://soar.example/rest/orgs/201/incidents?want_full_data=true"
#   body_file = "ibm-soar.jq"
#   header_files = { Authorization = "ibm-soar.token" }

# What every map wants of the common record: a line to call it by, what it says, how bad it
# is, when it was, the service's page about it, and its id.
def told: strings | select(test("\\S"));
def heading: if .kind == "indicator" then [(.verdict, .type, .value) | told] | join(" ") else [(.title, .value, .id, .kind) | told][0] end;
def about: [(.report.alert_summary?, .report.aiSummary?, .report.description?, .title, .value, .id, .kind) | told][0];
def level: if IN(.severity; "critical", "high", "medium", "low") then .severity
  elif .verdict == "malicious" then "high" elif .verdict == "suspicious" then "medium" else "info" end;
def moment: (.time // "" | .[0:19] + "Z" | try fromdate catch null) // (now | floor);
def page: .link // "https://www.virustotal.com/gui/";
def key: [(.report.context_attributes.notification_id?, (.report.name? | strings | select(startswith("projects/"))), .id, "unknown") | select(. != null)][0] | tostring;

record
| level as $level
| {
    name: heading,
    description: {format: "text", content: (about + "\n" + page)},
    discovered_date: (moment * 1000),
    severity_code: {name: (if IN($level; "critical", "high") then "High" elif $level == "medium" then "Medium" else "Low" end)},
    artifacts: [
      select(.value != null)
      | {
          type: {name: ({file: "Malware SHA-256 Hash", url: "URL", ip: "IP Address", domain: "DNS Name"}[.type // ""] // "String")},
          value: .value,
          description: {format: "text", content: heading}
        }
    ]
  }
