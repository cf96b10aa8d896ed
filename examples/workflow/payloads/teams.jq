# A message for Microsoft Teams: an adaptive card for the workflow "When a Teams webhook
# request is received". Text of others is no Markdown there.
#
# Endpoint: POST https://prod-00.westeurope.logic.azure.com/workflows/…
# Header file: none. The address itself is the secret, so it belongs into a
# named sink of the configuration file and not on a command line:
#   [sinks.teams]
#   kind = "webhook"
#   url = "https://prod-00.westeurope.logic.azure.com/workflows/…"
#   body_file = "teams.jq"
# Use:
#   gti ingest FEED --checkpoint teams --sink teams
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, …

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

# Cards read a little Markdown: what would be read as such is escaped.
def line: gsub("\\s+"; " ") | .[0:280] | gsub("(?<c>[\\\\`*_\\[\\]()#<>])"; "\\" + .c);
record
| level as $level
| {
    type: "message",
    attachments: [{
      contentType: "application/vnd.microsoft.card.adaptive",
      content: {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        type: "AdaptiveCard",
        version: "1.4",
        body: [
          {type: "TextBlock", size: "Medium", weight: "Bolder", wrap: true, text: (heading | line),
           color: (if IN($level; "critical", "high") then "Attention" elif $level == "medium" then "Warning" else "Default" end)},
          {type: "TextBlock", wrap: true, text: (about | line)},
          {type: "FactSet", facts: [
            {title: "Severity", value: $level},
            {title: "Score", value: (.threat_score // "unknown" | tostring)},
            {title: "Record", value: (key | line)}
          ]}
        ],
        actions: [{type: "Action.OpenUrl", title: "Open in the service", url: page}]
      }
    }]
  }
