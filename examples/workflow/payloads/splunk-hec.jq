# An event for Splunk's HTTP Event Collector.
#
# Endpoint: POST https://splunk.example:8088/services/collector/event
# Header file: splunk-hec.token holds "Splunk TOKEN"
# Use:
#   gti ingest FEED --checkpoint splunk-hec --webhook https://splunk.example:8088/services/collector/event \
#     --webhook-header-file Authorization=splunk-hec.token \
#     --webhook-batch 100 --webhook-format ndjson \
#     --webhook-body "$(cat splunk-hec.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.splunk-hec]
#   kind = "webhook"
#   url = "https://splunk.example:8088/services/collector/event"
#   body_file = "splunk-hec.jq"
#   header_files = { Authorization = "splunk-hec.token" }
#   batch = 100
#   format = "ndjson"

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

. as $record | digest
| {
    time,
    source: ("gti:" + .kind),
    sourcetype: ("gti:" + .kind),
    event: ($record + {id: .id}),
    fields: {severity, record_id: .id}
  }
