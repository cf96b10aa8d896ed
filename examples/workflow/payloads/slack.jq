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
# A quick trial, FEED being dtm, alerts, asm or ioc-stream:
#   gti ingest FEED --limit 1 --webhook URL --webhook-body "$(cat slack.jq)"

# What alerts, issues and notifications have in common; the same in each map.
def one(f; $other): first((f? | strings | select(. != "")), $other);
def level:
  if type == "number" then ({"1":"critical","2":"high","3":"medium","4":"low"}[floor | tojson] // "info")
  else (strings | ascii_downcase | ltrimstr("severity_") | ltrimstr("level_") | select(IN("critical", "high", "medium", "low"))) end;
def digest:
  (if has("audit") or has("displayName") then "alerts"
   elif has("summary") or has("entity_name") then "asm"
   elif has("context_attributes") or has("attributes") then "ioc-stream"
   else "dtm" end) as $kind
  | one((if $kind == "alerts" then .name else .id end) | values | tostring; "unknown") as $id
  | {
      kind: $kind,
      id: one(.context_attributes.notification_id; $id),
      title: one(
        if $kind == "alerts" then .displayName
        elif $kind == "asm" then .pretty_name + " on " + .entity_name
        elif $kind == "ioc-stream" then .type + " " + (.attributes.url? // $id)
        else .title end;
        "Record " + $id),
      about: one((.description, .alert_summary, .aiSummary, .context_attributes.sources[0].label); "No description"),
      severity: first((
        if $kind == "alerts" then .severityAnalysis.severityLevel
        elif $kind == "asm" then .summary.severity
        elif $kind == "ioc-stream" then .attributes.gti_assessment.severity.value
        else .severity end | level)?, "info"),
      time: first(
        (.context_attributes.notification_date? | numbers),
        ((.created_at, .first_seen, .audit.createTime?) | strings | .[0:19] + "Z" | fromdate?),
        (now | floor)),
      tags: [(.tags? | arrays | .[] | strings), (.context_attributes.tags? | arrays | .[] | strings)],
      type: one(if $kind == "ioc-stream" then .type else empty end; null),
      value: one(
        if $kind == "asm" then .entity_name
        elif $kind == "ioc-stream" then (.attributes.url? // $id)
        else .topic_matches[0].value end;
        null)
    };

def escaped: gsub("&"; "&amp;") | gsub("<"; "&lt;") | gsub(">"; "&gt;");
def line: gsub("\\s+"; " ") | .[0:280] | escaped;
digest
| {
    text: (.severity + ": " + (.title | line)),
    blocks: [
      {type: "header", text: {type: "plain_text", text: ("Threat intelligence: " + .kind)}},
      {type: "section", text: {type: "mrkdwn", text: ("*" + .severity + "* " + (.title | line) + "\n" + (.about | line))}},
      {type: "context", elements: [{type: "mrkdwn", text: ("record " + (.id | line) + ", indicator " + (.value // "none" | line))}]}
    ]
  }
