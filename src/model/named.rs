//! Enums whose values are typed and shown by name.

/// An enum of names: each variant has one, by which it is shown and read. The text
/// behind `is` says what a wrong value is not.
macro_rules! named {
    (
        $(#[$meta:meta])*
        $vis:vis enum $name:ident is $what:literal {
            $($(#[$variant_meta:meta])* $variant:ident = $text:literal),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        $vis enum $name {
            $($(#[$variant_meta])* $variant),+
        }

        impl $name {
            /// Every one, in the order in which help shows them.
            $vis const ALL: &[Self] = &[$(Self::$variant),+];

            /// The names, as they are typed.
            $vis const NAMES: &[&str] = &[$($text),+];

            /// Its name, as it is typed.
            $vis const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $text),+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                let mut all = Self::ALL.iter().copied();
                all.find(|one| one.name() == text)
                    .ok_or_else(|| $crate::model::named::unknown(text, $what, Self::NAMES))
            }
        }
    };
}

pub(crate) use named;

/// Names the text, and what would be accepted.
pub(crate) fn unknown(text: &str, what: &str, names: &[&str]) -> String {
    let names = match names {
        [first @ .., last] if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        names => names.concat(),
    };
    format!("`{text}` is not {what}: write {names}")
}

#[cfg(test)]
mod tests {
    named! {
        enum Gear is "a gear" {
            #[doc = "No motion."]
            Neutral = "neutral",
            First = "1",
            Reverse = "r+",
        }
    }

    #[test]
    fn each_is_read_by_the_name_that_shows_it() {
        for &gear in Gear::ALL {
            assert_eq!(gear.to_string().parse(), Ok(gear));
        }
        for text in ["", "Neutral", "2"] {
            let message = text.parse::<Gear>().expect_err(text);
            assert_eq!(
                message,
                format!("`{text}` is not a gear: write neutral, 1 or r+")
            );
        }
    }
}
