//! Losses of so many samples that they are computed a chunk at a time: nothing depends on where a
//! chunk ends, or on how an argument lies in memory.

use lossbook::ndarray::{Array1, Array2, ArrayView1, Axis, s};
use lossbook::prelude::*;

/// Around the edges of whatever a chunk may be: eights, hundreds, powers of two.
const COUNTS: [usize; 11] = [1, 2, 7, 8, 9, 127, 129, 511, 512, 513, 2050];

/// Numbers between -2 and 2 without a pattern that a chunk could follow.
fn numbers(count: usize, seed: u32) -> Array1<f64> {
    (0..count as u32)
        .map(|at| {
            let mixed = (at + 1).wrapping_mul(2_654_435_761).wrapping_add(seed * 40_503) >> 8;
            f64::from(mixed) / f64::from(1 << 22) - 2.0
        })
        .collect()
}

fn probabilities(count: usize, seed: u32) -> Array1<f64> {
    numbers(count, seed).mapv(|value| (value + 2.0) / 4.0)
}

fn distribution(count: usize, seed: u32) -> Array1<f64> {
    let p = probabilities(count, seed) + 0.1;
    let sum = p.sum();
    p / sum
}

/// The same numbers backwards in memory, and with gaps.
fn lying_otherwise(values: &Array1<f64>) -> [Array1<f64>; 2] {
    let mut backwards = values.clone();
    backwards.invert_axis(Axis(0));
    let mut backwards = backwards.as_standard_layout().to_owned();
    backwards.invert_axis(Axis(0));
    let mut gaps = Array1::from_elem(3 * values.len(), f64::NAN);
    gaps.slice_mut(s![..;3]).assign(values);
    let gaps = gaps.slice_move(s![..;3]);
    assert!(values.len() == 1 || (backwards.as_slice().is_none() && gaps.as_slice().is_none()));
    [backwards, gaps]
}

#[track_caller]
fn same_bits(left: &Array1<f64>, right: &Array1<f64>) {
    let bits = |values: &Array1<f64>| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
    assert_eq!(bits(left), bits(right));
}

type Answers = (Array1<f64>, f64, f64, Array1<f64>, (f64, Array1<f64>));

/// All answers of a loss, from every way to lay out its arguments, are those of slices; and they fit
/// together.
fn check(
    target: &Array1<f64>,
    prediction: &Array1<f64>,
    ask: impl Fn(ArrayView1<f64>, ArrayView1<f64>) -> Result<Answers, LossError>,
    one: impl Fn(f64, f64) -> (f64, f64),
) {
    let n = target.len() as f64;
    let (each, mean, sum, gradient, both) = ask(target.view(), prediction.view()).unwrap();
    // Sample by sample as asked for alone.
    let alone = target.iter().zip(prediction).map(|(&t, &p)| one(t, p));
    same_bits(&each, &alone.clone().map(|(loss, _)| loss).collect());
    same_bits(&gradient, &alone.map(|(_, slope)| slope / n).collect());
    assert_eq!((mean, &gradient), (both.0, &both.1));
    assert!((mean - each.sum() / n).abs() <= 1e-13 * mean.abs());
    assert!((sum - mean * n).abs() <= 1e-15 * sum.abs());
    for (target, prediction) in lying_otherwise(target).iter().zip(&lying_otherwise(prediction)) {
        let other = ask(target.view(), prediction.view()).unwrap();
        same_bits(&other.0, &each);
        same_bits(&other.3, &gradient);
        same_bits(&other.4.1, &gradient);
        assert_eq!((other.1, other.2, other.4.0), (mean, sum, mean));
    }
}

#[test]
fn regression() {
    let losses: [Box<dyn RegressionLoss>; 6] = [
        Box::new(SquaredError),
        Box::new(AbsoluteError),
        Box::new(Huber::new(0.7).unwrap()),
        Box::new(SmoothL1::new(0.7).unwrap()),
        Box::new(LogCosh),
        Box::new(Quantile::new(0.9).unwrap()),
    ];
    for n in COUNTS {
        let (y, y_hat) = (numbers(n, 1), numbers(n, 2));
        for l in &losses {
            let ask = |y: ArrayView1<f64>, y_hat: ArrayView1<f64>| {
                let (each, mean, sum) = (l.each(y, y_hat)?, l.mean(y, y_hat)?, l.sum(y, y_hat)?);
                Ok((each, mean, sum, l.gradient(y, y_hat)?, l.mean_and_gradient(y, y_hat)?))
            };
            check(&y, &y_hat, ask, |y, y_hat| (l.loss(y - y_hat), l.derivative(y - y_hat)));
        }
    }
}

