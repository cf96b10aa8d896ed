//! Nothing that is shown ever holds the key or a password.

use std::fmt::Write;

use proptest::prelude::*;

use super::*;

/// Whatever can be printed of a run with these settings.
fn printed(flags: &Flags, variables: &[(&str, &str)], config: &str, vt: &str) -> String {
    let mut shown = String::new();
    let mut show = |part: &dyn std::fmt::Debug, text: String| {
        writeln!(shown, "{part:?}\n{part:#?}\n{text}").expect("a string takes all");
    };
    let environment = environment(variables);
    let mut files = match files(Some(config)) {
        Ok(files) => files,
        Err(error) => {
            show(&error, format!("{error} {:?}", error.hint()));
            files(None).expect("no file")
        }
    };
    files.vt = VtToml::parse("/home/ann/.vt.toml".into(), vt, Some(0o644)).map(Some);
    show(&files, String::new());
    if let Ok(Some(vt)) = &files.vt {
        show(&vt.proxy(), String::new());
    }
    for resolve in [Settings::resolve, Settings::resolve_for_writing] {
        match resolve(flags, &environment, &files) {
            Err(error) => show(&error, format!("{error} {:?}", error.hint())),
            Ok(settings) => {
                let warnings = settings.warnings.iter().map(Warning::to_string);
                show(&settings, warnings.collect());
                if let Some(credential) = &settings.credential {
                    match credential.load(&mut std::io::empty()) {
                        Ok(loaded) => show(&loaded, credential.source().to_string()),
                        Err(error) => show(&error, error.to_string()),
                    }
                }
                for proxy in [&settings.proxies.https, &settings.proxies.http] {
                    show(proxy, proxy.iter().map(ToString::to_string).collect());
                }
            }
        }
    }
    shown
}

/// A text that is known by its beginning and its end, whichever is cut off.
fn secret() -> impl Strategy<Value = String> {
    "S3CRET[ -~]{0,12}S3CRET"
}

proptest! {
    #[test]
    fn no_message_and_no_debug_text_holds_one(
        secret in secret(),
        scheme in "(http|https|socks5|socks4|ftp)://|",
        at in "@[a-z.]{0,9}(:[0-9x]{0,6})?|",
        rest in "(/[a-z]{0,3})?(\\?x)?",
        damage in any::<prop::sample::Index>(),
        // No `@`: what follows the last one is the host, and that is shown.
        noise in "[\"'=\\[\\]\n#:/ ]{0,2}",
        file_only in any::<bool>(),
    ) {
        // What follows the last `@` is the host, and that is shown.
        let secret = if at.is_empty() { secret.replace('@', "") } else { secret };
        let proxy = format!("{scheme}user:{secret}{at}{rest}");
        let base_url = format!("{scheme}user:{secret}@gti.example/{rest}");
        let quoted = toml_edit::Value::from(secret.as_str()).to_string();
        let proxy_quoted = toml_edit::Value::from(proxy.as_str()).to_string();
        let url_quoted = toml_edit::Value::from(base_url.as_str()).to_string();
        let mut config = format!(
            "[default]\napikey = {quoted}\nproxy = {proxy_quoted}\nbase_url = {url_quoted}\n"
        );
        let mut position = damage.index(config.len() + 1);
        while !config.is_char_boundary(position) {
            position -= 1;
        }
        config.insert_str(position, &noise);
        let mut flags = Flags::default();
        let mut variables = Vec::new();
        if !file_only {
            flags.base_url = Some(base_url.clone());
            variables.push(("GTI_API_KEY", secret.as_str()));
            variables.push(("HTTPS_PROXY", proxy.as_str()));
        }
        let vt = config.replace("[default]", "");
        let shown = printed(&flags, &variables, &config, &vt);
        prop_assert!(!shown.contains("S3CRET"), "{shown}");
        flags.base_url = None;
        let shown = printed(&flags, &variables, &config, &vt);
        prop_assert!(!shown.contains("S3CRET"), "{shown}");
        flags.proxy = Some(proxy);
        let shown = printed(&flags, &[], "", &vt);
        prop_assert!(!shown.contains("S3CRET"), "{shown}");
    }
}
