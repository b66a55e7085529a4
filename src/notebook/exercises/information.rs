//! Exercises of the chapter `13_information`. All answers are in bits.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! // The natural logarithm gives nats.
//! let verdict = exercises::information::self_information(|p| -p.ln());
//! assert!(matches!(verdict.outcome(), Outcome::Failed { .. }));
//! ```

use super::check::{Answer, check};
use super::list;
use super::verdict::Verdict;
use crate::{data, information};

/// Checks `my_self_information(p)`: how surprising an outcome of probability p is,
/// `-log2 p`: 0 bits at p = 1, infinity at p = 0.
pub fn self_information(learner: fn(f64) -> f64) -> Verdict {
    check(
        list::SELF_INFORMATION,
        "p.log2() is the logarithm to the base 2. It is negative for p < 1, so its sign has to be turned. The logarithm of 0.0 is -infinity in Rust, which comes out right by itself.",
        &[0.5, 0.4, 0.99, 0.125, 1.0, 1e-12, 0.0],
        |p| format!("p = {p}"),
        |&p| learner(p),
        |&p| Ok(information::self_information(p)?.bits()),
    )
}

/// Checks `my_entropy(p)`: the mean self-information of a distribution, `- sum p_i log2 p_i` with
/// `0 log2 0 = 0`. The slice sums to 1.
pub fn entropy(learner: fn(&[f64]) -> f64) -> Verdict {
    let cases: [&[f64]; 7] = [
        &[0.5, 0.5],
        &[0.4, 0.6],
        &[0.1, 0.15, 0.5, 0.15, 0.1],
        &[0.9, 0.1, 0.0],
        &[0.0, 1.0, 0.0],
        &[1.0],
        &[0.125; 8],
    ];
    check(
        list::ENTROPY,
        "p.iter().map(|&p| if p > 0.0 { p } else { 0.0 }).sum() would add up the probabilities. Between the first braces belongs the surprise of p, times p. Without the if, 0.0 * 0.0_f64.log2() is NaN.",
        &cases,
        |p| format!("p = {p:?}"),
        |p| learner(p),
        |&p| Ok(information::entropy(p)?.bits()),
    )
}

/// Checks `my_kl(p, q)`: what believing q wastes where p happens, `sum p_i log2(p_i / q_i)`: nothing
/// where `p_i = 0`, infinitely much where `q_i = 0` and `p_i > 0`. Both slices sum to 1.
pub fn kl(learner: fn(&[f64], &[f64]) -> f64) -> Verdict {
    // Wrong, the other way round, right; room for what never comes, both zero; ruled out.
    let cases: [(&[f64], &[f64]); 7] = [
        (&[0.5, 0.5], &[0.75, 0.25]),
        (&[0.75, 0.25], &[0.5, 0.5]),
        (&[0.1, 0.2, 0.7], &[0.1, 0.2, 0.7]),
        (&[0.5, 0.25, 0.125, 0.125], &[0.125, 0.5, 0.125, 0.25]),
        (&[0.5, 0.5, 0.0], &[0.4, 0.4, 0.2]),
        (&[0.0, 1.0], &[0.0, 1.0]),
        (&[0.4, 0.4, 0.2], &[0.5, 0.5, 0.0]),
    ];
    check(
        list::WASTE_OF_A_BELIEF,
        "The cross-entropy would be p.iter().zip(q).map(|(&p, &q)| if p > 0.0 { -p * q.log2() } else { 0.0 }).sum(). Change what stands between the first braces. p / 0.0 is infinite by itself, and so is its logarithm.",
        &cases,
        |(p, q)| format!("p = {p:?}, q = {q:?}"),
        |(p, q)| learner(p, q),
        |&(p, q)| Ok(information::kl_divergence(p, q)?.bits()),
    )
}

/// Checks `my_counts(labels, branches, branch)`: how many samples of one branch have the label 0, and
/// how many have the label 1.
pub fn counts(learner: fn(&[usize], &[usize], usize) -> [usize; 2]) -> Verdict {
    // Both labels in the branch, one of them only, a branch that nobody takes, and one sample.
    let cases: [(&[usize], &[usize], usize); 5] = [
        (&[0, 1, 1, 0, 1], &[7, 7, 3, 3, 7], 7),
        (&[0, 1, 1, 0, 1], &[7, 7, 3, 3, 7], 3),
        (&[1, 1, 0, 0], &[0, 0, 1, 1], 0),
        (&[0, 1, 1], &[2, 2, 2], 5),
        (&[1], &[0], 0),
    ];
    check(
        list::COUNT_A_BRANCH,
        "Begin with let mut counts = [0, 0]; and walk along the samples with for i in 0..labels.len(). Where branches[i] == branch, the place labels[i] goes up: counts[labels[i]] += 1.",
        &cases,
        |(labels, branches, branch)| {
            format!("labels = {labels:?}, branches = {branches:?}, branch = {branch}")
        },
        |(labels, branches, branch)| learner(labels, branches, *branch),
        |(labels, branches, branch)| {
            let inside = |label| {
                let pairs = labels.iter().zip(*branches);
                pairs.filter(|&pair| pair == (&label, branch)).count()
            };
            Ok([inside(0), inside(1)])
        },
    )
}

