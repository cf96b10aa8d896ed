# An event for Splunk's HTTP Event Collector.
#
# Endpoint: POST https://splunk.example:8088/services/collector/event
# Header file: splunk-hec.token holds "Splunk TOKEN"
# Use:
#   gti ingest FEED --checkpoint splunk-hec --webhook https://splunk.example:8088/services/collector/event \
#     --webhook-header-file Authorization=splunk-hec.token \
#     --webhook-batch 100 --webhook-format ndjson \
#     --webhook-body "$(cat splunk-hec.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.splunk-hec]
#   kind = "webhook"
#   url = "https://splunk.example:8088/services/collector/event"
#   body_file = "splunk-hec.jq"
#   header_files = { Authorization = "splunk-hec.token" }
#   batch = 100
#   format = "ndjson"

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
    time: moment,
    source: ("gti:" + .kind),
    sourcetype: ("gti:" + .kind),
    event: (.report + {id: key, gti_link: page}),
    fields: {severity: level, record_id: key}
  }
