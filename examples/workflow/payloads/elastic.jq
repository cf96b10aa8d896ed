# A case of Elastic Security, through Kibana.
#
# Endpoint: POST https://kibana.example/api/cases
# Header file: elastic.token holds "ApiKey ENCODED"
# Use:
#   gti ingest FEED --checkpoint elastic --webhook https://kibana.example/api/cases \
#     --webhook-header-file Authorization=elastic.token \
#     --webhook-header kbn-xsrf=gti \
#     --webhook-body "$(cat elastic.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.elastic]
#   kind = "webhook"
#   url = "https://kibana.example/api/cases"
#   body_file = "elastic.jq"
#   header_files = { Authorization = "elastic.token" }
#   headers = { kbn-xsrf = "gti" }

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
    title: (heading | gsub("\\s+"; " ") | .[0:160]),
    description: (about + "\n\n" + (.value // "no indicator") + "\n\n" + page | .[0:30000]),
    severity: (if IN($level; "critical", "high", "medium", "low") then $level else "low" end),
    tags: (["gti", .kind] + [.tags[] | gsub("^\\s+|\\s+$"; "") | select(. != "") | .[0:256]] | unique | .[0:200]),
    owner: "securitySolution",
    connector: {id: "none", name: "none", type: ".none", fields: null},
    settings: {syncAlerts: false}
  }
