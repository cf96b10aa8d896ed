# An alert for TheHive 5; one that comes again (same sourceRef) is refused with 4xx and is no second alert.
#
# Endpoint: POST https://thehive.example/api/v1/alert
# Header file: thehive.token holds "Bearer API-KEY"
# Use:
#   gti ingest FEED --checkpoint thehive --webhook https://thehive.example/api/v1/alert \
#     --webhook-header-file Authorization=thehive.token \
#     --webhook-body "$(cat thehive.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.thehive]
#   kind = "webhook"
#   url = "https://thehive.example/api/v1/alert"
#   body_file = "thehive.jq"
#   header_files = { Authorization = "thehive.token" }

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

digest
| {
    type: .kind,
    source: "gti",
    sourceRef: .id,
    title,
    description: .about,
    severity: ({critical: 4, high: 3, medium: 2}[.severity] // 1),
    date: (.time * 1000 | floor),
    tags,
    observables: [
      select(.value != null)
      | {
          dataType: (
            if .type == "file" then "hash"
            elif .type == "url" then "url"
            elif .type == "ip_address" then "ip"
            elif .type == "domain" then "domain"
            else "other" end),
          data: .value
        }
    ]
  }
