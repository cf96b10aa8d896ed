//! The paths of scanning, decided by who gets to see it: a flow that holds
//! [`Visibility::Private`] can name no public endpoint (API notes, section 3).

use super::indicators::Place;
use crate::client::path::Path;
use crate::model::visibility::Visibility;

impl Visibility {
    /// Where files live and are submitted to.
    fn files(self) -> &'static str {
        match self {
            Self::Private => "private/files",
            Self::Public => "files",
        }
    }

    /// Where URLs live and are submitted to.
    fn urls(self) -> &'static str {
        match self {
            Self::Private => "private/urls",
            Self::Public => "urls",
        }
    }

    /// Where files are submitted to.
    pub(super) fn files_path(self) -> Path {
        Path::to(self.files())
    }

    /// Where URLs are submitted to.
    pub(super) fn urls_path(self) -> Path {
        Path::to(self.urls())
    }

    /// Where analyses are asked about.
    pub(super) fn analyses_path(self) -> Path {
        Path::to(match self {
            Self::Private => "private/analyses",
            Self::Public => "analyses",
        })
    }

    /// The file with this hash: SHA-256, or any of the three for public ones.
    pub fn file(self, hash: &str) -> Place<'_> {
        Place {
            collection: self.files(),
            id: hash,
        }
    }

    /// The URL with this id.
    pub fn url(self, id: &str) -> Place<'_> {
        Place {
            collection: self.urls(),
            id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_private_path_is_private() {
        let private = Visibility::Private;
        let paths = [
            private.files_path(),
            private.urls_path(),
            private.analyses_path(),
            private.file("00").path().expect("a path"),
            private.url("00").path().expect("a path"),
        ];
        for path in paths {
            assert!(path.as_str().starts_with("/private/"), "{path:?}");
        }
        assert_eq!(Visibility::Public.analyses_path().as_str(), "/analyses");
    }
}
