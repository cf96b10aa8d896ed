//! What comes out, read by the programs that people read it with: Python's csv module,
//! `\copy` of `PostgreSQL` and `DuckDB`. Where one is not installed, a note says so.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::support::{Cluster, FILES, Gti};

/// Says something past the harness, which hides what passing tests print.
fn note(text: &str) {
    let _ = writeln!(std::io::stderr(), "note: {text}");
}

fn gti() -> Gti {
    Gti::new().with("GTI_SANDBOX", "1")
}

/// Lines of every command that lists or looks up, names of attackers included.
fn lines() -> Vec<String> {
    let mut lines = vec![format!(
        "enrich 203.0.113.7 evil.example hostile.example http://evil.example/a {} {} nonsense",
        FILES.malicious, FILES.benign
    )];
    lines.extend(
        [
            "search entity:file -n 30",
            "search --type threat-actor Example -n 10",
            "collection list -n 20",
            "dtm list -n 20",
            "dtm monitors",
            "asm list -n 20",
            "asm projects",
            "vuln list -n 20",
            "vuln get CVE-2099-0001 CVE-2099-0404 CVE-2099-0002",
            "ingest ioc-stream -n 60",
            "ingest threat-list malware -n 60",
            "ingest deltas -n 60",
            "ingest dtm -n 20 --shape record",
            "widget evil.example hostile.example",
            "quota",
        ]
        .map(str::to_owned),
    );
    lines
}

fn printed(gti: &Gti, line: &str, format: &str) -> String {
    let mut arguments: Vec<&str> = line.split(' ').collect();
    arguments.extend(["-f", format]);
    let ran = gti.run(&arguments);
    assert!(
        matches!(ran.code, 0 | 3),
        "{line} -f {format}: {}",
        ran.stderr
    );
    ran.stdout
}

/// Runs a program of Python on a text; none where there is no such Python.
fn python(python: &str, program: &str, text: &str) -> Option<String> {
    let mut command = Command::new(python);
    command
        .args(["-c", program])
        .env("PYTHONUTF8", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().ok()?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let text = text.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = child.wait_with_output().expect("its end");
    // It may have failed before it has read all.
    let _ = writer.join().expect("a writer");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    Some(String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn python_opens_every_csv() {
    const READ: &str = "
import csv, sys
sys.stdin.reconfigure(newline='')
rows = list(csv.reader(sys.stdin, strict=True))
widths = {len(row) for row in rows}
assert len(widths) == 1, widths
assert len(set(rows[0])) == len(rows[0]), rows[0]
bad = [cell for row in rows[1:] for cell in row if cell[:1] in '=+-@\\t\\r' and cell and not cell.lstrip('-').replace('.', '').isdigit()]
assert not bad, bad
print(len(rows) - 1)
";
    let gti = gti();
    for line in lines() {
        let csv = printed(&gti, &line, "csv");
        let Some(rows) = python("python3", READ, &csv) else {
            return note("no python3: the CSVs were not read");
        };
        assert_ne!(rows.trim(), "0", "{line}: {csv}");
    }
}

#[test]
fn postgres_copies_json_lines() {
    let Some(cluster) = Cluster::start() else {
        return;
    };
    let gti = gti();
    for line in lines() {
        let records = printed(&gti, &line, "jsonl");
        let path = gti.write("records.jsonl", &records);
        cluster.sql("DROP TABLE IF EXISTS records; CREATE TABLE records (record jsonb)");
        // The way of the manual: one column, and characters that JSON never holds.
        cluster.sql(&format!(
            "\\copy records from '{}' with (format csv, quote e'\\x01', delimiter e'\\x02')",
            path.display()
        ));
        let copied =
            cluster.sql("SELECT count(*) FROM records WHERE jsonb_typeof(record) = 'object'");
        assert_eq!(copied, records.lines().count().to_string(), "{line}");
    }
}

#[test]
fn duckdb_takes_json_lines() {
    const READ: &str = "
import duckdb, os, sys
path = sys.stdin.read()
found = duckdb.sql(f\"select count(*) from read_json('{path}', format='newline_delimited', maximum_object_size=67108864)\")
print(found.fetchall()[0][0])
";
    let target = option_env!("CARGO_TARGET_DIR").unwrap_or("target");
    let venv = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join(target)
        .join("stix-venv/bin/python");
    let has = Command::new(&venv).args(["-c", "import duckdb"]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        return note("no DuckDB: `tests/stix/validate` makes an environment that has it");
    }
    let venv = venv.to_str().expect("text");
    let gti = gti();
    for line in lines() {
        let records = printed(&gti, &line, "jsonl");
        let path = gti.write("records.jsonl", &records);
        let rows = python(venv, READ, path.to_str().expect("text")).expect("Python");
        assert_eq!(rows.trim(), records.lines().count().to_string(), "{line}");
    }
}
