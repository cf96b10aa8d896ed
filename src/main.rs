//! The `gti` binary.

fn main() {}
