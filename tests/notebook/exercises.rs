use std::panic;

use lossbook::prelude::*;

use super::shown;

fn failed(verdict: &Verdict) -> (&str, &str, &str) {
    match verdict.outcome() {
        Outcome::Failed { input, expected, got } => (input, expected, got),
        other => panic!("{} is {other:?}, not failed", verdict.name()),
    }
}

#[test]
fn an_untouched_stub_is_not_yet() {
    let stubs = [
        exercises::start::residual(|_, _| todo!()),
        exercises::start::residual(|_, _| todo!("target minus prediction")),
        exercises::start::residual(|_, _| unimplemented!()),
        exercises::residuals::rmse(|_, _| todo!("the root of the mean of the squares")),
        exercises::start::size(|_, _| todo!()),
        exercises::start::correction(|| todo!()),
        exercises::rust::mean(|_| todo!("the sum, divided by how many there are")),
        exercises::rust::count_above(|_, _| todo!()),
        exercises::rust::mean_of_known(|_| todo!()),
        exercises::objectives::likeliest(|_, _| todo!()),
        exercises::objectives::corners(|| todo!("three corners")),
        exercises::objectives::price(|| todo!()),
        exercises::residuals::largest_residual(|_, _| todo!()),
        exercises::residuals::best_promise(|_, _| todo!()),
        exercises::residuals::sign(|| todo!("the minutes on the sign")),
        exercises::huber::loss(|_, _| todo!()),
        exercises::huber::pull(|_, _, _| todo!()),
        exercises::huber::promise(|_, _| todo!()),
        exercises::huber::delta(|_| todo!()),
        exercises::information::self_information(|_| todo!()),
        exercises::information::entropy(|_| todo!()),
        exercises::information::kl(|_, _| todo!()),
        exercises::information::counts(|_, _, _| todo!()),
        exercises::information::information_gain(|_| todo!()),
        exercises::information::question(|| todo!()),
    ];
    for verdict in stubs {
        assert_eq!(*verdict.outcome(), Outcome::NotYet, "{}", verdict.name());
        assert_eq!(verdict.verdict(), Ok(()));
        assert!(shown(&verdict, "text/plain").starts_with("○"), "{}", verdict.name());
        assert!(shown(&verdict, "text/html").contains("<details><summary>Hint</summary>"));
        assert!(verdict.hint().len() > 40, "{}", verdict.name());
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn entropy_in_bits(p: &[f64]) -> f64 {
    p.iter().filter(|&&p| p > 0.0).map(|&p| -p * p.log2()).sum()
}

fn kl_in_bits(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(&p, &q)| if p > 0.0 { p * (p / q).log2() } else { 0.0 }).sum()
}

fn counts_of(labels: &[usize], branches: &[usize], branch: usize) -> [usize; 2] {
    let mut counts = [0, 0];
    for (label, _) in labels.iter().zip(branches).filter(|(_, b)| **b == branch) {
        counts[*label] += 1;
    }
    counts
}

fn size(counts: &[usize; 2]) -> f64 {
    (counts[0] + counts[1]) as f64
}

fn entropy_of_pair(counts: &[usize; 2]) -> f64 {
    entropy_in_bits(&counts.map(|count| count as f64 / size(counts)))
}

fn all_of(counts: &[[usize; 2]]) -> [usize; 2] {
    [0, 1].map(|label| counts.iter().map(|branch| branch[label]).sum())
}

fn gain(counts: &[[usize; 2]]) -> f64 {
    let within = |branch| size(branch) * entropy_of_pair(branch);
    let all = all_of(counts);
    entropy_of_pair(&all) - counts.iter().map(within).sum::<f64>() / size(&all)
}

/// The whole minute from 0 to 200 of the smallest summed loss.
fn lowest(took: &[f64], loss: fn(f64) -> f64) -> f64 {
    let sum = |promise: f64| took.iter().map(|took| loss(took - promise)).sum::<f64>();
    (0..=200).map(f64::from).min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
}

fn pull_up(took: &[f64], promise: f64, delta: f64) -> f64 {
    took.iter().map(|minutes| (minutes - promise).clamp(-delta, delta)).sum()
}

fn halved(took: &[f64], delta: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1000.0);
    for _ in 0..50 {
        let middle = 0.5 * (low + high);
        if pull_up(took, middle, delta) > 0.0 { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values
}

/// Of an odd number of residuals.
fn median_of_sizes(residuals: &[f64]) -> f64 {
    let sizes: Vec<f64> = residuals.iter().map(|r| r.abs()).collect();
    sorted(&sizes)[sizes.len() / 2]
}

fn rms(residuals: &[f64]) -> f64 {
    (residuals.iter().map(|r| r * r).sum::<f64>() / residuals.len() as f64).sqrt()
}

/// The whole minute from 0 to 100 of the smallest summed cost.
fn likeliest(took: &[f64], cost: impl Fn(f64) -> f64) -> f64 {
    let sum = |promise: f64| took.iter().map(|took| cost(took - promise)).sum::<f64>();
    (0..=100).map(f64::from).min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
}

/// Solutions written as a learner would, without the crate.
#[test]
fn a_right_answer_passes() {
    let right = [
        exercises::start::residual(|target, prediction| target - prediction),
        exercises::start::size(|target, prediction| (target - prediction).abs()),
        exercises::start::correction(|| -1.0),
        exercises::rust::mean(mean),
        exercises::rust::count_above(|values, limit| values.iter().filter(|v| **v > limit).count()),
        exercises::rust::mean_of_known(|days| {
            let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
            if known.is_empty() { None } else { Some(mean(&known)) }
        }),
        exercises::objectives::likeliest(|took, density| likeliest(took, |r| -density(r).ln())),
        exercises::objectives::corners(|| [[-4.0, 0.0], [-3.0, -3.0], [2.0, 1.0]]),
        exercises::objectives::price(|| 0.1),
        exercises::objectives::price(|| 0.3),
        exercises::residuals::rmse(|y, p| {
            (y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64).sqrt()
        }),
        exercises::residuals::largest_residual(|y, p| {
            let off = |i: &usize| (y[*i] - p[*i]).abs();
            (0..y.len()).max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0)
        }),
        exercises::residuals::best_promise(lowest),
        exercises::residuals::sign(|| 44.0),
        exercises::huber::loss(|r, delta| {
            if r.abs() <= delta { 0.5 * r * r } else { delta * (r.abs() - 0.5 * delta) }
        }),
        exercises::huber::pull(pull_up),
        exercises::huber::promise(halved),
        exercises::huber::delta(|r| 1.345 * median_of_sizes(r) / 0.6745),
        exercises::huber::delta(|r| 1.5 * median_of_sizes(r) / 0.6745),
        exercises::information::self_information(|p| -p.log2()),
        exercises::information::entropy(entropy_in_bits),
        exercises::information::kl(kl_in_bits),
        exercises::information::counts(counts_of),
        exercises::information::information_gain(gain),
        exercises::information::question(|| ["rain", "order number"]),
    ];
    for verdict in right {
        assert_eq!(*verdict.outcome(), Outcome::Passed, "{}", verdict.name());
        assert!(shown(&verdict, "text/plain").starts_with("✓"), "{}", verdict.name());
        assert!(!shown(&verdict, "text/html").contains("<details>"));
    }
}

/// Each of these is a mistake that learners make.
#[test]
fn a_plausible_wrong_answer_fails() {
    let wrong = [
        ("the order", exercises::start::residual(|target, prediction| prediction - target)),
        (
            "an abs too many",
            exercises::start::residual(|target, prediction| (target - prediction).abs()),
        ),
        ("the sign kept", exercises::start::size(|target, prediction| target - prediction)),
        (
            "only one sign",
            exercises::start::size(|target, prediction| (target - prediction).max(0.0)),
        ),
        ("the sum of sizes", exercises::start::size(|y, y_hat| y.abs() - y_hat.abs())),
        ("no correction", exercises::start::correction(|| 0.0)),
        ("the mean residual", exercises::start::correction(|| -1.8)),
        ("the wrong way", exercises::start::correction(|| 1.0)),
        ("no number", exercises::start::correction(|| f64::NAN)),
        ("the sum", exercises::rust::mean(|values| values.iter().sum())),
        ("the middle one", exercises::rust::mean(|values| values[values.len() / 2])),
        (
            "n - 1",
            exercises::rust::mean(|v| v.iter().sum::<f64>() / (v.len() as f64 - 1.0).max(1.0)),
        ),
        (
            "at least",
            exercises::rust::count_above(|v, limit| v.iter().filter(|v| **v >= limit).count()),
        ),
        (
            "below",
            exercises::rust::count_above(|v, limit| v.iter().filter(|v| **v < limit).count()),
        ),
        (
            "the size",
            exercises::rust::count_above(|v, limit| v.iter().filter(|v| v.abs() > limit).count()),
        ),
        ("all of them", exercises::rust::count_above(|values, _| values.len())),
        (
            "a missing day is 0",
            exercises::rust::mean_of_known(|days| {
                let all: Vec<f64> = days.iter().map(|day| day.unwrap_or(0.0)).collect();
                if all.is_empty() { None } else { Some(mean(&all)) }
            }),
        ),
        (
            "NaN where nothing is known",
            exercises::rust::mean_of_known(|days| {
                let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
                Some(mean(&known))
            }),
        ),
        (
            "0 where nothing is known",
            exercises::rust::mean_of_known(|days| {
                let known: Vec<f64> = days.iter().filter_map(|day| *day).collect();
                Some(if known.is_empty() { 0.0 } else { mean(&known) })
            }),
        ),
        (
            "nothing where one is missing",
            exercises::rust::mean_of_known(|days| {
                let all: Option<Vec<f64>> = days.iter().copied().collect();
                all.filter(|all| !all.is_empty()).map(|all| mean(&all))
            }),
        ),
        ("the product, without a minus", exercises::objectives::likeliest(likeliest)),
        (
            "no minus",
            exercises::objectives::likeliest(|took, density| likeliest(took, |r| density(r).ln())),
        ),
        (
            "the sum of the likelihoods",
            exercises::objectives::likeliest(|took, density| likeliest(took, |r| -density(r))),
        ),
        (
            "promise minus time",
            exercises::objectives::likeliest(|took, density| {
                likeliest(took, |r| -density(-r).ln())
            }),
        ),
        (
            "the mean, whatever is believed",
            exercises::objectives::likeliest(|took, _| likeliest(took, |r| r * r)),
        ),
        (
            "the best valley",
            exercises::objectives::corners(|| [[-2.8, -1.5], [0.2, 0.6], [3.0, 1.2]]),
        ),
        ("one spot", exercises::objectives::corners(|| [[-2.8, -1.5], [0.2, 0.6], [-2.8, -1.5]])),
        (
            "not a place",
            exercises::objectives::corners(|| [[f64::NAN, 0.0], [0.2, 0.6], [-2.8, -1.5]]),
        ),
        ("no price", exercises::objectives::price(|| 0.0)),
        ("too high a price", exercises::objectives::price(|| 30.0)),
        ("a negative price", exercises::objectives::price(|| -0.1)),
        ("not a number, as a price", exercises::objectives::price(|| f64::NAN)),
        (
            "no mean",
            exercises::residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>().sqrt()
            }),
        ),
        (
            "n - 1",
            exercises::residuals::rmse(|y, p| {
                (y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>()
                    / (y.len() as f64 - 1.0))
                    .sqrt()
            }),
        ),
        (
            "the MAE",
            exercises::residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).abs()).sum::<f64>() / y.len() as f64
            }),
        ),
        (
            "no root",
            exercises::residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64
            }),
        ),
        (
            "the root before the mean",
            exercises::residuals::rmse(|y, p| {
                y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>().sqrt() / y.len() as f64
            }),
        ),
        (
            "no abs",
            exercises::residuals::largest_residual(|y, p| {
                (0..y.len()).max_by(|a, b| (y[*a] - p[*a]).total_cmp(&(y[*b] - p[*b]))).unwrap_or(0)
            }),
        ),
        (
            "no abs, the other way",
            exercises::residuals::largest_residual(|y, p| {
                (0..y.len()).max_by(|a, b| (p[*a] - y[*a]).total_cmp(&(p[*b] - y[*b]))).unwrap_or(0)
            }),
        ),
        (
            "the largest target",
            exercises::residuals::largest_residual(|y, _| {
                (0..y.len()).max_by(|a, b| y[*a].total_cmp(&y[*b])).unwrap_or(0)
            }),
        ),
        (
            "counted from 1",
            exercises::residuals::largest_residual(|y, p| {
                let off = |i: &usize| (y[*i] - p[*i]).abs();
                (0..y.len()).max_by(|a, b| off(a).total_cmp(&off(b))).unwrap_or(0) + 1
            }),
        ),
        (
            "the smallest loss, not where it is",
            exercises::residuals::best_promise(|took, loss| {
                let best = lowest(took, loss);
                took.iter().map(|took| loss(took - best)).sum::<f64>() / took.len() as f64
            }),
        ),
        (
            "the mean, whatever the loss",
            exercises::residuals::best_promise(|took, _| {
                (took.iter().sum::<f64>() / took.len() as f64).round()
            }),
        ),
        (
            "the median, whatever the loss",
            exercises::residuals::best_promise(|took, _| lowest(took, f64::abs)),
        ),
        (
            "one of the deliveries",
            exercises::residuals::best_promise(|took, loss| {
                let sum = |promise: f64| took.iter().map(|took| loss(took - promise)).sum::<f64>();
                took.iter().copied().min_by(|a, b| sum(*a).total_cmp(&sum(*b))).unwrap_or(f64::NAN)
            }),
        ),
        (
            "prediction minus target",
            exercises::residuals::best_promise(|took, loss| {
                let sum = |promise: f64| took.iter().map(|took| loss(promise - took)).sum::<f64>();
                (0..=200)
                    .map(f64::from)
                    .min_by(|a, b| sum(*a).total_cmp(&sum(*b)))
                    .unwrap_or(f64::NAN)
            }),
        ),
        ("the median", exercises::residuals::sign(|| 31.0)),
        ("the mean", exercises::residuals::sign(|| 420.0 / 11.0)),
        ("early costs more", exercises::residuals::sign(|| 27.0)),
        ("the longest", exercises::residuals::sign(|| 90.0)),
        ("not a number", exercises::residuals::sign(|| f64::NAN)),
        (
            "no half",
            exercises::huber::loss(
                |r, d| if r.abs() <= d { r * r } else { d * (r.abs() - 0.5 * d) },
            ),
        ),
        (
            "no abs in the condition",
            exercises::huber::loss(
                |r, d| {
                    if r <= d { 0.5 * r * r } else { d * (r.abs() - 0.5 * d) }
                },
            ),
        ),
        (
            "no abs in the line",
            exercises::huber::loss(
                |r, d| {
                    if r.abs() <= d { 0.5 * r * r } else { d * (r - 0.5 * d) }
                },
            ),
        ),
        (
            "a jump at delta",
            exercises::huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { d * r.abs() }),
        ),
        (
            "delta taken for 1",
            exercises::huber::loss(|r, d| if r.abs() <= d { 0.5 * r * r } else { r.abs() - 0.5 }),
        ),
        (
            "half delta, not delta squared",
            exercises::huber::loss(
                |r, d| {
                    if r.abs() <= d { 0.5 * r * r } else { d * r.abs() - 0.5 * d }
                },
            ),
        ),
        ("the sign", exercises::huber::pull(|took, promise, d| -pull_up(took, promise, d))),
        (
            "the mean",
            exercises::huber::pull(|took, promise, d| {
                pull_up(took, promise, d) / took.len() as f64
            }),
        ),
        (
            "the sum held",
            exercises::huber::pull(|took, promise, d| {
                took.iter().map(|minutes| minutes - promise).sum::<f64>().clamp(-d, d)
            }),
        ),
        (
            "not held",
            exercises::huber::pull(|took, promise, _| {
                took.iter().map(|minutes| minutes - promise).sum()
            }),
        ),
        (
            "held on one side only",
            exercises::huber::pull(|took, promise, d| {
                took.iter().map(|minutes| (minutes - promise).min(d)).sum()
            }),
        ),
        ("the median", exercises::huber::promise(|took, _| sorted(took)[took.len() / 2])),
        (
            "the mean",
            exercises::huber::promise(|took, _| took.iter().sum::<f64>() / took.len() as f64),
        ),
        (
            "too few steps",
            exercises::huber::promise(|took, delta| {
                let n = took.len() as f64;
                let mean = took.iter().sum::<f64>() / n;
                (0..200).fold(mean, |promise, _| promise + pull_up(took, promise, delta) / n)
            }),
        ),
        (
            "the wrong half",
            exercises::huber::promise(|took, delta| {
                let (mut low, mut high) = (0.0, 1000.0);
                for _ in 0..50 {
                    let middle = 0.5 * (low + high);
                    if pull_up(took, middle, delta) > 0.0 { high = middle } else { low = middle }
                }
                low
            }),
        ),
        ("NaN", exercises::huber::promise(|_, _| f64::NAN)),
        ("fixed at 1", exercises::huber::delta(|_| 1.0)),
        ("fixed at 10", exercises::huber::delta(|_| 10.0)),
        ("fixed at 1.345", exercises::huber::delta(|_| 1.345)),
        ("fixed at the noise in minutes", exercises::huber::delta(|_| 1.345 * 0.5)),
        ("the median's", exercises::huber::delta(|_| 1e-6)),
        ("from the RMSE", exercises::huber::delta(|r| 1.345 * rms(r))),
        ("three sigma", exercises::huber::delta(|r| 3.0 * median_of_sizes(r) / 0.6745)),
        ("the largest", exercises::huber::delta(|r| r.iter().fold(0.0, |m, r| r.abs().max(m)))),
        ("0", exercises::huber::delta(|_| 0.0)),
        ("NaN", exercises::huber::delta(|_| f64::NAN)),
        ("the natural logarithm", exercises::information::self_information(|p| -p.ln())),
        ("the logarithm to the base 10", exercises::information::self_information(|p| -p.log10())),
        ("the sign", exercises::information::self_information(f64::log2)),
        ("weighed by p", exercises::information::self_information(|p| -p * p.log2())),
        ("1 - p", exercises::information::self_information(|p| -(1.0 - p).log2())),
        ("clipped", exercises::information::self_information(|p| -p.max(1e-7).log2())),
        (
            "0 at p = 0",
            exercises::information::self_information(|p| if p == 0.0 { 0.0 } else { -p.log2() }),
        ),
        (
            "NaN at p = 0",
            exercises::information::entropy(|p| p.iter().map(|p| -p * p.log2()).sum()),
        ),
        (
            "the natural logarithm",
            exercises::information::entropy(|p| {
                p.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()
            }),
        ),
        (
            "the mean of -log2 p",
            exercises::information::entropy(|p| {
                p.iter().filter(|p| **p > 0.0).map(|p| -p.log2()).sum::<f64>() / p.len() as f64
            }),
        ),
        (
            "log2 of how many there are",
            exercises::information::entropy(|p| (p.len() as f64).log2()),
        ),
        ("the sign", exercises::information::entropy(|p| -entropy_in_bits(p))),
        ("the other way round", exercises::information::kl(|p, q| kl_in_bits(q, p))),
        ("the sign", exercises::information::kl(|p, q| -kl_in_bits(p, q))),
        ("the natural logarithm", exercises::information::kl(|p, q| kl_in_bits(p, q) * 2_f64.ln())),
        (
            "NaN at p = 0",
            exercises::information::kl(|p, q| {
                p.iter().zip(q).map(|(p, q)| p * (p / q).log2()).sum()
            }),
        ),
        (
            "q = 0 left out",
            exercises::information::kl(|p, q| {
                let both = p.iter().zip(q).filter(|(p, q)| **p > 0.0 && **q > 0.0);
                both.map(|(p, q)| p * (p / q).log2()).sum()
            }),
        ),
        (
            "the cross-entropy",
            exercises::information::kl(|p, q| kl_in_bits(p, q) + entropy_in_bits(p)),
        ),
        (
            "all samples",
            exercises::information::counts(|labels, branches, _| {
                counts_of(labels, &vec![0; branches.len()], 0)
            }),
        ),
        (
            "the labels swapped",
            exercises::information::counts(|labels, branches, branch| {
                let [no, yes] = counts_of(labels, branches, branch);
                [yes, no]
            }),
        ),
        (
            "the size of the branch",
            exercises::information::counts(|labels, branches, branch| {
                let [no, yes] = counts_of(labels, branches, branch);
                [no + yes, yes]
            }),
        ),
        (
            "the labels' entropy",
            exercises::information::information_gain(|counts| entropy_of_pair(&all_of(counts))),
        ),
        (
            "the natural logarithm",
            exercises::information::information_gain(|counts| gain(counts) * 2_f64.ln()),
        ),
        (
            "branches not weighed",
            exercises::information::information_gain(|counts| {
                let mean = counts.iter().map(entropy_of_pair).sum::<f64>() / counts.len() as f64;
                entropy_of_pair(&all_of(counts)) - mean
            }),
        ),
        (
            "what is still missing",
            exercises::information::information_gain(|counts| {
                entropy_of_pair(&all_of(counts)) - gain(counts)
            }),
        ),
        (
            "NaN in an empty branch",
            exercises::information::information_gain(|counts| {
                let within = |branch: &[usize; 2]| {
                    let shares = branch.map(|count| count as f64 / size(branch));
                    let occurring = shares.iter().filter(|share| **share != 0.0);
                    size(branch) * occurring.map(|p| -p * p.log2()).sum::<f64>()
                };
                let all = all_of(counts);
                entropy_of_pair(&all) - counts.iter().map(within).sum::<f64>() / size(&all)
            }),
        ),
        (
            "two branches only",
            exercises::information::information_gain(|counts| {
                let within = |branch| size(branch) * entropy_of_pair(branch);
                let all = all_of(counts);
                entropy_of_pair(&all) - counts.iter().take(2).map(within).sum::<f64>() / size(&all)
            }),
        ),
        ("the trap asked", exercises::information::question(|| ["order number", "rain"])),
        ("a weaker question", exercises::information::question(|| ["courier", "order number"])),
        ("no such column", exercises::information::question(|| ["wind", "order number"])),
        ("no trap", exercises::information::question(|| ["rain", "paid by"])),
    ];
    for (mistake, verdict) in wrong {
        let told = matches!(verdict.outcome(), Outcome::Failed { .. });
        assert!(told, "{} with {mistake}: {:?}", verdict.name(), verdict.outcome());
        // A learner's mistake is no fault of the course.
        assert_eq!(verdict.verdict(), Ok(()));
    }
}

