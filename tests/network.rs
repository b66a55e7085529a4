//! Networks: the lecture's pieces, mpmath's digits, PyTorch's results, laws on random networks, and
//! what is refused in which words.

mod common;
mod golden;
#[path = "network/laws.rs"]
mod laws;
#[path = "network/learning.rs"]
mod learning;
#[path = "network/panics.rs"]
mod panics;
#[path = "network/refused.rs"]
mod refused;

use common::{DIGITS, assert_close};
use golden::Case;
use lossbook::ndarray::{Axis, concatenate, s};
use lossbook::network::{MOST_WEIGHTS, SELU_ALPHA, SELU_SCALE, Target};
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::ANY;
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/network.json");
const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

/// The four corners of the square, and which of them is XOR's.
const CORNERS: [[f64; 2]; 4] = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]];
const XOR: [f64; 4] = [0.0, 1.0, 1.0, 0.0];

fn corners() -> Array2<f64> {
    Array2::from(CORNERS.to_vec())
}

fn table(columns: usize, values: Vec<f64>) -> Array2<f64> {
    let rows = values.len() / columns;
    Array2::from_shape_vec((rows, columns), values).unwrap()
}

/// The activation of a golden case: its name and two numbers.
fn unit(case: &Case) -> Activation {
    let words: Vec<String> = case.list("unit");
    let number = |place: usize| words[place].parse::<f64>().unwrap();
    named(&words[0], number(1), number(2)).unwrap()
}

fn named(name: &str, a: f64, b: f64) -> Result<Activation, LossError> {
    Ok(match name {
        "linear" => Activation::LINEAR,
        "step" => Activation::STEP,
        "sigmoid" => Activation::SIGMOID,
        "approximate_sigmoid" => Activation::APPROXIMATE_SIGMOID,
        "tanh" => Activation::TANH,
        "relu" => Activation::RELU,
        "relu6" => Activation::RELU6,
        "leaky_relu" => Activation::leaky_relu(a)?,
        "prelu" => Activation::prelu(a)?,
        "rrelu" => Activation::rrelu(a, b)?,
        "elu" => Activation::elu(a)?,
        "selu" => Activation::SELU,
        other => panic!("no activation is called {other}"),
    })
}

/// One of each.
fn activations() -> Vec<Activation> {
    let names = [
        "linear",
        "step",
        "sigmoid",
        "approximate_sigmoid",
        "tanh",
        "relu",
        "relu6",
        "leaky_relu",
        "prelu",
        "rrelu",
        "elu",
        "selu",
    ];
    names.iter().map(|name| named(name, 0.25, 0.5).unwrap()).collect()
}

const LOSSES: [&str; 12] = [
    "squared",
    "absolute",
    "huber",
    "smooth_l1",
    "log_cosh",
    "quantile",
    "cross_entropy",
    "softmax_focal",
    "multi_hinge",
    "binary_cross_entropy",
    "binary_focal",
    "hinge",
];

fn criterion(name: &str) -> Result<Criterion, LossError> {
    Ok(match name {
        "squared" => Criterion::regression(SquaredError),
        "absolute" => Criterion::regression(AbsoluteError),
        "huber" => Criterion::regression(Huber::new(1.0)?),
        "smooth_l1" => Criterion::regression(SmoothL1::new(0.5)?),
        "log_cosh" => Criterion::regression(LogCosh),
        "quantile" => Criterion::regression(Quantile::new(0.75)?),
        "cross_entropy" => Criterion::classes(CrossEntropy::from_logits()),
        "softmax_focal" => Criterion::classes(SoftmaxFocal::new(2.0)?),
        "multi_hinge" => Criterion::classes(MultiHinge),
        "binary_cross_entropy" => Criterion::binary(BinaryCrossEntropy::from_logits()),
        "binary_focal" => Criterion::binary(BinaryFocal::new(2.0)?),
        "hinge" => Criterion::binary(Hinge),
        other => panic!("no loss is called {other}"),
    })
}

