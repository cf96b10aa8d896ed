//! An entry of a threat list: the report on an indicator, of which this tells
//! entries apart (API notes, section 5.3).

use super::view::view;

view! {
    /// What tells entries apart.
    pub struct EntryKey {
        /// The indicator's type.
        pub kind as "type": Option<String>,
        /// Its id.
        pub id: Option<String>,
        /// When it was last modified.
        pub attributes: EntryDates,
    }

    /// When an entry was last modified.
    pub struct EntryDates {
        /// In seconds since the epoch.
        pub last_modification_date: Option<i64>,
    }
}
