//! How text for people looks: colour or none, and how wide the page is.

/// What a piece of text says about what it names. The words themselves carry
/// the meaning; the tone only repeats it in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Harmless, done, allowed.
    Good,
    /// Suspicious, partial, about to run out.
    Warn,
    /// Malicious, failed, refused.
    Bad,
    /// Beside the point: labels, times, counts.
    Dim,
    /// What the eye should find first.
    Bold,
}

impl Tone {
    /// The SGR parameters that select the tone.
    fn sgr(self) -> &'static str {
        match self {
            Self::Good => "32",
            Self::Warn => "33",
            Self::Bad => "1;31",
            Self::Dim => "2",
            Self::Bold => "1",
        }
    }
}

/// The look of text for people, decided once and handed down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// Whether ANSI colour may be written.
    pub color: bool,
    /// Whether links may be written that the terminal follows.
    pub links: bool,
    /// The width of the page in terminal columns.
    pub width: usize,
    /// Whether indicators are written so that nothing can be clicked.
    pub defang: bool,
    /// Whether digests show all that they have.
    pub full: bool,
}

impl Style {
    /// The look where nothing is known of the reader: no colour, 80 columns.
    pub(crate) const PLAIN: Self = Self {
        color: false,
        links: false,
        width: 80,
        defang: false,
        full: false,
    };

    /// The same page without colour and links.
    #[must_use]
    pub(crate) fn plain(self) -> Self {
        Self {
            color: false,
            links: false,
            ..self
        }
    }

    /// The text in a tone; the text alone where there is no colour.
    pub(crate) fn paint(&self, text: &str, tone: Tone) -> String {
        if self.color && !text.is_empty() {
            format!("\x1b[{}m{text}\x1b[0m", tone.sgr())
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paints_only_where_there_is_colour() {
        let color = Style {
            color: true,
            ..Style::PLAIN
        };
        assert_eq!(color.paint("bad", Tone::Bad), "\x1b[1;31mbad\x1b[0m");
        assert_eq!(color.paint("", Tone::Bad), "");
        assert_eq!(Style::PLAIN.paint("bad", Tone::Bad), "bad");
    }
}
