//! What `update` changes, beside the status.

use clap::Args;

use crate::model::error::Error;
use crate::workflow::Change;

/// Tags, and whether anything is written.
#[derive(Debug, Args)]
pub(crate) struct ChangeArgs {
    /// Add a tag, keeping the others; may be repeated
    #[arg(long = "add-tag", value_name = "TAG", value_parser = tag)]
    add: Vec<String>,
    /// Remove a tag, keeping the others; may be repeated
    #[arg(long = "remove-tag", value_name = "TAG", value_parser = tag)]
    remove: Vec<String>,
    /// Read, and say what would change; change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
}

fn tag(text: &str) -> Result<String, String> {
    match text.trim() {
        "" => Err("a tag is not empty".to_owned()),
        tag => Ok(tag.to_owned()),
    }
}

impl ChangeArgs {
    /// The change, with a status as it was typed.
    ///
    /// # Errors
    /// Usage, for a change of nothing, and for a tag that shall come and go.
    pub(crate) fn change(
        &self,
        status: Option<&str>,
        if_status: Option<&str>,
    ) -> Result<Change, Error> {
        if let Some(tag) = self.add.iter().find(|tag| self.remove.contains(tag)) {
            return Err(
                Error::usage(format!("the tag `{tag}` cannot be both added and removed"))
                    .hint("name it once, with --add-tag or with --remove-tag"),
            );
        }
        let change = Change {
            status: status.map(str::to_ascii_lowercase),
            add: self.add.clone(),
            remove: self.remove.clone(),
            if_status: if_status.map(str::to_ascii_lowercase),
            duplicate_of: None,
        };
        if change.status.is_none() && !change.concerns_tags() {
            return Err(Error::usage("nothing to change")
                .hint("say what with --status, --add-tag or --remove-tag"));
        }
        Ok(change)
    }
}
