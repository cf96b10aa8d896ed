//! Indicators in any text, however people and tools write them.
//!
//! A file is told apart by its [`form`](form::Form), which cuts it into texts: the
//! lines of a log, the strings of JSON, what a reader of HTML or mail sees. In each
//! text [`scan`] finds the tokens that may hold something, [`plain`] undoes what
//! defanging did to one, [`token`] cuts it into candidates, and [`plausible`] judges
//! names that could as well be file names or code. What is left is read by
//! [`model::indicator`](crate::model::indicator), as every input is.

mod candidate;
mod context;
mod document;
mod finding;
mod form;
mod memo;
mod plain;
mod plausible;
mod position;
mod scan;
mod seen;
mod stream;
mod token;

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod properties;

pub(crate) use document::DOCUMENTS;
pub(crate) use finding::ValueType;
pub(in crate::local) use finding::{Finding, Ioc};
pub(crate) use form::ExtractError;
pub(in crate::local) use form::{Findings, Form, extract, not_text};
pub(in crate::local) use scan::{Names, Seen, scan_sieved};
pub(crate) use stream::{Found, Located, Source, Wanted, find};
pub(in crate::local) use token::Place;
