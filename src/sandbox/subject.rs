//! An indicator that was asked about: its kind, its id, and what its answers
//! grow from.

use std::net::IpAddr;

use url::Url;

use super::envelope::Refusal;
use super::hashes::Hashes;
use super::role::{Role, documented_url};
use super::seed::Seed;
use super::url_id;

/// The four kinds of indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ip,
    Domain,
    Url,
    File,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Ip, Self::Domain, Self::Url, Self::File];

    /// The first segment of the kind's paths.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Ip => "ip_addresses",
            Self::Domain => "domains",
            Self::Url => "urls",
            Self::File => "files",
        }
    }

    /// The `type` of its objects.
    pub(super) fn type_name(self) -> &'static str {
        match self {
            Self::Ip => "ip_address",
            Self::Domain => "domain",
            Self::Url => "url",
            Self::File => "file",
        }
    }
}

/// An indicator, understood.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub(super) kind: Kind,
    /// The `id` of the object.
    pub(super) id: String,
    /// The role of a documented indicator.
    pub(super) role: Option<Role>,
    pub(super) seed: Seed,
    pub(super) detail: Detail,
}

/// What only one kind of indicator has.
#[derive(Debug, Clone)]
pub(super) enum Detail {
    Ip(IpAddr),
    Domain,
    Url(Box<Url>),
    File(Hashes),
}

impl Subject {
    /// Understands the id in a path.
    ///
    /// # Errors
    /// 400 for what can't be an id of the kind; 404 for what is unknown here.
    pub(super) fn parse(kind: Kind, text: &str) -> Result<Self, Refusal> {
        let subject = match kind {
            Kind::Ip => text.parse().ok().map(Self::ip),
            Kind::Domain => is_domain(text).then(|| Self::domain(&text.to_ascii_lowercase())),
            Kind::Url => Self::url_by_id(text),
            Kind::File => Self::file(text),
        };
        let subject = subject.ok_or_else(|| match kind {
            Kind::Ip => Refusal::invalid_argument(format!("\"{text}\" is not a valid IP address")),
            Kind::Domain => {
                Refusal::invalid_argument(format!("\"{text}\" is not a valid domain pattern"))
            }
            Kind::Url => Refusal::bad_request("Wrong URL id"),
            Kind::File => Refusal::bad_request("Wrong file hash"),
        })?;
        if subject.role == Some(Role::NotFound) {
            let what = match kind {
                Kind::Ip => "IP address",
                Kind::Domain => "Domain",
                Kind::Url => "URL",
                Kind::File => "File",
            };
            return Err(Refusal::not_found(format!("{what} \"{text}\" not found")));
        }
        Ok(subject)
    }

    /// An IP address. The id is the address in its usual form.
    pub(super) fn ip(ip: IpAddr) -> Self {
        let id = ip.to_string();
        let role = Role::of_ip(&id);
        Self::new(Kind::Ip, id, role, Detail::Ip(ip))
    }

    /// A domain in lower case.
    pub(super) fn domain(name: &str) -> Self {
        let role = Role::of_domain(name);
        Self::new(Kind::Domain, name.to_owned(), role, Detail::Domain)
    }

    /// A URL in its canonical form. It has the role of its host.
    pub(super) fn url(url: Url) -> Self {
        let id = url_id::digest(url.as_str());
        Self::url_with_id(url, id)
    }

    /// A file, by any of its hashes.
    pub(super) fn file(hash: &str) -> Option<Self> {
        let (role, hashes) = match Role::of_hash(&hash.to_ascii_lowercase()) {
            Some((role, hashes)) => (Some(role), hashes),
            None => (None, Hashes::of(hash)?),
        };
        let id = hashes.sha256.clone();
        Some(Self::new(Kind::File, id, role, Detail::File(hashes)))
    }

    /// A URL by its digest or its base64 form. A digest that nobody knows the
    /// text of gets an invented text; all else grows from the digest, so it is
    /// the same whichever form was asked.
    fn url_by_id(id: &str) -> Option<Self> {
        if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return url_id::decode(id).map(Self::url);
        }
        let id = id.to_ascii_lowercase();
        let text = match documented_url(&id) {
            Some(url) => url.to_owned(),
            None => format!("https://unseen-{}.example/", &id[..12]),
        };
        Some(Self::url_with_id(Url::parse(&text).ok()?, id))
    }

    fn url_with_id(url: Url, id: String) -> Self {
        let role = url
            .host_str()
            .and_then(|host| Role::of_domain(host).or_else(|| Role::of_ip(host)));
        Self::new(Kind::Url, id, role, Detail::Url(Box::new(url)))
    }

    fn new(kind: Kind, id: String, role: Option<Role>, detail: Detail) -> Self {
        Self {
            seed: Seed::of(kind.type_name(), &id),
            kind,
            id,
            role,
            detail,
        }
    }
}

/// A host name of at least two labels, as the service takes it: A-labels for
/// anything beyond ASCII, and no address.
fn is_domain(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253
        && text.contains('.')
        && text.split('.').all(label)
        && text.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(kind: Kind, text: &str) -> Result<String, &'static str> {
        Subject::parse(kind, text)
            .map(|subject| subject.id)
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn ids_take_their_usual_form() {
        assert_eq!(id(Kind::Ip, "2001:DB8:0::1").as_deref(), Ok("2001:db8::1"));
        assert_eq!(
            id(Kind::Domain, "EVIL.Example").as_deref(),
            Ok("evil.example")
        );
        let text = "https://www.example.org/";
        let encoded = "aHR0cHM6Ly93d3cuZXhhbXBsZS5vcmc";
        assert_eq!(id(Kind::Url, encoded), Ok(url_id::digest(text)));
        let unseen = "AB".repeat(32);
        assert_eq!(id(Kind::Url, &unseen), Ok(unseen.to_lowercase()));
    }

    #[test]
    fn what_is_no_indicator_is_refused() {
        for (kind, text) in [
            (Kind::Ip, "203.0.113"),
            (Kind::Ip, "fe80::1%eth0"),
            (Kind::Domain, "localhost"),
            (Kind::Domain, "bücher.example"),
            (Kind::Domain, "a..example"),
            (Kind::Domain, "203.0.113.7"),
        ] {
            assert_eq!(id(kind, text), Err("InvalidArgumentError"), "{text}");
        }
        assert_eq!(id(Kind::Url, "aHR0cHM="), Err("BadRequestError"));
        assert_eq!(id(Kind::File, "abc"), Err("BadRequestError"));
    }

    #[test]
    fn a_url_by_its_digest_is_the_url_by_its_text() {
        let url = Url::parse("http://evil.example/a").expect("a URL");
        let by_text = Subject::url(url);
        let by_digest = Subject::parse(Kind::Url, &by_text.id).expect("documented");
        assert_eq!(by_digest.seed, by_text.seed);
        assert_eq!(by_digest.role, Some(Role::Malicious));
        assert_eq!(by_text.role, Some(Role::Malicious));

        let address = url_id::digest("http://203.0.113.7/");
        let by_digest = Subject::parse(Kind::Url, &address).expect("documented");
        assert_eq!(by_digest.role, Some(Role::Malicious));
    }

    #[test]
    fn the_unknown_ones_are_unknown_in_every_kind() {
        let notfound = url_id::digest("http://notfound.example/");
        for (kind, text) in [
            (Kind::Ip, "192.0.2.44"),
            (Kind::Domain, "NotFound.example"),
            (Kind::Url, notfound.as_str()),
            (Kind::File, &"0".repeat(40)),
        ] {
            assert_eq!(id(kind, text), Err("NotFoundError"), "{text}");
        }
    }
}
