//! What rules ask of a record: an alert, an issue or an indicator.

use super::verdict::Assessment;
use super::view::view;

view! {
    /// A record, as far as rules know it: each key has the nearest that each kind of
    /// object has.
    pub struct Ruled {
        /// Its id.
        pub id: Option<String>,
        /// The id of an issue.
        pub uid: Option<String>,
        /// The name of an alert of GTI Alerts; of other objects it is a title.
        pub name: Option<String>,
        /// What kind such an alert is of.
        pub detail: RuledDetail,
        /// How bad it is.
        pub severity_analysis as "severityAnalysis": RuledSeverity,
        /// When it was made.
        pub audit: RuledAudit,
        /// The API's type of an indicator.
        pub kind as "type": Option<String>,
        /// The type of an alert.
        pub alert_type: Option<String>,
        /// The severity of an alert.
        pub severity: Option<String>,
        /// The monitor that an alert comes from.
        pub monitor_id: Option<String>,
        /// The tags of an alert or an issue.
        pub tags: Vec<String>,
        /// The score of an alert.
        pub indicator_mscore: Option<i64>,
        /// When an alert was made.
        pub created_at: Option<String>,
        /// When an issue was first seen.
        pub first_seen: Option<String>,
        /// What of an issue is most asked for.
        pub summary: RuledSummary,
        /// What the report on an indicator says.
        pub attributes: RuledAttributes,
        /// What a feed says beside an indicator.
        pub context_attributes: RuledContext,
    }

    /// What kind an alert of GTI Alerts is of.
    pub struct RuledDetail {
        /// `data_leak`.
        pub kind as "detailType": Option<String>,
    }

    /// How bad an alert of GTI Alerts is.
    pub struct RuledSeverity {
        /// `SEVERITY_LEVEL_HIGH`.
        pub level as "severityLevel": Option<String>,
    }

    /// When an alert of GTI Alerts was made.
    pub struct RuledAudit {
        /// RFC 3339.
        pub created as "createTime": Option<String>,
    }

    /// What of an issue is most asked for.
    pub struct RuledSummary {
        /// Its category.
        pub category: Option<String>,
        /// Its severity, 1 to 5.
        pub severity: Option<String>,
    }

    /// What the report on an indicator says.
    pub struct RuledAttributes {
        /// Its tags.
        pub tags: Vec<String>,
        /// When it was last modified, in seconds since the epoch.
        pub last_modification_date: Option<String>,
        /// The service's judgement.
        pub gti_assessment: Assessment,
    }

    /// What a feed says beside an indicator.
    pub struct RuledContext {
        /// The tags of the notification.
        pub tags: Vec<String>,
        /// When it was made, in seconds since the epoch.
        pub notification_date: Option<String>,
    }
}
