//! Indicators in files that are more than lines: tables with a header, JSON lines
//! such as this program prints, and JSON documents.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::header::{DELIMITERS, cells, plain};
use super::input::{Documents, skip_line};
use crate::model::indicator::{Indicator, clean_line};

/// The form is told from the first line, or from this much of it.
const LONGEST_HEAD: u64 = 64 * 1024;

/// Objects of files have megabytes; what is longer on one line is no record.
const LONGEST_OBJECT: u64 = 64 * 1024 * 1024;

/// What is kept of a line that is about nothing.
const LONGEST_QUOTE: usize = 1024;

/// Names of the column that holds indicators, letters and digits alone, the best
/// first.
const NAMES: [&str; 22] = [
    "ioc",
    "indicator",
    "indicatorvalue",
    "observable",
    "observablevalue",
    "value",
    "artifact",
    "url",
    "domain",
    "domainname",
    "hostname",
    "fqdn",
    "ip",
    "ipaddress",
    "ipv4",
    "ipv6",
    "sha256",
    "sha1",
    "md5",
    "hash",
    "filehash",
    "id",
];

/// How the inputs of a file are found.
pub(super) enum Form<R> {
    /// One a line.
    Lines(R),
    /// A cell of each row.
    Table {
        rows: csv::Reader<R>,
        column: usize,
        row: ByteRecord,
    },
    /// The value of the object on each line.
    Json(R),
    /// Those of a document that was read whole.
    Values(std::vec::IntoIter<String>),
}

/// A file from its first line on, which has been looked at.
pub(super) type Whole<R> = io::Chain<Cursor<Vec<u8>>, BufReader<R>>;

/// Tells the form of a file: a table where its first line is a header with a
/// known name, or with the name that was asked for; JSON lines; a JSON document; else
/// lines.
///
/// # Errors
/// [`io::ErrorKind::InvalidData`] for a table without the column that was asked
/// for, and for JSON that names no indicator; else what reading failed with.
pub(super) fn form<R: Read + Send + 'static>(
    reader: R,
    column: Option<&str>,
    documents: Documents,
) -> io::Result<Form<Whole<R>>> {
    let mut reader = BufReader::with_capacity(64 * 1024, reader);
    let mut head = vec![];
    let mut first = String::new();
    while first.is_empty() {
        let begins = head.len();
        let mut piece = reader.by_ref().take(LONGEST_HEAD);
        if piece.read_until(b'\n', &mut head)? == 0 {
            break;
        }
        let line = String::from_utf8_lossy(&head[begins..]);
        clean_line(&line).unwrap_or_default().clone_into(&mut first);
        if !first.is_empty() {
            // What is before it says nothing, in any form.
            head.drain(..begins);
        }
    }
    if first.starts_with('{') && !head.ends_with(b"\n") {
        let mut rest = reader.by_ref().take(LONGEST_OBJECT);
        rest.read_until(b'\n', &mut head)?;
        String::from_utf8_lossy(&head).trim().clone_into(&mut first);
    }
    let whole = |head| Cursor::new(head).chain(reader);
    if let Some((delimiter, column)) = header(&first, column)? {
        let rows = ReaderBuilder::new()
            .flexible(true)
            .delimiter(delimiter)
            .from_reader(whole(head));
        return Ok(Form::Table {
            rows,
            column,
            row: ByteRecord::new(),
        });
    }
    let is_object = first.starts_with('{') && serde_json::from_str::<IgnoredAny>(&first).is_ok();
    if is_object && !(documents.known)(&first) {
        return match about(&first) {
            Some(_) => Ok(Form::Json(whole(head))),
            None => Err(invalid(
                "the JSON lines name no indicator (`value`, `ioc`, `id`)",
            )),
        };
    }
    if first.starts_with('{')
        || matches!(&*first, "[" | "[]")
        || first.starts_with("[{")
        || first.starts_with("[\"")
    {
        let values = (documents.inputs)(Box::new(whole(head)))?;
        return Ok(Form::Values(values.into_iter()));
    }
    Ok(Form::Lines(whole(head)))
}

