# An alert for TheHive 5; one that comes again (same sourceRef) is refused with 4xx and is no second alert.
#
# Endpoint: POST https://thehive.example/api/v1/alert
# Header file: thehive.token holds "Bearer API-KEY"
# Use:
#   gti ingest FEED --checkpoint thehive --webhook https://thehive.example/api/v1/alert \
#     --webhook-header-file Authorization=thehive.token \
#     --webhook-body "$(cat thehive.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.thehive]
#   kind = "webhook"
#   url = "https://thehive.example/api/v1/alert"
#   body_file = "thehive.jq"
#   header_files = { Authorization = "thehive.token" }

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
| {
    type: .kind,
    source: "gti",
    sourceRef: key,
    title: heading,
    description: about,
    externalLink: page,
    severity: ({critical: 4, high: 3, medium: 2}[level] // 1),
    date: (moment * 1000),
    tags,
    observables: [
      select(.value != null)
      | {dataType: ({file: "hash", url: "url", ip: "ip", domain: "domain"}[.type // ""] // "other"), data: .value}
    ]
  }
