//! What is refused, and in which words.

use std::fmt::Debug;

use super::*;

#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

const NONE: [f64; 0] = [];

#[test]
fn parameters_of_activations() {
    for (value, shown) in [(NAN, "NaN"), (INF, "inf"), (-INF, "-inf")] {
        let text = format!("a = {shown} is not allowed (a finite)");
        refused(Activation::leaky_relu(value), &text);
        refused(Activation::prelu(value), &text);
        let text = format!("lower = {shown} is not allowed (lower finite)");
        refused(Activation::rrelu(value, 0.5), &text);
        let text = format!("upper = {shown} is not allowed (upper finite)");
        refused(Activation::rrelu(0.5, value), &text);
    }
    refused(Activation::rrelu(0.5, 0.25), "upper - lower = -0.25 is not allowed (lower <= upper)");
    for (value, shown) in [(NAN, "NaN"), (INF, "inf"), (-1.0, "-1")] {
        let text = format!("alpha = {shown} is not allowed (alpha >= 0 and finite)");
        refused(Activation::elu(value), &text);
    }
    for (value, shown) in [(17, "17"), (usize::MAX, "1.8446744073709552e19")] {
        let text = format!("decimals = {shown} is not allowed (decimals <= 16)");
        refused(Activation::selu_rounded(value), &text);
    }
}

#[test]
fn numbers_of_activations() {
    for activation in activations() {
        for (x, text) in [
            (&NONE[..], "x is empty (at least 1 value is needed)"),
            (&[0.0, NAN], "x[1] = NaN is not finite"),
            (&[-INF, NAN], "x[0] = -inf is not finite"),
        ] {
            refused(activation.map(x), text);
            refused(activation.derivatives(x), text);
        }
    }
    refused(printed_sigmoid(NAN), "x = NaN is not finite");
    refused(printed_sigmoid(INF), "x = inf is not finite");
    let text = "x = -1e-9 is not allowed (x >= 0: the formula leaves out x < 0)";
    refused(printed_sigmoid(-1e-9), text);
}

#[test]
fn perceptrons() -> Result<(), LossError> {
    refused(Perceptron::new(NONE, 0.0), "weights is empty (at least 1 value is needed)");
    refused(Perceptron::new([0.0, NAN], 0.0), "weights[1] = NaN is not finite");
    refused(Perceptron::new([0.0], INF), "bias = inf is not finite");
    let perceptron = Perceptron::new([1e308, 1e308], 0.0)?;
    for (x, text) in [
        (Array2::zeros((0, 2)), "x is empty (at least 1 value is needed)"),
        (array![[0.0, NAN]], "x[0, 1] = NaN is not finite"),
        (array![[0.0]], "a row of x has 1 values and weights 2 (they must be equal)"),
        (array![[0.0, 0.0], [1.0, 1.0]], "sum[1] = inf is not finite"),
    ] {
        refused(perceptron.sums(&x), text);
        refused(perceptron.decide(&x), text);
    }
    let good = corners();
    for (x, labels, epochs, text) in [
        (Array2::zeros((0, 2)), vec![], 9, "x is empty (at least 1 value is needed)"),
        (good.clone(), vec![], 9, "labels is empty (at least 1 value is needed)"),
        (
            good.clone(),
            vec![0; 3],
            9,
            "labels has 3 values and a column of x 4 (they must be equal)",
        ),
        (
            good.clone(),
            vec![0, 1, 2, 0],
            9,
            "labels[2] = 2 is out of range (0 <= label < 2 classes)",
        ),
        (good.clone(), vec![0; 4], 0, "max_epochs = 0 is not allowed (max_epochs >= 1)"),
        (array![[0.0, INF]], vec![0], 9, "x[0, 1] = inf is not finite"),
        (array![[-1e308], [1e308], [1e308]], vec![0, 0, 1], 9, "sum[1] = inf is not finite"),
    ] {
        refused(Perceptron::learn(&x, &labels, epochs), text);
    }
    Ok(())
}

