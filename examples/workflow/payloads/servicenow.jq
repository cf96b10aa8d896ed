# A record of ServiceNow's incident table. Its priority follows from urgency and impact.
#
# Endpoint: POST https://example.service-now.com/api/now/table/incident
# Header file: servicenow.token holds "Bearer ACCESS-TOKEN", or "Basic " and the base64 of USER:PASSWORD
# Use:
#   gti ingest FEED --checkpoint servicenow --webhook https://example.service-now.com/api/now/table/incident \
#     --webhook-header-file Authorization=servicenow.token \
#     --webhook-body "$(cat servicenow.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.servicenow]
#   kind = "webhook"
#   url = "https://example.service-now.com/api/now/table/incident"
#   body_file = "servicenow.jq"
#   header_files = { Authorization = "servicenow.token" }

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
| (if IN(.severity; "critical", "high") then "1" elif .severity == "medium" then "2" else "3" end) as $rank
| {
    short_description: (.title | gsub("\\s+"; " ") | .[0:160]),
    description: (.about + "\n\nIndicator: " + (.value // "none") + "\nTags: " + (.tags | join(", "))),
    urgency: $rank,
    impact: (if .severity == "critical" then "1" elif $rank == "3" then "3" else "2" end),
    correlation_id: .id,
    correlation_display: ("gti " + .kind)
  }