#[test]
fn the_first_input_that_fails_is_told_in_words() {
    let verdict = exercises::residuals::rmse(|y, p| {
        y.iter().zip(p).map(|(y, p)| (y - p).powi(2)).sum::<f64>() / y.len() as f64
    });
    let input = "target = [1.0, 2.0], prediction = [0.0, 4.0]";
    assert_eq!(failed(&verdict), (input, "1.58113883008", "2.5"));
    let expected = "✗ Root mean squared error: not right yet\n  For target = [1.0, 2.0], prediction = [0.0, 4.0]\n  \
        the answer is 1.58113883008,\n  yours is 2.5.";
    assert_eq!(shown(&verdict, "text/plain"), expected);
    let html = shown(&verdict, "text/html");
    assert!(html.contains("yours is 2.5.") && html.contains("<summary>Hint</summary>"), "{html}");
}

#[test]
fn a_promise_is_told_its_cost_and_not_the_answer() {
    let verdict = exercises::residuals::sign(|| 31.0);
    let input = "the mean cost at your promise";
    assert_eq!(failed(&verdict), (input, "25.4545454545", "30.6363636364"));
    assert!(!shown(&verdict, "text/html").contains("44"));
}

#[test]
fn nan_and_infinity_are_explained() {
    let verdict = exercises::information::entropy(|p| p.iter().map(|p| -p * p.log2()).sum());
    assert_eq!(failed(&verdict), ("p = [0.9, 0.1, 0.0]", "0.468995593589", "NaN"));
    assert!(shown(&verdict, "text/plain").contains("NaN is \"not a number\""));
    let verdict = exercises::start::residual(|target, _| target / 0.0);
    assert_eq!(failed(&verdict).2, "inf");
    assert!(shown(&verdict, "text/plain").contains("inf is infinity"));
}

#[test]
fn another_panic_is_told_with_its_input() {
    let of_three = |y: &[f64], p: &[f64]| {
        let off = [0, 1, 2].map(|i| (y[i] - p[i]).abs());
        (0..3).max_by(|a, b| off[*a].total_cmp(&off[*b])).unwrap_or(0)
    };
    let verdict = exercises::residuals::largest_residual(of_three);
    let Outcome::Panicked { input, message } = verdict.outcome() else {
        panic!("{:?}", verdict.outcome())
    };
    assert_eq!(input, "target = [100.0, 0.0], prediction = [99.0, 2.0]");
    assert!(message.contains("index out of bounds"), "{message}");
    assert!(
        shown(&verdict, "text/plain")
            .contains("your function stopped with a panic: index out of bounds")
    );
    assert_eq!(verdict.verdict(), Ok(()));
}

#[test]
fn a_panic_with_a_payload_of_its_own_is_told() {
    let verdict = exercises::start::residual(|_, _| panic::panic_any(7));
    let Outcome::Panicked { message, .. } = verdict.outcome() else {
        panic!("{:?}", verdict.outcome())
    };
    assert_eq!(message, "a panic without a text");
}