/// Checks `my_information_gain(counts)`: how many bits a question tells about a label that is 0 or 1,
/// from the counts in each branch: `H(label) - sum_b n_b / n H(label in b)`.
pub fn information_gain(learner: fn(&[[usize; 2]]) -> f64) -> Verdict {
    // A clean split, a useless one, branches of different size, an empty branch, one branch, a single
    // sample, a sample in each branch, and Quinlan's outlook.
    let cases: [&[[usize; 2]]; 8] = [
        &[[2, 0], [0, 2]],
        &[[1, 1], [1, 1]],
        &[[1, 3], [1, 1]],
        &[[3, 1], [0, 0], [1, 2]],
        &[[1, 2]],
        &[[1, 0]],
        &[[1, 0], [0, 1], [0, 1]],
        &[[3, 2], [0, 4], [2, 3]],
    ];
    check(
        list::INFORMATION_GAIN,
        "Add the branches up for the counts of all samples, and take their entropy; take off the entropy of each branch, times (no + yes) as f64 / n. In an empty branch 0 as f64 / 0.0 is NaN, and NaN > 0.0 is false: if p > 0.0 leaves it out, with the zeros.",
        &cases,
        |counts| format!("counts = {counts:?}"),
        |counts| learner(counts),
        |counts| {
            let (labels, branches) = samples(counts);
            Ok(information::information_gain(&labels, &branches)?.bits())
        },
    )
}

/// The label and the branch of every sample that was counted.
fn samples(counts: &[[usize; 2]]) -> (Vec<usize>, Vec<usize>) {
    let cells = counts.iter().enumerate().flat_map(|(branch, counts)| {
        counts.iter().enumerate().map(move |(label, &count)| (label, branch, count))
    });
    cells.flat_map(|(label, branch, count)| vec![(label, branch); count]).unzip()
}

/// Checks `my_question()`: the column of [`data::pizza_orders`] by which to foresee a late order, and
/// the one that only seems to tell. The question guesses the orders of [`data::next_pizza_orders`],
/// and has to guess as many as the best one; the trap is what gains most here and does not.
pub fn question(learner: fn() -> [&'static str; 2]) -> Verdict {
    let cases = [Choice::Question, Choice::Trap];
    check(
        list::YOUR_QUESTION,
        "Compute the gain of each of the four columns, in a loop over orders.questions(). Then ask of the largest: how many orders are there for each of its answers, and will an order of tomorrow give one of these answers?",
        &cases,
        |choice| match choice {
            Choice::Question => "your question".to_owned(),
            Choice::Trap => "your trap".to_owned(),
        },
        |choice| {
            let [question, trap] = learner();
            match choice {
                Choice::Question => Judged::Right(guessed(question)),
                Choice::Trap => Judged::Trap(is_trap(trap)),
            }
        },
        |choice| {
            let names = data::pizza_orders().questions().map(|column| column.name);
            let most = names.into_iter().filter_map(guessed).max();
            Ok(match choice {
                Choice::Question => Judged::Right(most),
                Choice::Trap => Judged::Trap(true),
            })
        },
    )
}

/// Which of the two answers is looked at.
enum Choice {
    Question,
    Trap,
}

/// What an answer is worth.
enum Judged {
    /// So many of the next orders are guessed right; nothing if there is no such column.
    Right(Option<usize>),
    /// Whether it is a trap.
    Trap(bool),
}

impl Answer for Judged {
    fn agrees(&self, expected: &Self) -> bool {
        match (self, expected) {
            (Self::Right(right), Self::Right(most)) => right == most,
            (Self::Trap(is_trap), Self::Trap(expected)) => is_trap == expected,
            _ => false,
        }
    }

    fn told(&self) -> String {
        match self {
            Self::Right(Some(right)) => format!("{right} of the next 12 orders guessed right"),
            Self::Right(None) => "a name that no column has".to_owned(),
            Self::Trap(true) => "a column that gains much here and guesses nothing new".to_owned(),
            Self::Trap(false) => "one that does not".to_owned(),
        }
    }
}

/// How many of the next orders a question guesses: each as most of the known ones with the same
/// answer; where there are none, or as many late as not, as not late.
fn guessed(question: &str) -> Option<usize> {
    let (known, next) = (data::pizza_orders(), data::next_pizza_orders());
    let of = |orders: &data::PizzaOrders| {
        let column = orders.questions().into_iter().find(|column| column.name == question)?;
        Some(column.values)
    };
    let (answers, answers_of_next) = (of(&known)?, of(&next)?);
    let late = |answer: &str| {
        let alike = answers.iter().zip(known.late.values).filter(|(other, _)| **other == answer);
        let votes = alike.map(|(_, late)| if *late == "yes" { 1 } else { -1 });
        if votes.sum::<i32>() > 0 { "yes" } else { "no" }
    };
    let right = answers_of_next.iter().zip(next.late.values);
    Some(right.filter(|(answer, truth)| late(answer) == **truth).count())
}

/// Whether each answer is given once, so that every branch is pure and none will be met again.
fn is_trap(question: &str) -> bool {
    let orders = data::pizza_orders();
    let column = orders.questions().into_iter().find(|column| column.name == question);
    column.is_some_and(|column| column.names.len() == column.values.len())
}
