# The body for an API trigger of a Rapid7 InsightConnect workflow.
#
# Endpoint: POST https://us.api.insight.rapid7.com/connect/v1/workflows/WORKFLOW-ID/events
# Header file: insightconnect.token holds the API key of the organisation
# Use:
#   gti ingest FEED --checkpoint insightconnect --webhook https://us.api.insight.rapid7.com/connect/v1/workflows/WORKFLOW-ID/events \
#     --webhook-header-file X-Api-Key=insightconnect.token \
#     --webhook-body "$(cat insightconnect.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.insightconnect]
#   kind = "webhook"
#   url = "https://us.api.insight.rapid7.com/connect/v1/workflows/WORKFLOW-ID/events"
#   body_file = "insightconnect.jq"
#   header_files = { X-Api-Key = "insightconnect.token" }

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
    id: key,
    kind,
    title: heading,
    description: about,
    severity: level,
    threat_score,
    time: (moment | todate),
    link: page,
    tags,
    indicators: [select(.value != null) | {type: (.type // "text"), value}]
  }