/// The targets of some samples, of every kind.
#[derive(Debug, Clone)]
struct Targets {
    /// `[n, 2]`
    numbers: Array2<f64>,
    labels: Vec<usize>,
    positive: Vec<f64>,
}

impl Targets {
    fn new(numbers: Vec<f64>, labels: Vec<usize>) -> Self {
        let positive = labels.iter().map(|&label| label as f64).collect();
        Self { numbers: table(2, numbers), labels, positive }
    }

    /// The kind that the loss needs.
    fn of(&self, loss: &str) -> Target<'_> {
        match LOSSES.iter().position(|name| *name == loss) {
            Some(0..6) => (&self.numbers).into(),
            Some(6..9) => (&self.labels).into(),
            _ => (&self.positive).into(),
        }
    }
}

/// A network of these sizes with these parameters.
fn network(sizes: &[usize], hidden: Activation, parameters: &[f64]) -> Network {
    Network::random(sizes, hidden, 0).unwrap().with_parameters(parameters).unwrap()
}

/// How many outputs a loss of [`LOSSES`] needs.
fn outputs(loss: &str) -> usize {
    if loss == "hinge" || loss.starts_with("binary") { 1 } else { 2 }
}

/// To so many digits of the largest among them, as smaller ones are differences of large ones.
#[track_caller]
fn all_near(computed: &Array1<f64>, expected: &[f64], digits: f64, what: &str) {
    assert_eq!(computed.len(), expected.len(), "{what}");
    let largest = expected.iter().fold(0.0, |largest: f64, value| largest.max(value.abs()));
    for (index, (computed, expected)) in computed.iter().zip(expected).enumerate() {
        let off = (computed - expected).abs();
        assert!(off <= digits * largest, "{what}[{index}]: {computed:e}, expected {expected:e}");
    }
}

// --- mpmath

#[test]
fn activations_and_slopes_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "activation") {
        let activation = unit(&case);
        let x: Vec<f64> = case.list("x");
        let (values, slopes) = (activation.map(&x)?, activation.derivatives(&x)?);
        let expected = case.list("values").into_iter().zip(case.list("slopes"));
        for (index, (value, slope)) in expected.enumerate() {
            let what = format!("{activation} at {:e}", x[index]);
            assert_close(values[index], value, &what);
            assert_close(slopes[index], slope, &format!("slope of {what}"));
        }
    }
    Ok(())
}

#[test]
fn losses_and_gradients_of_a_network_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "network") {
        let (hidden, [name]) = (unit(&case), words(&case, "loss"));
        let what = format!("{name} of {hidden}");
        let parameters: Vec<f64> = case.list("parameters");
        let network = network(&[2, 3, outputs(&name)], hidden, &parameters);
        let x = table(2, case.list("x"));
        let targets = Targets::new(case.list("numbers"), case.list("labels"));
        let forward: Array1<f64> = network.forward(&x)?.into_iter().collect();
        all_near(&forward, &case.list("outputs"), DIGITS, &format!("outputs for {what}"));
        let (mean, gradient) =
            network.mean_and_gradient(&criterion(&name)?, &x, targets.of(&name))?;
        assert_close(mean, case.number("mean"), &what);
        all_near(&gradient, &case.list("gradient"), DIGITS, &format!("gradient of {what}"));
    }
    Ok(())
}

