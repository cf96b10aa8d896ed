//! What exports read of an object beside the common record.

use crate::model::verdict::AnalysisStats;
use crate::model::view::view;

view! {
    pub(in crate::output) struct Detail {
        pub(in crate::output) description: Option<String>,
        pub(in crate::output) updated_at: Option<String>,
        pub(in crate::output) attributes: Attributes,
        pub(in crate::output) context_attributes: Context,
    }

    pub(in crate::output) struct Attributes {
        pub(in crate::output) md5: Option<String>,
        pub(in crate::output) sha1: Option<String>,
        pub(in crate::output) sha256: Option<String>,
        pub(in crate::output) ssdeep: Option<String>,
        pub(in crate::output) tlsh: Option<String>,
        pub(in crate::output) meaningful_name: Option<String>,
        pub(in crate::output) size: Option<i64>,
        pub(in crate::output) last_final_url: Option<String>,
        pub(in crate::output) asn: Option<i64>,
        pub(in crate::output) as_owner: Option<String>,
        pub(in crate::output) country: Option<String>,
        pub(in crate::output) description: Option<String>,
        pub(in crate::output) executive_summary: Option<String>,
        pub(in crate::output) creation_date: Option<i64>,
        pub(in crate::output) first_seen_itw_date: Option<i64>,
        pub(in crate::output) last_seen_itw_date: Option<i64>,
        pub(in crate::output) first_submission_date: Option<i64>,
        pub(in crate::output) last_submission_date: Option<i64>,
        pub(in crate::output) last_analysis_date: Option<i64>,
        pub(in crate::output) last_modification_date: Option<i64>,
        pub(in crate::output) last_analysis_stats: AnalysisStats,
    }

    pub(in crate::output) struct Context {
        pub(in crate::output) notification_id: Option<String>,
        pub(in crate::output) notification_date: Option<i64>,
        pub(in crate::output) threat_list_id: Option<String>,
    }
}
