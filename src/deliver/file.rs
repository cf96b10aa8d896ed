//! A sink that is a file: records are appended to it as JSON lines.

use std::path::Path;

use super::destination::{Destination, Kind};
use super::trial::Trial;
use crate::model::error::Error;
use crate::output::sink::path::parent;
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

/// Tries whether the file can be appended to; what is there stays as it is.
pub(super) fn test(path: &Path) -> Trial {
    let opened = if path.exists() {
        std::fs::OpenOptions::new().append(true).open(path)
    } else {
        tempfile::tempfile_in(parent(path))
    };
    let opened = opened.map_err(|error| {
        Error::io(format!("cannot append to `{}`", path.display()), error)
            .hint("check the directory and its permissions")
    });
    let told = format!("`{}` can be appended to", path.display());
    Trial::of("file", opened.map(|_| told))
}
