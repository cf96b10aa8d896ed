//! Where the API is.

use url::Url;

use super::table;
use crate::client::is_loopback;

/// Takes an address that the key may be sent to: https, or http to a loopback
/// address, and nothing beyond scheme, host, port and path. The same address
/// with and without a slash at its end gives the same result, without one.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    address(text, table::BASE_URL.default_text(), "the key")
}

/// Takes an address that the token of GTI Alerts may be sent to. The version of that
/// API, which belongs to paths, is taken off.
pub(super) fn parse_alerts(text: &str) -> Result<Url, String> {
    let mut url = address(text, table::ALERTS_URL.default_text(), "the token")?;
    let path = url.path().trim_end_matches("/v1beta").to_owned();
    url.set_path(path.trim_end_matches('/'));
    Ok(url)
}

/// Takes an address where the key may be exchanged. An origin alone stands for the
/// path that the service has there (API notes, second page, section 1.1).
pub(super) fn parse_token(text: &str) -> Result<Url, String> {
    let mut url = address(text, table::TOKEN_URL.default_text(), "the key")?;
    if matches!(url.path(), "" | "/") {
        url.set_path(EXCHANGE);
    }
    Ok(url)
}

/// Where the service exchanges keys.
const EXCHANGE: &str = "/realms/master/exchange/api-key";

/// `example` is such an address, and `secret` what is sent to it.
fn address(text: &str, example: &str, secret: &str) -> Result<Url, String> {
    let shown = shown(text);
    let mut url = Url::parse(text).map_err(|reason| {
        format!("`{shown}` is not an address ({reason}): write one like {example}")
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(format!(
                "`{shown}` would send {secret} unencrypted: use https (http is accepted for 127.0.0.1, [::1] and localhost)"
            ));
        }
        _ => return Err(format!("`{shown}` is not an https address")),
    }
    // Behind the host an `@` is a slip of the pen: no path of an API holds one.
    if url.as_str().contains('@') {
        return Err(format!(
            "`{shown}` must be given without a user name and password"
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(format!(
            "`{shown}` must be given without a query and fragment"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

/// The address without what may be a password or a key: whoever writes one into
/// it doesn't want it in an error message too.
fn shown(text: &str) -> String {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric()) => {
            (format!("{scheme}://"), rest)
        }
        _ => (String::new(), text),
    };
    let host_and_path = rest.rsplit('@').next().unwrap_or_default();
    let end = host_and_path.find(['?', '#']);
    format!(
        "{scheme}{}",
        &host_and_path[..end.unwrap_or(host_and_path.len())]
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_taken() {
        let default = table::BASE_URL.default_text();
        for (text, expected) in [
            (default, default),
            ("https://gti.example/api/v3/", "https://gti.example/api/v3"),
            (
                "https://gti.example/api/v3///",
                "https://gti.example/api/v3",
            ),
            ("https://gti.example", "https://gti.example/"),
            ("HTTPS://GTI.Example:443/A", "https://gti.example/A"),
            ("https://192.0.2.1:8443/x", "https://192.0.2.1:8443/x"),
            ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
            ("http://127.255.0.9/", "http://127.255.0.9/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://LOCALHOST:1/v3/", "http://localhost:1/v3"),
            ("http://gti.localhost/v3", "http://gti.localhost/v3"),
            ("http://[::ffff:127.0.0.1]/", "http://[::ffff:7f00:1]/"),
        ] {
            let url = parse(text).expect(text);
            assert_eq!(url.as_str(), expected, "{text}");
            assert_eq!(parse(url.as_str()).as_ref(), Ok(&url), "taken twice");
        }
    }

    #[test]
    fn addresses_that_are_refused() {
        for (text, reason) in [
            ("", "is not an address"),
            ("gti.example/api", "is not an address"),
            ("gti.example:443", "is not an https address"),
            ("https://", "is not an address"),
            ("http://gti.example/", "unencrypted"),
            ("http://192.0.2.1/", "unencrypted"),
            ("http://128.0.0.1/", "unencrypted"),
            ("http://localhost.example/", "unencrypted"),
            ("http://127.0.0.1.example/", "unencrypted"),
            ("http://[2001:db8::1]/", "unencrypted"),
            ("ftp://gti.example/", "is not an https address"),
            ("file:///etc/passwd", "is not an https address"),
            ("data:,x", "is not an https address"),
            ("https://user@gti.example/", "user name and password"),
            ("https://:word@gti.example/", "user name and password"),
            (
                "https:///x//user:word@gti.example/",
                "user name and password",
            ),
            ("https://gti.example/?", "query and fragment"),
            ("https://gti.example/?a=b", "query and fragment"),
            ("https://gti.example/#a", "query and fragment"),
        ] {
            let message = parse(text).expect_err(text);
            assert!(message.contains(reason), "{text}: {message}");
        }
    }

    #[test]
    fn addresses_of_alerts_are_completed() {
        for (text, alerts, token) in [
            (
                "https://gti.example",
                "https://gti.example/",
                "https://gti.example/realms/master/exchange/api-key",
            ),
            (
                "http://127.0.0.1:8080/v1beta/",
                "http://127.0.0.1:8080/",
                "http://127.0.0.1:8080/v1beta",
            ),
            (
                "https://gti.example/a/b/",
                "https://gti.example/a/b",
                "https://gti.example/a/b",
            ),
        ] {
            assert_eq!(parse_alerts(text).expect(text).as_str(), alerts);
            assert_eq!(parse_token(text).expect(text).as_str(), token);
        }
        for text in [
            "http://gti.example/",
            "ftp://gti.example/",
            "https://u:s3cret@gti.example/",
        ] {
            let refused = [parse_alerts(text), parse_token(text)];
            for message in refused.map(|refused| refused.expect_err(text)) {
                assert!(!message.contains("s3cret"), "{message}");
            }
        }
        let message = parse_alerts("http://gti.example/").expect_err("unencrypted");
        assert!(message.contains("would send the token"), "{message}");
    }

    #[test]
    fn no_message_holds_a_secret() {
        for text in [
            "https://user:s3cret@gti.example/",
            "http://user:s3cret@gti.example/",
            "ftp://user:s3cret@gti.example/",
            "https://user:s3cr@s3cret@:bad",
            "user:s3cret@gti.example",
            "https://gti.example/?apikey=s3cret",
            "https://gti.example/#s3cret",
            "user:s3cret?s3cret@gti.example",
            "https:user:s3cret@gti.example",
            "https://x//user:s3cret@gti.example",
            "user:s3cret://s3cret@gti.example",
            "https://gti.example:bad/?apikey=s3cret@x",
        ] {
            let message = parse(text).expect_err(text);
            assert!(!message.contains("s3cret"), "{text}: {message}");
        }
    }
}
