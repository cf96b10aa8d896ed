//! A jq program, compiled once and run on many records.

use std::panic::catch_unwind;

use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader, Modules};
use jaq_core::{Compiler, Ctx, Vars};

use super::assign::rewritten;
use super::budget::{Budget, Spent, bounded, spend};
use super::document::Document;
use super::error::{FilterError, ProgramError};
use super::natives;
use super::table::{Bounded, Table};
use super::value::{Value, shown};

/// A compiled jq program.
///
/// Numbers that the program does not calculate with keep their text, integers
/// their digits. Two things are left out of `jq`: `env` and `$ENV` do not exist,
/// because a program may come from a file that somebody else wrote and the
/// environment holds the API key, and neither do modules and `input`.
pub struct Filter {
    program: jaq_core::Filter<Bounded>,
    budget: Budget,
}

/// The longest program: what is generated may be large, and none was ever seen
/// that comes near this.
const LONGEST: usize = 32 * 1024;

/// The stack that the compiler takes for a program, and for each byte of it: it
/// recurses with every bracket. It is address space, of which little is used.
const STACK: usize = 2 * 1024 * 1024;
const STACK_OF_A_BYTE: usize = 16 * 1024;

/// The results of one record come to so many bytes at most.
const MOST_RESULTS: usize = 64 * 1024 * 1024;

impl Filter {
    /// Compiles a program.
    ///
    /// # Errors
    /// Names the program, what is wrong with it, and where.
    pub fn compile(program: &str) -> Result<Self, ProgramError> {
        let too_long = || ProgramError::too_long(program, LONGEST);
        if program.len() > LONGEST {
            return Err(too_long());
        }
        let stack = STACK + STACK_OF_A_BYTE * program.len();
        let compiled = catch_unwind(|| stacker::maybe_grow(stack, stack, || compile(program)));
        Ok(Self {
            program: compiled.unwrap_or_else(|_| Err(too_long()))?,
            budget: Budget::USUAL,
        })
    }

    /// The same program with less to spend.
    #[cfg(test)]
    pub(super) fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    /// Runs the program on one JSON value; gives all results as compact JSON.
    ///
    /// # Errors
    /// A value that can't be read, what the program raised, or that it was stopped
    /// because it came to no end.
    pub fn run(&self, json: &str) -> Result<Vec<String>, FilterError> {
        let document = Document::read_within(self.budget, json)?;
        let mut results = Vec::new();
        let mut size = 0;
        self.each(&document, |value| {
            let result = super::value::json(&value);
            size += result.len() + size_of::<String>();
            if size > MOST_RESULTS {
                spend(Spent::Memory);
            }
            results.push(result);
            true
        })?;
        Ok(results)
    }

    /// Whether `select(program)` would let the value pass: whether any result is
    /// neither `false` nor `null`.
    ///
    /// # Errors
    /// As [`Filter::run`].
    pub fn truthy(&self, json: &str) -> Result<bool, FilterError> {
        self.holds(&Document::read_within(self.budget, json)?)
    }

    /// As [`truthy`](Self::truthy), for a value that has been read.
    ///
    /// # Errors
    /// What the program raised, or that it was stopped.
    pub fn holds(&self, document: &Document) -> Result<bool, FilterError> {
        let mut holds = false;
        self.each(document, |value| {
            holds = !matches!(value, Value::Null | Value::Bool(false));
            !holds
        })?;
        Ok(holds)
    }

    /// Takes the results one after another, as long as more are wanted.
    fn each(
        &self,
        document: &Document,
        mut take: impl FnMut(Value) -> bool,
    ) -> Result<(), FilterError> {
        bounded(self.budget, || {
            let table = Table(&self.program.lut);
            let context = Ctx::<Bounded>::new(table, Vars::new([]));
            for result in self.program.id.run((context, document.0.clone())) {
                match result {
                    Ok(value) => {
                        if !take(value) {
                            break;
                        }
                    }
                    // What is no error is `halt`, which `unwrap_valr` would obey by
                    // ending the process.
                    Err(exception) => {
                        return Err(match exception.get_err() {
                            Ok(error) => FilterError::new(&shown(&error.into_val())),
                            Err(_) => FilterError::new("halt is not supported"),
                        });
                    }
                }
            }
            Ok(())
        })?
    }
}

fn compile(program: &str) -> Result<jaq_core::Filter<Bounded>, ProgramError> {
    // What is wrong with the program is said of it as it was written.
    let arena = Arena::default();
    load(program, library(), &arena)?;
    let written = load::parse(program, |parser| parser.term());
    let main = written.map(|term| Def {
        name: MAIN,
        args: vec![],
        body: rewritten(term),
    });
    let modules = load(MAIN, library().into_iter().chain(main), &arena)?;
    Compiler::default()
        .with_funs(natives::all())
        .compile(modules)
        .map_err(|errors| ProgramError::compile(program, &errors))
}

/// The name of the program among the definitions.
const MAIN: &str = "_main";

fn load<'s>(
    program: &'s str,
    definitions: impl IntoIterator<Item = Def<&'s str>>,
    arena: &'s Arena,
) -> Result<Modules<&'s str, ()>, ProgramError> {
    let file = File {
        code: program,
        path: (),
    };
    Loader::new(definitions)
        .load(arena, file)
        .map_err(|errors| ProgramError::load(program, &errors))
}

/// All definitions: what comes later takes the place of what has the same name.
/// `prelude.jq` has what `jq` has, or has otherwise than the interpreter's library.
fn library<'s>() -> Vec<Def<&'s str>> {
    // Ours of these names are functions.
    let core = jaq_core::defs().filter(|def| !matches!(def.name, "delpaths" | "setpath"));
    let library = jaq_std::defs().filter(|def| !matches!(def.name, "nan" | "infinite"));
    let prelude = load::parse(include_str!("prelude.jq"), |parser| parser.defs());
    let prelude = prelude.expect("the prelude parses");
    let mut all: Vec<Def<&'s str>> = Vec::new();
    for definition in core.chain(library).chain(prelude) {
        all.push(definition);
    }
    all
}