#[test]
fn two_classes() {
    let losses: [Box<dyn BinaryLoss>; 5] = [
        Box::new(BinaryCrossEntropy::from_logits()),
        Box::new(BinaryCrossEntropy::from_logits().with_positive_weight(3.0).unwrap()),
        Box::new(BinaryCrossEntropy::from_probabilities().with_positive_weight(0.3).unwrap()),
        Box::new(BinaryFocal::new(2.0).unwrap()),
        Box::new(Hinge),
    ];
    for n in COUNTS {
        let soft = probabilities(n, 1);
        let hard = soft.mapv(|share| f64::from(u8::from(share > 0.5)));
        // Some chunks hard, others not.
        let mut mixed = soft.clone();
        mixed.slice_mut(s![..n / 2]).assign(&hard.slice(s![..n / 2]));
        for y in [soft, hard, mixed] {
            for l in &losses {
                let p = probabilities(n, 2);
                let ask = |y: ArrayView1<f64>, p: ArrayView1<f64>| {
                    let (each, mean, sum) = (l.each(y, p)?, l.mean(y, p)?, l.sum(y, p)?);
                    Ok((each, mean, sum, l.gradient(y, p)?, l.mean_and_gradient(y, p)?))
                };
                check(&y, &p, ask, |y, p| (l.loss(y, p), l.derivative(y, p)));
            }
        }
    }
}

#[test]
fn divergences() {
    for n in COUNTS {
        let (p, q) = (distribution(n, 1), distribution(n, 2));
        // From the definition, plainly, the sum of which keeps 13 digits where nothing cancels.
        let nats = kl_divergence(&p, &q).unwrap().nats();
        let plain: f64 = p.iter().zip(&q).map(|(p, q)| p * (p / q).ln() - p + q).sum();
        assert!((nats - plain).abs() <= 1e-13 * p.len() as f64 * nats.max(1e-3));
        for (p, q) in lying_otherwise(&p).iter().zip(&lying_otherwise(&q)) {
            assert_eq!(kl_divergence(p, q).unwrap().nats(), nats);
        }
        assert_eq!(kl_divergence(&p, &p).unwrap().nats(), 0.0);
        // The half that cannot happen, under the one or the other.
        if n > 1 {
            let mut first = p.clone();
            first.slice_mut(s![n / 2..]).fill(0.0);
            let first = &first / first.sum();
            assert_eq!(kl_divergence(&p, &first).unwrap().nats(), f64::INFINITY);
            assert!(kl_divergence(&first, &p).unwrap().nats().is_finite());
        }
    }
}

#[test]
fn many_classes() {
    for classes in COUNTS {
        let logits = numbers(3 * classes, 3).into_shape_with_order((3, classes)).unwrap() * 4.0;
        let labels = [0, classes / 2, classes - 1];
        let loss = CrossEntropy::from_logits();
        let (mean, gradient) = loss.mean_and_gradient(&labels, &logits).unwrap();
        // From the definition; nothing overflows at such logits.
        let of_row =
            |(row, &label): (ArrayView1<f64>, &usize)| row.mapv(f64::exp).sum().ln() - row[label];
        let plain: f64 = logits.rows().into_iter().zip(&labels).map(of_row).sum::<f64>() / 3.0;
        assert!((mean - plain).abs() <= 1e-12 * plain.max(1e-3), "{mean} and {plain}");
        let columns = Array2::from_shape_fn((classes, 3), |(class, row)| logits[[row, class]]);
        assert_eq!(loss.mean_and_gradient(&labels, columns.t()).unwrap(), (mean, gradient));
        assert_eq!(loss.mean(&labels, &logits).unwrap(), mean);
    }
}

