#!/bin/sh
# What views.sql creates, and which panels the dashboard shows.
set -eu
cd "$(dirname "$0")"
sed -n 's/^CREATE OR REPLACE VIEW \([a-z_.]*\).*/view   \1/p' views.sql
sed -n 's/^      "title": "\(.*\)",$/panel  \1/p' grafana.json
