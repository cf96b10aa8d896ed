# An indicator, or else an incident, for OpenCTI's GraphQL interface. With actors, malware and
# relationships: -f stix-opencti.
#
# Endpoint: POST https://opencti.example/graphql
# Header file: opencti.token holds "Bearer TOKEN"
# Use:
#   gti ingest FEED --checkpoint opencti --webhook https://opencti.example/graphql \
#     --webhook-header-file Authorization=opencti.token \
#     --webhook-ok '(.errors // []) == []' \
#     --webhook-body "$(cat opencti.jq)"
# A 200 with errors in it means that nothing was made: hence --webhook-ok.
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.opencti]
#   kind = "webhook"
#   url = "https://opencti.example/graphql"
#   body_file = "opencti.jq"
#   ok = "(.errors // []) == []"
#   header_files = { Authorization = "opencti.token" }

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

# The text of a pattern between its quotes.
def quoted: gsub("\\\\"; "\\\\") | gsub("'"; "\\'");
def hashed: {"32": "MD5", "40": "'SHA-1'", "64": "'SHA-256'"}[length | tostring] // "'SHA-256'";
record
| (.value // .id // "unknown") as $value
| if .kind == "indicator" then
    ({ip: (if $value | contains(":") then ["ipv6-addr:value", "IPv6-Addr"] else ["ipv4-addr:value", "IPv4-Addr"] end),
      domain: ["domain-name:value", "Domain-Name"], url: ["url:value", "Url"],
      file: ["file:hashes." + ($value | hashed), "StixFile"]}[.type // ""] // ["url:value", "Url"]) as [$path, $type]
    | {
        query: "mutation ($input: IndicatorAddInput!) { indicatorAdd(input: $input) { id } }",
        variables: {input: ({
          name: ($value | if length < 2 then "record " + . else . end),
          description: ([heading, about, page] | unique | join("\n")),
          pattern: ("[" + $path + " = '" + ($value | quoted) + "']"),
          pattern_type: "stix",
          valid_from: (moment | todate),
          x_opencti_main_observable_type: $type,
          x_opencti_detection: (.verdict == "malicious"),
          revoked: (.verdict == "benign"),
          update: true
        } + if .threat_score == null then {} else {x_opencti_score: ([[.threat_score, 0] | max, 100] | min)} end)}
      }
  else
    {
      query: "mutation ($input: IncidentAddInput!) { incidentAdd(input: $input) { id } }",
      variables: {input: {
        name: (heading | if length < 2 then "record " + . else . end | .[0:500]),
        description: ([about, .value, page] | map(strings) | join("\n")),
        incident_type: (.type // .kind),
        severity: level,
        source: "Google Threat Intelligence",
        first_seen: (moment | todate),
        update: true
      }}
    }
  end
