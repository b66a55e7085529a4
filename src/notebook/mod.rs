//! What only a notebook needs: showing values, tables, charts, lecture checks and exercises.
//!
//! It comes with the feature `notebook` (on by default), the only one that brings polars and plotly.
//!
//! | in a cell | what it shows |
//! | --- | --- |
//! | any value that [`Show`]s | numbers, text, arrays, polars frames and columns |
//! | `df![..]`, [`Numbers`] | arrays into a polars frame, and out again |
//! | [`Chart`], [`side_by_side`], [`slider`], [`animation`] | a plotly chart from plain slices |
//! | plotly's own `Plot`, with [`theme`] | a chart of any other kind, with the same looks |
//! | [`lecture`] | what was computed beside what a lecture prints |
//! | [`exercises`] | whether a learner's function is right, and where not |
//! | [`progress`](fn@progress) | which exercises a learner has passed |

pub mod claims;
pub mod exercises;

mod chart;
mod frame;
mod html;
mod lecture;
mod numbers;
mod show;

pub use chart::{Chart, Slider, animation, side_by_side, slider, theme};
pub use exercises::{Outcome, Progress, Verdict, progress};
pub use frame::{Cell, FromRow, Numbers};
pub use lecture::{Computed, LectureCheck, LectureOutcome, LectureValue, lecture};
pub use show::{Representation, Show, ShowError};
