//! Laws that hold for every input, tried on random ones.

use super::*;

/// A network, samples, and their targets for every loss.
#[derive(Debug, Clone)]
struct Problem {
    network: Network,
    x: Array2<f64>,
    targets: Targets,
}

/// Networks 2-hidden-...-outputs.
fn problems(hidden: Activation, outputs: usize) -> impl Strategy<Value = Problem> {
    (1..5_usize, vec(1..5_usize, 1..3), any::<u64>()).prop_flat_map(move |(n, widths, seed)| {
        let sizes: Vec<usize> = [&[2][..], &widths, &[outputs]].concat();
        let network = Network::random(&sizes, hidden, seed).unwrap();
        let count = network.parameters().len();
        (
            vec(-1.5..1.5_f64, count),
            vec(-2.0..2.0_f64, 2 * n),
            vec(-2.0..2.0_f64, 2 * n),
            vec(0..2_usize, n),
        )
            .prop_map(move |(parameters, x, numbers, labels)| Problem {
                network: network.with_parameters(&parameters).unwrap(),
                x: table(2, x),
                targets: Targets::new(numbers, labels),
            })
    })
}

/// With a random activation and loss.
fn any_problem() -> impl Strategy<Value = (Problem, &'static str)> {
    (0..activations().len(), 0..LOSSES.len()).prop_flat_map(|(activation, loss)| {
        let loss = LOSSES[loss];
        (problems(activations()[activation], outputs(loss)), Just(loss))
    })
}