#[test]
fn a_criterion_has_the_words_of_every_loss() -> Result<(), LossError> {
    // By hand: residuals 1, -2, 0, 3 and their squares.
    let (y, y_hat) = (array![[1.0, 0.0], [4.0, 3.0]], array![[0.0, 2.0], [4.0, 0.0]]);
    let loss = Criterion::regression(SquaredError);
    assert_eq!(loss.each(&y, &y_hat)?, array![1.0, 4.0, 0.0, 9.0]);
    assert_eq!((loss.sum(&y, &y_hat)?, loss.mean(&y, &y_hat)?), (14.0, 3.5));
    assert_eq!(loss.gradient(&y, &y_hat)?, array![[-0.5, 1.0], [0.0, -1.5]]);
    // Leads of 2 and of -1: max(0, 1 - lead) is 0 and 2.
    let loss = Criterion::classes(MultiHinge);
    let scores = array![[2.0, 0.0], [0.5, -0.5]];
    for target in [Target::from(&[0, 1]), (&array![[1.0, 0.0], [0.0, 1.0]]).into()] {
        assert_eq!(loss.each(target, &scores)?, array![0.0, 2.0]);
        assert_eq!((loss.sum(target, &scores)?, loss.mean(target, &scores)?), (2.0, 1.0));
        assert_eq!(loss.gradient(target, &scores)?, array![[0.0, 0.0], [0.5, -0.5]]);
    }
    let loss = Criterion::binary(Hinge);
    for target in [Target::from(&[1.0, 0.0]), (&array![[1.0], [0.0]]).into()] {
        assert_eq!(loss.each(target, [[0.5], [0.5]])?, array![0.5, 1.5]);
        assert_eq!(loss.gradient(target, [[0.5], [0.5]])?, array![[-0.5], [0.5]]);
    }
    // A logit may be infinite, a number not.
    let loss = Criterion::binary(BinaryCrossEntropy::from_logits());
    assert_eq!(loss.mean(&[1.0, 0.0], [[INF], [-INF]])?, 0.0);
    let kinds = ["squared", "cross_entropy", "hinge"].map(|name| criterion(name).unwrap());
    let shown = kinds.map(|loss| format!("{loss:?}"));
    let names = ["regression", "classes", "binary"].map(|kind| format!("Criterion::{kind}(..)"));
    assert_eq!(shown, names);
    Ok(())
}

fn words<const N: usize>(case: &Case, key: &str) -> [String; N] {
    case.list(key).try_into().unwrap()
}

fn optimiser(case: &Case) -> Result<Box<dyn Optimiser>, LossError> {
    let (rate, one) = (case.number("rate"), case.number("one"));
    let [name] = words(case, "name");
    Ok(match name.as_str() {
        "sgd" if one == 0.0 => Box::new(Sgd::new(rate)?),
        "sgd" => Box::new(Sgd::new(rate)?.with_momentum(one)?),
        _ => {
            let adam = Adam::new(rate)?.with_betas(one, case.number("two"))?;
            Box::new(adam.with_epsilon(case.number("epsilon"))?)
        }
    })
}

#[test]
fn twenty_steps_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "optimiser") {
        let mut optimiser = optimiser(&case)?;
        let mut parameters = Array1::from_vec(case.list("start"));
        let (gradients, path) = (table(4, case.list("gradients")), table(4, case.list("path")));
        for (step, (gradient, expected)) in
            gradients.rows().into_iter().zip(path.rows()).enumerate()
        {
            optimiser.step(&mut parameters, &gradient.to_owned())?;
            for (computed, expected) in parameters.iter().zip(expected) {
                // A position is what is left of steps of both signs: 13 digits of 1 at least.
                let scale = expected.abs().max(1.0);
                let off = (computed - expected).abs();
                assert!(off <= DIGITS * scale, "step {step}: {computed:e}, expected {expected:e}");
            }
        }
    }
    Ok(())
}

#[test]
fn adams_usual_settings_are_the_papers() -> Result<(), LossError> {
    let spelt = Adam::new(0.001)?.with_betas(0.9, 0.999)?.with_epsilon(1e-8)?;
    assert_eq!(Adam::new(0.001)?, spelt);
    Ok(())
}

