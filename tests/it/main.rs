//! x
#[test]
fn placeholder() {}
