//! Views: what the program reads of the API's objects.
//!
//! A view is read member by member. Every member may be missing or null, and one
//! that cannot be read (a list where a text was expected, a number that is none)
//! costs itself alone and is noted by its path; half characters (`"\ud83d"`,
//! which is correct JSON) are U+FFFD. Only what is no JSON at all fails. So an
//! odd member hides nothing beside it, and whoever has to know an object whole
//! can tell that it is not.
//!
//! A view is read in one pass over the text, and in the same pass that checks an
//! answer, without a tree in between.

#[cfg(test)]
mod tests;
mod unread;
mod value;

pub use unread::{Unread, UnreadMember};
pub use value::{Exact, Map};

use super::json::Scan;

/// What can be read where a scan has come to it.
pub trait View: Sized {
    /// Reads a value. `None` for null, and for a value of another kind, which is
    /// noted.
    ///
    /// # Errors
    /// A reason, when the text is no JSON.
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String>;

    /// Reads an item of a list, where null stands for nothing that is known.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn item(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Option<Self>, String> {
        let before = unread.len();
        let item = Self::read(value, unread)?;
        if item.is_none() && unread.len() == before {
            unread.note("null in a list");
        }
        Ok(item)
    }
}

/// An object as far as a view names it.
#[derive(Debug, Clone, PartialEq)]
pub struct Decoded<V> {
    /// What could be read.
    pub view: V,
    /// What could not.
    pub unread: Unread,
}

impl<V> Decoded<V> {
    /// The same, if this member, without which the object says nothing, was not sent
    /// in a form that cannot be read.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn needing(self, member: &str) -> Result<Self, String> {
        let unread = self.unread.iter().find(|unread| unread.path == member);
        match unread.map(ToString::to_string) {
            Some(reason) => Err(reason),
            None => Ok(self),
        }
    }
}

/// Reads an object from its text.
///
/// # Errors
/// A reason, when it is no object, or no JSON.
pub fn decode<V: View>(json: &str) -> Result<Decoded<V>, String> {
    let mut scan = Scan::of(json);
    let decoded = scan.decode()?;
    scan.end()?;
    Ok(decoded)
}

impl<'a> Scan<'a> {
    /// Reads an object as far as a view names it.
    ///
    /// # Errors
    /// A reason, when it is no object, or no JSON.
    pub fn decode<V: View>(&mut self) -> Result<Decoded<V>, String> {
        let mut unread = Unread::default();
        match V::read(self, &mut unread)? {
            Some(view) => Ok(Decoded { view, unread }),
            None => Err("expected an object".to_owned()),
        }
    }

    /// Reads a value as a view of it, and gives its text as well. There is no view
    /// of what is no object; what of one is unread is missing in it.
    ///
    /// # Errors
    /// A reason, when it is not JSON.
    pub fn view<V: View>(&mut self) -> Result<(&'a str, Option<V>), String> {
        self.with_text(|value| V::read(value, &mut Unread::default()))
    }
}

/// Reads the members of an object into a view.
///
/// # Errors
/// A reason, when the text is no JSON.
pub fn read_object<V: Default>(
    value: &mut Scan<'_>,
    unread: &mut Unread,
    mut member: impl FnMut(&mut V, &str, &mut Scan<'_>, &mut Unread) -> Result<(), String>,
) -> Result<Option<V>, String> {
    if value.peek() != Some(b'{') {
        return unread.pass_over(value, "expected an object");
    }
    let mut view = V::default();
    value.object(|key, value| {
        let before = unread.len();
        member(&mut view, key, value, unread)?;
        unread.within(before, key);
        Ok(())
    })?;
    Ok(Some(view))
}

/// A member of a view: missing until it is read.
///
/// It is an [`Option`] of a value; or a list or a view itself, which without
/// members says no more than one that is missing.
pub trait Member: Default + PartialEq {
    /// Reads the value of the member.
    ///
    /// # Errors
    /// A reason, when the text is no JSON.
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Self, String>;
}

impl<V: View + PartialEq> Member for Option<V> {
    fn read(value: &mut Scan<'_>, unread: &mut Unread) -> Result<Self, String> {
        V::read(value, unread)
    }
}

/// Declares views: structs of members that may be missing, and how they are read.
/// The key of a member is its name, or what stands behind `as`:
///
/// ```ignore
/// view! {
///     /// An alert.
///     pub struct Alert {
///         /// Its id.
///         pub id: Option<String>,
///         /// What it is about.
///         pub kind as "alert_type": Option<String>,
///         /// What it is called.
///         pub tags: Vec<String>,
///     }
/// }
/// ```
///
/// Of a member that comes twice the last one counts; that it did is noted.
macro_rules! view {
    ($(
        $(#[$about:meta])*
        $shown:vis struct $name:ident {
            $(
                $(#[$comment:meta])*
                $visible:vis $member:ident $(as $key:literal)?: $value:ty
            ),* $(,)?
        }
    )*) => {$(
        $(#[$about])*
        #[derive(Debug, Clone, Default, PartialEq)]
        $shown struct $name {
            $($(#[$comment])* $visible $member: $value,)*
        }

        impl $crate::model::view::View for $name {
            fn read(
                value: &mut $crate::model::json::Scan<'_>,
                unread: &mut $crate::model::view::Unread,
            ) -> Result<Option<Self>, String> {
                $crate::model::view::read_object(
                    value,
                    unread,
                    |view: &mut Self, key, value, unread| {
                        $(
                            if key == $crate::model::view::key_of!($member $($key)?) {
                                return $crate::model::view::read_member(
                                    &mut view.$member,
                                    value,
                                    unread,
                                );
                            }
                        )*
                        value.skip()
                    },
                )
            }
        }

        impl $crate::model::view::Member for $name {
            fn read(
                value: &mut $crate::model::json::Scan<'_>,
                unread: &mut $crate::model::view::Unread,
            ) -> Result<Self, String> {
                let view = <Self as $crate::model::view::View>::read(value, unread)?;
                Ok(view.unwrap_or_default())
            }
        }
    )*};
}

/// Reads a member into its place.
///
/// # Errors
/// A reason, when the text is no JSON.
pub fn read_member<M: Member>(
    member: &mut M,
    value: &mut Scan<'_>,
    unread: &mut Unread,
) -> Result<(), String> {
    if *member != M::default() {
        unread.note(unread::REPEAT);
    }
    *member = M::read(value, unread)?;
    Ok(())
}

/// The key of a view's member.
macro_rules! key_of {
    ($member:ident $key:literal) => {
        $key
    };
    ($member:ident) => {
        stringify!($member)
    };
}

pub(crate) use {key_of, view};