#[test]
fn adams_first_step_is_the_rate_for_every_gradient_but_0() -> Result<(), LossError> {
    // By hand: m' = g and v' = g^2 after one step, so that m' / sqrt(v') is the sign of g. The square of
    // 1e-160 has three digits left, that of 1e-162 none, that of 1e160 is infinite.
    let sizes = [5e-324, 1e-310, 1e-162, 1e-161, 1e-160, 1e-3, 1.0, 1e160, f64::MAX];
    let gradient: Array1<f64> = sizes.iter().flat_map(|&size| [size, -size]).chain([0.0]).collect();
    for [beta1, beta2] in [[0.9, 0.999], [0.5, 0.9], [0.0, 0.0], [0.999, 0.3]] {
        let mut adam = Adam::new(0.25)?.with_betas(beta1, beta2)?.with_epsilon(0.0)?;
        let mut x = Array1::zeros(gradient.len());
        adam.step(&mut x, &gradient)?;
        for (place, &moved) in x.iter().enumerate().take(2 * sizes.len()) {
            let rate = if place % 2 == 0 { -0.25 } else { 0.25 };
            assert_close(moved, rate, &format!("{:e}", gradient[place]));
        }
        assert_eq!(x[2 * sizes.len()], 0.0);
    }
    // The second, by hand, for g and then 2 g: m' = (0.1 * 0.9 + 0.1 * 2) / 0.19 = 29 / 19 and
    // v' = (0.001 * 0.999 + 0.001 * 4) / 0.001999 = 4.999 / 1.999, of g and of g^2.
    for size in [1e-200, 1.0, 1e200] {
        let mut adam = Adam::new(0.25)?.with_epsilon(0.0)?;
        let mut x = array![0.0];
        adam.step(&mut x, &array![size])?;
        adam.step(&mut x, &array![2.0 * size])?;
        let expected = -0.25 - 0.25 * (29.0 / 19.0) / (4.999_f64 / 1.999).sqrt();
        assert_close(x[0], expected, &format!("{size:e}"));
    }
    Ok(())
}

// --- the lecture "Neural networks and loss functions" (C.-S. Huang)

#[test]
fn lecture_two_lines_make_xor() -> Result<(), LossError> {
    let each = xor_by_two_lines().forward_each(corners())?;
    assert_eq!(each[0], array![[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1.0, 1.0]]);
    assert_eq!(each[1].column(0), array![0.0, 1.0, 1.0, 0.0]);
    // One line does for the hidden corners, none for the inputs.
    assert!(Perceptron::learn(&each[0], &[0, 1, 1, 0], 100)?.converged);
    assert!(!Perceptron::learn(corners(), &[0, 1, 1, 0], 1000)?.converged);
    Ok(())
}

#[test]
fn lecture_linear_layers_are_one() -> Result<(), LossError> {
    // "W = W4 W3 W2 W1", with biases. Small integers, so that every product is exact.
    let layer = |outputs: usize, inputs: usize, seed: usize| {
        let number = |place: usize| ((7 * place + 3 * seed) % 5) as f64 - 2.0;
        let weights = Array2::from_shape_fn((outputs, inputs), |(row, k)| number(row * inputs + k));
        Layer::new(&weights, Array1::from_shape_fn(outputs, number), Activation::LINEAR)
    };
    let layers = vec![layer(4, 3, 1)?, layer(5, 4, 2)?, layer(3, 5, 3)?, layer(2, 3, 4)?];
    let [w1, w2, w3, w4] = [0, 1, 2, 3].map(|place| layers[place].weights().clone());
    let stack = Network::new(layers)?;
    let one = stack.as_one_layer()?;
    assert_eq!(one.weights(), &w4.dot(&w3).dot(&w2).dot(&w1));
    let x = array![[1.0, -2.0, 3.0], [0.0, 4.0, -1.0]];
    assert_eq!(one.forward(&x)?, stack.forward(&x)?);
    Ok(())
}

