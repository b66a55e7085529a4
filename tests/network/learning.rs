//! What is learnt, and what cannot be.

use super::*;

fn right(network: &Network) -> Result<usize, LossError> {
    let logits = network.forward(corners())?;
    Ok(logits.iter().zip(XOR).filter(|&(&logit, y)| (logit > 0.0) == (y == 1.0)).count())
}

#[test]
fn xor_is_learnt_with_a_hidden_layer_and_not_without() -> Result<(), LossError> {
    let loss = criterion("binary_cross_entropy")?;
    for seed in 0..8 {
        let mut network = Network::random(&[2, 8, 1], Activation::TANH, seed)?;
        let (mut adam, training) = (Adam::new(0.05)?, Training::epochs(400)?);
        let history = network.train(&loss, corners(), &XOR, &mut adam, &training)?;
        assert_eq!(history.len(), 400);
        assert!(network.mean(&loss, corners(), &XOR)? < 0.05, "seed {seed}: {:?}", history.last());
        assert_eq!(right(&network)?, 4, "seed {seed}");

        // One unit: by symmetry the best that it can do is to say nothing, which costs ln 2.
        let mut unit = Network::random(&[2, 1], Activation::TANH, seed)?;
        let training = Training::epochs(4000)?;
        unit.train(&loss, corners(), &XOR, &mut Sgd::new(0.5)?, &training)?;
        assert!((unit.mean(&loss, corners(), &XOR)? - 2.0_f64.ln()).abs() < 1e-9);
        assert!(right(&unit)? < 4);
    }
    Ok(())
}

#[test]
fn a_linear_unit_is_the_line_of_least_squares() -> Result<(), LossError> {
    let line = data::line_with_outliers(3, 40, 0)?;
    // The normal equations, by hand: covariance over variance.
    let (x_mean, y_mean) = (line.x.mean().unwrap(), line.y.mean().unwrap());
    let (dx, dy) = (&line.x - x_mean, &line.y - y_mean);
    let slope = dx.dot(&dy) / dx.dot(&dx);
    let mut unit = Network::random(&[1, 1], Activation::LINEAR, 1)?;
    let x = line.x.clone().insert_axis(Axis(1));
    let (mut sgd, training) = (Sgd::new(0.01)?.with_momentum(0.9)?, Training::epochs(3000)?);
    unit.train(&criterion("squared")?, &x, &line.y, &mut sgd, &training)?;
    let found = unit.parameters();
    assert!((found[0] - slope).abs() < 1e-10, "{found}");
    assert!((found[1] - (y_mean - slope * x_mean)).abs() < 1e-9, "{found}");
    Ok(())
}

#[test]
fn a_wrong_and_certain_sample_teaches_little_by_its_squared_error() -> Result<(), LossError> {
    // "Can MSE be a loss for classification?" A logit of -10 for a positive sample; by hand the slopes
    // are 2 (p - 1) p (1 - p), nearly 0, and p - 1, nearly -1.
    let p = 1.0 / (1.0 + 10.0_f64.exp());
    let x = array![[1.0]];
    let layer = |activation| Layer::new(&array![[-10.0]], [0.0], activation);
    let squared = Network::new(vec![layer(Activation::SIGMOID)?])?;
    let gradient = squared.gradient(&criterion("squared")?, &x, &[1.0])?;
    assert_close(gradient[0], 2.0 * (p - 1.0) * p * (1.0 - p), "squared error");
    let entropy = Network::new(vec![layer(Activation::LINEAR)?])?;
    let gradient = entropy.gradient(&criterion("binary_cross_entropy")?, &x, &[1.0])?;
    assert_close(gradient[0], p - 1.0, "cross-entropy");
    Ok(())
}

#[test]
fn several_classes_are_learnt_in_batches() -> Result<(), LossError> {
    // Three quarters of a turn each: class k around the angle of 120 k degrees.
    let n = 150;
    let x = Array2::from_shape_fn((n, 2), |(row, column)| {
        let angle = 2.0 * std::f64::consts::PI * (row % 3) as f64 / 3.0 + 0.4 * (row as f64).sin();
        if column == 0 { angle.cos() } else { angle.sin() }
    });
    let labels: Vec<usize> = (0..n).map(|row| row % 3).collect();
    let mut network = Network::random(&[2, 12, 3], Activation::prelu(0.25)?, 4)?;
    let training = Training::epochs(60)?.with_batches(32)?.with_seed(9);
    let loss = criterion("cross_entropy")?;
    let start = network.clone();
    let history = network.train(&loss, &x, &labels, &mut Adam::new(0.02)?, &training)?;
    assert!(history[59] < 0.05 * history[0], "{history:?}");
    assert_eq!(error_rate(&labels, &decide(&network.forward(&x)?)?)?, 0.0);
    assert_ne!(network.layers()[0].activation().learnt(), Some(0.25));

    // The same seed goes the same way, another one another.
    let again = |training: &Training| -> Result<Vec<f64>, LossError> {
        start.clone().train(&loss, &x, &labels, &mut Adam::new(0.02)?, training)
    };
    assert_eq!(again(&training)?, history);
    assert_ne!(again(&training.with_seed(8))?, history);
    Ok(())
}

