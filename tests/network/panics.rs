//! Nothing panics, and what is accepted gives no NaN.

use super::*;

fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![2 => ANY, 4 => -3.0..3.0_f64, 1 => Just(0.0), 1 => Just(1.0)]
}

fn tables() -> impl Strategy<Value = Array2<f64>> {
    (0..4_usize, 0..4_usize).prop_flat_map(|shape| {
        vec(wild(), shape.0 * shape.1)
            .prop_map(move |cells| Array2::from_shape_vec(shape, cells).unwrap())
    })
}

fn an_activation() -> impl Strategy<Value = Activation> {
    (0..13_usize, wild(), wild()).prop_map(|(kind, a, b)| {
        let made = match kind {
            0 => Activation::leaky_relu(a),
            1 => Activation::prelu(a),
            2 => Activation::rrelu(a, b),
            3 => Activation::elu(a),
            4 => Activation::selu_rounded(a as usize),
            _ => Ok(activations()[kind - 1]),
        };
        made.unwrap_or(Activation::TANH)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_activation_panics(activation in an_activation(), x in vec(wild(), 0..4)) {
        let good = !x.is_empty() && x.iter().all(|x| x.is_finite());
        prop_assert_eq!(activation.map(&x).is_ok(), good);
        prop_assert_eq!(activation.derivatives(&x).is_ok(), good);
        for &x in &x {
            if x.is_finite() {
                prop_assert!(!activation.value(x).is_nan() && !activation.derivative(x).is_nan(), "{activation} {x}");
                prop_assert!(activation.derivative_in_learnt(x).is_finite());
            }
            prop_assert_eq!(printed_sigmoid(x).is_ok(), x.is_finite() && x >= 0.0);
        }
    }

    #[test]
    fn no_perceptron_panics(x in tables(), weights in vec(wild(), 0..4), bias in wild(), labels in vec(0..3_usize, 0..4)) {
        if let Ok(fit) = Perceptron::learn(&x, &labels, 5) {
            prop_assert!(fit.perceptron.sums(&x).is_ok() || !fit.converged);
            prop_assert!(fit.mistakes.len() <= 5);
        }
        if let Ok(perceptron) = Perceptron::new(&weights, bias) {
            prop_assert_eq!(perceptron.sums(&x).is_ok(), perceptron.decide(&x).is_ok());
        }
    }

    #[test]
    fn no_network_panics(
        x in tables(), first in tables(), second in tables(), numbers in tables(), labels in vec(0..4_usize, 0..4),
        activation in an_activation(), (rate, one, two) in (wild(), wild(), wild()), size in 0..5_usize, (loss, kind) in (0..LOSSES.len(), 0..6_usize),
    ) {
        let (one_bias, two_bias) = (vec![rate; first.nrows()], vec![one; second.nrows()]);
        let layers = [Layer::new(&first, &one_bias, activation), Layer::new(&second, &two_bias, Activation::LINEAR)];
        let layers: Vec<Layer> = layers.into_iter().flatten().collect();
        let made = [Network::new(layers), Network::random(&[x.ncols(), size, outputs(LOSSES[loss])], activation, size as u64)];
        for network in made.into_iter().flatten() {
            if let Ok(each) = network.forward_each(&x) {
                prop_assert!(each.iter().flatten().all(|value| value.is_finite()));
            }
            let _ = (network.forward(&x), network.as_one_layer(), network.with_parameters(&two_bias));
            let targets: [Target; 3] = [(&numbers).into(), (&labels).into(), (&one_bias).into()];
            // Half of the cases: a target that fits.
            let n = x.nrows();
            let fitting = Targets::new(vec![two; 2 * n], (0..n).map(|row| row % 2).collect());
            let target = targets.get(kind).copied().unwrap_or(fitting.of(LOSSES[loss]));
            let loss = criterion(LOSSES[loss])?;
            let _ = (loss.mean(target, &x), loss.mean_and_gradient(target, &x));
            if let Ok((mean, gradient)) = network.mean_and_gradient(&loss, &x, target) {
                prop_assert!(!mean.is_nan() && gradient.iter().all(|slope| slope.is_finite()));
            }
            let mut made: Vec<Box<dyn Optimiser>> = Vec::new();
            made.extend(Sgd::new(rate).and_then(|sgd| sgd.with_momentum(one)).map(|sgd| Box::new(sgd) as _));
            made.extend(Adam::new(rate).and_then(|adam| adam.with_betas(one, two)).map(|adam| Box::new(adam) as _));
            made.extend(Adam::new(rate).and_then(|adam| adam.with_epsilon(two)).map(|adam| Box::new(adam) as _));
            made.extend(Sgd::new(rate).map(|sgd| Box::new(sgd) as _));
            for mut optimiser in made {
                let mut trained = network.clone();
                let training = Training::epochs(3)?.with_batches(size + 1)?;
                match trained.train(&loss, &x, target, &mut *optimiser, &training) {
                    Ok(history) => {
                        prop_assert!(history.iter().all(|loss| loss.is_finite()));
                        prop_assert!(trained.parameters().iter().all(|value| value.is_finite()));
                    }
                    Err(_) => prop_assert_eq!(&trained, &network),
                }
            }
        }
    }

    #[test]
    fn no_step_panics(rate in wild(), momentum in wild(), parameters in vec(wild(), 0..4), gradients in vec(vec(wild(), 0..4), 1..4)) {
        let mut made: Vec<Box<dyn Optimiser>> = Vec::new();
        made.extend(Sgd::new(rate).and_then(|sgd| sgd.with_momentum(momentum)).map(|sgd| Box::new(sgd) as _));
        made.extend(Adam::new(rate).map(|adam| Box::new(adam) as _));
        for mut optimiser in made {
            let mut moved = Array1::from_vec(parameters.clone());
            for gradient in &gradients {
                let before = moved.clone();
                match optimiser.step(&mut moved, &Array1::from_vec(gradient.clone())) {
                    Ok(()) => prop_assert!(moved.iter().all(|value| value.is_finite())),
                    // Compared as text: a NaN that came in is still there.
                    Err(_) => prop_assert_eq!(moved.to_string(), before.to_string()),
                }
            }
        }
    }
}
