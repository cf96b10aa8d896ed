//! The client against servers that behave and servers that don't: every branch
//! of the transport, at the level of the library.

mod budget;
mod ceilings;
mod compression;
mod faults;
mod headers;
mod pages;
mod redirects;
mod statuses;
