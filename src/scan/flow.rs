//! The way of one target: checked, submitted, waited for, reported.

use std::path::Path;
use std::sync::Arc;

use super::found::Found;
use super::job::Scan;
use super::record::{Record, Stage};
use super::target::{Subject, size_of};
use super::{password, wait};
use crate::bulk::Note;
use crate::client::Client;
use crate::client::endpoints::analyses::Item;
use crate::client::endpoints::indicators::Place;
use crate::client::upload::{self, Upload};
use crate::model::error::{Error, ErrorKind};
use crate::model::indicator::{Indicator, Kind};
use crate::model::visibility::Visibility;

/// Takes a target all the way. What is known of it on the way is noted.
pub(super) async fn take(
    client: &Client,
    scan: &Scan,
    subject: Subject,
    mut record: Record,
    note: &Note<'_, Record>,
) -> Record {
    let plan = &scan.plan;
    let begun = matches!(subject, Subject::Analysis(_));
    if !begun {
        note.write(record.clone().with(Stage::under_way()));
    }
    if let Err(stopped) = submit(client, scan, subject, &mut record).await {
        return record.with(stopped);
    }
    if let Some(id) = &record.analysis_id {
        tracing::info!(target = record.target, analysis_id = id, "submitted");
    }
    plan.watcher.status(&record.target, "submitted");
    note.write(record.clone());
    match plan.waiting {
        Some(waiting) => wait::wait(client, plan, waiting, begun, record).await,
        None if begun => wait::look(client, plan, record).await,
        None => record,
    }
}

/// Submits the subject and fills in what the record then knows; or what came of
/// it instead.
async fn submit(
    client: &Client,
    scan: &Scan,
    subject: Subject,
    record: &mut Record,
) -> Result<(), Stage> {
    let plan = &scan.plan;
    match subject {
        Subject::Analysis(id) => record.analysis_id = Some(id),
        Subject::Url(url) => {
            let (value, id) = (url.value(), url.id());
            let analysis = client
                .submit_url(plan.visibility, value, &id, &plan.options)
                .await;
            record.analysis_id = analysis.map_err(Stage::unsubmitted)?;
            if record.analysis_id.is_none() {
                record.id = Some(id.into_owned());
            }
        }
        Subject::Known(indicator) => {
            let analysis = client
                .rescan(known_place(&indicator, &indicator.id()))
                .await;
            record.analysis_id = analysis.map_err(Stage::unsubmitted)?;
        }
        Subject::File(path) => submit_file(client, scan, &path, record).await?,
    }
    Ok(())
}

/// Where a known item lives. Only public ones are analysed again by their name.
fn known_place<'a>(indicator: &Indicator, id: &'a str) -> Place<'a> {
    match indicator.kind() {
        Kind::Url => Visibility::Public.url(id),
        _ => Visibility::Public.file(id),
    }
}

async fn submit_file(
    client: &Client,
    scan: &Scan,
    path: &Path,
    record: &mut Record,
) -> Result<(), Stage> {
    let plan = &scan.plan;
    let size = size_of(path).map_err(Stage::Failed)?;
    let mut expected = None;
    if plan.if_unknown {
        let sha256 = hash(path, size, scan).await?;
        record.id = Some(sha256.clone());
        let item = Item {
            kind: Kind::File,
            id: sha256.clone(),
        };
        match Found::fetch(client, plan, &item).await {
            Ok(found) => {
                plan.watcher.spared(size);
                return Err(Stage::Known(Box::new(found)));
            }
            Err(error) if error.kind == ErrorKind::NotFound => expected = Some(sha256),
            Err(error) => return Err(Stage::failed(error)),
        }
    }
    plan.watcher.sending(size);
    let upload = Upload::new(path, size)
        .fields(plan.options.clone())
        .expecting(expected)
        .metered(Arc::clone(&plan.watcher) as _);
    let upload = Arc::new(upload);
    match client.submit_file(plan.visibility, &upload).await {
        Ok(id) => record.analysis_id = id,
        // The same file is being analysed already. The service names no
        // analysis then, so the report itself is what there is to wait for.
        Err(error) if error.status == Some(409) => {
            tracing::info!(target = record.target, "already being analysed");
            if upload.sha256().is_none() {
                record.id = Some(hash(path, size, scan).await?);
            }
        }
        Err(error) if upload.has_field("password") => {
            let error = password::explained(client, error).await;
            return Err(Stage::unsubmitted(error));
        }
        Err(error) => return Err(Stage::unsubmitted(error)),
    }
    if let Some(sha256) = upload.sha256() {
        record.id = Some(sha256);
    }
    Ok(())
}

/// SHA-256 of a file, read on another thread.
async fn hash(path: &Path, size: u64, scan: &Scan) -> Result<String, Stage> {
    let _reading = scan.read().await;
    let path = path.to_owned();
    let hashed = tokio::task::spawn_blocking(move || upload::sha256_of(&path, size))
        .await
        .expect("reading does not panic");
    hashed.map_err(|fault| Stage::Failed(Error::new(ErrorKind::Invalid, fault.to_string())))
}
