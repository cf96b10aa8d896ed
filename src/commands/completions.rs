//! `gti completions`.

use std::io;

use clap::Args;
use clap::builder::PossibleValuesParser;
use clap_complete::env::Shells;

use super::complete::VARIABLE;

/// Print completions for a shell
///
/// The script asks `gti` itself for what fits, so that it knows the profiles, sinks and
/// checkpoints of this machine and needs no renewal. It asks neither the service nor for
/// the key.
#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_parser = PossibleValuesParser::new(SHELLS))]
    shell: String,
}

const SHELLS: [&str; 5] = ["bash", "elvish", "fish", "powershell", "zsh"];

const INSTALL: &str = "\
Install:
  gti completions bash > ~/.local/share/bash-completion/completions/gti
  gti completions zsh > \"${fpath[1]}/_gti\"
  gti completions fish > ~/.config/fish/completions/gti.fish
  gti completions powershell >> $PROFILE
  gti completions elvish >> ~/.config/elvish/rc.elv";

/// The completion script.
///
/// # Errors
/// None in practice: it is written to memory, for one of the shells that are offered.
pub(crate) fn text(args: &CompletionsArgs) -> io::Result<Vec<u8>> {
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let shell = shells
        .completer(&args.shell)
        .ok_or_else(|| io::Error::other("the shell is not known"))?;
    shell.write_registration(VARIABLE, "gti", "gti", "gti", &mut script)?;
    Ok(script)
}