/// The lecture's `fast_sigmoid2`, line by line.
#[allow(clippy::all)]
fn fast_sigmoid2(x: f64) -> f64 {
    let mut x = 0.5 * x;
    let mut flag_neg = 0;
    if x < 0.0 {
        x = -x;
        flag_neg = 1;
    }
    let mut z;
    if x < 1.7 {
        z = 1.5 * x / (1.0 + x);
    } else if x < 2.9 {
        z = 0.9444 + 0.0459 * (x - 1.7);
    } else {
        z = 0.9997;
    }
    if flag_neg == 1 {
        z = -z;
    }
    0.5 * (z + 1.0)
}

#[test]
fn lecture_approximate_sigmoid() -> Result<(), LossError> {
    let (code, sigmoid) = (Activation::APPROXIMATE_SIGMOID, Activation::SIGMOID);
    let (mut worst, mut place) = (0.0, 0.0);
    for step in -100_000..=100_000 {
        let x = f64::from(step) / 10_000.0;
        assert_eq!(code.value(x), fast_sigmoid2(x), "at {x}");
        let off = (code.value(x) - sigmoid.value(x)).abs();
        if off > worst {
            (worst, place) = (off, x.abs());
        }
        // The formula agrees with the code up to 5.8, where it forgets to halve.
        if x >= 0.0 {
            let printed = printed_sigmoid(x)?;
            assert_eq!(printed, if x < 5.8 { code.value(x) } else { 0.9997 }, "at {x}");
        }
    }
    assert_eq!((format!("{worst:.4}"), format!("{place:.3}")), ("0.0276".into(), "0.539".into()));
    assert_eq!(code.value(5.8), 0.99985);
    assert_eq!(code.value(-5.8), 0.5 * (1.0 - 0.9997));
    // By hand: 1.5 * 1.7 / 2.7 = 0.94444.., and 0.9444 + 0.0459 * 1.2 = 0.99948; halves of their
    // distances to 0.9444 and to 0.9997.
    for (edge, jump) in [(3.4, -0.0000222222222), (5.8, 0.00011)] {
        for sign in [1.0, -1.0] {
            let found = code.value(sign * edge) - code.value(sign * (edge - 1e-13));
            assert!((found - sign * jump).abs() < 1e-12, "{found} at {edge}");
        }
    }
    Ok(())
}

#[test]
fn lecture_selu_keeps_mean_and_variance() -> Result<(), LossError> {
    // Integrals over a standard normal input, by mpmath; here by Simpson's rule on both sides of 0.
    for case in golden::cases(GOLDEN, "selu_moments") {
        let selu = Activation::selu_rounded(case.number("decimals") as usize)?;
        let (mean, square) = moments(&selu);
        let what = format!("{selu}");
        assert!((mean - case.number("mean")).abs() < 1e-12, "mean of {what}: {mean}");
        let variance = square - mean * mean;
        assert!((variance - case.number("variance")).abs() < 1e-12, "variance of {what}");
    }
    let (mean, square) = moments(&Activation::SELU);
    assert!(mean.abs() < 1e-13 && (square - 1.0).abs() < 1e-13, "{mean} {square}");
    Ok(())
}

/// Mean and mean square of the activation of a standard normal input.
fn moments(activation: &Activation) -> (f64, f64) {
    let (steps, end) = (20_000, 12.0);
    let width = end / f64::from(steps);
    let mut sums = (0.0, 0.0);
    for side in [-1.0, 1.0] {
        for step in 0..=steps {
            let weight = match step {
                _ if step == 0 || step == steps => 1.0,
                _ if step % 2 == 1 => 4.0,
                _ => 2.0,
            };
            let x = side * width * f64::from(step);
            let density = (-0.5 * x * x).exp() / (2.0 * std::f64::consts::PI).sqrt();
            let value = activation.value(x);
            sums.0 += weight * value * density * width / 3.0;
            sums.1 += weight * value * value * density * width / 3.0;
        }
    }
    sums
}

