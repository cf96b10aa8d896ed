//! An indicator that was created or changed, as hourly archives have it (API notes,
//! page 2, section 2.1).

use super::verdict::Valued;
use super::view::view;

view! {
    /// What entries are chosen by.
    pub struct Scored {
        /// What the service says of it.
        pub attributes: ScoredAttributes,
    }

    /// The attributes of it.
    pub struct ScoredAttributes {
        /// The service's assessment, which some have not.
        pub gti_assessment: ScoredAssessment,
    }

    /// The assessment's score.
    pub struct ScoredAssessment {
        /// 0 to 100.
        pub threat_score: Option<Valued<i64>>,
    }
}
