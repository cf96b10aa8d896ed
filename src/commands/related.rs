//! `--relationships`, of commands that show reports.

use clap::Args;

use crate::model::error::Error;
use crate::model::indicator::relationships;
use crate::model::suggestion::nearest;
use crate::object::Relationships;
use crate::settings::positive_count;

/// What of the relationships is wanted.
#[derive(Debug, Args)]
pub(super) struct RelatedArgs {
    /// Show relationships: the default set, or those named (a,b)
    #[arg(
        long,
        value_name = "LIST",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = ""
    )]
    pub(super) relationships: Option<String>,
    /// Fetch related objects whole, following their pages; implies
    /// --relationships
    #[arg(long)]
    pub(super) expand: bool,
    /// Related objects of each relationship at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = positive_count::<u32>)]
    pub(super) relationship_limit: u32,
}

impl RelatedArgs {
    /// Refuses relationships that no indicator has.
    pub(super) fn check(&self) -> Result<(), Error> {
        let list = self.relationships.as_deref().unwrap_or_default();
        let known = relationships::all();
        for name in names(list) {
            if !known.contains(&name.as_str()) {
                let meant = nearest(&name, known.iter().copied());
                let meant =
                    meant.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                return Err(Error::usage(format!(
                    "no indicator has a relationship `{name}`{meant}"
                ))
                .hint(format!("--relationships takes {}", known.join(", "))));
            }
        }
        Ok(())
    }

    /// What was asked for.
    pub(super) fn relationships(&self) -> Relationships {
        match self.relationships.as_deref() {
            None if self.expand => Relationships::Default,
            None => Relationships::None,
            Some("") => Relationships::Default,
            Some(list) => Relationships::Named(names(list)),
        }
    }

    /// Whether any are.
    pub(super) fn are_wanted(&self) -> bool {
        self.relationships().are_wanted()
    }

    /// Related objects of each relationship at most.
    pub(super) fn limit(&self) -> usize {
        self.relationship_limit as usize
    }
}

/// The names of a list.
pub(super) fn names(list: &str) -> Vec<String> {
    list.split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}
