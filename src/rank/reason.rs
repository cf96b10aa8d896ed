//! Why something stands where it stands: what was compared, in words.

use super::criticality::Criticality;
use super::standing::Standing;

/// The reason in a sentence's worth of words, in the order of comparison:
/// `P0 · in CISA KEV since 2099-01-02 · exploited widely · … · EPSS 0.97`.
pub fn whole(standing: &Standing, criticality: Option<Criticality>) -> String {
    let derived = if standing.derived { " (derived)" } else { "" };
    let predicted = if standing.risk_predicted {
        " (predicted)"
    } else {
        ""
    };
    let known = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    let parts = [
        standing
            .priority
            .as_ref()
            .map(|priority| format!("{priority}{derived}")),
        standing.kev.as_ref().map(|added| match added {
            Some(day) => format!("in CISA KEV since {day}"),
            None => "in CISA KEV".to_owned(),
        }),
        known(&standing.exploitation_state).map(|state| match state.as_str() {
            "wide" => "exploited widely".to_owned(),
            "no known" => "no known exploitation".to_owned(),
            state => format!("exploitation {state}"),
        }),
        known(&standing.exploit_availability).map(|availability| match availability.as_str() {
            "trivial" => "trivial to exploit".to_owned(),
            "publicly available" => "exploit public".to_owned(),
            "interest observed" => "interest in exploits".to_owned(),
            "no known" => "no known exploit".to_owned(),
            other => format!("exploit {other}"),
        }),
        known(&standing.risk_rating).map(|rating| format!("{rating} risk{predicted}")),
        standing.epss.map(probability),
        standing.cvss.map(|score| format!("CVSS {score:.1}")),
        criticality.map(|level| format!("{} asset", level.name())),
    ];
    joined(parts)
}

/// The reason for a column: `P0 · KEV · wide · EPSS 0.97 · CVSS 9.8`.
pub fn short(standing: &Standing) -> String {
    let state = standing
        .exploitation_state
        .as_deref()
        .map(str::to_lowercase);
    let parts = [
        standing.priority.clone(),
        standing.kev.as_ref().map(|_| "KEV".to_owned()),
        state.filter(|state| state != "no known"),
        standing.epss.map(probability),
        standing.cvss.map(|score| format!("CVSS {score:.1}")),
    ];
    joined(parts)
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "nothing known that tells how urgent it is".to_owned();
    }
    parts.join(" · ")
}

/// A probability that is small but not nothing does not show as nothing.
fn probability(epss: f64) -> String {
    if epss > 0.0 && epss < 0.01 {
        "EPSS <0.01".to_owned()
    } else {
        format!("EPSS {epss:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_say_what_was_compared() {
        let text = |text: &str| Some(text.to_owned());
        let worst = Standing {
            priority: text("P0"),
            kev: Some(text("2099-01-02")),
            exploitation_state: text("Wide"),
            exploit_availability: text("Publicly Available"),
            risk_rating: text("CRITICAL"),
            epss: Some(0.974),
            cvss: Some(9.8),
            ..Standing::default()
        };
        assert_eq!(
            whole(&worst, Some(Criticality::High)),
            "P0 · in CISA KEV since 2099-01-02 · exploited widely · exploit public · critical risk · EPSS 0.97 · CVSS 9.8 · high asset"
        );
        assert_eq!(short(&worst), "P0 · KEV · wide · EPSS 0.97 · CVSS 9.8");
        let quiet = Standing {
            priority: text("P4"),
            derived: true,
            exploitation_state: text("No Known"),
            exploit_availability: text("No Known"),
            risk_rating: text("LOW"),
            risk_predicted: true,
            epss: Some(0.004),
            ..Standing::default()
        };
        assert_eq!(
            whole(&quiet, None),
            "P4 (derived) · no known exploitation · no known exploit · low risk (predicted) · EPSS <0.01"
        );
        assert_eq!(short(&quiet), "P4 · EPSS <0.01");
        assert!(whole(&Standing::default(), None).starts_with("nothing known"));
    }
}
