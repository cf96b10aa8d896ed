//! The one place that touches standard output and standard error.

pub mod style;
