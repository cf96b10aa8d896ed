//! Assignments, as jq has them.
//!
//! The interpreter changes values where they are, without asking which paths there
//! are: it makes a null of what a `select` leaves out, and can't change what a
//! `try`, a `first` or a `limit` leads to. In jq an assignment is a reduction over
//! paths. So assignments of a program become calls of functions that do that.

use jaq_core::box_iter::box_once;
use jaq_core::load::lex::StrPart;
use jaq_core::load::parse::{BinaryOp, Def, Pattern, Term};
use jaq_core::native::{Filter, v};
use jaq_core::ops::Math;
use jaq_core::path::{Opt, Part, Path};
use jaq_core::{Bind, Cv, Exn, RunPtr, ValT, ValX};

use super::natives::without;
use super::table::Bounded;
use super::value::Value;

type Code<'s> = Term<&'s str>;

/// The program with calls in the place of assignments.
pub(super) fn rewritten(term: Code<'_>) -> Code<'_> {
    match term {
        Term::Id | Term::Recurse | Term::Num(_) | Term::Break(_) | Term::Var(_) => term,
        Term::Str(format, parts) => {
            let part = |part| match part {
                StrPart::Term(term) => StrPart::Term(rewritten(term)),
                other => other,
            };
            Term::Str(format, parts.into_iter().map(part).collect())
        }
        Term::Arr(items) => Term::Arr(items.map(|term| boxed(*term))),
        Term::Obj(members) => {
            let member = |(key, value): (_, Option<_>)| (rewritten(key), value.map(rewritten));
            Term::Obj(members.into_iter().map(member).collect())
        }
        Term::Neg(term) => Term::Neg(boxed(*term)),
        Term::BinOp(left, operator, right) => {
            let (left, right) = (boxed(*left), boxed(*right));
            match assignment(&operator) {
                Some(function) => Term::Call(function, vec![*left, *right]),
                None => Term::BinOp(left, binding(operator), right),
            }
        }
        Term::Label(name, term) => Term::Label(name, boxed(*term)),
        Term::Fold(name, source, pattern, steps) => {
            let steps = steps.into_iter().map(rewritten).collect();
            Term::Fold(name, boxed(*source), bound(pattern), steps)
        }
        Term::TryCatch(term, catch) => Term::TryCatch(boxed(*term), catch.map(|term| boxed(*term))),
        Term::IfThenElse(cases, other) => {
            let case = |(condition, then)| (rewritten(condition), rewritten(then));
            Term::IfThenElse(
                cases.into_iter().map(case).collect(),
                other.map(|term| boxed(*term)),
            )
        }
        Term::Def(definitions, term) => {
            let definition = |definition: Def<_>| Def {
                body: rewritten(definition.body),
                ..definition
            };
            Term::Def(
                definitions.into_iter().map(definition).collect(),
                boxed(*term),
            )
        }
        Term::Call(name, arguments) => {
            Term::Call(name, arguments.into_iter().map(rewritten).collect())
        }
        Term::Path(term, Path(parts)) => {
            let part = |(part, optional): (_, Opt)| {
                let part = match part {
                    Part::Index(index) => Part::Index(rewritten(index)),
                    Part::Range(from, to) => Part::Range(from.map(rewritten), to.map(rewritten)),
                };
                (part, optional)
            };
            let mut parts = parts.into_iter().map(part).peekable();
            let mut term = rewritten(*term);
            // The interpreter recurses over the parts of a path and counts no steps.
            while parts.peek().is_some() {
                let some = parts.by_ref().take(MOST_PARTS).collect();
                term = Term::Path(Box::new(term), Path(some));
            }
            term
        }
    }
}

/// A longer path becomes a path from where its beginning leads to.
const MOST_PARTS: usize = 32;

fn boxed(term: Code<'_>) -> Box<Code<'_>> {
    Box::new(rewritten(term))
}

/// The function in the place of an operator.
fn assignment(operator: &BinaryOp<&str>) -> Option<&'static str> {
    Some(match operator {
        BinaryOp::Assign => "_assign",
        BinaryOp::Update => "_modify",
        BinaryOp::UpdateAlt => "_assign_alternative",
        BinaryOp::UpdateMath(Math::Add) => "_assign_sum",
        BinaryOp::UpdateMath(Math::Sub) => "_assign_difference",
        BinaryOp::UpdateMath(Math::Mul) => "_assign_product",
        BinaryOp::UpdateMath(Math::Div) => "_assign_quotient",
        BinaryOp::UpdateMath(Math::Rem) => "_assign_rest",
        _ => return None,
    })
}

fn binding(operator: BinaryOp<&str>) -> BinaryOp<&str> {
    match operator {
        BinaryOp::Pipe(Some(pattern)) => BinaryOp::Pipe(Some(bound(pattern))),
        other => other,
    }
}

fn bound(pattern: Pattern<&str>) -> Pattern<&str> {
    match pattern {
        Pattern::Var(name) => Pattern::Var(name),
        Pattern::Arr(items) => Pattern::Arr(items.into_iter().map(bound).collect()),
        Pattern::Obj(members) => {
            let member = |(key, pattern)| (rewritten(key), bound(pattern));
            Pattern::Obj(members.into_iter().map(member).collect())
        }
    }
}

/// `_modify(paths; update)`: the value with the first result of the update at each
/// of the paths, and without those for which there is none.
pub(super) fn modify() -> Filter<RunPtr<Bounded>> {
    let two = [Bind::Fun(()), Bind::Fun(())];
    ("_modify", two.into(), |cv| box_once(modified(cv)))
}

/// `_setpath(path; value)`: the value with another one at a path.
pub(super) fn set_path() -> Filter<RunPtr<Bounded>> {
    ("_setpath", v(2), |mut cv| {
        let new = cv.0.pop_var();
        let path = cv.0.pop_var();
        let path = match &path {
            Value::Array(path) => path.items(),
            _ => &[],
        };
        box_once(put(cv.1, path, &mut |_| Ok(new.clone())))
    })
}

fn modified(mut cv: Cv<'_, Bounded>) -> ValX<'_, Value> {
    let (update, in_update) = cv.0.pop_fun();
    let (paths, in_paths) = cv.0.pop_fun();
    let mut value = cv.1.clone();
    let mut gone = Vec::new();
    for found in paths.paths((in_paths, (cv.1, <_>::default()))) {
        let (_, path) = found?;
        let mut path: Vec<Value> = path.iter().cloned().collect();
        path.reverse();
        let old = path.iter().try_fold(value.clone(), Value::index)?;
        match update.run((in_update.clone(), old)).next() {
            Some(new) => {
                let new = new?;
                value = put(value, &path, &mut |_| Ok(new.clone()))?;
            }
            None => gone.push(path.into_iter().collect()),
        }
    }
    if gone.is_empty() {
        return Ok(value);
    }
    without(value, &gone.into_iter().collect()).map_err(Exn::from)
}

/// Puts something new at the end of a path.
fn put<'a>(
    value: Value,
    path: &[Value],
    new: &mut dyn FnMut(Value) -> ValX<'a, Value>,
) -> ValX<'a, Value> {
    super::budget::step();
    match path.split_first() {
        None => new(value),
        Some((key, rest)) => {
            let new = std::cell::RefCell::new(new);
            value.map_index(key, Opt::Essential, |old| {
                std::iter::once(put(old, rest, &mut **new.borrow_mut()))
            })
        }
    }
}
