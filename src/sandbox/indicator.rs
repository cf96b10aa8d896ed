//! An indicator that was asked about: its id and its report.

mod kind;
mod report;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::LazyLock;

use url::Url;

pub(super) use self::kind::Kind;
pub(super) use self::report::routes;

use super::call::Call;
use super::engines;
use super::entity::Entity;
use super::hashes::Hashes;
use super::json::{Json, Object, object};
use super::reply::ApiError;
use super::seed::Seed;
use super::template::{Fixture, Thing};
use super::url_id;

/// MD5, SHA-1 and SHA-256 of the malicious file: those of the text
/// `gti sandbox malicious file`.
pub const MALICIOUS_FILE: [&str; 3] = [
    "ea7602380b74a6d477c6bdedd87db214",
    "a9e56f9cef6649180c7ce2760c6173818bc22cbc",
    "d0a0a7774ca6b20cafcba47938202c8b06e529b9b671e1007193f871df4dd9ed",
];

/// Reports, and the indicators whose reports are documented. A documented file is
/// the text `gti sandbox ROLE file`.
pub(super) static FIXTURE: LazyLock<Fixture> =
    LazyLock::new(|| Fixture::new(include_str!("fixtures/indicator.json")));

/// An indicator, understood.
#[derive(Debug, Clone)]
pub(super) struct Indicator {
    pub(super) kind: Kind,
    /// The `id` of the object.
    pub(super) id: String,
    pub(super) seed: Seed,
    /// A documented one.
    row: Option<&'static Object>,
    /// The URL itself.
    pub(super) url: Option<Url>,
}

impl Indicator {
    /// Understands the id in a path.
    ///
    /// # Errors
    /// 400 for what can't be an id of the kind; 404 for what is unknown here.
    pub(super) fn parse(kind: Kind, text: &str) -> Result<Self, ApiError> {
        let invalid =
            |what| ApiError::invalid_argument(format!("\"{text}\" is not a valid {what}"));
        let indicator = match kind {
            Kind::Ip => text
                .parse()
                .map(Self::ip)
                .map_err(|_| invalid("IP address"))?,
            Kind::Domain if is_domain(text) => Self::domain(&text.to_ascii_lowercase()),
            Kind::Domain => return Err(invalid("domain pattern")),
            Kind::Url => {
                Self::url_by_id(text).ok_or_else(|| ApiError::bad_request("Wrong URL id"))?
            }
            Kind::File => {
                Self::file(text).ok_or_else(|| ApiError::bad_request("Wrong file hash"))?
            }
        };
        if indicator.is("not_found") {
            return Err(kind.not_found(text));
        }
        Ok(indicator)
    }

    /// An IP address. The id is the address in its usual form.
    pub(super) fn ip(ip: IpAddr) -> Self {
        let id = ip.to_string();
        Self::new(Kind::Ip, FIXTURE.row("ip_address", &id), id, None)
    }

    /// A domain in lower case. Those below a documented one have no role.
    pub(super) fn domain(name: &str) -> Self {
        Self::new(
            Kind::Domain,
            FIXTURE.row("domain", name),
            name.to_owned(),
            None,
        )
    }

    /// A URL in its canonical form.
    pub(super) fn url(url: Url) -> Self {
        let id = url_id::digest(url.as_str());
        Self::url_with_id(url, id)
    }

    /// A file, by any of its hashes.
    pub(super) fn file(hash: &str) -> Option<Self> {
        let lower = hash.to_ascii_lowercase();
        let row = ["md5", "sha1", "sha256"]
            .into_iter()
            .find_map(|name| FIXTURE.row(name, &lower));
        let id = match row {
            Some(row) => row.text("sha256").to_owned(),
            None => Hashes::of(hash)?.sha256,
        };
        Some(Self::new(Kind::File, row, id, None))
    }