#[test]
fn an_epoch_sees_every_sample_once() -> Result<(), LossError> {
    // With a rate that moves nothing, every epoch's loss is the network's, whatever the batches: 10
    // samples in batches of 4, 4 and 2.
    let x = Array2::from_shape_fn((10, 2), |(row, column)| (row * row + column) as f64 / 10.0);
    let targets = Targets::new((0..20).map(f64::from).collect(), (0..10).map(|k| k % 2).collect());
    for loss in LOSSES {
        let mut network = Network::random(&[2, 3, outputs(loss)], Activation::TANH, 5)?;
        let (criterion, target) = (criterion(loss)?, targets.of(loss));
        let expected = network.mean(&criterion, &x, target)?;
        let training = Training::epochs(5)?.with_batches(4)?;
        let history = network.train(&criterion, &x, target, &mut Sgd::new(1e-300)?, &training)?;
        for mean in history {
            assert_close(mean, expected, loss);
        }
        // Batches that hold everything are the whole.
        let whole = [
            Training::epochs(5)?,
            Training::epochs(5)?.with_batches(10)?,
            Training::epochs(5)?.with_batches(11)?,
        ];
        let [a, b, c] = whole.map(|training| {
            let mut network = network.clone();
            network.train(&criterion, &x, target, &mut Sgd::new(0.01).unwrap(), &training).unwrap();
            network
        });
        assert!(a == b && b == c && a != network);
    }
    Ok(())
}

#[test]
fn training_may_go_on() -> Result<(), LossError> {
    let loss = criterion("binary_cross_entropy")?;
    let whole = {
        let mut network = Network::random(&[2, 4, 1], Activation::TANH, 3)?;
        let history =
            network.train(&loss, corners(), &XOR, &mut Adam::new(0.05)?, &Training::epochs(30)?)?;
        (network, history)
    };
    let mut network = Network::random(&[2, 4, 1], Activation::TANH, 3)?;
    let (mut adam, mut history) = (Adam::new(0.05)?, Vec::new());
    for _ in 0..3 {
        history.extend(network.train(&loss, corners(), &XOR, &mut adam, &Training::epochs(10)?)?);
    }
    assert_eq!((network, history), whole);
    Ok(())
}

#[test]
fn randomised_relu_draws_in_training_only() -> Result<(), LossError> {
    // One unit, its sum -1: the value is -a, the loss a^2, its slope in the weight 2 a^2.
    let (lower, upper) = (1.0 / 8.0, 1.0 / 3.0);
    let layer = Layer::new(&array![[1.0]], [0.0], Activation::rrelu(lower, upper)?)?;
    let start = Network::new(vec![layer])?;
    let (x, loss) = (array![[-1.0]], criterion("squared")?);
    let mean = (lower + upper) / 2.0;
    assert_close(start.mean(&loss, &x, &[0.0])?, mean * mean, "outside of training");

    let mut network = start.clone();
    let training = Training::epochs(4000)?.with_seed(2);
    let history = network.train(&loss, &x, &[0.0], &mut Sgd::new(1e-300)?, &training)?;
    let drawn: Vec<f64> = history.iter().map(|loss| loss.sqrt()).collect();
    assert!(drawn.iter().all(|a| (lower..upper).contains(a)));
    // Mean and variance of U(lower, upper), to five standard errors.
    let deviation = (upper - lower) / 12.0_f64.sqrt();
    let found = drawn.iter().sum::<f64>() / 4000.0;
    assert!((found - mean).abs() < 5.0 * deviation / 4000.0_f64.sqrt(), "{found}");
    let spread = drawn.iter().map(|a| (a - mean).powi(2)).sum::<f64>() / 4000.0;
    assert!((spread / deviation.powi(2) - 1.0).abs() < 0.08, "{spread}");

    // The slope is that of the value that was drawn.
    let mut network = start.clone();
    let history = network.train(&loss, &x, &[0.0], &mut Sgd::new(0.25)?, &Training::epochs(1)?)?;
    assert_close(network.parameters()[0], 1.0 - 0.25 * 2.0 * history[0], "the weight");
    Ok(())
}

