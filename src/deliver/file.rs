//! A sink that is a file: records are appended to it as JSON lines.

use super::destination::{Destination, Kind};
use crate::model::error::Error;
use crate::output::sink::Sink;
use crate::output::{Columns, Format, Layout, Options, Output, Shape, stix};
use crate::settings::SinkSection;
use crate::ui::style::Style;

pub(super) const KIND: Kind = Kind { name: "file", read };

fn read(section: &SinkSection<'_>) -> Result<Destination, Error> {
    section.only(&["path"])?;
    let path = section.required("path", "\"/var/lib/gti/archive.jsonl\"")?;
    Ok(Destination::File {
        sink: section.name().to_owned(),
        path: section.path(&path),
    })
}

/// Records as they are, a line each.
pub(super) fn lines(file: Box<dyn Sink>) -> Result<Output, Error> {
    let options = Options {
        format: Format::Jsonl,
        fields: None,
        jq: None,
        shape: Shape::Raw,
        raw: false,
        wide: false,
        stix: stix::Policy::default(),
        style: Style::PLAIN,
        terminal: false,
    };
    let layout = Layout {
        command: "ingest",
        columns: Columns(&[]),
        single: false,
        stix: false,
    };
    Ok(Output::open(&options, layout, file)?)
}
