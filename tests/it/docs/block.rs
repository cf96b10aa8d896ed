//! The parts of a Markdown page that the tests look at.

use std::ops::Range;

/// How a block is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Console,
    Script,
}

/// A fenced block that is to be run.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) kind: Kind,
    /// The line of its fence, from 1.
    pub(super) line: usize,
    pub(super) body: Vec<String>,
    /// The switches of the server that it asks: `quota=1`, `key=…`.
    pub(super) server: Option<Vec<(String, String)>>,
    needs: Option<String>,
}

/// A command of a console, and what is shown after it.
#[derive(Debug)]
pub(super) struct Step {
    /// The lines as they stand, with their prompts.
    pub(super) typed: Vec<String>,
    pub(super) shown: Vec<String>,
}

/// The blocks of a page that are to be run.
pub(super) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = vec![];
    let mut server = None;
    let mut lines = page.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if let Some(switches) = comment(line, "server") {
            server = Some(switches);
            continue;
        }
        let Some(info) = line.strip_prefix("```") else {
            if !line.trim().is_empty() {
                server = None;
            }
            continue;
        };
        let body = lines
            .by_ref()
            .map(|(_, line)| line.to_owned())
            .take_while(|line| line != "```")
            .collect();
        let mut words = info.split_whitespace();
        let kind = match words.next() {
            Some("console") => Some(Kind::Console),
            Some("sh") => Some(Kind::Script),
            _ => None,
        };
        let words: Vec<&str> = words.collect();
        let server = server.take();
        if let Some(kind) = kind.filter(|_| !words.contains(&"norun")) {
            blocks.push(Block {
                kind,
                line: number + 1,
                body,
                server,
                needs: words
                    .iter()
                    .find_map(|word| word.strip_prefix("needs="))
                    .map(str::to_owned),
            });
        }
    }
    blocks
}

/// The `name=value` pairs of `<!-- word name=value … -->`.
fn comment(line: &str, word: &str) -> Option<Vec<(String, String)>> {
    let inner = line
        .trim()
        .strip_prefix("<!--")?
        .strip_suffix("-->")?
        .trim();
    let rest = inner.strip_prefix(word)?;
    let pairs = rest.split_whitespace().filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    Some(pairs.collect())
}

impl Block {
    /// The lines of the page that are its body, from 0.
    pub(super) fn body_range(&self) -> Range<usize> {
        self.line..self.line + self.body.len()
    }

    /// The program that it needs and that is not there.
    pub(super) fn missing_program(&self) -> Option<&str> {
        let program = self.needs.as_deref()?;
        let there = ["/usr/bin", "/bin", "/usr/local/bin"]
            .iter()
            .any(|directory| std::path::Path::new(directory).join(program).exists());
        (!there).then_some(program)
    }

    /// What a script is to exit with.
    pub(super) fn exit_code(&self) -> i32 {
        let stated = |line: &String| line.split_once("# exit ")?.1.trim().parse().ok();
        self.body.iter().find_map(stated).unwrap_or(0)
    }

    /// The commands of a console.
    pub(super) fn steps(&self) -> Vec<Step> {
        let mut steps: Vec<Step> = vec![];
        for line in &self.body {
            let goes_on = |step: &&mut Step| {
                step.shown.is_empty() && step.typed.last().is_some_and(|line| line.ends_with('\\'))
            };
            if line.starts_with("$ ") {
                steps.push(Step {
                    typed: vec![line.clone()],
                    shown: vec![],
                });
            } else if let Some(step) = steps.last_mut().filter(goes_on) {
                step.typed.push(line.clone());
            } else if let Some(step) = steps.last_mut() {
                step.shown.push(line.clone());
            }
        }
        steps
    }
}

impl Step {
    /// What is typed, without the prompts.
    pub(super) fn command(&self) -> String {
        let lines = self.typed.iter().map(|line| {
            line.strip_prefix("$ ")
                .or_else(|| line.strip_prefix("> "))
                .unwrap_or(line)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Whether what `gti` prints would reach the terminal itself, so that its
    /// format is the one for people.
    pub(super) fn ends_at_terminal(&self) -> bool {
        let mut quote = None;
        let bare: String = self
            .command()
            .chars()
            .filter(|c| match (quote, *c) {
                (None, '\'' | '"') => {
                    quote = Some(*c);
                    false
                }
                (None, _) => true,
                (Some(open), c) => {
                    if c == open {
                        quote = None;
                    }
                    false
                }
            })
            .collect();
        let last = bare.rsplit('|').next().unwrap_or_default();
        last.contains("gti") && !last.replace("2>", "").contains('>')
    }
}

/// The page without its code.
fn prose(page: &str) -> Vec<&str> {
    let mut code = false;
    let is_prose = |line: &&str| {
        let fence = line.starts_with("```");
        code ^= fence;
        !code && !fence
    };
    page.lines().filter(is_prose).collect()
}

/// The links of a page to other pages and to its own parts.
pub(super) fn links(page: &str) -> Vec<String> {
    let prose = prose(page);
    let targets = prose.iter().flat_map(|line| {
        line.split("](")
            .skip(1)
            .filter_map(|rest| rest.split_once(')'))
    });
    targets
        .map(|(target, _)| target.to_owned())
        .filter(|target| !target.contains("://"))
        .collect()
}

/// The anchors that a page's titles get.
pub(super) fn anchors(page: &str) -> Vec<String> {
    let titles = prose(page)
        .into_iter()
        .filter_map(|line| line.strip_prefix('#'));
    titles
        .map(|title| {
            let title = title.trim_start_matches('#').trim().to_lowercase();
            let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
            title
                .chars()
                .filter(kept)
                .collect::<String>()
                .replace(' ', "-")
        })
        .collect()
}
