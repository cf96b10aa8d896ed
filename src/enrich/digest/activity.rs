//! What a file did in sandboxes, for people.

use super::harmless;
use crate::model::behaviour::{Action, Activity};
use crate::output::{Digest, Entry};

/// Adds what was executed, contacted, dropped and changed, and by which sandboxes
/// that was seen.
pub(super) fn add(page: &mut Digest<'_>, activity: &Activity, defanged: bool) {
    for (label, actions) in [
        ("executed", &activity.executed),
        ("contacted", &activity.contacted),
        ("dropped", &activity.dropped),
        ("changed", &activity.changed),
    ] {
        let entries: Vec<Entry> = actions.iter().map(|it| entry(it, defanged)).collect();
        page.items(label, Some(entries.len() as u64), &entries);
    }
    if activity.sandboxes.is_empty() {
        page.line("behaviours", "none");
    } else {
        let (count, names) = (activity.sandboxes.len(), activity.sandboxes.join(", "));
        page.wrapped("behaviours", &[format!("seen by {count}: {names}")]);
    }
}

fn entry(action: &Action, defanged: bool) -> Entry {
    let text = |text: &Option<String>| text.as_deref().map(|text| harmless(text, defanged));
    Entry {
        name: text(&action.what),
        value: text(&action.value),
    }
}
