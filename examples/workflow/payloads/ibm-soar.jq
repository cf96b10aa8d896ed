# An incident for IBM SOAR (QRadar SOAR), as its full incident DTO.
#
# Endpoint: POST https://soar.example/rest/orgs/201/incidents?want_full_data=true
# Header file: ibm-soar.token holds "Basic " and the base64 of KEY-ID:KEY-SECRET
# Use:
#   gti ingest FEED --checkpoint ibm-soar --webhook https://soar.example/rest/orgs/201/incidents?want_full_data=true \
#     --webhook-header-file Authorization=ibm-soar.token \
#     --webhook-body "$(cat ibm-soar.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.ibm-soar]
#   kind = "webhook"
#   url = "https://soar.example/rest/orgs/201/incidents?want_full_data=true"
#   body_file = "ibm-soar.jq"
#   header_files = { Authorization = "ibm-soar.token" }

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
    name: .title,
    description: {format: "text", content: .about},
    discovered_date: (.time * 1000 | floor),
    severity_code: {name: (if IN(.severity; "critical", "high") then "High" elif .severity == "medium" then "Medium" else "Low" end)},
    artifacts: [
      select(.value != null)
      | {
          type: {name: (
            if .type == "file" then "Malware SHA-256 Hash"
            elif .type == "url" then "URL"
            elif .type == "ip_address" then "IP Address"
            elif .type == "domain" then "DNS Name"
            else "String" end)},
          value: .value,
          description: {format: "text", content: .title}
        }
    ]
  }
