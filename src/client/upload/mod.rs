//! A file on its way to the service: streamed from the disk in pieces, hashed
//! on the way, and read again from its beginning for each try.

mod address;
mod file;
mod form;
mod reader;
mod sending;

pub use address::UploadAddress;
pub use file::{Meter, Upload};
pub use reader::{FileFault, sha256_of};

pub(super) use reader::sha256_of_text;

pub(super) use sending::Sending;
