//! A jq program, compiled once and run on many records.

use std::iter;

use jaq_core::data::JustLut;
use jaq_core::load::parse::Def;
use jaq_core::load::{self, Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars};
use jaq_json::Val;

use super::document::Document;
use super::error::{FilterError, ProgramError};
use super::value;

/// A compiled jq program.
///
/// Numbers that the program does not calculate with keep their text, integers
/// their digits. Two things differ from `jq`: `env` and `$ENV` do not exist,
/// because a program may come from a file that somebody else wrote and the
/// environment holds the API key, and neither do modules and `input`.
pub struct Filter(jaq_core::Filter<JustLut<Val>>);

impl Filter {
    /// Compiles a program.
    ///
    /// # Errors
    /// Names the program, what is wrong with it, and where.
    pub fn compile(program: &str) -> Result<Self, ProgramError> {
        let definitions = jaq_core::defs()
            .chain(jaq_std::defs())
            .chain(jaq_json::defs())
            .chain(prelude());
        let functions = jaq_core::funs()
            .chain(jaq_std::funs())
            .chain(jaq_json::funs())
            .filter(|(name, ..)| *name != "env");
        let file = File {
            code: program,
            path: (),
        };
        let arena = Arena::default();
        let modules = Loader::new(definitions)
            .load(&arena, file)
            .map_err(|errors| ProgramError::load(program, &errors))?;
        let filter = Compiler::default()
            .with_funs(functions)
            .compile(modules)
            .map_err(|errors| ProgramError::compile(program, &errors))?;
        Ok(Self(filter))
    }

    /// Runs the program on one JSON value; yields each result as compact JSON.
    ///
    /// # Errors
    /// The outer one is a value that can't be read, an inner one what the program
    /// raised. Nothing follows an inner error.
    pub fn run(
        &self,
        json: &str,
    ) -> Result<impl Iterator<Item = Result<String, FilterError>> + '_, FilterError> {
        Ok(self
            .values(Document::read(json)?.0)
            .map(|value| value.map(|value| value::json(&value))))
    }

    /// Whether `select(program)` would let the value pass: whether any result is
    /// neither `false` nor `null`.
    ///
    /// # Errors
    /// As [`Filter::run`].
    pub fn truthy(&self, json: &str) -> Result<bool, FilterError> {
        self.holds(&Document::read(json)?)
    }

    /// As [`truthy`](Self::truthy), for a value that has been read.
    ///
    /// # Errors
    /// What the program raised.
    pub fn holds(&self, document: &Document) -> Result<bool, FilterError> {
        for value in self.values(document.0.clone()) {
            if !matches!(value?, Val::Null | Val::Bool(false)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn values(&self, input: Val) -> impl Iterator<Item = Result<Val, FilterError>> + '_ {
        let context = Ctx::<JustLut<Val>>::new(&self.0.lut, Vars::new([]));
        let mut results = Some(self.0.id.run((context, input)));
        iter::from_fn(move || {
            let result = results.as_mut()?.next()?;
            Some(result.map_err(|exception| {
                results = None;
                // What is no error is `halt`, which `unwrap_valr` would obey by
                // ending the process.
                match exception.get_err() {
                    Ok(error) => FilterError::new(&value::text(&error.into_val())),
                    Err(_) => FilterError::new("halt is not supported"),
                }
            }))
        })
    }
}

/// What `jq` has and the interpreter's own libraries have not.
fn prelude() -> Vec<Def> {
    load::parse(include_str!("prelude.jq"), |parser| parser.defs()).expect("the prelude parses")
}
