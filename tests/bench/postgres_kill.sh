#!/usr/bin/env bash
# Kills `gti ingest` at drawn moments while it writes to PostgreSQL, and compares what is
# there in the end with one run that nobody disturbed.
#
#   tests/bench/postgres_kill.sh [KILLS] [SERVER_KILLS]
#
# Needs the binary (GTI, target/release/gti without it) and PostgreSQL's server programs;
# as root the server runs as the user postgres.
set -euo pipefail
kills=${1:-1000}
server_kills=${2:-10}
gti=${GTI:-target/release/gti}
bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
room=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then su postgres -c "$*"; else bash -c "$*"; fi; }
server() { as "$bin/pg_ctl -D $room/data -o '-p 5498 -k $room -c fsync=on' -l $room/log -w $1 > /dev/null"; }
trap 'kill $api 2> /dev/null || true; server "stop -m immediate" || true; rm -rf "$room"' EXIT
if [ "$(id -u)" = 0 ]; then chown postgres "$room"; fi
as "$bin/initdb -D $room/data -A trust > /dev/null"
server start
as "$bin/createdb -h $room -p 5498 intel"
mkdir -m 777 "$room/home"
export HOME=$room/home XDG_CONFIG_HOME=$room/home XDG_STATE_HOME=$room/home GTI_API_KEY=simulated-simulated GTI_CONFIG=$room/home/config.toml
printf '[sinks.db]\nkind = "postgres"\nurl = "postgres://postgres@127.0.0.1:5498/intel"\n' > "$GTI_CONFIG"
chmod 600 "$GTI_CONFIG"
"$gti" sandbox --port 8498 > /dev/null 2>&1 &
api=$!
until (exec 3<> /dev/tcp/127.0.0.1/8498) 2> /dev/null; do sleep 0.1; done
export GTI_BASE_URL=http://127.0.0.1:8498/api/v3
since=$(date -u -d '6 hours ago' +%Y-%m-%dT%H:%M:%SZ)
end=$(date -u +%s)
run() { "$gti" -q ingest ioc-stream --checkpoint soc --since "$since" --sink db 2>> "$room/errors"; }
psql() { "$bin/psql" -h "$room" -p 5498 -U postgres intel -Atqc "$1"; }
"$gti" -q sink init db > /dev/null
for ((n = 1; n <= kills; n++)); do
  run & pid=$!
  sleep "0.$((RANDOM % 90 + 10))"
  if ((server_kills > 0 && n % (kills / server_kills) == 0)); then
    server "stop -m immediate"
    kill -9 $pid 2> /dev/null || true
    server start
  else
    kill -9 $pid 2> /dev/null || true
  fi
  wait $pid 2> /dev/null || true
  # Begin anew now and then, so that there is something to be killed in.
  if ((n % 20 == 0)); then  # a whole run, and what came of all of them
    run || { tail -3 "$room/errors"; exit 1; }
    psql "select identity from gti.records where (doc#>>'{context_attributes,notification_date}')::bigint <= $end order by 1" > "$room/found"
    "$gti" -q ingest ioc-stream --since "$since" -f jsonl 2>> "$room/errors" |
      jq -r "select(.context_attributes.notification_date <= $end) | .context_attributes.notification_id" | sort > "$room/expected"
    sort "$room/found" | cmp - "$room/expected" || { echo "after $n kills: not the feed"; exit 1; }
    psql "delete from gti.checkpoints; delete from gti.seen; delete from gti.records; delete from gti.leases"
  fi
done
echo "$kills kills, of the server every $((server_kills > 0 ? kills / server_kills : 0)): $(wc -l < "$room/expected") records each time, every one once"
