//! How much of the file of a checkpoint each host has committed.

use tokio_postgres::GenericClient;
use tokio_postgres::types::Type;

use super::fault::Fault;
use super::schema::within;
use super::target::Target;
use crate::model::error::Error;
use crate::model::file_mark::{FileIdentity, FileMark};
use crate::state::checkpoint::{CheckpointName, FileOwner, OutputFile};
use crate::state::machine::host_name;
use crate::state::path_bytes::{from_bytes, to_bytes};

/// The file of a checkpoint on this host.
pub(super) async fn load(
    client: &impl GenericClient,
    target: &Target,
    name: &CheckpointName,
) -> Result<Option<OutputFile>, Fault> {
    let sql = "SELECT path, device, inode, length, tail, boot FROM {schema}.files
         WHERE checkpoint = $1 AND host = $2";
    let parameters = [
        (&name.as_str() as _, Type::TEXT),
        (&host_name() as _, Type::TEXT),
    ];
    let row = client
        .query_typed_opt(&within(sql, target), &parameters)
        .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let number = |column| row.get::<_, Option<i64>>(column).map(i64::cast_unsigned);
    let tail: Option<Vec<u8>> = row.get(4);
    let tail = tail.map(<[u8; 32]>::try_from).transpose();
    let damaged = || {
        Fault::Settled(Error::state(format!(
            "the file of checkpoint `{name}` is damaged"
        )))
    };
    Ok(Some(OutputFile {
        owner: FileOwner::Checkpoint(name.clone()),
        path: from_bytes(row.get(0)),
        mark: FileMark {
            identity: FileIdentity {
                device: number(1),
                inode: number(2),
            },
            length: row.get::<_, i64>(3).cast_unsigned(),
            tail: tail.map_err(|_| damaged())?,
        },
        boot: row.get(5),
    }))
}

/// Writes down the files that belong to a checkpoint.
pub(super) async fn write(
    client: &impl GenericClient,
    target: &Target,
    files: &[OutputFile],
) -> Result<(), Fault> {
    let sql = "INSERT INTO {schema}.files AS kept
             (checkpoint, host, path, device, inode, length, tail, boot)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (checkpoint, host) DO UPDATE SET
             path = excluded.path, device = excluded.device, inode = excluded.inode,
             length = excluded.length, tail = excluded.tail, boot = excluded.boot";
    let sql = within(sql, target);
    for file in files {
        let FileOwner::Checkpoint(name) = &file.owner else {
            continue;
        };
        let OutputFile { mark, boot, .. } = file;
        let parameters = [
            (&name.as_str() as _, Type::TEXT),
            (&host_name() as _, Type::TEXT),
            (&to_bytes(&file.path) as _, Type::BYTEA),
            (&mark.identity.device.map(u64::cast_signed) as _, Type::INT8),
            (&mark.identity.inode.map(u64::cast_signed) as _, Type::INT8),
            (&mark.length.cast_signed() as _, Type::INT8),
            (
                &mark.tail.as_ref().map(<[u8; 32]>::as_slice) as _,
                Type::BYTEA,
            ),
            (boot as _, Type::TEXT),
        ];
        client.execute_typed(&sql, &parameters).await?;
    }
    Ok(())
}

/// Forgets the file of a checkpoint, on this host.
pub(super) async fn forget(
    client: &impl GenericClient,
    target: &Target,
    name: &CheckpointName,
) -> Result<(), Fault> {
    let sql = "DELETE FROM {schema}.files WHERE checkpoint = $1 AND host = $2";
    let parameters = [
        (&name.as_str() as _, Type::TEXT),
        (&host_name() as _, Type::TEXT),
    ];
    client
        .execute_typed(&within(sql, target), &parameters)
        .await?;
    Ok(())
}
