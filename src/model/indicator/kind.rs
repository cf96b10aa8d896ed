//! The four kinds of indicators and the names they go by.

use std::str::FromStr;

/// A kind of indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// An IPv4 or IPv6 address.
    Ip,
    /// A domain or host name.
    Domain,
    /// A URL, `http` or `https`.
    Url,
    /// A file, known by its MD5, SHA-1 or SHA-256.
    File,
}

impl Kind {
    /// Every kind, in the order in which they are listed to people.
    pub const ALL: [Self; 4] = [Self::Ip, Self::Domain, Self::Url, Self::File];

    /// Its name in options and records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ip => "ip",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::File => "file",
        }
    }

    /// The API's collection: the first segment of its paths.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Ip => "ip_addresses",
            Self::Domain => "domains",
            Self::Url => "urls",
            Self::File => "files",
        }
    }
}

/// A text that names no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an indicator type: write ip, domain, url or file")]
pub struct UnknownKind(String);

impl FromStr for Kind {
    type Err = UnknownKind;

    /// Takes our own names, the API's (`ip_address`), and what people call a file
    /// that they know by its hash; any case.
    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        match text.to_ascii_lowercase().as_str() {
            "ip" | "ipv4" | "ipv6" | "ip_address" | "ip-address" => Ok(Self::Ip),
            "domain" | "hostname" => Ok(Self::Domain),
            "url" => Ok(Self::Url),
            "file" | "hash" | "md5" | "sha1" | "sha256" => Ok(Self::File),
            _ => Err(UnknownKind(text.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_understood() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert_eq!("ip_address".parse(), Ok(Kind::Ip));
        assert_eq!("SHA256".parse(), Ok(Kind::File));
        let message = "cve".parse::<Kind>().expect_err("no kind").to_string();
        assert_eq!(
            message,
            "`cve` is not an indicator type: write ip, domain, url or file"
        );
    }

    #[test]
    fn links() {
        for (kind, id, link) in [
            (Kind::Ip, "203.0.113.7", "ip-address/203.0.113.7"),
            (Kind::Domain, "evil.example", "domain/evil.example"),
            (Kind::Url, "aHR0cA", "url/aHR0cA"),
            (Kind::File, "00ff", "file/00ff"),
        ] {
            let link = format!("https://www.virustotal.com/gui/{link}");
            assert_eq!(crate::model::gui::indicator(kind, id), link);
        }
    }
}
