//! The course as text: notebooks, what a chapter is, and its worked examples as tests.

pub mod chapter;
pub mod code;
mod links;
pub mod notebook;
pub mod refused;
pub mod worked_examples;