proptest! {
    #[test]
    fn activations_are_related(x in -40.0..40.0_f64, a in 0.0..1.0_f64) {
        let [sigmoid, tanh, relu] = [Activation::SIGMOID, Activation::TANH, Activation::RELU];
        assert_close(sigmoid.value(-x), 1.0 / (1.0 + x.exp()), "sigmoid");
        prop_assert!((sigmoid.value(-x) - (1.0 - sigmoid.value(x))).abs() < 1e-15);
        prop_assert!((tanh.value(x) - (2.0 * sigmoid.value(2.0 * x) - 1.0)).abs() < 1e-15);
        prop_assert!((tanh.derivative(x) - (1.0 - tanh.value(x).powi(2))).abs() < 1e-15);
        prop_assert_eq!(relu.value(x) - relu.value(-x), x);
        prop_assert_eq!(Activation::RELU6.value(x), if x < 6.0 { relu.value(x) } else { 6.0 });
        prop_assert_eq!(Activation::leaky_relu(0.0)?.value(x), relu.value(x));
        let (leaky, prelu) = (Activation::leaky_relu(a)?, Activation::prelu(a)?);
        prop_assert_eq!((leaky.value(x), leaky.derivative(x)), (prelu.value(x), prelu.derivative(x)));
        // PReLU is linear in its parameter.
        prop_assert_eq!(Activation::prelu(a + 1.0)?.derivative_in_learnt(x), x.min(0.0));
        prop_assert_eq!(Activation::rrelu(a, a)?.value(x), leaky.value(x));
        assert_close(Activation::SELU.value(x), SELU_SCALE * Activation::elu(SELU_ALPHA)?.value(x), "SELU");
        assert_close(Activation::SELU.derivative(x), SELU_SCALE * Activation::elu(SELU_ALPHA)?.derivative(x), "slope of SELU");
    }

    #[test]
    fn activations_do_not_fall((x, more) in (ANY, 0.0..1e300_f64)) {
        // The approximate sigmoid falls by 0.000022 where its line meets its curve; it has its own test.
        let rising = activations().into_iter().filter(|a| *a != Activation::APPROXIMATE_SIGMOID);
        for activation in rising {
            if x.is_nan() {
                prop_assert!(activation.value(x).is_nan() && activation.derivative(x).is_nan());
                prop_assert!(activation.derivative_in_learnt(x).is_nan());
            } else {
                prop_assert!(activation.value(x) <= activation.value(x + more), "{activation}");
                prop_assert!(activation.derivative(x) >= 0.0, "{activation}");
            }
        }
    }

    #[test]
    fn a_batchs_gradient_is_the_mean_of_its_samples((problem, loss) in any_problem()) {
        let Problem { network, x, targets } = problem;
        let criterion = criterion(loss)?;
        let n = x.nrows();
        let (mean, gradient) = network.mean_and_gradient(&criterion, &x, targets.of(loss))?;
        prop_assert_eq!(network.mean(&criterion, &x, targets.of(loss))?, mean);
        let (mut means, mut gradients) = (0.0, Array1::<f64>::zeros(gradient.len()));
        for row in 0..n {
            let single = Targets::new(targets.numbers.row(row).to_vec(), vec![targets.labels[row]]);
            let x = x.slice(s![row..row + 1, ..]);
            let (mean, gradient) = network.mean_and_gradient(&criterion, x, single.of(loss))?;
            means += mean / n as f64;
            gradients += &(gradient / n as f64);
        }
        prop_assert!((mean - means).abs() <= 1e-13 * (1.0 + mean), "{mean} {means}");
        for (one, other) in gradient.iter().zip(&gradients) {
            prop_assert!((one - other).abs() <= 1e-12 * (1.0 + one.abs()), "{one} {other}");
        }
    }

    #[test]
    fn the_order_of_hidden_units_does_not_matter(problem in problems(Activation::SELU, 2)) {
        let layers = problem.network.layers();
        let turned = |array: &Array2<f64>, axis: usize| {
            let mut view = array.view();
            view.invert_axis(Axis(axis));
            view.to_owned()
        };
        let mut swapped = layers.to_vec();
        let bias = layers[0].bias().slice(s![..;-1]);
        swapped[0] = Layer::new(turned(layers[0].weights(), 0), bias, layers[0].activation())?;
        swapped[1] = Layer::new(turned(layers[1].weights(), 1), layers[1].bias(), layers[1].activation())?;
        let (one, other) = (problem.network.forward(&problem.x)?, Network::new(swapped)?.forward(&problem.x)?);
        for (one, other) in one.iter().zip(&other) {
            prop_assert!((one - other).abs() <= 1e-12 * (1.0 + one.abs()), "{one} {other}");
        }
    }

    #[test]
    fn linear_layers_are_one_layer(problem in problems(Activation::LINEAR, 2)) {
        let one = problem.network.as_one_layer()?.forward(&problem.x)?;
        for (one, other) in one.iter().zip(&problem.network.forward(&problem.x)?) {
            prop_assert!((one - other).abs() <= 1e-12 * (1.0 + one.abs()), "{one} {other}");
        }
    }

    #[test]
    fn two_networks_and_their_mean_are_one_network(
        left in problems(Activation::TANH, 2).prop_filter("one hidden layer", |p| p.network.layers().len() == 2),
        right in problems(Activation::TANH, 2).prop_filter("one hidden layer", |p| p.network.layers().len() == 2),
    ) {
        // "A network is like an ensemble": hidden units side by side, outputs averaged.
        let ([a, b], [c, d]) = ([0, 1].map(|l| &left.network.layers()[l]), [0, 1].map(|l| &right.network.layers()[l]));
        let hidden = Layer::new(
            concatenate![Axis(0), *a.weights(), *c.weights()], concatenate![Axis(0), *a.bias(), *c.bias()], a.activation(),
        )?;
        let output = Layer::new(
            &(concatenate![Axis(1), *b.weights(), *d.weights()] / 2.0), &((b.bias() + d.bias()) / 2.0), b.activation(),
        )?;
        let one = Network::new(vec![hidden, output])?.forward(&left.x)?;
        let mean = (left.network.forward(&left.x)? + right.network.forward(&left.x)?) / 2.0;
        for (one, other) in one.iter().zip(&mean) {
            prop_assert!((one - other).abs() <= 1e-12 * (1.0 + one.abs()), "{one} {other}");
        }
    }

    #[test]
    fn the_order_in_memory_does_not_matter((problem, loss) in any_problem()) {
        let Problem { network, x, targets } = problem;
        let criterion = criterion(loss)?;
        let straight = network.mean_and_gradient(&criterion, &x, targets.of(loss))?;
        // By columns, then in a view that runs backwards through a wider table.
        let columns = x.t().as_standard_layout().into_owned();
        prop_assert_eq!(&network.mean_and_gradient(&criterion, columns.t(), targets.of(loss))?, &straight);
        let wide = Array2::from_shape_fn((x.nrows(), 4), |(row, k)| if k % 2 == 1 { x[[row, (3 - k) / 2]] } else { NAN });
        prop_assert_eq!(&network.mean_and_gradient(&criterion, wide.slice(s![.., 1..;-2]), targets.of(loss))?, &straight);
        let numbers = targets.numbers.t().as_standard_layout().into_owned();
        if let Target::Classes(ClassTarget::Probabilities(_)) = targets.of(loss) {
            prop_assert_eq!(&network.mean_and_gradient(&criterion, &x, numbers.t())?, &straight);
        }
        let layers = network.layers().iter().map(|layer| {
            let weights = layer.weights().t().as_standard_layout().into_owned();
            Layer::new(weights.t(), layer.bias(), layer.activation())
        });
        prop_assert_eq!(&Network::new(layers.collect::<Result<_, _>>()?)?, &network);
    }

    #[test]
    fn parameters_are_what_a_network_is_made_of((problem, loss) in any_problem()) {
        let Problem { network, x, targets } = problem;
        let parameters = network.parameters();
        prop_assert_eq!(&network.with_parameters(&parameters)?, &network);
        let doubled = network.with_parameters(&(2.0 * &parameters))?;
        for (layer, double) in network.layers().iter().zip(doubled.layers()) {
            prop_assert_eq!(&(2.0 * layer.weights()), double.weights());
            prop_assert_eq!(&(2.0 * layer.bias()), double.bias());
            prop_assert_eq!(layer.activation().learnt().map(|a| 2.0 * a), double.activation().learnt());
        }
        let each = network.forward_each(&x)?;
        prop_assert_eq!(each.len(), network.layers().len());
        prop_assert_eq!(each.last(), Some(&network.forward(&x)?));
        let mut input = x.clone();
        for (layer, output) in network.layers().iter().zip(&each) {
            prop_assert_eq!(&layer.forward(&input)?, output);
            input = output.clone();
        }
        // One step without momentum is a step along the gradient.
        let gradient = network.gradient(&criterion(loss)?, &x, targets.of(loss))?;
        let mut trained = network.clone();
        let training = Training::epochs(1)?;
        if network.layers().iter().all(|layer| layer.activation().to_string() != "RReLU(0.25, 0.5)") {
            trained.train(&criterion(loss)?, &x, targets.of(loss), &mut Sgd::new(0.1)?, &training)?;
            prop_assert_eq!(trained.parameters(), parameters - 0.1 * gradient);
        }
    }
}

