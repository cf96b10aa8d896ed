# A row of a custom table of Microsoft Sentinel, by the Logs Ingestion API: alerts, issues and
# vulnerabilities too, which the upload API of indicators does not take. For that one see
# -f stix-sentinel.
#
# Endpoint: POST https://ENDPOINT.ingest.monitor.azure.com/dataCollectionRules/dcr-ID/streams/Custom-Gti_CL?api-version=2023-01-01
# Header file: sentinel.token holds "Bearer ACCESS-TOKEN", for the scope https://monitor.azure.com/.default
# Use:
#   gti ingest FEED --checkpoint sentinel --webhook URL \
#     --webhook-header-file Authorization=sentinel.token --webhook-batch 100 \
#     --webhook-body "$(cat sentinel.jq)"
# FEED is any feed: ioc-stream, threat-list malware, dtm, asm, vuln, … As a sink of the configuration file:
#   [sinks.sentinel]
#   kind = "webhook"
#   url = "URL"
#   body_file = "sentinel.jq"
#   header_files = { Authorization = "sentinel.token" }
#   batch = 100

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

record
| {
    TimeGenerated: (moment | todate),
    Kind: .kind,
    Type: (.type // .kind),
    Title: (heading | .[0:4000]),
    Value: (.value // ""),
    Severity: level,
    Verdict: (.verdict // ""),
    ThreatScore: .threat_score,
    Status: (.status // ""),
    Actors: .actors,
    Malware: .malware,
    Tags: .tags,
    Link: page,
    RecordId: key
  }
