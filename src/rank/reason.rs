//! Why something stands where it stands: what was compared, in words.

use super::criticality::Criticality;
use super::standing::Standing;
use crate::model::time::epoch;
use crate::model::vulnerability::{Kev, PrioritySource, RiskSource};

/// The reason in a sentence's worth of words, in the order of comparison:
/// `P0 · in CISA KEV since 2099-01-02 · exploited widely · … · EPSS 0.97`.
pub(crate) fn whole(standing: &Standing, criticality: Option<Criticality>) -> String {
    let known = |text: &Option<String>| text.as_deref().map(str::to_lowercase);
    let parts = [
        standing
            .priority
            .as_ref()
            .map(|priority| match priority.source {
                PrioritySource::Gti => priority.value.clone(),
                PrioritySource::Derived => format!("{} (derived)", priority.value),
            }),
        standing.kev.as_ref().map(listed),
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
        standing.risk_rating.as_ref().map(|rating| {
            let level = rating.value.to_lowercase();
            match rating.source {
                RiskSource::Rated => format!("{level} risk"),
                RiskSource::Predicted => format!("{level} risk (predicted)"),
            }
        }),
        standing.epss.score.map(probability),
        standing.score().map(|score| format!("CVSS {score:.1}")),
        criticality.map(|level| format!("{} asset", level.name())),
    ];
    joined(parts)
}

/// The reason for a column: `P0 · KEV · wide · EPSS 0.97 · CVSS 9.8`.
pub(crate) fn short(standing: &Standing) -> String {
    let state = standing
        .exploitation_state
        .as_deref()
        .map(str::to_lowercase);
    let parts = [
        standing.priority.as_ref().map(|it| it.value.clone()),
        standing.kev.as_ref().map(|_| "KEV".to_owned()),
        state.filter(|state| state != "no known"),
        standing.epss.score.map(probability),
        standing.score().map(|score| format!("CVSS {score:.1}")),
    ];
    joined(parts)
}

fn listed(kev: &Kev) -> String {
    let added = kev.added_date.and_then(epoch);
    match added.as_deref().and_then(|time| time.get(..10)) {
        Some(day) => format!("in CISA KEV since {day}"),
        None => "in CISA KEV".to_owned(),
    }
}

fn joined<const N: usize>(parts: [Option<String>; N]) -> String {
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() {
        return "nothing known about its urgency".to_owned();
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
    use crate::model::vulnerability::Vulnerability;

    #[test]
    fn reasons_say_what_was_compared() {
        let standing = |attributes: &str| {
            let object = format!("{{\"attributes\":{attributes}}}");
            Standing::from(Vulnerability::read(&object).expect(attributes).0)
        };
        let worst = standing(
            r#"{"priority":"P0","cisa_known_exploited":{"added_date":4070995200},"exploitation_state":"Wide",
                "exploit_availability":"Publicly Available","risk_rating":"CRITICAL","epss":{"score":0.974},
                "cvss":{"cvssv3_x":{"base_score":9.8}}}"#,
        );
        assert_eq!(
            whole(&worst, Some(Criticality::High)),
            "P0 · in CISA KEV since 2099-01-02 · exploited widely · exploit public · critical risk · EPSS 0.97 · CVSS 9.8 · high asset"
        );
        assert_eq!(short(&worst), "P0 · KEV · wide · EPSS 0.97 · CVSS 9.8");
        let quiet = standing(
            r#"{"exploitation_state":"No Known","exploit_availability":"No Known","risk_rating":"",
                "predicted_risk_rating":"LOW","epss":{"score":"0.004"},"cisa_known_exploited":null}"#,
        );
        assert_eq!(
            whole(&quiet, None),
            "P4 (derived) · no known exploitation · no known exploit · low risk (predicted) · EPSS <0.01"
        );
        assert_eq!(short(&quiet), "P4 · EPSS <0.01");
        assert!(whole(&Standing::default(), None).starts_with("nothing known"));
    }
}
