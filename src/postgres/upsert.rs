//! Records into their table.

use std::io;

use tokio_postgres::Transaction;
use tokio_postgres::types::{ToSql, Type};

use super::fault::Fault;
use super::row::Columns;
use super::rows::Rows;
use super::schema::within;
use super::target::Target;
use crate::model::error::Error;

/// A row that is there already changes only if the object does. `raw` decides: `jsonb`
/// takes some differences for none.
const UPSERT: &str = "
INSERT INTO {schema}.records AS kept
    (feed, identity, kind, type, id, value, title, status, verdict, severity, threat_score,
     time, first_seen, last_seen, sources, actors, malware, tags, link, raw, doc, doc_exact)
SELECT $1, identity, kind, type, id, value, title, status, verdict, severity, threat_score,
     time::timestamptz, first_seen::timestamptz, last_seen::timestamptz, sources::jsonb,
     actors::text[], malware::text[], tags::text[], link, raw, doc::jsonb, doc_exact
FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
     $9::text[], $10::text[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
     $16::text[], $17::text[], $18::text[], $19::text[], $20::text[], $21::text[], $22::boolean[])
  AS new (identity, kind, type, id, value, title, status, verdict, severity, threat_score,
     time, first_seen, last_seen, sources, actors, malware, tags, link, raw, doc, doc_exact)
ON CONFLICT (feed, identity) DO UPDATE SET
    kind = excluded.kind, type = excluded.type, id = excluded.id, value = excluded.value,
    title = excluded.title, status = excluded.status, verdict = excluded.verdict,
    severity = excluded.severity, threat_score = excluded.threat_score, time = excluded.time,
    first_seen = excluded.first_seen, last_seen = excluded.last_seen,
    sources = excluded.sources, actors = excluded.actors, malware = excluded.malware,
    tags = excluded.tags, link = excluded.link, raw = excluded.raw, doc = excluded.doc,
    doc_exact = excluded.doc_exact, revision = kept.revision + 1, changed_at = now()
WHERE kept.raw IS DISTINCT FROM excluded.raw";

/// Writes rows within a transaction. `history` keeps every version besides.
pub(super) async fn write(
    transaction: &Transaction<'_>,
    target: &Target,
    rows: &mut Rows,
    history: bool,
) -> Result<(), Fault> {
    let sql = statement(target, history);
    let feed = rows.feed().to_owned();
    let mut reading = rows.read().map_err(unread)?;
    while let Some(records) = reading.next().map_err(unread)? {
        execute(transaction, &sql, &feed, &records.into_iter().collect()).await?;
    }
    Ok(())
}

/// Finds the rows that the server does not take, by their places, and why: it takes or
/// refuses a statement as a whole. Nothing of it stays.
pub(super) async fn sift(
    mut transaction: Transaction<'_>,
    target: &Target,
    rows: &mut Rows,
    history: bool,
) -> Result<Vec<(u64, Error)>, Fault> {
    // What would be looked at when it is committed is looked at here.
    transaction
        .batch_execute("SET CONSTRAINTS ALL IMMEDIATE")
        .await?;
    let sql = statement(target, history);
    let feed = rows.feed().to_owned();
    let mut reading = rows.read().map_err(unread)?;
    let (mut refused, mut before) = (Vec::new(), 0);
    while let Some(records) = reading.next().map_err(unread)? {
        let mut left = Vec::new();
        left.push(0..records.len());
        while let Some(range) = left.pop() {
            let part = transaction.savepoint("part").await?;
            let columns = records[range.clone()].iter().cloned().collect();
            match execute(&part, &sql, &feed, &columns).await {
                Ok(()) => part.commit().await?,
                Err(Fault::Row(error)) => {
                    part.rollback().await?;
                    if range.len() == 1 {
                        refused.push((before + range.start as u64, error));
                    } else {
                        let middle = range.start + range.len() / 2;
                        left.extend([middle..range.end, range.start..middle]);
                    }
                }
                Err(fault) => return Err(fault),
            }
        }
        before += records.len() as u64;
    }
    transaction.rollback().await?;
    Ok(refused)
}

fn unread(error: io::Error) -> Fault {
    Fault::Settled(Error::io("cannot read the records that wait", error))
}

fn statement(target: &Target, history: bool) -> String {
    let upsert = within(UPSERT, target);
    if !history {
        return upsert;
    }
    within(
        &format!(
            "WITH changed AS ({upsert} RETURNING feed, identity, revision, raw, doc)
             INSERT INTO {{schema}}.history (feed, identity, revision, raw, doc)
             SELECT feed, identity, revision, raw, doc FROM changed"
        ),
        target,
    )
}

async fn execute(
    transaction: &Transaction<'_>,
    sql: &str,
    feed: &str,
    columns: &Columns,
) -> Result<(), Fault> {
    let texts = Type::TEXT_ARRAY;
    let parameters: [(&(dyn ToSql + Sync), Type); 22] = [
        (&feed, Type::TEXT),
        (&columns.identity, texts.clone()),
        (&columns.kind, texts.clone()),
        (&columns.object_type, texts.clone()),
        (&columns.id, texts.clone()),
        (&columns.value, texts.clone()),
        (&columns.title, texts.clone()),
        (&columns.status, texts.clone()),
        (&columns.verdict, texts.clone()),
        (&columns.severity, texts.clone()),
        (&columns.threat_score, Type::INT8_ARRAY),
        (&columns.time, texts.clone()),
        (&columns.first_seen, texts.clone()),
        (&columns.last_seen, texts.clone()),
        (&columns.sources, texts.clone()),
        (&columns.actors, texts.clone()),
        (&columns.malware, texts.clone()),
        (&columns.tags, texts.clone()),
        (&columns.link, texts.clone()),
        (&columns.raw, texts.clone()),
        (&columns.doc, texts),
        (&columns.exact, Type::BOOL_ARRAY),
    ];
    transaction.execute_typed(sql, &parameters).await?;
    Ok(())
}
