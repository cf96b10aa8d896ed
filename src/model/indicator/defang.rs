//! Writing indicators so that nothing turns them into links.

use super::Kind;
use super::host::split_port;
use super::url::Parts;

/// A value made harmless to click: `hxxps://evil[.]example/a`,
/// `203[.]0[.]113[.]7`, `2001[:]db8[:][:]1`. Hashes stay as they are. Of a URL
/// the scheme and the host are enough, so the path stays readable.
pub fn defang(kind: Kind, value: &str) -> String {
    match kind {
        Kind::File => value.to_owned(),
        Kind::Ip | Kind::Domain => bracketed(value),
        Kind::Url => {
            let parts = Parts::of(value);
            let (host, port) = split_port(parts.host);
            let host = match host
                .strip_prefix('[')
                .and_then(|host| host.strip_suffix(']'))
            {
                Some(literal) => format!("[{}]", bracketed(literal)),
                None => bracketed(host),
            };
            let scheme = match parts.scheme {
                Some(scheme) => scheme.replace("http", "hxxp") + "://",
                None => String::new(),
            };
            let (credentials, rest) = (parts.credentials, parts.rest);
            format!("{scheme}{credentials}{host}{port}{rest}")
        }
    }
}

fn bracketed(host: &str) -> String {
    host.replace('.', "[.]").replace(':', "[:]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (kind, value, defanged) in [
            (Kind::Ip, "203.0.113.7", "203[.]0[.]113[.]7"),
            (Kind::Ip, "2001:db8::1", "2001[:]db8[:][:]1"),
            (Kind::Domain, "evil.example", "evil[.]example"),
            (Kind::File, "d41d", "d41d"),
            (
                Kind::Url,
                "https://evil.example/a.php?u=http://x.example/",
                "hxxps://evil[.]example/a.php?u=http://x.example/",
            ),
            (
                Kind::Url,
                "http://u.v:p@203.0.113.7:8080/",
                "hxxp://u.v:p@203[.]0[.]113[.]7:8080/",
            ),
            (
                Kind::Url,
                "http://[2001:db8::1]:8080/",
                "hxxp://[2001[:]db8[:][:]1]:8080/",
            ),
        ] {
            assert_eq!(defang(kind, value), defanged);
        }
    }
}
