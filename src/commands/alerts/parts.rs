//! What belongs to one alert, printed part by part.

use futures::stream;

use super::which::ProjectArgs;
use crate::bulk::Printer;
use crate::client::Client;
use crate::commands::bulk;
use crate::commands::context::{Context, Whose};
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::gti_alert::{GtiAlert, Project};
use crate::model::view::decode;
use crate::output::{Layout, Members, Output, Subject};
use crate::workflow::input::Item;
use crate::workflow::{Desk, Task, Work};

/// Fetches parts by their names, and prints them.
pub(super) async fn print(
    cx: &mut Context,
    client: &Client,
    output: Output,
    desk: Desk,
    names: Vec<String>,
) -> Result<Exit, Error> {
    let progress = cx
        .ui
        .progress(Some(names.len() as u64), "shown", cx.writes_file());
    let printer = Printer::new(output, progress).telling(cx.teller());
    let items = names.into_iter().map(|id| Ok(Ok(Item { id, etag: None })));
    let work = Work::new(desk, Task::Show);
    bulk::run(cx, client, &work, stream::iter(items), printer).await
}

/// What is said where there are none.
pub(super) fn none(cx: &Context, output: Output, what: &str) -> Result<Exit, Error> {
    output.finish()?;
    cx.ui.note(&format!("the alert names no {what}"));
    Ok(Exit::Done)
}

/// The layout of parts.
pub(super) const fn layout(command: &'static str, columns: crate::output::Columns) -> Layout {
    Layout {
        command,
        columns,
        members: Members::Object,
        single: false,
        subject: Subject::Program,
    }
}

/// An alert that the command line names, and what its parts are asked for with.
pub(super) struct Named {
    pub client: Client,
    pub output: Output,
    pub project: Project,
    pub id: String,
    pub alert: GtiAlert,
}

/// Reads the alert of this id or name. What is wrong with the command line is said
/// before anything is asked.
pub(super) async fn named(
    project: &ProjectArgs,
    id: &str,
    layout: Layout,
    cx: &mut Context,
) -> Result<Named, Error> {
    let (whose, project) = Whose::alerts(project.project.as_ref(), cx)?;
    let id = Desk::GtiAlerts(project.clone()).id(id)?;
    let output = cx.output(layout)?;
    let client = cx.client_of(&whose)?;
    let alert = client.gti_alert(&project, &id).await?;
    let alert = decode(alert.json()).map_err(Error::unreadable)?.view;
    Ok(Named {
        client,
        output,
        project,
        id,
        alert,
    })
}
