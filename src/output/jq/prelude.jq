# What jq has and the interpreter's own libraries leave out or do otherwise.

# Types
def tojson_or_text: if isstring then . else tojson end;
def toarray: if isarray then . else [.] end;
def abs: if isnumber then (if . < 0 then -. else . end) else error("\(type) (\(tojson)) has no absolute value") end;
def toboolean:
    if isboolean then .
  elif . == "true" then true
  elif . == "false" then false
  else error("\(type) (\(tojson)) cannot be parsed as a boolean") end;
def have_literal_numbers: true;
def have_decnum: false;

# Paths
def del(f): delpaths([path(f)]);
def setpath($path; $value): if $path | isarray then _setpath($path; $value) else error("path must be specified as an array") end;
def getpath($path): if $path | isarray then reduce $path[] as $key (.; .[$key]) else error("path must be specified as an array") end;
def pick(pathexps): . as $top | reduce path(pathexps) as $p (null; setpath($p; $top | getpath($p)));
def paths: path(..) | select(length > 0);
def leaf_paths: paths(scalars);
def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p+$q]);
def fromstream(f): {x: null, e: false} as $init
  | foreach f as $i ($init;
      if .e then $init else . end
      | if $i | length == 2
        then setpath(["e"]; $i[0] | length == 0) | setpath(["x"] + $i[0]; $i[1])
        else setpath(["e"]; $i[0] | length == 1) end;
      if .e then .x else empty end);
def truncate_stream(stream): . as $n | null | stream
  | . as $input | if (.[0] | length) > $n then setpath([0]; .[0][$n:]) else empty end;

# Generators
def range($from; $to; $by): if $by == 0 then empty else _range($from; $to; $by) end;
def limit($n; f): if $n > 0 then _limit($n; f) elif $n == 0 then empty else f end;
def nth($n; f): if $n < 0 then error("out of bounds negative array index") else last(limit($n + 1; f)) end;
def isvalid(f): try (f | true) catch false;
def combinations($n): [limit($n; repeat(.))] | combinations;

# Arrays
def in(xs): . as $x | xs | has($x);
def inside(xs): . as $x | xs | contains($x);
def indices($i):
    if isarray and ($i | isarray) then .[$i]
  elif isarray then .[[$i]]
  elif isstring and ($i | isstring) then _strindices($i)
  else .[[$i]] end;
def index($i): indices($i) | .[0];
def rindex($i): indices($i) | .[-1:][0];
def _flatten($depth): reduce .[] as $item ([];
  if ($item | isarray) and $depth != 0 then . + ($item | _flatten($depth - 1)) else . + [$item] end);
def flatten($depth): if $depth < 0 then error("flatten depth must not be negative") else _flatten($depth) end;
def flatten: _flatten(1000000000);
def join($separator): [.[]] | _join($separator);
def transpose: if . == [] then [] else . as $in
  | (map(length) | max) as $max
  | [range(0; $max) as $j | [range(0; $in | length) as $i | $in[$i][$j]]] end;

# Objects
def from_entries: reduce .[] as $x ({};
  . + { ($x | if .key == null then .k // .name // .Name // .K // .Key | if . == null then "null" else . end
              else .key end
         | tojson_or_text)
      : ($x | if has("value") then .value elif has("v") then .v else .Value end) });
def with_entries(f): to_entries | map(f) | from_entries;

# Membership
def IN(values): any(values == .; .);
def IN(source; values): any(source == values; .);
def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);

# Strings
def ascii: [.] | implode;
def trimstr($affix): ltrimstr($affix) | rtrimstr($affix);
def todate: strftime("%Y-%m-%dT%H:%M:%SZ");
def date: todate;
def dateadd(unit; $n): . + $n;
def datesub(unit; $n): . - $n;

# Formats
def @json: tojson;
def @csv:
  [ .[] |
    if isstring then "\"" + gsub("\""; "\"\"") + "\""
    elif isarray or isobject then error("@csv takes no \(type) in a row")
    elif . == null then ""
    else tostring end
  ] | join(",");

def @tsv:
  [ .[] |
    if isstring then
      gsub("\\\\"; "\\\\") | gsub("\t"; "\\t") | gsub("\n"; "\\n") | gsub("\r"; "\\r")
    elif isarray or isobject then error("@tsv takes no \(type) in a row")
    elif . == null then ""
    else tostring end
  ] | join("\t");

# Assignments
def _assign(paths; $value): reduce path(paths) as $path (.; setpath($path; $value));
def _assign_alternative(paths; $value): _modify(paths; . // $value);
def _assign_sum(paths; $value): _modify(paths; . + $value);
def _assign_difference(paths; $value): _modify(paths; . - $value);
def _assign_product(paths; $value): _modify(paths; . * $value);
def _assign_quotient(paths; $value): _modify(paths; . / $value);
def _assign_rest(paths; $value): _modify(paths; . % $value);
def map_values(f): _modify(.[]; f);
