//! `gti completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::Cli;

/// Print completions for a shell
#[derive(Debug, Args)]
#[command(after_help = INSTALL)]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

const INSTALL: &str = "\
Install:
  gti completions bash > ~/.local/share/bash-completion/completions/gti
  gti completions zsh > \"${fpath[1]}/_gti\"
  gti completions fish > ~/.config/fish/completions/gti.fish
  gti completions powershell >> $PROFILE
  gti completions elvish >> ~/.config/elvish/rc.elv";

/// The completion script.
pub(crate) fn text(args: &CompletionsArgs) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "gti", &mut script);
    script
}
