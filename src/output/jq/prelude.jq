# What jq has and the interpreter's own libraries leave out.

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

def IN(values): any(values == .; .);
def IN(source; values): any(source == values; .);
def INDEX(stream; key): reduce stream as $row ({}; .[$row | key | tostring] = $row);
def INDEX(key): INDEX(.[]; key);

def toarray: if isarray then . else [.] end;
def trimstr($affix): ltrimstr($affix) | rtrimstr($affix);
def leaf_paths: paths(scalars);
def date: todate;
