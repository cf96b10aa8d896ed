//! `gti scan file`: submit files.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::Args;

use super::launch::Scan;
use super::options::PrivateFileArgs;
use super::report::ReportArgs;
use super::targets::targets;
use super::visibility::VisibilityArgs;
use super::waiting::WaitArgs;
use crate::commands::context::{Context, INPUT};
use crate::deliver::is_same_file;
use crate::model::error::Error;
use crate::model::exit::Exit;
use crate::model::visibility::Visibility;
use crate::scan::{Subject, Target, files_below, size_of};

/// Submit files, wait for the analysis, and print each one's report
///
/// --private keeps a file within your organisation; --public shares it with
/// the whole community and cannot be undone. One of them is required, here
/// or as scan.visibility in the configuration file. Only the base name of
/// a path is sent. Every file gets one record, in the order of the arguments.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct FileArgs {
    /// Files; - reads a list of paths from standard input
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<OsString>,
    #[command(flatten)]
    visibility: VisibilityArgs,
    /// Submit the files in directories and their subdirectories
    #[arg(long)]
    recursive: bool,
    /// Public: look the hash up first, and send nothing if there is a report
    #[arg(long)]
    if_unknown: bool,
    /// Print the ids of the analyses without waiting for them
    #[arg(long)]
    no_wait: bool,
    #[command(flatten)]
    waiting: WaitArgs,
    #[command(flatten)]
    report: ReportArgs,
    /// Password of a protected ZIP file with one file in it
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    password: Option<String>,
    #[command(flatten)]
    options: PrivateFileArgs,
}

const EXAMPLES: &str = "\
Examples:
  gti scan file --private build/app.exe --fail-on malicious && ./deploy
  gti scan file --private --recursive attachments/ -j 4 -f csv -o verdicts.csv
  gti scan file --public --if-unknown sample.bin
  gti scan file --private --password infected sample.zip --mitre --behaviours
  find drop/ -name '*.doc' | gti scan file --private -
  gti --sandbox scan file --private README.md     (simulated, nothing leaves)";

pub(super) async fn run(args: FileArgs, cx: &mut Context) -> Result<Exit, Error> {
    let visibility = args.visibility.decide(cx)?;
    args.report.needs(!args.no_wait, "leave --no-wait out")?;
    if args.if_unknown && visibility == Visibility::Private {
        return Err(Error::usage(
            "--if-unknown asks the public collection, and this scan is private; nothing was sent",
        )
        .hint("leave it out, or scan with --public"));
    }
    let bytes = cx.ui.is_watched(true).then(|| args.bytes()).flatten();
    let mut options = args.options.fields(visibility)?;
    options.extend(args.password.map(|password| ("password", password)));
    for path in args.paths.iter().filter(|path| *path != "-") {
        cx.own().spare(INPUT, Path::new(path))?;
    }
    let output = cx.settings.output.clone();
    let recursive = args.recursive;
    let targets = targets(args.paths, cx, move |argument| {
        let path = PathBuf::from(argument);
        let directory = recursive && path.is_dir();
        let below = directory.then(|| files_below(path.clone()));
        let itself = (!directory).then(|| Target::file(path));
        let output = output.clone();
        let targets = below.into_iter().flatten().chain(itself);
        targets.map(move |target| match (&output, &target.subject) {
            (Some(output), Ok(Subject::File(path))) if is_same_file(output, path) => {
                Target::refused(path, "is the output of this run")
            }
            _ => target,
        })
    })?;
    Scan {
        bytes,
        visibility,
        options,
        if_unknown: args.if_unknown,
        waiting: (!args.no_wait).then(|| args.waiting.waiting(cx)),
        report: args.report,
    }
    .launch(targets, cx)
    .await
}

impl FileArgs {
    /// The size of all the files, where they are named: counted first, so that progress
    /// has an end. What cannot be scanned counts nothing.
    fn bytes(&self) -> Option<u64> {
        let size = |path: &Path| size_of(path).unwrap_or(0);
        let named = self.paths.iter().all(|path| path != "-");
        let sizes = self.paths.iter().map(Path::new).map(|path| {
            if !self.recursive || !path.is_dir() {
                return size(path);
            }
            let below = files_below(path.to_owned());
            let files = below.filter_map(|target| match target.subject {
                Ok(Subject::File(path)) => Some(path),
                _ => None,
            });
            files.map(|path| size(&path)).sum()
        });
        named.then(|| sizes.sum())
    }
}
