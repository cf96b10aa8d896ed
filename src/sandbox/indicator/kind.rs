//! The kinds of indicator, and what the API calls them.

use crate::sandbox::reply::ApiError;

/// The four kinds of indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Kind {
    Ip,
    Domain,
    Url,
    File,
}

impl Kind {
    pub(in crate::sandbox) const ALL: [Self; 4] = [Self::Ip, Self::Domain, Self::Url, Self::File];

    /// The kind whose objects are of this type.
    pub(in crate::sandbox) fn named(type_name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|kind| kind.type_name() == type_name)
    }

    /// The `type` of its objects.
    pub(in crate::sandbox) fn type_name(self) -> &'static str {
        match self {
            Self::Ip => "ip_address",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::File => "file",
        }
    }

    /// The first segment of the kind's paths.
    pub(in crate::sandbox) fn path(self) -> &'static str {
        match self {
            Self::Ip => "ip_addresses",
            Self::Domain => "domains",
            Self::Url => "urls",
            Self::File => "files",
        }
    }

    /// The 404 for one of the kind that is not known.
    pub(in crate::sandbox) fn not_found(self, id: &str) -> ApiError {
        let what = match self {
            Self::Ip => "IP address",
            Self::Domain => "Domain",
            Self::Url => "URL",
            Self::File => "File",
        };
        ApiError::not_found(format!("{what} \"{id}\" not found"))
    }
}
