//! `gti alerts update`: give alerts another state.

use clap::Args;

use super::which::{ProjectArgs, spelled};
use crate::commands::context::{Context, Whose};
use crate::commands::known::checked;
use crate::commands::workflow::{CHANGED, IdArgs, Job, launch};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::gti_alert::{STATES, VERBS};
use crate::output::Layout;
use crate::settings::nearest;
use crate::workflow::{Change, Desk, Task};

/// Set the state of alerts, by the verbs that the service has
///
/// Each alert is read first; one that is in the state already is `unchanged`. With
/// --if-state, or where a line on standard input has the `etag` that was seen, an
/// alert that somebody changed meanwhile is `skipped`, and the record says who did.
/// The service cannot check that while it changes the alert: between reading and
/// changing a moment stays.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UpdateArgs {
    #[command(flatten)]
    project: ProjectArgs,
    #[command(flatten)]
    ids: IdArgs,
    // In help, backticks would be part of what is copied.
    #[arg(
        long,
        value_name = "STATE",
        help = "Set this state: READ, TRIAGED, ESCALATED, RESOLVED, DUPLICATE, \
                FALSE_POSITIVE, NOT_ACTIONABLE, BENIGN or TRACKED_EXTERNALLY",
        required_unless_present = "duplicate_of"
    )]
    state: Option<String>,
    /// Set the state DUPLICATE, and name the alert that is repeated: its id or name
    #[arg(long, value_name = "ID")]
    duplicate_of: Option<String>,
    /// Change only alerts that still have this state; others are skipped
    #[arg(long, value_name = "STATE")]
    if_state: Option<String>,
    /// Read, and say what would change; change nothing
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  gti alerts update 3f8c1c52-6f0e-4b7e-9d2b-5a3c9f0e1d42 --state TRIAGED
  gti alerts list --state NEW | gti alerts update - --state READ    (with etags)
  gti --sandbox alerts update alert-new --duplicate-of alert-critical --project demo
  gti alerts update - --state RESOLVED --if-state ESCALATED --dry-run < ids
  gti --sandbox alerts update alert-new --state READ --project demo";

/// The state of an alert that repeats another one.
const DUPLICATE: &str = "DUPLICATE";

/// A state that a verb leads to.
fn reachable(state: &str) -> Result<String, Error> {
    let state = spelled(state);
    if VERBS.iter().any(|(name, _)| *name == state) {
        return Ok(state);
    }
    let names = VERBS.map(|(name, _)| name);
    let meant = nearest(&state, names).filter(|_| !STATES.contains(&state.as_str()));
    let meant = meant.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    Err(Error::usage(format!(
        "no verb of the service leads to the state `{state}`{meant}"
    ))
    .hint(format!("--state takes {}", names.join(", "))))
}

/// Runs the command.
pub(super) async fn run(args: UpdateArgs, cx: &mut Context) -> Result<Exit, Error> {
    let if_state = args.if_state.as_deref().map(spelled);
    let if_state = if_state.map(|state| checked("--if-state", &state, &STATES));
    let state = match (&args.state, &args.duplicate_of) {
        (Some(state), of) => reachable(state).and_then(|state| match of {
            Some(_) if state != DUPLICATE => Err(Error::usage(format!(
                "--duplicate-of sets the state {DUPLICATE}, not `{state}`"
            ))
            .hint("leave out --state")),
            _ => Ok(state),
        })?,
        (None, _) => DUPLICATE.to_owned(),
    };
    let (whose, project) = Whose::alerts(args.project.project.as_ref(), cx)?;
    let desk = Desk::GtiAlerts(project);
    let duplicate_of = args.duplicate_of.as_deref().map(|named| desk.id(named));
    let change = Change {
        status: Some(state),
        if_status: if_state.transpose()?,
        duplicate_of: duplicate_of.transpose()?,
        ..Change::default()
    };
    let job = Job {
        whose,
        desk,
        task: if args.dry_run {
            Task::DryRun(change)
        } else {
            Task::Update(change)
        },
        layout: Layout {
            command: "alerts update",
            ..CHANGED
        },
    };
    launch(job, args.ids, cx).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_reached_by_verbs_or_not_at_all() {
        for (typed, state) in [
            ("READ", "READ"),
            ("false-positive", "FALSE_POSITIVE"),
            ("Tracked_Externally", "TRACKED_EXTERNALLY"),
        ] {
            assert_eq!(reachable(typed).ok().as_deref(), Some(state));
        }
        for (typed, said) in [
            ("NEW", "no verb of the service leads to the state `NEW`"),
            ("STATE_UNSPECIFIED", "`STATE_UNSPECIFIED`"),
            ("RESOLVE", "did you mean `RESOLVED`?"),
            ("", "``"),
        ] {
            let error = reachable(typed).expect_err(typed);
            assert!(error.message.contains(said), "{typed}: {error}");
            assert!(
                error
                    .hint
                    .is_some_and(|hint| hint.contains("NOT_ACTIONABLE"))
            );
        }
    }
}
