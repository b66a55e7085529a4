//! The one list of all exercises: chapter by chapter, each with its title.
//!
//! A check takes its title from here, `check(list::RMSE, ..)`, and the learner's progress its table. A
//! verdict with a title that is not listed says so in the notebook, and a test counts both.

/// Makes a constant of each title, and `CHAPTERS` of all.
macro_rules! chapters {
    ($($chapter:literal { $($name:ident = $title:literal,)+ })+) => {
        $($(pub(super) const $name: &str = $title;)+)+

        /// Every chapter that has exercises, by its file's name, and their titles, in the course's
        /// order. No two exercises of the course have the same title.
        pub const CHAPTERS: &[(&str, &[&str])] = &[$(($chapter, &[$($name),+])),+];
    };
}

chapters! {
    "00_start_here" {
        RESIDUAL = "The residual of one prediction",
        SIZE = "The size of a miss",
        CORRECTION = "A correction that helps",
    }
    "rust_for_this_course" {
        MEAN_OF_A_LIST = "The mean of a list",
        HOW_MANY_ARE_ABOVE = "How many are above",
        MEAN_OF_WHAT_IS_KNOWN = "The mean of what is known",
    }
    "08_objectives" {
        LIKELIEST = "The most likely promise",
        PRICE = "A fair price",
        CORNERS = "Couriers in the wrong valley",
    }
    "09_residuals" {
        RMSE = "Root mean squared error",
        LARGEST_RESIDUAL = "The sample that hurts most",
        BEST_PROMISE = "The best promise for any loss",
        SIGN = "The sign",
    }
    "11_huber" {
        HUBER_LOSS = "The Huber loss",
        PULL_ON_A_PROMISE = "The pull on a promise",
        HUBERS_PROMISE = "The best promise",
        CHOOSE_DELTA = "Choose delta",
    }
    "13_information" {
        SELF_INFORMATION = "Self-information",
        ENTROPY = "Entropy",
        WASTE_OF_A_BELIEF = "The waste of a belief",
        COUNT_A_BRANCH = "Count a branch",
        INFORMATION_GAIN = "Information gain",
        YOUR_QUESTION = "Your question",
    }
}

/// The chapter of an exercise, by its title.
pub(super) fn chapter_of(title: &str) -> Option<&'static str> {
    CHAPTERS.iter().find(|(_, titles)| titles.contains(&title)).map(|(chapter, _)| *chapter)
}
