//! The one test binary: the program from outside.

mod scan;