#[test]
fn lecture_constants() -> Result<(), LossError> {
    assert_eq!(SELU_ALPHA.to_string(), "1.6732632423543772");
    assert_eq!(SELU_SCALE.to_string(), "1.0507009873554805");
    let shown = [0, 1, 4].map(|k| Activation::selu_rounded(k).unwrap().to_string());
    assert_eq!(shown, ["SELU(2, 1)", "SELU(1.7, 1.1)", "SELU(1.6733, 1.0507)"]);
    assert_eq!(Activation::selu_rounded(16)?, Activation::SELU);
    assert_ne!(Activation::selu_rounded(14)?, Activation::SELU);
    Ok(())
}

#[test]
fn lecture_descent_on_the_square_and_on_the_absolute_value() -> Result<(), LossError> {
    // "Gradient update": x - r f'(x), r = 0.3, from 2; the network being one weight, the input 1.
    for (loss, printed) in [
        (
            "squared",
            ["0.800000", "0.320000", "0.128000", "0.051200", "0.020480", "0.008192", "0.003277"],
        ),
        (
            "absolute",
            ["1.700000", "1.400000", "1.100000", "0.800000", "0.500000", "0.200000", "-0.100000"],
        ),
    ] {
        let loss = criterion(loss)?;
        let mut x = array![2.0];
        let mut descent = Sgd::new(0.3)?;
        for expected in printed {
            let (_, slope) = loss.mean_and_gradient(&[0.0], &array![[x[0]]])?;
            descent.step(&mut x, &slope.column(0).to_owned())?;
            assert_eq!(format!("{:.6}", x[0]), expected);
        }
    }
    Ok(())
}

// --- PyTorch

#[test]
fn activations_agree_with_pytorch() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "torch_activation") {
        let activation = unit(&case);
        let x: Vec<f64> = case.list("x");
        let what = format!("{activation}");
        // PyTorch's exp is good to a few units of the last digit, its slopes of tanh are 1 - tanh^2.
        all_near(&activation.map(&x)?, &case.list("values"), 1e-15, &what);
        all_near(
            &activation.derivatives(&x)?,
            &case.list("slopes"),
            1e-15,
            &format!("slope of {what}"),
        );
    }
    Ok(())
}

#[test]
fn gradients_and_training_agree_with_pytorch() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "torch_network") {
        let (hidden, [name]) = (unit(&case), words(&case, "loss"));
        let what = format!("{name} of {hidden}");
        let parameters: Vec<f64> = case.list("parameters");
        let start = network(&[3, 5, 4, outputs(&name)], hidden, &parameters);
        let x = table(3, case.list("x"));
        let targets = Targets::new(case.list("numbers"), case.list("labels"));
        let (loss, target) = (criterion(&name)?, targets.of(&name));
        let (mean, gradient) = start.mean_and_gradient(&loss, &x, target)?;
        assert_close(mean, case.number("mean"), &what);
        all_near(&gradient, &case.list("gradient"), 1e-13, &what);

        if hidden == Activation::rrelu(1.0 / 8.0, 1.0 / 3.0)? {
            continue; // Training draws, and nobody draws alike.
        }
        let optimisers: [(&str, Box<dyn Optimiser>); 2] = [
            ("sgd", Box::new(Sgd::new(0.05)?.with_momentum(0.9)?)),
            ("adam", Box::new(Adam::new(0.01)?)),
        ];
        for (kind, mut optimiser) in optimisers {
            let what = format!("{what} by {kind}");
            let mut trained = start.clone();
            let training = Training::epochs(20)?;
            let history = trained.train(&loss, &x, target, &mut *optimiser, &training)?;
            // 1e-12: twenty steps, each on the rounding of the one before.
            let expected: Vec<f64> = case.list(&format!("{kind}_history"));
            all_near(&Array1::from_vec(history), &expected, 1e-12, &what);
            let expected: Vec<f64> = case.list(&format!("{kind}_parameters"));
            all_near(&trained.parameters(), &expected, 1e-12, &what);
        }
    }
    Ok(())
}
