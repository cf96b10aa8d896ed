//! Vulnerabilities whose every text is an attack.

use crate::support::{Gti, site};

const CVE: &str = "CVE-2099-0011";

/// Control, bidirectional and invisible characters, line breaks aside.
fn obeyed(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[test]
fn text_holds_nothing_that_a_terminal_obeys() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    for line in [
        &["vuln", "get", CVE][..],
        &["vuln", "get", CVE, "--associations"],
        &["vuln", "get", CVE, "--expand"],
        &["vuln", "get", CVE, "--raw"],
        &[
            "vuln",
            "get",
            CVE,
            "--fields",
            "cve,risk_rating,priority,summary,report",
        ],
        &["vuln", "list", "--filter", "name:CVE-2099-0011"],
        &[
            "vuln",
            "list",
            "--filter",
            "name:CVE-2099-0011",
            "--fields",
            "cve,report",
        ],
    ] {
        let arguments = [line, &["-f", "text"]].concat();
        let ran = gti.run(&arguments).exits(0).silently();
        assert!(!ran.stdout.is_empty());
        assert!(!ran.stdout.contains(obeyed), "{line:?}: {:?}", ran.stdout);
    }
}

#[test]
fn no_cell_of_a_table_is_a_formula_and_no_line_is_forged() {
    let sandbox = site();
    let gti = Gti::asking(&sandbox);
    let fields = "cve,risk_rating,priority,exploitation_state,exploit_availability,exploitation_consequence,cvss.vector,kev.ransomware_use,summary";
    let ran = gti
        .run(&["vuln", "get", CVE, "-f", "csv", "--fields", fields])
        .exits(0);
    let mut reader = csv::Reader::from_reader(ran.stdout.as_bytes());
    let rows: Vec<_> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1);
    for cell in &rows[0] {
        assert!(
            !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
            "{cell:?}"
        );
    }
    let ran = gti.run(&["vuln", "get", CVE]).exits(0);
    assert_eq!(ran.stdout.lines().count(), 1);
    assert_eq!(
        ran.each("cve"),
        [CVE],
        "not what the object says, but what was asked"
    );
}
