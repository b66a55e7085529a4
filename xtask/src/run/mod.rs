//! Runs chapters in the real kernel: compares or stores what they show, and times it.

mod chapter_run;
mod compare;
pub mod kernel_speed;
pub mod notebooks;
mod picture;
mod refusal;
