//! The first line of a table: what sets its cells apart, and what they say.

use csv::{ByteRecord, ReaderBuilder};

/// What sets cells apart, in the order in which it is tried.
pub(crate) const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// The cells of a header in lower case.
pub(crate) fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .delimiter(delimiter)
        .from_reader(line.as_bytes());
    let mut record = ByteRecord::new();
    // A vector can always be read.
    let _ = reader.read_byte_record(&mut record);
    let cell = |cell: &[u8]| String::from_utf8_lossy(cell).trim().to_lowercase();
    record.iter().map(cell).collect()
}

/// Letters and digits of a name, by which usual names are known.
pub(crate) fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}