#[test]
fn kinks_are_as_documented() -> Result<(), LossError> {
    let at_zero = |activation: Activation| (activation.value(0.0), activation.derivative(0.0));
    assert_eq!(at_zero(Activation::STEP), (1.0, 0.0));
    assert_eq!(at_zero(Activation::RELU), (0.0, 0.0));
    assert_eq!(at_zero(Activation::RELU6), (0.0, 0.0));
    assert_eq!((Activation::RELU6.value(6.0), Activation::RELU6.derivative(6.0)), (6.0, 0.0));
    assert_eq!(at_zero(Activation::leaky_relu(0.1)?), (0.0, 0.1));
    assert_eq!(at_zero(Activation::prelu(0.25)?), (0.0, 0.25));
    assert_eq!(at_zero(Activation::rrelu(0.125, 0.375)?), (0.0, 0.25));
    assert_eq!(at_zero(Activation::elu(0.5)?), (0.0, 0.5));
    assert_eq!(at_zero(Activation::SELU), (0.0, SELU_SCALE * SELU_ALPHA));
    // A table would print the sign of a zero.
    for activation in activations() {
        for x in [0.0, -0.0] {
            let value = activation.value(x);
            let linear = activation == Activation::LINEAR || activation == Activation::TANH;
            assert!(linear || value != 0.0 || value.is_sign_positive(), "{activation}");
        }
    }
    Ok(())
}
