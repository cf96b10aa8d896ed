//! Widgets: pages about an indicator that can be shown inside others (API notes,
//! section 9).

use std::str::FromStr;

use jiff::Timestamp;

use crate::client::Client;
use crate::client::envelope::{Answer, Asked, Envelope, Flaw};
use crate::client::path::{Path, Query};
use crate::client::request::Request;
use crate::model::error::Error;
use crate::model::indicator::{Indicator, Kind};
use crate::model::json::Scan;
use crate::model::named::named;
use crate::model::view::{Decoded, view};

/// How long the address of a widget is good for, in seconds: three days.
pub const LIFETIME: i64 = 3 * 24 * 60 * 60;

/// A colour as the service takes it: six hex digits, without the `#`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colour(String);

impl FromStr for Colour {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').unwrap_or(text);
        if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            Ok(Self(digits.to_ascii_lowercase()))
        } else {
            Err(format!(
                "`{text}` is not a colour: write #RRGGBB or RRGGBB, two hex digits for each of red, green and blue"
            ))
        }
    }
}

named! {
    /// Light or dark.
    pub enum Shade is "a theme" {
        /// Dark text on light ground.
        Light = "light",
        /// Light text on dark ground.
        Dark = "dark",
    }
}

/// How a widget shall look; what is not said is left to the service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Theme {
    /// Light or dark.
    pub shade: Option<Shade>,
    /// The border.
    pub bd1: Option<Colour>,
    /// The background.
    pub bg1: Option<Colour>,
    /// The background of every second part.
    pub bg2: Option<Colour>,
    /// The text.
    pub fg1: Option<Colour>,
}

impl Theme {
    fn add_to(&self, query: Query) -> Query {
        let colours = [
            ("bd1", &self.bd1),
            ("bg1", &self.bg1),
            ("bg2", &self.bg2),
            ("fg1", &self.fg1),
        ];
        let query = query.with_some("theme", self.shade.map(Shade::name));
        colours.into_iter().fold(query, |query, (name, colour)| {
            query.with_some(name, colour.as_ref().map(|colour| colour.0.as_str()))
        })
    }
}

/// What the service says of a widget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widget {
    /// Its address, as it was sent.
    pub url: Option<String>,
    /// Whether the service knows the indicator; known unless it says otherwise.
    pub found: bool,
    /// When the service gave it.
    pub fetched_at: Timestamp,
}

impl Client {
    /// The widget about an indicator, whose value it takes as it is: an address,
    /// a domain, a URL or a hash.
    pub async fn widget(&self, indicator: &Indicator, theme: &Theme) -> Result<Widget, Error> {
        let query = theme.add_to(Query::new().with("query", indicator.value()));
        let request = Request::get(Path::to("gtiwidget")).query(query);
        let read = |answer: &Answer| read(answer, indicator);
        let (fetched, Sent { url, found, .. }) = self.fetch_checked(&request, read).await?;
        Ok(Widget {
            url,
            found: found != Some(false),
            fetched_at: fetched.fetched_at,
        })
    }
}

view! {
    struct Sent {
        kind as "type": Option<String>,
        id: Option<String>,
        url: Option<String>,
        found: Option<bool>,
    }
}

/// Reads a widget, which says of what it is, or that there is none.
fn read(answer: &Answer, indicator: &Indicator) -> Result<Sent, Flaw> {
    let sent: Decoded<Sent> = Envelope::Data.read(answer, Scan::decode)?;
    let sent = sent.view;
    if sent.url.is_none() && sent.found.is_none() {
        return Err(Flaw::Unfit(
            "`data` holds neither `url` nor `found`".to_owned(),
        ));
    }
    let id = indicator.id();
    let asked = match indicator.kind() {
        Kind::Ip => Asked::Ip(&id),
        Kind::Domain => Asked::Domain(&id),
        Kind::Url => Asked::Url(&id),
        Kind::File => Asked::File(&id),
    };
    let known = sent
        .kind
        .as_deref()
        .and_then(|kind| kind.parse::<Kind>().ok());
    let other = match (known, &sent.id) {
        (Some(kind), _) if kind != indicator.kind() => true,
        (Some(_), Some(id)) => !asked.is_met(id, "{}"),
        // What the service says of what it could not recognise is its own affair.
        _ => false,
    };
    if other {
        return Err(Flaw::Unfit(
            "it is the widget of another indicator".to_owned(),
        ));
    }
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_six_digits_with_or_without_the_sign() {
        for text in ["#1A2b3C", "1a2B3c"] {
            assert_eq!(text.parse(), Ok(Colour("1a2b3c".to_owned())));
        }
        for text in [
            "", "#", "fff", "#12345", "1234567", "##12345", "red", "12345g", "é1234",
        ] {
            let message = text.parse::<Colour>().expect_err(text);
            assert!(message.contains(&format!("`{text}`")), "{message}");
        }
    }

    #[test]
    fn only_what_was_said_is_sent() {
        let query = |theme: &Theme| {
            let query = theme.add_to(Query::new().with("query", "evil.example"));
            query.as_str().to_owned()
        };
        assert_eq!(query(&Theme::default()), "?query=evil.example");
        let theme = Theme {
            shade: Some(Shade::Dark),
            fg1: "#FFFFFF".parse().ok(),
            bd1: "000000".parse().ok(),
            ..Theme::default()
        };
        assert_eq!(
            query(&theme),
            "?query=evil.example&theme=dark&bd1=000000&fg1=ffffff"
        );
    }
}
