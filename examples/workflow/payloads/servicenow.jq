# A record of ServiceNow's incident table. Its priority follows from urgency and impact.
#
# Endpoint: POST https://example.service-now.com/api/now/table/incident
# Header file: servicenow.token holds "Bearer ACCESS-TOKEN", or "Basic " and the base64 of USER:PASSWORD
# Use:
#   gti ingest FEED --checkpoint servicenow --webhook https://example.service-now.com/api/now/table/incident \
#     --webhook-header-file Authorization=servicenow.token \
#     --webhook-body "$(cat servicenow.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.servicenow]
#   kind = "webhook"
#   url = "https://example.service-now.com/api/now/table/incident"
#   body_file = "servicenow.jq"
#   header_files = { Authorization = "servicenow.token" }

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
| (if IN($level; "critical", "high") then "1" elif $level == "medium" then "2" else "3" end) as $rank
| {
    short_description: (heading | gsub("\\s+"; " ") | .[0:160]),
    description: (about + "\n\nIndicator: " + (.value // "none") + "\nTags: " + (.tags | join(", ")) + "\n" + page),
    urgency: $rank,
    impact: (if $level == "critical" then "1" elif $rank == "3" then "3" else "2" end),
    correlation_id: key,
    correlation_display: ("gti " + .kind)
  }
