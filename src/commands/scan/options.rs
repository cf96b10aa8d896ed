//! The API's options for private scans, as flags.

use std::time::Duration;

use clap::Args;

use crate::model::error::Error;
use crate::model::time::parse_duration;
use crate::model::visibility::Visibility;

/// The form fields of a submission.
pub(super) type Fields = Vec<(&'static str, String)>;

/// Options of private files and private URLs.
#[derive(Debug, Args)]
struct PrivateArgs {
    /// Private: keep it this many days, 1 to 28 [default: the group's setting]
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u8).range(1..=28))]
    retention_days: Option<u8>,
    /// Private: store it in this region: US, CA, EU or GB [default: the group's
    /// setting]
    #[arg(long, value_name = "REGION")]
    storage_region: Option<String>,
    /// Private: sandbox for live interaction, like `cape_win`
    #[arg(long, value_name = "NAME")]
    interaction_sandbox: Option<String>,
    /// Private: length of the live interaction, 60s to 30m
    #[arg(long, value_name = "DURATION", value_parser = interaction)]
    interaction_timeout: Option<Duration>,
}

/// Options of private files alone.
#[derive(Debug, Args)]
pub(super) struct PrivateFileArgs {
    #[command(flatten)]
    shared: PrivateArgs,
    /// Private: command line for running the file
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    command_line: Option<String>,
    /// Private: do not run the file in sandboxes
    #[arg(long)]
    disable_sandbox: bool,
    /// Private: let the file reach the internet
    #[arg(long)]
    enable_internet: bool,
    /// Private: inspect its TLS connections
    #[arg(long)]
    intercept_tls: bool,
    /// Private: locale of the sandbox, like `EN_US` or `DE_DE`
    #[arg(long, value_name = "LOCALE")]
    locale: Option<String>,
}

/// Options of private URLs alone.
#[derive(Debug, Args)]
pub(super) struct PrivateUrlArgs {
    #[command(flatten)]
    shared: PrivateArgs,
    /// Private: user agent of the browser that visits it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    user_agent: Option<String>,
    /// Private: sandboxes that visit it (a,b): `chrome_headless_linux`,
    /// `cape_win`, `zenbox_windows` …
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    sandboxes: Option<Vec<String>>,
}

/// A flag, its field, and the value it was given.
type Given = (&'static str, &'static str, Option<String>);

impl PrivateArgs {
    fn given(&self) -> [Given; 4] {
        let number = |days: u8| days.to_string();
        let upper = |text: &String| text.to_ascii_uppercase();
        let seconds = |time: Duration| time.as_secs().to_string();
        [
            (
                "--retention-days",
                "retention_period_days",
                self.retention_days.map(number),
            ),
            (
                "--storage-region",
                "storage_region",
                self.storage_region.as_ref().map(upper),
            ),
            (
                "--interaction-sandbox",
                "interaction_sandbox",
                self.interaction_sandbox.clone(),
            ),
            (
                "--interaction-timeout",
                "interaction_timeout",
                self.interaction_timeout.map(seconds),
            ),
        ]
    }
}

impl PrivateUrlArgs {
    /// The form fields.
    ///
    /// # Errors
    /// Usage, for an option of private scans in a public one.
    pub(super) fn fields(&self, visibility: Visibility) -> Result<Fields, Error> {
        let mut given = vec![
            ("--user-agent", "user_agent", self.user_agent.clone()),
            (
                "--sandboxes",
                "sandboxes",
                self.sandboxes.as_ref().map(|names| names.join(",")),
            ),
        ];
        given.extend(self.shared.given());
        fields(given, visibility)
    }
}

impl PrivateFileArgs {
    /// The form fields.
    ///
    /// # Errors
    /// Usage, for an option of private scans in a public one.
    pub(super) fn fields(&self, visibility: Visibility) -> Result<Fields, Error> {
        let switch = |on: bool| on.then(|| "true".to_owned());
        let upper = |text: &String| text.to_ascii_uppercase();
        let mut given = vec![
            ("--command-line", "command_line", self.command_line.clone()),
            (
                "--disable-sandbox",
                "disable_sandbox",
                switch(self.disable_sandbox),
            ),
            (
                "--enable-internet",
                "enable_internet",
                switch(self.enable_internet),
            ),
            (
                "--intercept-tls",
                "intercept_tls",
                switch(self.intercept_tls),
            ),
            ("--locale", "locale", self.locale.as_ref().map(upper)),
        ];
        given.extend(self.shared.given());
        fields(given, visibility)
    }
}

fn fields(given: Vec<Given>, visibility: Visibility) -> Result<Fields, Error> {
    let mut fields = vec![];
    for (flag, field, value) in given {
        let Some(value) = value else { continue };
        if visibility == Visibility::Public {
            return Err(Error::usage(format!(
                "{flag} is an option of private scans, and this one is public; nothing was sent"
            ))
            .hint("leave it out, or scan with --private"));
        }
        fields.push((field, value));
    }
    Ok(fields)
}

fn interaction(text: &str) -> Result<Duration, String> {
    let duration = parse_duration(text)?;
    let (least, most) = (Duration::from_mins(1), Duration::from_mins(30));
    if (least..=most).contains(&duration) {
        Ok(duration)
    } else {
        Err(format!("`{text}` is not between 60s and 30m"))
    }
}