#[test]
fn layers() -> Result<(), LossError> {
    let linear = Activation::LINEAR;
    for (weights, bias, text) in [
        (Array2::zeros((0, 2)), vec![], "weights is empty (at least 1 value is needed)"),
        (Array2::zeros((2, 0)), vec![0.0; 2], "weights is empty (at least 1 value is needed)"),
        (array![[1.0, NAN]], vec![0.0], "weights[0, 1] = NaN is not finite"),
        (array![[1.0, 2.0]], vec![], "bias is empty (at least 1 value is needed)"),
        (
            array![[1.0, 2.0]],
            vec![0.0; 2],
            "a column of weights has 1 values and bias 2 (they must be equal)",
        ),
        (array![[1.0], [2.0]], vec![0.0, INF], "bias[1] = inf is not finite"),
    ] {
        refused(Layer::new(&weights, &bias, linear), text);
    }
    for (inputs, outputs, text) in [
        (0, 1, "inputs = 0 is not allowed (inputs >= 1)"),
        (1, 0, "outputs = 0 is not allowed (outputs >= 1)"),
        (MOST_WEIGHTS, 2, "weights of shape [2, 10000000] does not fit into memory"),
        (2, usize::MAX, "weights of shape [18446744073709551615, 2] does not fit into memory"),
    ] {
        for activation in [linear, Activation::RELU, Activation::SELU] {
            refused(Layer::random(inputs, outputs, activation, 1), text);
        }
    }
    let layer = Layer::new(&array![[1e308, 1e308]], [0.0], Activation::SIGMOID)?;
    for (x, text) in [
        (Array2::zeros((0, 2)), "x is empty (at least 1 value is needed)"),
        (array![[0.0, INF]], "x[0, 1] = inf is not finite"),
        (array![[0.0]], "a row of x has 1 values and a row of weights 2 (they must be equal)"),
        // The sigmoid of infinity would be 1.
        (array![[0.0, 0.0], [1.0, 1.0]], "unit[0, 1, 0] = inf is not finite"),
    ] {
        refused(layer.forward(&x), text);
        refused(Network::new(vec![layer.clone()])?.forward(&x), text);
        refused(Network::new(vec![layer.clone()])?.forward_each(&x), text);
    }
    // The sum fits, its value does not.
    let steep = Layer::new(&array![[1e200]], [0.0], Activation::leaky_relu(1e200)?)?;
    refused(steep.forward(&array![[-1.0]]), "unit[0, 0, 0] = -inf is not finite");
    // A hundred thousand units for two thousand samples: not even tried.
    let wide = Layer::random(1, 100_000, linear, 1)?;
    let text = "units of shape [2000, 100000] does not fit into memory";
    refused(wide.forward(Array2::zeros((2000, 1))), text);
    Ok(())
}

#[test]
fn networks() -> Result<(), LossError> {
    let relu = Activation::RELU;
    refused(Network::new(vec![]), "layers is empty (at least 1 value is needed)");
    let layer = |inputs, outputs| Layer::random(inputs, outputs, relu, 1);
    refused(
        Network::new(vec![layer(2, 3)?, layer(4, 1)?]),
        "a layer's output has 3 values and the next one's input 4 (they must be equal)",
    );
    let text = "number of sizes = 1 is not allowed (inputs and outputs at least)";
    refused(Network::random(&[3], relu, 1), text);
    refused(Network::random(&[2, 0, 1], relu, 1), "outputs = 0 is not allowed (outputs >= 1)");
    refused(
        Network::random(&[2, 1 << 40, 1], relu, 1),
        "weights of shape [1099511627776, 2] does not fit into memory",
    );
    let network = Network::random(&[2, 3, 1], relu, 1)?;
    for (parameters, text) in [
        (vec![], "parameters is empty (at least 1 value is needed)"),
        (vec![0.0; 12], "parameters has 12 values and this network 13 (they must be equal)"),
        (vec![NAN; 13], "parameters[0] = NaN is not finite"),
    ] {
        refused(network.with_parameters(&parameters), text);
    }
    refused(network.as_one_layer(), "layers[0] is not linear (only linear layers make one layer)");
    let huge = Layer::new(&array![[1e200]], [0.0], Activation::LINEAR)?;
    refused(
        Network::new(vec![huge.clone(), huge])?.as_one_layer(),
        "weights[0, 0] = inf is not finite",
    );
    let (one, other) = (
        Layer::random(20_000, 1, Activation::LINEAR, 1)?,
        Layer::random(1, 20_000, Activation::LINEAR, 1)?,
    );
    let text = "weights of shape [20000, 20000] does not fit into memory";
    refused(Network::new(vec![one, other])?.as_one_layer(), text);
    Ok(())
}

/// Every way to ask a criterion, alone and at the output of a network that changes nothing.
#[track_caller]
fn criterion_refuses(loss: &str, target: Target, prediction: &Array2<f64>, text: &str) {
    let loss = criterion(loss).unwrap();
    refused(loss.mean(target, prediction), text);
    refused(loss.mean_and_gradient(target, prediction), text);
    let width = prediction.ncols();
    if prediction.is_empty() || prediction.iter().any(|value| !value.is_finite()) {
        return;
    }
    let same = Layer::new(Array2::eye(width), vec![0.0; width], Activation::LINEAR).unwrap();
    let mut same = Network::new(vec![same]).unwrap();
    refused(same.mean(&loss, prediction, target), text);
    refused(same.gradient(&loss, prediction, target), text);
    refused(same.mean_and_gradient(&loss, prediction, target), text);
    for training in
        [Training::epochs(2).unwrap(), Training::epochs(2).unwrap().with_batches(1).unwrap()]
    {
        let mut descent = Sgd::new(0.1).unwrap();
        refused(same.train(&loss, prediction, target, &mut descent, &training), text);
    }
}

