# A container with its artifacts for Splunk SOAR.
#
# Endpoint: POST https://soar.example/rest/container
# Header file: splunk-soar.token holds the token of an automation user
# Use:
#   gti ingest FEED --checkpoint splunk-soar --webhook https://soar.example/rest/container \
#     --webhook-header-file ph-auth-token=splunk-soar.token \
#     --webhook-body "$(cat splunk-soar.jq)"
# FEED is dtm, alerts, asm or ioc-stream. As a sink of the configuration file:
#   [sinks.splunk-soar]
#   kind = "webhook"
#   url = "https://soar.example/rest/container"
#   body_file = "splunk-soar.jq"
#   header_files = { ph-auth-token = "splunk-soar.token" }

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
| (if IN(.severity; "critical", "high") then "high" elif .severity == "medium" then "medium" else "low" end) as $severity
| {
    name: .title,
    label: "events",
    description: .about,
    severity: $severity,
    source_data_identifier: (.kind + ":" + .id),
    tags,
    artifacts: [{
      name: .title,
      label: "event",
      severity: $severity,
      source_data_identifier: (.kind + ":" + .id + ":0"),
      run_automation: true,
      cef: (
        {externalId: .id}
        + if .value == null then {}
          elif .type == "file" then {fileHash: .value}
          elif .type == "url" then {requestURL: .value}
          elif .type == "ip_address" then {destinationAddress: .value}
          else {destinationDnsDomain: .value} end)
    }]
  }