#[test]
fn the_hardest_triplets_of_a_batch() {
    // Around groups of four rows and eight columns.
    for (n, d) in [(7, 1), (8, 7), (9, 8), (30, 9), (37, 19)] {
        let x = numbers(n * d, 5).into_shape_with_order((n, d)).unwrap();
        let labels: Vec<usize> = (0..n).map(|row| row * row % 5).collect();
        // By the definition, from a table of distances that is computed row by row.
        let distances = squared_distances(&x, &x).unwrap();
        let hardest = |anchor: usize| {
            let others = |same: bool| {
                let labels = &labels;
                (0..n).filter(move |&row| row != anchor && (labels[row] == labels[anchor]) == same)
            };
            let by_distance =
                |a: &usize, b: &usize| distances[[anchor, *a]].total_cmp(&distances[[anchor, *b]]);
            // Of equal distances the first: `max_by` would give the last.
            let farthest = others(true).max_by(|a, b| by_distance(a, b).then(b.cmp(a)))?;
            Some([anchor, farthest, others(false).min_by(by_distance)?])
        };
        let expected: Vec<[usize; 3]> = (0..n).filter_map(hardest).collect();
        let loss = BatchHard::new(0.3).unwrap();
        assert_eq!(loss.triplets(&labels, &x).unwrap(), expected);
        let costs = expected
            .iter()
            .map(|&[a, p, n]| (distances[[a, p]] - distances[[a, n]] + 0.3).max(0.0));
        let mean = costs.sum::<f64>() / expected.len() as f64;
        assert!((loss.mean(&labels, &x).unwrap() - mean).abs() <= 1e-13 * mean);
    }
}

#[test]
fn the_first_fault_is_named_wherever_it_is() {
    for at in [0, 8, 511, 512, 1300, 2049] {
        for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            let (y, mut y_hat) = (probabilities(2050, 1), probabilities(2050, 2));
            y_hat[at] = wrong;
            let mut later = y.clone();
            later.slice_mut(s![at + 1..]).fill(f64::NAN);
            let expected = format!("prediction[{at}] = {wrong} is not finite");
            for y in [&y, &later] {
                assert_eq!(SquaredError.mean(y, &y_hat).unwrap_err().to_string(), expected);
                assert_eq!(SquaredError.gradient(y, &y_hat).unwrap_err().to_string(), expected);
                assert_eq!(residuals(y, &y_hat).unwrap_err().to_string(), expected);
                // An infinite logit is no fault.
                if wrong.is_nan() {
                    let loss = BinaryCrossEntropy::from_logits();
                    assert_eq!(loss.mean(y, &y_hat).unwrap_err().to_string(), expected);
                }
            }
        }
        for wrong in [-f64::MIN_POSITIVE, 1.0 + f64::EPSILON, -3.0, 1e300] {
            let (y, mut p) = (probabilities(2050, 1), probabilities(2050, 2));
            p[at] = wrong;
            let fault = BinaryCrossEntropy::from_probabilities().mean(&y, &p).unwrap_err();
            let is = matches!(fault, LossError::NotProbability { name: "prediction", at: ref place, value }
                if *place == [at] && value == wrong);
            assert!(is, "{fault}");
        }
        // A probability, though its sign is that of a negative number.
        let (mut y, mut p) = (probabilities(2050, 1), probabilities(2050, 2));
        (y[at], p[at]) = (0.0, 0.0);
        let loss = BinaryCrossEntropy::from_probabilities();
        let expected = loss.mean_and_gradient(&y, &p).unwrap();
        (y[at], p[at]) = (-0.0, -0.0);
        assert_eq!(loss.mean_and_gradient(&y, &p).unwrap(), expected);
        assert_eq!(loss.mean(&y, &p).unwrap(), expected.0);
    }
}

#[test]
fn a_difference_that_overflows_is_no_fault() {
    let (mut y, mut y_hat) = (numbers(1300, 1), numbers(1300, 2));
    (y[700], y_hat[700]) = (f64::MAX, -f64::MAX);
    assert_eq!(AbsoluteError.mean(&y, &y_hat).unwrap(), f64::INFINITY);
    assert_eq!(residuals(&y, &y_hat).unwrap()[700], f64::INFINITY);
    assert_eq!(AbsoluteError.gradient(&y, &y_hat).unwrap()[700], -1.0 / 1300.0);
    // And one whose mean fits although the sum does not.
    let (y, y_hat) = (Array1::from_elem(1300, 1e308), Array1::zeros(1300));
    assert_eq!(AbsoluteError.mean(&y, &y_hat).unwrap(), 1e308);
}
