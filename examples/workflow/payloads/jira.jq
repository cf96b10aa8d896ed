# An issue for Jira Cloud, REST API version 3. SOC is the key of the project.
#
# Endpoint: POST https://example.atlassian.net/rest/api/3/issue
# Header file: jira.token holds "Basic " and the base64 of EMAIL:API-TOKEN
# Use:
#   gti ingest FEED --checkpoint jira --webhook https://example.atlassian.net/rest/api/3/issue \
#     --webhook-header-file Authorization=jira.token \
#     --webhook-body "$(cat jira.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.jira]
#   kind = "webhook"
#   url = "https://example.atlassian.net/rest/api/3/issue"
#   body_file = "jira.jq"
#   header_files = { Authorization = "jira.token" }

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

def paragraph: {type: "paragraph", content: [{type: "text", text: .}]};
digest
| {
    fields: {
      project: {key: "SOC"},
      issuetype: {name: "Task"},
      summary: (.title | gsub("\\s+"; " ") | .[0:255]),
      labels: ["gti", "gti-" + .kind, "gti-" + .severity],
      description: {
        type: "doc",
        version: 1,
        content: [
          (.about | .[0:10000] | paragraph),
          ("Severity " + .severity + ", " + (.value // "no indicator") + ", record " + .id | paragraph)
        ]
      }
    }
  }
