# A container with its artifacts for Splunk SOAR.
#
# Endpoint: POST https://soar.example/rest/container
# Header file: splunk-soar.token holds the token of an automation user
# Use:
#   gti ingest FEED --checkpoint splunk-soar --webhook https://soar.example/rest/container \
#     --webhook-header-file ph-auth-token=splunk-soar.token \
#     --webhook-body "$(cat splunk-soar.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.splunk-soar]
#   kind = "webhook"
#   url = "https://soar.example/rest/container"
#   body_file = "splunk-soar.jq"
#   header_files = { ph-auth-token = "splunk-soar.token" }

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
| (if IN($level; "critical", "high") then "high" elif $level == "medium" then "medium" else "low" end) as $severity
| {
    name: heading,
    label: "events",
    description: (about + "\n" + page),
    severity: $severity,
    source_data_identifier: (.kind + ":" + key),
    tags,
    artifacts: [{
      name: heading,
      label: "event",
      severity: $severity,
      source_data_identifier: (.kind + ":" + key + ":0"),
      run_automation: true,
      cef: (
        {externalId: key, requestContext: page}
        + if .value == null then {}
          elif .type == "file" then {fileHash: .value}
          elif .type == "url" then {requestURL: .value}
          elif .type == "ip" then {destinationAddress: .value}
          elif .type == "domain" then {destinationDnsDomain: .value}
          else {message: .value} end)
    }]
  }