#[test]
fn targets() {
    let (one, two) = (array![[0.5], [1.5]], array![[0.5, 1.5], [2.5, 3.5]]);
    let (infinite, short) = (array![[1.0, 0.0], [INF, 0.0]], array![[0.5, 0.5], [0.5, 0.4]]);
    let regression: [(Target, &Array2<f64>, &str); 10] = [
        (
            (&[0, 1]).into(),
            &two,
            "target is labels (this loss needs numbers [n] or a table [n, outputs])",
        ),
        ((&NONE).into(), &one, "target is empty (at least 1 value is needed)"),
        ((&[1.0, NAN]).into(), &one, "target[1] = NaN is not finite"),
        ((&infinite).into(), &two, "target[1, 0] = inf is not finite"),
        ((&[1.0, 1.0]).into(), &array![[0.5], [-INF]], "prediction[1, 0] = -inf is not finite"),
        (
            (&[1.0]).into(),
            &Array2::zeros((0, 1)),
            "prediction is empty (at least 1 value is needed)",
        ),
        (
            (&[1.0]).into(),
            &one,
            "target has the shape [1, 1] and prediction [2, 1] (they must be equal)",
        ),
        (
            (&[1.0, 2.0]).into(),
            &two,
            "target has the shape [2, 1] and prediction [2, 2] (they must be equal)",
        ),
        (
            (&one).into(),
            &two,
            "target has the shape [2, 1] and prediction [2, 2] (they must be equal)",
        ),
        (
            (&two).into(),
            &one,
            "target has the shape [2, 2] and prediction [2, 1] (they must be equal)",
        ),
    ];
    for loss in &LOSSES[..6] {
        for (target, prediction, text) in regression {
            criterion_refuses(loss, target, prediction, text);
        }
    }
    let no_labels: [usize; 0] = [];
    let classes: [(Target, &Array2<f64>, &str); 6] = [
        (
            (&[0.0, 1.0]).into(),
            &two,
            "target is numbers [n] (this loss needs labels or a table of shares [n, classes])",
        ),
        ((&no_labels).into(), &two, "target is empty (at least 1 value is needed)"),
        (
            (&[0]).into(),
            &two,
            "target has 1 values and a column of prediction 2 (they must be equal)",
        ),
        ((&[0, 2]).into(), &two, "target[1] = 2 is out of range (0 <= label < 2 classes)"),
        ((&short).into(), &two, "target[1] sums to 0.9 (a distribution sums to 1)"),
        ((&[0, 1]).into(), &array![[0.5, 1.5], [NAN, 3.5]], "prediction[1, 0] = NaN is not finite"),
    ];
    for loss in &LOSSES[6..9] {
        for (target, prediction, text) in classes {
            criterion_refuses(loss, target, prediction, text);
        }
    }
    let binary: [(Target, &Array2<f64>, &str); 6] = [
        ((&[0, 1]).into(), &one, "target is labels (this loss needs numbers [n])"),
        ((&[1.0, NAN]).into(), &one, "target[1] = NaN is not finite"),
        ((&[1.0, -1.0]).into(), &one, "target[1] = -1 is not a probability (0 <= p <= 1)"),
        (
            (&[1.0]).into(),
            &one,
            "target has the shape [1, 1] and prediction [2, 1] (they must be equal)",
        ),
        (
            (&[1.0, 0.0]).into(),
            &two,
            "target has the shape [2, 1] and prediction [2, 2] (they must be equal)",
        ),
        (
            (&two).into(),
            &two,
            "a row of prediction has 2 values and what a binary loss reads 1 (they must be equal)",
        ),
    ];
    for loss in &LOSSES[9..] {
        for (target, prediction, text) in binary {
            criterion_refuses(loss, target, prediction, text);
        }
    }
}

#[test]
fn optimisers() -> Result<(), LossError> {
    for (value, shown) in [(0.0, "0"), (-0.5, "-0.5"), (NAN, "NaN"), (INF, "inf")] {
        let text = format!("rate = {shown} is not allowed (rate > 0 and finite)");
        refused(Sgd::new(value), &text);
        refused(Adam::new(value), &text);
    }
    for (value, shown) in [(1.0, "1"), (-0.5, "-0.5"), (NAN, "NaN"), (INF, "inf")] {
        let rule = |name: &str| format!("{name} = {shown} is not allowed (0 <= {name} < 1)");
        refused(Sgd::new(0.1)?.with_momentum(value), &rule("momentum"));
        refused(Adam::new(0.1)?.with_betas(value, 0.5), &rule("beta1"));
        refused(Adam::new(0.1)?.with_betas(0.5, value), &rule("beta2"));
    }
    for (value, shown) in [(-0.5, "-0.5"), (NAN, "NaN"), (INF, "inf")] {
        let text = format!("epsilon = {shown} is not allowed (epsilon >= 0 and finite)");
        refused(Adam::new(0.1)?.with_epsilon(value), &text);
    }
    refused(Training::epochs(0), "epochs = 0 is not allowed (epochs >= 1)");
    refused(
        Training::epochs(1)?.with_batches(0),
        "batch size = 0 is not allowed (batch size >= 1)",
    );
    Ok(())
}

