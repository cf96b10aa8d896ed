//! The options that choose vulnerabilities, as terms of the service's filter (API
//! notes, section 8.2).

use clap::{Args, ValueEnum};

/// Which vulnerabilities.
#[derive(Debug, Clone, Default, Args)]
pub(in crate::commands) struct FilterArgs {
    /// Risk rating; may be repeated
    #[arg(long, value_name = "LEVEL", ignore_case = true)]
    risk: Vec<Risk>,
    /// Exploitation confirmed, or observed in the wild
    #[arg(long)]
    exploited: bool,
    /// On CISA's list of known exploited vulnerabilities
    #[arg(long)]
    kev: bool,
    /// Exploited before there was a fix
    #[arg(long)]
    zero_day: bool,
    /// In products of this vendor
    #[arg(long, value_name = "NAME")]
    vendor: Option<String>,
    /// In this product
    #[arg(long, value_name = "NAME")]
    product: Option<String>,
    /// More terms for the service's filter, sent as they are
    #[arg(long, value_name = "RAW")]
    filter: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Risk {
    Critical,
    High,
    Medium,
    Low,
}

impl Risk {
    /// As filters spell it; objects write capitals.
    fn name(self) -> &'static str {
        match self {
            Self::Critical => "Critical",
            Self::High => "High",
            Self::Medium => "Medium",
            Self::Low => "Low",
        }
    }
}

impl FilterArgs {
    /// The terms, beginning with the one that asks for vulnerabilities.
    pub(in crate::commands) fn terms(&self) -> String {
        let mut terms = vec!["collection_type:vulnerability".to_owned()];
        let risks: Vec<String> = self
            .risk
            .iter()
            .map(|risk| format!("risk_rating:{}", risk.name()))
            .collect();
        match risks.as_slice() {
            [] => {}
            [one] => terms.push(one.clone()),
            several => terms.push(format!("({})", several.join(" OR "))),
        }
        if self.exploited {
            let either =
                r#"(exploitation_state:Confirmed OR vulnerability_filter:"Observed In The Wild")"#;
            terms.push(either.to_owned());
        }
        if self.kev {
            terms.push(r#"vulnerability_filter:"CISA Exploited""#.to_owned());
        }
        if self.zero_day {
            terms.push(r#"vulnerability_filter:"Zero Day""#.to_owned());
        }
        for (key, value) in [
            ("vulnerable_vendor", &self.vendor),
            ("vulnerable_product", &self.product),
        ] {
            let value = value.as_deref().map(str::trim).unwrap_or_default();
            if !value.is_empty() {
                terms.push(format!("{key}:{}", quoted(value)));
            }
        }
        let raw = self.filter.as_deref().map(str::trim).unwrap_or_default();
        if raw.contains(" OR ") {
            // Joined with the others it would mean something else.
            terms.push(format!("({raw})"));
        } else if !raw.is_empty() {
            terms.push(raw.to_owned());
        }
        terms.join(" ")
    }
}

/// The value as one word of the filter, whatever is in it.
fn quoted(value: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '*');
    if value.chars().all(plain) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        filter: FilterArgs,
    }

    #[test]
    fn options_become_terms() {
        for (line, expected) in [
            (vec![], ""),
            (vec!["--risk", "Critical"], " risk_rating:Critical"),
            (
                vec!["--risk", "high", "--risk", "critical"],
                " (risk_rating:High OR risk_rating:Critical)",
            ),
            (
                vec!["--kev", "--zero-day"],
                r#" vulnerability_filter:"CISA Exploited" vulnerability_filter:"Zero Day""#,
            ),
            (
                vec!["--exploited"],
                r#" (exploitation_state:Confirmed OR vulnerability_filter:"Observed In The Wild")"#,
            ),
            (
                vec!["--vendor", "Example Systems", "--product", "libtest"],
                r#" vulnerable_vendor:"Example Systems" vulnerable_product:libtest"#,
            ),
            (
                vec!["--vendor", r#"a" OR name:x\"#],
                r#" vulnerable_vendor:"a\" OR name:x\\""#,
            ),
            (vec!["--vendor", " "], ""),
            (vec!["--filter", " name:a "], " name:a"),
            (vec!["--filter", "name:a OR name:b"], " (name:a OR name:b)"),
        ] {
            let args = std::iter::once("x").chain(line.iter().copied());
            let terms = Line::try_parse_from(args)
                .expect("arguments")
                .filter
                .terms();
            assert_eq!(terms, format!("collection_type:vulnerability{expected}"));
        }
        assert!(Line::try_parse_from(["x", "--risk", "severe"]).is_err());
    }
}
