//! The documentation, run: what its pages and examples show is what happens.
//!
//! In `README.md` and `docs/*.md`, blocks of these kinds are run, those of a
//! page one after another in one home directory, against the sandbox:
//!
//! - `console`: lines that begin with `$ ` are typed, the lines below each are
//!   what a terminal then shows. `…` alone on a line stands for any lines, at
//!   the end of a line for any rest. A command that fails is followed by
//!   `$ echo $?`.
//! - `sh`: a script. It succeeds, unless `# exit N` in it says otherwise.
//!
//! `norun` behind the kind keeps a block from being run, `needs=jq` runs it
//! where there is a `jq`. A comment before the block, `<!-- server quota=1 -->`,
//! has it ask a server with these switches instead of the sandbox inside.
//!
//! `GTI_BLESS=1 cargo test docs` writes what happens into the pages.

mod block;
mod compare;
mod world;

use std::fs;
use std::path::{Path, PathBuf};

use block::{Block, Kind};
use world::World;

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages, by their path in the project.
fn pages() -> Vec<PathBuf> {
    let mut pages = vec![PathBuf::from("README.md")];
    pages.extend(names("docs").into_iter().filter(|path| {
        path.extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("md"))
    }));
    pages
}

/// What a directory of the project holds, sorted.
fn names(directory: &str) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = fs::read_dir(project().join(directory))
        .expect("a directory")
        .map(|entry| Path::new(directory).join(entry.expect("an entry").file_name()))
        .collect();
    names.sort();
    names
}

/// The folders of examples.
fn examples() -> impl Iterator<Item = PathBuf> {
    let folders = names("examples").into_iter();
    folders.filter(|path| project().join(path).is_dir())
}

fn read(path: &Path) -> String {
    fs::read_to_string(project().join(path))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn blessing() -> bool {
    std::env::var_os("GTI_BLESS").is_some()
}

#[test]
fn docs_pages_show_what_happens() {
    let troubles: Vec<String> = std::thread::scope(|scope| {
        let runs: Vec<_> = pages()
            .into_iter()
            .map(|path| scope.spawn(move || run_page(&path)))
            .collect();
        runs.into_iter()
            .flat_map(|run| run.join().expect("a run"))
            .collect()
    });
    assert!(troubles.is_empty(), "\n{}", troubles.join("\n\n"));
}

/// Runs the blocks of a page and tells where it differs from what happens.
#[expect(
    clippy::print_stderr,
    reason = "what is not run must be seen in the output of the tests"
)]
fn run_page(path: &Path) -> Vec<String> {
    let text = read(path);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let blocks = block::blocks(&text);
    let world = World::new();
    let mut troubles = vec![];
    let mut changes = vec![];
    for block in &blocks {
        let place = format!("{}:{}", path.display(), block.line);
        if let Some(program) = block.missing_program() {
            eprintln!("{place}: not run, there is no {program} here");
            continue;
        }
        match block.kind {
            Kind::Script => {
                let ran = world.script(block);
                if ran.code != block.exit_code() {
                    troubles.push(format!("{place}: exit code {}\n{}", ran.code, ran.output));
                }
            }
            Kind::Console => match run_console(&world, block) {
                Ok(None) => {}
                Ok(Some(shown)) => changes.push((block.body_range(), shown)),
                Err(trouble) => troubles.push(format!("{place}: {trouble}")),
            },
        }
    }
    // From the end, so that the line numbers of what is before stay true.
    for (range, shown) in changes.into_iter().rev() {
        lines.splice(range, shown);
    }
    if troubles.is_empty() && blessing() {
        let blessed = lines.join("\n") + "\n";
        if blessed != text {
            fs::write(project().join(path), blessed).expect("written");
        }
    }
    troubles
}

/// Types the commands of a block; the lines to show instead, if they differ and
/// may be replaced.
fn run_console(world: &World, block: &Block) -> Result<Option<Vec<String>>, String> {
    let steps = block.steps();
    let ran = world.console(block, &steps);
    let mut shown = vec![];
    let mut differs = false;
    for (number, (step, ran)) in steps.iter().zip(&ran).enumerate() {
        shown.extend(step.typed.iter().cloned());
        let asked = steps
            .get(number + 1)
            .is_some_and(|next| next.command().trim() == "echo $?");
        if ran.code != 0 && !asked {
            return Err(format!(
                "`{}` exits with {}\n{}",
                step.command(),
                ran.code,
                ran.output
            ));
        }
        let actual = compare::lines(&ran.output, &step.command());
        if compare::matches(&step.shown, &actual) {
            shown.extend(step.shown.iter().cloned());
            continue;
        }
        let open = step.shown.iter().any(|line| line.trim() == "…");
        if !blessing() || open {
            return Err(format!(
                "`{}` shows\n{}\nand not\n{}",
                step.command(),
                ran.output,
                step.shown.join("\n")
            ));
        }
        differs = true;
        shown.extend(actual);
    }
    Ok(differs.then_some(shown))
}

#[test]
fn docs_examples_print_what_they_say() {
    for directory in examples() {
        let ran = World::new().example(&project().join(&directory));
        assert_eq!(ran.code, 0, "{}\n{}", directory.display(), ran.output);
        let output = directory.join("output.txt");
        if blessing() {
            fs::write(project().join(&output), &ran.output).expect("written");
        }
        assert!(
            read(&output) == ran.output,
            "{} differs from\n{}",
            output.display(),
            ran.output
        );
    }
}

#[test]
fn docs_sandbox_page_has_every_documented_indicator() {
    let page = read(Path::new("docs/sandbox.md"));
    for row in read(Path::new("src/sandbox/mod.rs")).lines() {
        if let Some(row) = row.strip_prefix("//! ").filter(|row| row.starts_with('|')) {
            assert!(page.contains(row), "docs/sandbox.md lacks the row\n{row}");
        }
    }
}

#[test]
fn docs_links_lead_somewhere() {
    let mut troubles = vec![];
    let mut linked = pages();
    linked.push(PathBuf::from("requirements-notes.md"));
    linked.extend(examples().map(|example| example.join("README.md")));
    for path in linked {
        let beside = path.parent().unwrap_or(Path::new(""));
        for link in block::links(&read(&path)) {
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let target = match file {
                "" => path.clone(),
                file => beside.join(file),
            };
            let found = project().join(&target).exists()
                && (anchor.is_empty()
                    || block::anchors(&read(&target)).contains(&anchor.to_owned()));
            if !found {
                troubles.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(troubles.is_empty(), "{}", troubles.join("\n"));
}
