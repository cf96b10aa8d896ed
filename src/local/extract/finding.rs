//! What is found.

use std::fmt;

use crate::model::indicator::{Indicator, Kind, defang};

/// The type of a value that is found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ValueType {
    Ip,
    Domain,
    Url,
    File,
    Email,
    Cve,
}

impl ValueType {
    /// All of them.
    pub(crate) const ALL: [Self; 6] = [
        Self::Ip,
        Self::Domain,
        Self::Url,
        Self::File,
        Self::Email,
        Self::Cve,
    ];

    /// Its name in options and records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::File => "file",
            Self::Email => "email",
            Self::Cve => "cve",
        }
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl From<Kind> for ValueType {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Ip => Self::Ip,
            Kind::Domain => Self::Domain,
            Kind::Url => Self::Url,
            Kind::File => Self::File,
        }
    }
}

/// A value in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::local) struct Ioc {
    /// In the one spelling that is looked up.
    pub value: String,
    pub kind: ValueType,
    /// Whether it means something in its own network alone.
    pub private: bool,
}

impl Ioc {
    pub(super) fn of(indicator: &Indicator) -> Self {
        Self {
            value: indicator.value().to_owned(),
            kind: indicator.kind().into(),
            private: indicator.scope().is_some(),
        }
    }
}

/// A value and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub value: String,
    pub kind: ValueType,
    pub private: bool,
    /// As it was written.
    pub ioc: String,
    /// The line of the file, from 1.
    pub line: u64,
    /// The character of the line, from 1; of the decoded text in forms that encode
    /// theirs.
    pub column: u64,
    /// The lines around it, where they were asked for.
    pub context: Option<String>,
}

impl Finding {
    /// The value, made harmless to click.
    pub(crate) fn defanged(&self) -> String {
        match self.kind {
            ValueType::Ip => defang(Kind::Ip, &self.value),
            ValueType::Url => defang(Kind::Url, &self.value),
            ValueType::Domain => defang(Kind::Domain, &self.value),
            ValueType::Email => match self.value.rsplit_once('@') {
                Some((local, domain)) => format!("{local}[@]{}", defang(Kind::Domain, domain)),
                None => self.value.clone(),
            },
            ValueType::File | ValueType::Cve => self.value.clone(),
        }
    }
}
