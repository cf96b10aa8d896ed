# An event for PagerDuty, Events API version 2. The same key again updates the incident.
#
# Endpoint: POST https://events.pagerduty.com/v2/enqueue
# Header file: none. The routing key stands in the body: put it in the place of ROUTING-KEY
# in a copy of this file that others can't read.
# Use:
#   gti ingest FEED --checkpoint pagerduty --webhook https://events.pagerduty.com/v2/enqueue \
#     --webhook-body "$(cat pagerduty.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.pagerduty]
#   kind = "webhook"
#   url = "https://events.pagerduty.com/v2/enqueue"
#   body_file = "pagerduty.jq"

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
    routing_key: "ROUTING-KEY",
    event_action: "trigger",
    dedup_key: ("gti:" + .kind + ":" + key | .[0:255]),
    client: "gti",
    client_url: page,
    payload: {
      summary: (heading | gsub("\\s+"; " ") | .[0:1024]),
      source: "Google Threat Intelligence",
      severity: ({critical: "critical", high: "error", medium: "warning"}[level] // "info"),
      timestamp: (moment | todate),
      component: .kind,
      class: (.type // .kind),
      custom_details: {value, verdict, threat_score, actors, malware, tags: .tags[0:20], record: key}
    },
    links: [{href: page, text: "Google Threat Intelligence"}]
  }