/// What sets the cells of a header apart, and the place of its column.
fn header(line: &str, asked: Option<&str>) -> io::Result<Option<(u8, usize)>> {
    if let Some(asked) = asked {
        let asked = asked.trim().to_lowercase();
        for delimiter in DELIMITERS {
            if let Some(column) = cells(line, delimiter)
                .iter()
                .position(|cell| *cell == asked)
            {
                return Ok(Some((delimiter, column)));
            }
        }
        return Err(invalid(&format!(
            "the input has no column `{asked}`: its first line is `{line}`"
        )));
    }
    for delimiter in DELIMITERS {
        // A line with a dot or colon in each cell is indicators, not names.
        let names: Vec<String> = cells(line, delimiter)
            .iter()
            .map(|name| plain(name))
            .collect();
        let column = NAMES
            .iter()
            .find_map(|name| names.iter().position(|cell| cell == name));
        if let Some(column) = column {
            return Ok(Some((delimiter, column)));
        }
    }
    Ok(None)
}

/// What sets the cells of a line apart that is the header of a table.
pub(crate) fn is_table(line: &str) -> Option<u8> {
    let (delimiter, _) = header(line, None).ok()??;
    line.as_bytes().contains(&delimiter).then_some(delimiter)
}

/// The cell of the next row; none at the end.
pub(super) fn next_cell<R: Read>(
    rows: &mut csv::Reader<R>,
    column: usize,
    row: &mut ByteRecord,
) -> io::Result<Option<String>> {
    if !rows.read_byte_record(row)? {
        return Ok(None);
    }
    let cell = row.get(column).unwrap_or_default();
    Ok(Some(String::from_utf8_lossy(cell).into_owned()))
}

/// What the object on the next line is about; the beginning of the line where it is
/// about nothing, to be answered as an invalid input. None at the end.
pub(super) fn next_object(lines: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut bytes = vec![];
    let mut line = lines.by_ref().take(LONGEST_OBJECT);
    if line.read_until(b'\n', &mut bytes)? == 0 {
        return Ok(None);
    }
    if bytes.last() != Some(&b'\n') && bytes.len() as u64 == LONGEST_OBJECT {
        skip_line(lines)?;
    }
    let line = String::from_utf8_lossy(&bytes);
    Ok(Some(about(&line).unwrap_or_else(|| {
        line.chars().take(LONGEST_QUOTE).collect()
    })))
}

