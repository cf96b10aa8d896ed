//! What the program talks about: indicators, times, and the API's objects kept
//! as they were sent. Names nothing above it.

pub mod alert;
pub mod behaviour;
pub mod collection;
pub mod common;
pub mod delta;
pub mod descriptor;
pub mod encoding;
pub mod error;
pub(crate) mod exit;
pub mod fail_on;
pub mod file_mark;
pub(crate) mod grouped;
pub mod gti_alert;
pub mod gui;
pub mod indicator;
pub mod issue;
pub mod json;
pub mod lenient;
pub mod mitre;
pub(crate) mod named;
pub mod notification;
pub mod quota;
pub mod report;
pub mod ruled;
pub(crate) mod suggestion;
pub mod threat_list;
pub mod time;
pub mod tlp;
pub mod unseen;
pub mod valid_for;
pub(crate) mod value_key;
pub mod verdict;
pub mod view;
pub mod visibility;
pub mod vulnerability;
