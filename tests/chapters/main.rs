//! The chapters' worked examples, run natively: one test a section, two an exercise.
//!
//! `cargo chapters` writes the files beside this one from the notebooks.
#![cfg(feature = "notebook")]
// A cell that drops a `Result` swallows an `Err`, and the kernel says nothing.
#![deny(unused_must_use)]
// A cell names its steps for the reader, and a stub leaves its arguments alone.
#![allow(dead_code, unused_imports, unused_parens, unused_variables)]

use std::error::Error;

use lossbook::prelude::{Outcome, Show, Verdict};

/// What a worked example returns; `?` in a cell ends its test.
pub type Worked = Result<(), Box<dyn Error>>;

/// Shows the value as a notebook would; an `Err` where it cannot, or where it disagrees with a lecture.
pub fn shown(value: &impl Show) -> Worked {
    value.representations()?;
    Ok(value.verdict()?)
}

/// An exercise as it is delivered is not yet done: not right, not wrong, no panic.
pub fn not_yet(verdict: &Verdict) -> Worked {
    match verdict.outcome() {
        Outcome::NotYet => Ok(()),
        other => {
            Err(format!("the stub as delivered should be not yet done, and is {other:?}").into())
        }
    }
}

/// The solution of an exercise passes its check.
pub fn passed(verdict: &Verdict) -> Worked {
    match verdict.outcome() {
        Outcome::Passed => Ok(()),
        other => Err(format!("the solution should pass, and is {other:?}").into()),
    }
}

// The chapters; `cargo chapters` writes this list.
mod ch_00_start_here;
mod ch_08_objectives;
mod ch_09_residuals;
mod ch_11_huber;
mod ch_13_information;
mod ch_contents;
mod ch_rust_for_this_course;