    /// A URL by its digest or its base64 form. A digest alone does not lead back to
    /// the text, so `/` and `/a` on the documented hosts are known beforehand, and
    /// one that nobody knows the text of gets an invented text; all else grows from
    /// the digest, so it is the same whichever form was asked.
    fn url_by_id(id: &str) -> Option<Self> {
        static KNOWN: LazyLock<HashMap<String, Url>> = LazyLock::new(|| {
            let rows = FIXTURE.documented().iter();
            let hosts = rows.flat_map(|row| [row.text("domain"), row.text("ip_address")]);
            let urls = hosts.flat_map(|host| {
                let page = |start: &str, end| Url::parse(&format!("{start}://{host}/{end}")).ok();
                let pages = [("http", ""), ("http", "a"), ("https", ""), ("https", "a")];
                pages
                    .into_iter()
                    .filter_map(move |(start, end)| page(start, end))
                    .collect::<Vec<_>>()
            });
            urls.map(|url| (url_id::digest(url.as_str()), url))
                .collect()
        });
        if id.len() != 64 || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return url_id::decode(id).map(Self::url);
        }
        let id = id.to_ascii_lowercase();
        let invented = || Url::parse(&format!("https://unseen-{}.example/", &id[..12])).ok();
        let url = KNOWN.get(&id).cloned().or_else(invented)?;
        Some(Self::url_with_id(url, id))
    }

    /// A URL has the role of its host.
    fn url_with_id(url: Url, id: String) -> Self {
        let host = url.host_str().unwrap_or("");
        let row = FIXTURE
            .row("domain", host)
            .or_else(|| FIXTURE.row("ip_address", host));
        Self::new(Kind::Url, row, id, Some(url))
    }

    fn new(kind: Kind, row: Option<&'static Object>, id: String, url: Option<Url>) -> Self {
        let seed = Seed::of(kind.type_name(), &id);
        Self {
            kind,
            id,
            seed,
            row,
            url,
        }
    }

    /// Whether it is documented for this role.
    pub(super) fn is(&self, role: &str) -> bool {
        self.row.is_some_and(|row| row.text("role") == role)
    }

    /// The text that people know it by: the URL itself, or the id.
    pub(super) fn text(&self) -> &str {
        self.url.as_ref().map_or(&self.id, |url| url.as_str())
    }

    /// The /24 or /32 that an address lies in.
    fn network(&self) -> Option<String> {
        let whole = match self.id.parse().ok()? {
            IpAddr::V4(ip) => format!(
                "{}.{}.{}.0/24",
                ip.octets()[0],
                ip.octets()[1],
                ip.octets()[2]
            ),
            IpAddr::V6(ip) => format!("{:x}:{:x}::/32", ip.segments()[0], ip.segments()[1]),
        };
        Some(whole)
    }

    /// What is known of it.
    pub(super) fn known(&self) -> Thing {
        let thing = Thing::new(&FIXTURE, self.seed).documented(self.row);
        thing
            .with("kind", self.kind.type_name())
            .with("id", self.id.clone())
            .with("url", self.text().to_owned())
    }

    /// What is known of it, down to what each engine says.
    fn known_whole(&self) -> Thing {
        let mut thing = self.known();
        match self.kind {
            Kind::Ip => thing = thing.with("network", self.network()),
            Kind::File if self.row.is_none() => {
                if let Some(hashes) = Hashes::of(&self.id) {
                    thing = thing.with("md5", hashes.md5).with("sha1", hashes.sha1);
                }
            }
            _ => {}
        }
        let host = self
            .url
            .as_ref()
            .map_or(Some(self.id.as_str()), Url::domain);
        let tld = host.and_then(|host| host.rsplit('.').next()).unwrap_or("");
        thing = thing.settled(&["verdict", "bad", "score", "level"]);
        let (stats, results) = engines::verdicts(&thing, self.kind == Kind::File);
        thing
            .with("tld", tld.to_owned())
            .with("stats", stats)
            .with("results", results)
    }

    /// `stats` and `results` of its engines.
    pub(super) fn engines(&self) -> (Object, Object) {
        engines::verdicts(&self.known(), self.kind == Kind::File)
    }
}

impl Entity for Indicator {
    fn type_name(&self) -> &'static str {
        self.kind.type_name()
    }

    fn id(&self) -> String {
        self.id.clone()
    }

    fn path(&self) -> String {
        format!("{}/{}", self.kind.path(), self.id)
    }

    fn thing(&self, _: &Call) -> Thing {
        self.known()
    }

    /// That of a URL tells the URL, of which the id is but a hash.
    fn descriptor(&self) -> Object {
        let mut descriptor = object! { "type": self.type_name(), "id": self.id() };
        if let Some(url) = &self.url {
            descriptor.push("context_attributes", object! { "url": url.to_string() });
        }
        descriptor
    }

    fn attributes(&self, call: &Call) -> Object {
        let thing = self.known_whole();
        let object = if self.is("sparse") {
            "sparse"
        } else {
            self.kind.type_name()
        };
        let mut attributes = thing.object(object);
        // The service tells its assessment to integrations that name themselves,
        // and to licences that cover it (API notes, 1.2 and 2.2).
        if call.caller.tool && call.caller.licensed && !self.is("unassessed") {
            attributes.extend(thing.object("assessment"));
        }
        if self.is("hostile") {
            attributes.update(thing.object("hostile"));
            attributes.extend(thing.fact("future").into_object());
        }
        if self.is("odd") {
            respell(&mut attributes);
        }
        attributes
    }
}

/// Turns integers into strings and floats, by turns.
pub(super) fn respell(attributes: &mut Object) {
    fn one(value: &mut Json, turn: &mut usize) {
        match value {
            Json::Int(number) => {
                *turn += 1;
                *value = if turn.is_multiple_of(2) {
                    number.to_string().into()
                } else {
                    Json::Number(format!("{number}.0"))
                };
            }
            Json::List(items) => items.iter_mut().for_each(|item| one(item, turn)),
            Json::Object(object) => object.values_mut().for_each(|item| one(item, turn)),
            _ => {}
        }
    }
    let mut turn = 0;
    attributes
        .values_mut()
        .for_each(|value| one(value, &mut turn));
}

/// A host name of at least two labels, as the service takes it: A-labels for
/// anything beyond ASCII, and no address.
fn is_domain(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let label = |label: &str| {
        let inside = !label.starts_with('-') && !label.ends_with('-');
        inside && (1..=63).contains(&label.len()) && label.bytes().all(known)
    };
    let labels = text.contains('.') && text.split('.').all(label);
    labels && text.len() <= 253 && text.parse::<IpAddr>().is_err()
}

#[cfg(test)]
mod tests;
