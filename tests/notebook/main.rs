//! What a notebook shows: tables, charts, lecture checks, exercises.
#![cfg(feature = "notebook")]

mod chart;
mod chart_kinds;
mod claims;
mod exercises;
mod frame;
mod lecture;
mod progress;
mod show;
mod slider;
mod table;

use lossbook::prelude::Show;

/// What a value shows in a MIME type.
fn shown(value: &impl Show, mime: &str) -> String {
    let all = value.representations().expect("it can be shown");
    let found = all.into_iter().find(|(name, _)| *name == mime);
    found.unwrap_or_else(|| panic!("it has no {mime}")).1
}

/// Why a value cannot be shown.
fn refused(value: &impl Show) -> String {
    value.representations().expect_err("it cannot be shown").to_string()
}
