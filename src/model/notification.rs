//! A notification of the `IoC` stream: an indicator, and why the stream has it (API
//! notes, section 4.2).

use super::view::view;

view! {
    /// What tells notifications apart.
    pub struct NotificationKey {
        /// What stands beside the object.
        pub context_attributes: KeyContext,
    }

    /// What stands beside the object.
    pub struct KeyContext {
        /// The id of the notification.
        pub notification_id: Option<String>,
        /// When it was made, in seconds since the epoch.
        pub notification_date: Option<i64>,
    }
}