/// The indicator that an object is about: what it names as one, or else an id that
/// is one.
pub(crate) fn about(object: &str) -> Option<String> {
    let object = serde_json::from_str::<Object>(object).ok()?;
    let text = |value: Option<Value>| match value {
        Some(Value::String(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    // The id of a URL looks like the hash of a file.
    let names_itself = text(object.kind).as_deref() != Some("url");
    let attributes = object.attributes.unwrap_or_default();
    let context = object.context_attributes.unwrap_or_default();
    text(object.value)
        .or_else(|| text(object.ioc))
        .or_else(|| text(attributes.url))
        .or_else(|| text(context.url))
        .or_else(|| text(object.id).filter(|id| names_itself && Indicator::parse(id, None).is_ok()))
}

/// A record of this program, or an object of the service. URLs have an id that
/// nobody recognises, and their address among the attributes.
#[derive(Deserialize)]
struct Object {
    value: Option<Value>,
    ioc: Option<Value>,
    id: Option<Value>,
    #[serde(rename = "type")]
    kind: Option<Value>,
    attributes: Option<Address>,
    context_attributes: Option<Address>,
}

#[derive(Default, Deserialize)]
struct Address {
    url: Option<Value>,
}

fn invalid(message: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message.to_owned())
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;

    use crate::bulk::input::{Documents, indicators};

    /// Documents of one kind, with one indicator.
    const DOCUMENTS: Documents = Documents {
        known: |line| line.contains("objects"),
        inputs: |_| Ok(vec!["from.example".to_owned()]),
    };

    async fn read(text: &str, column: Option<&str>) -> Result<Vec<String>, String> {
        let reader = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let lines = indicators(reader, column.map(str::to_owned), DOCUMENTS);
        let lines: Vec<_> = lines.collect().await;
        let lines: Result<Vec<String>, _> = lines.into_iter().collect();
        lines.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn a_table_gives_its_column_and_lines_stay_lines() {
        for (text, expected) in [
            (
                "value,type,notes\nhxxp://evil.example/a,url,\"x, y\"\n\nevil.example,hostname,\n",
                &["hxxp://evil.example/a", "evil.example"][..],
            ),
            ("\n# seen\nid;Indicator\n1;192.0.2.1\n2\n", &["192.0.2.1"]),
            ("sha256\tIP\nx\t192.0.2.1\n", &["192.0.2.1"]),
            ("IOC\nevil.example\n", &["evil.example"]),
            (
                "evil.example\n192.0.2.1,x\n",
                &["evil.example", "192.0.2.1,x"],
            ),
            (
                "[2001:db8::1]\nevil[.]example\n",
                &["[2001:db8::1]", "evil[.]example"],
            ),
            ("", &[]),
        ] {
            let found = read(text, None).await;
            assert_eq!(found.as_deref(), Ok(&expected.map_to_owned()[..]), "{text}");
        }
        let text = "who,seen\nann,evil.example\n";
        assert_eq!(
            read(text, Some("Seen")).await.as_deref(),
            Ok(&["evil.example".to_owned()][..])
        );
        assert_eq!(
            read(text, Some("ioc")).await,
            Err("the input has no column `ioc`: its first line is `who,seen`".to_owned())
        );
    }

    #[tokio::test]
    async fn json_lines_give_what_they_are_about() {
        let text = concat!(
            r#"{"ioc":"hxxp://a.example","value":"http://a.example/"}"#,
            "\n",
            r#"{"id":"b.example","type":"domain","attributes":{}}"#,
            "\n",
            r#"{"id":"00000000000000000000000000000001","type":"url","attributes":{"url":"http://c.example/"}}"#,
            "\n",
            r#"{"id":"1111","type":"url","context_attributes":{"url":"http://d.example/"}}"#,
            "\nno json\n",
        );
        let expected = [
            "http://a.example/",
            "b.example",
            "http://c.example/",
            "http://d.example/",
            "no json",
        ];
        assert_eq!(
            read(text, None).await.as_deref(),
            Ok(&expected.map_to_owned()[..])
        );
        for text in ["[\n{}\n]\n", "{\n\"value\": 1}\n", "{\"objects\":[]}\n"] {
            let read = read(text, None).await;
            assert_eq!(read.as_deref(), Ok(&["from.example".to_owned()][..]));
        }
        let alerts = "{\"id\":\"alert-1\",\"type\":\"alert\"}\n".repeat(2);
        let error = read(&alerts, None).await.expect_err("one message");
        assert!(error.contains("name no indicator"), "{error}");
    }

    #[tokio::test]
    async fn objects_of_any_length_are_read() {
        let report = "x".repeat(100 * 1024);
        let line = format!("{{\"value\":\"a.example\",\"report\":\"{report}\"}}\n");
        let lines = read(&line.repeat(2), None).await;
        assert_eq!(
            lines.as_deref(),
            Ok(&["a.example", "a.example"].map_to_owned()[..])
        );
    }

    trait Owned {
        fn map_to_owned(&self) -> Vec<String>;
    }

    impl<T: AsRef<[&'static str]> + ?Sized> Owned for T {
        fn map_to_owned(&self) -> Vec<String> {
            self.as_ref()
                .iter()
                .map(|text| (*text).to_owned())
                .collect()
        }
    }
}