#[test]
fn steps() -> Result<(), LossError> {
    let fresh: [Box<dyn Optimiser>; 2] =
        [Box::new(Sgd::new(1.0)?.with_momentum(0.5)?), Box::new(Adam::new(1.0)?)];
    for mut optimiser in fresh {
        let mut used = array![0.0, 0.0];
        optimiser.step(&mut used, &array![1.0, 1.0])?;
        let before = used.clone();
        for (gradient, text) in [
            (vec![], "gradient is empty (at least 1 value is needed)"),
            (vec![1.0], "parameters has 2 values and gradient 1 (they must be equal)"),
            (vec![1.0, NAN], "gradient[1] = NaN is not finite"),
            (vec![-INF, 1.0], "gradient[0] = -inf is not finite"),
        ] {
            refused(optimiser.step(&mut used, &Array1::from_vec(gradient)), text);
            assert_eq!(used, before);
        }
        let (mut three, mut bad) = (Array1::zeros(3), array![0.0, INF]);
        let text = "gradient has 3 values and the last step's gradient 2 (they must be equal)";
        refused(optimiser.step(&mut three, &Array1::ones(3)), text);
        refused(optimiser.step(&mut bad, &Array1::ones(2)), "parameters[1] = inf is not finite");
    }
    // A step that leads nowhere changes nothing, and the next one is as if it had not been tried.
    let mut sgd = Sgd::new(10.0)?.with_momentum(0.5)?;
    let mut x = array![0.0, 1.0];
    let (kept, before) = (sgd.clone(), x.clone());
    refused(sgd.step(&mut x, &array![1.0, 1e308]), "parameters[1] = -inf is not finite");
    assert_eq!((&sgd, &x), (&kept, &before));
    let mut adam = Adam::new(1.7e308)?;
    let (kept, mut far) = (adam.clone(), array![0.0, 1.7e308]);
    refused(adam.step(&mut far, &array![1.0, -1.0]), "parameters[1] = inf is not finite");
    assert_eq!((&adam, &far), (&kept, &array![0.0, 1.7e308]));
    Ok(())
}

#[test]
fn diverging_training_says_when_and_loses_nothing() -> Result<(), LossError> {
    // By hand: x = 1, target 0. The slope of (w + b)^2 in either is 2 (w + b), so with the rate 10 a
    // step multiplies w + b, which starts at 1, by 1 - 2 * 10 * 2 = -39. Its square overflows when it
    // is 1.34e154, after ln(1.34e154) / ln(39) steps; the next one finds it.
    let line = Network::random(&[1, 1], Activation::LINEAR, 1)?.with_parameters([1.0, 0.0])?;
    let loss = criterion("squared")?;
    let mut network = line.clone();
    let steps = (1.340_780_792_994_259_7e154_f64.ln() / 39.0_f64.ln()).ceil() as usize + 1;
    refused(
        network.train(&loss, &array![[1.0]], &[0.0], &mut Sgd::new(10.0)?, &Training::epochs(999)?),
        &format!(
            "training diverged at step {steps}: loss = inf is not finite (the network is as before; try a smaller rate)"
        ),
    );
    assert_eq!(network, line);
    // A unit.
    let two = Network::random(&[1, 1, 1], Activation::LINEAR, 1)?
        .with_parameters([1.0, 0.0, 1.0, 0.0])?;
    let mut network = two.clone();
    refused(
        network.train(&loss, &array![[1.0]], &[0.0], &mut Sgd::new(1e200)?, &Training::epochs(9)?),
        "training diverged at step 2: unit[1, 0, 0] = inf is not finite (the network is as before; try a smaller rate)",
    );
    assert_eq!(network, two);
    // A parameter, of the only batch with a target that far off.
    let mut network = line.clone();
    let fault = network.train(
        &loss,
        &array![[1.0], [1.0]],
        &[0.0, 1e150],
        &mut Sgd::new(1e160)?,
        &Training::epochs(9)?.with_batches(1)?,
    );
    assert!(matches!(fault, Err(LossError::Diverged { name: "parameters", .. })), "{fault:?}");
    assert_eq!(network, line);
    Ok(())
}
