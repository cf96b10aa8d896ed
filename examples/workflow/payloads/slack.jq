# A message for Slack. Slack reads <…> and & as markup: text of others is escaped.
#
# Endpoint: POST https://hooks.slack.com/services/…, an incoming webhook.
# Header file: none. The address itself is the secret, so it belongs into a
# named sink of the configuration file and not on a command line:
#   [sinks.slack]
#   kind = "webhook"
#   url = "https://hooks.slack.com/services/…"
#   body_file = "slack.jq"
# Use:
#   gti ingest FEED --checkpoint slack --sink slack
# A quick trial, FEED being any feed:
#   gti ingest FEED --limit 1 --webhook URL --webhook-body "$(cat slack.jq)"

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

def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");
def line: gsub("\\s+"; " ") | .[0:280] | escaped;
record
| {
    text: (level + ": " + (heading | line)),
    blocks: [
      {type: "header", text: {type: "plain_text", text: ("Threat intelligence: " + .kind)}},
      {type: "section", text: {type: "mrkdwn", text: ("*" + level + "* " + (heading | line) + "\n" + (about | line))}},
      {type: "context", elements: [{type: "mrkdwn", text: ("record " + (key | line) + ", <" + (page | escaped) + "|open in the service>")}]}
    ]
  }