#[test]
fn initial_weights_have_the_spread_of_their_name() -> Result<(), LossError> {
    // Variances by the papers' formulas. 120,000 weights: a variance is known to about 0.4 %
    // (normal), five times which is allowed.
    let (inputs, outputs) = (300_usize, 400_usize);
    let (fan_in, fans) = (300.0, 700.0);
    for (activation, start, variance) in [
        (Activation::TANH, Initialisation::GlorotUniform, 2.0 / fans),
        (Activation::RELU, Initialisation::HeNormal, 2.0 / fan_in),
        (Activation::leaky_relu(0.5)?, Initialisation::HeNormal, 2.0 / (1.25 * fan_in)),
        (Activation::prelu(0.25)?, Initialisation::HeNormal, 2.0 / (1.0625 * fan_in)),
        (Activation::SELU, Initialisation::LeCunNormal, 1.0 / fan_in),
    ] {
        assert_eq!(activation.initialisation(), start);
        let layer = Layer::random(inputs, outputs, activation, 11)?;
        assert_eq!(layer.clone().with_initialisation(start, 11)?, layer);
        let weights = layer.weights();
        assert_eq!(weights.dim(), (outputs, inputs));
        let (mean, spread) = (weights.mean().unwrap(), weights.var(0.0));
        assert!((spread / variance - 1.0).abs() < 0.02, "{start:?}: {spread}, expected {variance}");
        assert!(mean.abs() < 5.0 * (variance / 120_000.0).sqrt(), "{start:?}: mean {mean}");
        assert_eq!(layer.bias(), &Array1::<f64>::zeros(outputs));
        // Three standard deviations: normal weights go beyond, uniform ones do not.
        let far = weights.iter().any(|weight| weight.abs() > 3.0 * variance.sqrt());
        assert_eq!(far, start != Initialisation::GlorotUniform);
        assert_ne!(layer, Layer::random(inputs, outputs, activation, 12)?);
    }
    Ok(())
}

// --- the perceptron

#[test]
fn a_perceptron_counts_its_mistakes() -> Result<(), LossError> {
    // OR of the corners, by hand, the sums being w x + b and 0 counting as 1:
    // epoch 1: (0,0) 0 -> b -1; (0,1) -1 -> w (0,1), b 0; (1,0) 0 right; (1,1) 1 right
    // epoch 2: (0,0) 0 -> b -1; (0,1) 0 right; (1,0) -1 -> w (1,1), b 0; (1,1) right
    // epoch 3: (0,0) 0 -> b -1; (0,1) 0, (1,0) 0, (1,1) 1 right
    // epoch 4: none
    let fit = Perceptron::learn(corners(), &[0, 1, 1, 1], 10)?;
    assert_eq!(fit.mistakes, [2, 2, 1, 0]);
    assert_eq!(fit.perceptron, Perceptron::new([1.0, 1.0], -1.0)?);
    assert!(fit.converged);
    // Stopped one epoch short, it is right and does not know it.
    let short = Perceptron::learn(corners(), &[0, 1, 1, 1], 3)?;
    assert_eq!((short.mistakes.len(), short.converged), (3, false));
    assert_eq!(short.perceptron, fit.perceptron);
    Ok(())
}

proptest! {
    #[test]
    fn a_perceptron_converges_within_novikoffs_bound(
        direction in vec(-1.0..1.0_f64, 3), bias in -0.5..0.5_f64, points in vec(vec(-2.0..2.0_f64, 3), 1..60),
    ) {
        let plane: Vec<f64> = direction.iter().copied().chain([bias]).collect();
        let length = plane.iter().map(|w| w * w).sum::<f64>().sqrt();
        prop_assume!(length > 0.1);
        let signed = |x: &Vec<f64>| (x.iter().zip(&direction).map(|(x, w)| x * w).sum::<f64>() + bias) / length;
        // Points that keep a distance of 0.1 from the plane.
        let kept: Vec<Vec<f64>> = points.into_iter().filter(|x| signed(x).abs() > 0.1).collect();
        prop_assume!(!kept.is_empty());
        let labels: Vec<usize> = kept.iter().map(|x| usize::from(signed(x) > 0.0)).collect();
        let gamma = kept.iter().map(|x| signed(x).abs()).fold(INF, f64::min);
        let reach = kept.iter().map(|x| 1.0 + x.iter().map(|x| x * x).sum::<f64>()).fold(0.0, f64::max).sqrt();
        let bound = (reach / gamma).powi(2);

        let x = table(3, kept.concat());
        let fit = Perceptron::learn(&x, &labels, bound as usize + 1)?;
        prop_assert!(fit.converged);
        let mistakes: usize = fit.mistakes.iter().sum();
        prop_assert!(mistakes as f64 <= bound, "{mistakes} mistakes, bound {bound}");
        prop_assert_eq!(fit.perceptron.decide(&x)?, labels);
    }
}

#[test]
fn a_perceptron_is_a_network_of_one_step() -> Result<(), LossError> {
    let perceptron = Perceptron::new([0.75, -1.5], 0.25)?;
    let layer = Layer::new(&array![[0.75, -1.5]], [0.25], Activation::STEP)?;
    let x = array![[1.0, 0.0], [-1.0, 0.5], [0.5, 0.4], [1.0, 2.0 / 3.0]];
    let steps = layer.forward(&x)?;
    for (decision, step) in perceptron.decide(&x)?.into_iter().zip(steps.column(0)) {
        assert_eq!(decision as f64, *step);
    }
    assert_eq!(perceptron.sums(&x)?[0], 1.0);
    Ok(())
}
