# An issue for Jira Cloud, REST API version 3. SOC is the key of the project.
#
# Endpoint: POST https://example.atlassian.net/rest/api/3/issue
# Header file: jira.token holds "Basic " and the base64 of EMAIL:API-TOKEN
# Use:
#   gti ingest FEED --checkpoint jira --webhook https://example.atlassian.net/rest/api/3/issue \
#     --webhook-header-file Authorization=jira.token \
#     --webhook-body "$(cat jira.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.jira]
#   kind = "webhook"
#   url = "https://example.atlassian.net/rest/api/3/issue"
#   body_file = "jira.jq"
#   header_files = { Authorization = "jira.token" }

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

def line: gsub("\\s+"; " ");
def paragraph: {type: "paragraph", content: [{type: "text", text: .}]};
record
| {
    fields: {
      project: {key: "SOC"},
      issuetype: {name: "Task"},
      summary: (heading | line | .[0:255]),
      labels: ["gti", "gti-" + .kind, "gti-" + level],
      description: {
        type: "doc",
        version: 1,
        content: [
          (about | .[0:10000] | paragraph),
          ("Severity " + level + ", " + (.value // "no indicator" | .[0:2000]) + ", record " + key | paragraph),
          {type: "paragraph", content: [{type: "text", text: "Google Threat Intelligence", marks: [{type: "link", attrs: {href: page}}]}]}
        ]
      }
    }
  }
