//! A sink that is a file: records are appended to it as JSON lines.

use super::destination::{Destination, Kind};
use crate::model::error::Error;
use crate::settings::SinkSection;

pub(super) const KIND: Kind = Kind { name: "file", read };

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&["path"])?;
    let path = section.required("path", "\"/var/lib/gti/archive.jsonl\"")?;
    Ok(Destination::File {
        sink: section.name().to_owned(),
        path: section.path(&path),
    })
}
