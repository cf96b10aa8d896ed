//! The password file of `PostgreSQL`'s own clients: `host:port:database:user:password`.

use std::path::Path;

use secrecy::SecretString;

/// The password for a connection, from the first line that fits it.
pub(super) fn password(
    text: &str,
    host: &str,
    port: u16,
    database: &str,
    user: &str,
) -> Option<SecretString> {
    // A socket is `localhost` there.
    let host = if host.starts_with('/') {
        "localhost"
    } else {
        host
    };
    let port = port.to_string();
    text.lines().find_map(|line| {
        if line.starts_with('#') {
            return None;
        }
        let fields = fields(line);
        let [for_host, for_port, for_database, for_user, password] = &fields[..] else {
            return None;
        };
        let fits = |field: &str, value: &str| field == "*" || field == value;
        let all = fits(for_host, host)
            && fits(for_port, &port)
            && fits(for_database, database)
            && fits(for_user, user);
        all.then(|| SecretString::from(password.as_str()))
    })
}

/// The fields of a line; a backslash takes a colon or a backslash as it is.
fn fields(line: &str) -> Vec<String> {
    let mut fields = vec![String::new()];
    let mut characters = line.trim_end_matches('\r').chars();
    while let Some(one) = characters.next() {
        match one {
            '\\' => fields
                .last_mut()
                .expect("a field")
                .extend(characters.next()),
            ':' if fields.len() < 5 => fields.push(String::new()),
            one => fields.last_mut().expect("a field").push(one),
        }
    }
    fields
}

/// Whether others than the owner may read a file, so that it is not used.
pub(super) fn is_open_to_others(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        path.metadata()
            .is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    #[test]
    fn the_first_line_that_fits_counts() {
        let text = "# a comment\n\
            db.example:5432:gti:soc:one\n\
            *:*:*:odd\\:user:t\\\\wo:three\n\
            localhost:*:*:soc:socket\n\
            short:line\n\
            *:5433:*:soc:last\r\n";
        let found = |host, port, database, user| {
            let found = password(text, host, port, database, user);
            found.map(|found| found.expose_secret().to_owned())
        };
        assert_eq!(
            found("db.example", 5432, "gti", "soc").as_deref(),
            Some("one")
        );
        assert_eq!(
            found("any.example", 1, "x", "odd:user").as_deref(),
            Some("t\\wo:three")
        );
        assert_eq!(
            found("/var/run/postgresql", 5432, "gti", "soc").as_deref(),
            Some("socket")
        );
        assert_eq!(
            found("x.example", 5433, "gti", "soc").as_deref(),
            Some("last")
        );
        assert_eq!(found("x.example", 5432, "gti", "soc"), None);
    }
}
