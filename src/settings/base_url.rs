//! Where the API is.

use url::Url;

use super::table;
use crate::client::is_loopback;

/// Takes an address that the key may be sent to: https, or http to a loopback
/// address, and nothing beyond scheme, host, port and path. The same address
/// with and without a slash at its end gives the same result, without one.
pub(super) fn parse(text: &str) -> Result<Url, String> {
    let shown = shown(text);
    let mut url = Url::parse(text).map_err(|reason| {
        format!(
            "`{shown}` is not an address ({reason}): write one like {}",
            table::BASE_URL.default_text()
        )
    })?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(format!(
                "`{shown}` would send the key unencrypted: use https (http is accepted for 127.0.0.1, [::1] and localhost)"
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
