//! No input makes anything panic, and what is accepted gives no NaN.

use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::num::f64::{ANY, NEGATIVE, NORMAL, POSITIVE, SUBNORMAL, ZERO};
use proptest::prelude::*;

/// Numbers of every kind; most are finite.
fn wild() -> impl Strategy<Value = f64> {
    prop_oneof![
        1 => ANY,
        8 => POSITIVE | NEGATIVE | NORMAL | SUBNORMAL | ZERO,
        8 => -3.0..3.0_f64,
        2 => Just(0.0),
        2 => Just(1.0),
        1 => Just(f64::MAX),
        1 => Just(-f64::MAX),
    ]
}

fn table() -> impl Strategy<Value = Array2<f64>> {
    (0..3_usize, 0..3_usize).prop_flat_map(|shape| {
        vec(wild(), shape.0 * shape.1)
            .prop_map(move |values| Array2::from_shape_vec(shape, values).unwrap())
    })
}

fn maps() -> impl Strategy<Value = Array3<f64>> {
    (0..3_usize, 0..3_usize, 0..3_usize).prop_flat_map(|shape| {
        vec(wild(), shape.0 * shape.1 * shape.2)
            .prop_map(move |values| Array3::from_shape_vec(shape, values).unwrap())
    })
}

fn image() -> impl Strategy<Value = Array2<f64>> {
    (0..7_usize, 0..7_usize).prop_flat_map(|shape| {
        vec(wild(), shape.0 * shape.1)
            .prop_map(move |values| Array2::from_shape_vec(shape, values).unwrap())
    })
}

fn sound<'a>(values: impl IntoIterator<Item = &'a f64>) -> bool {
    let mut values = values.into_iter().peekable();
    values.peek().is_some() && values.all(|value| value.is_finite())
}

fn no_nan<'a>(values: impl IntoIterator<Item = &'a f64>) -> bool {
    values.into_iter().all(|value| !value.is_nan())
}

/// No sum of two of them overflows.
fn moderate(table: &Array2<f64>) -> bool {
    table.iter().all(|value| value.abs() < 1e307)
}

/// Divergences are never negative.
fn is_divergence(kl: f64) -> bool {
    kl >= 0.0
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn divergences(m in table(), s in table(), mu in table(), t in table(), seed in any::<u64>()) {
        let (p, q) = (Gaussians::new(&m, &s), Gaussians::new(&mu, &t));
        let one = sound(&m) && sound(&s) && m.dim() == s.dim();
        prop_assert_eq!(StandardKl.each(p).is_ok(), one);
        prop_assert_eq!(p.sample(seed).is_ok(), one);
        if let Ok((mean, gradient)) = StandardKl.mean_and_gradient(p) {
            prop_assert!(is_divergence(mean) && is_divergence(StandardKl.sum(p)?));
            prop_assert!(no_nan(&gradient.mean) && no_nan(&gradient.log_variance));
        }
        if let Ok(sample) = p.sample(seed) {
            prop_assert!(no_nan(&sample.z) && no_nan(&sample.log_variance_derivative));
            if let Ok(gradient) = sample.gradient(&mu) {
                prop_assert!(no_nan(&gradient.log_variance));
            }
        }
        let both = one && sound(&mu) && sound(&t) && mu.dim() == t.dim() && m.dim() == mu.dim();
        prop_assert_eq!(GaussianKl.each(p, q).is_ok(), both);
        prop_assert_eq!(GaussianKl.sum(p, q).is_ok(), both);
        if ![&m, &s, &mu, &t].into_iter().all(moderate) {
            return Ok(());
        }
        if let Ok((mean, gradient)) = GaussianKl.mean_and_gradient(p, q) {
            prop_assert!(is_divergence(mean), "{mean}");
            prop_assert!(no_nan(&gradient.p.mean) && no_nan(&gradient.p.log_variance));
            prop_assert!(no_nan(&gradient.q.mean) && no_nan(&gradient.q.log_variance));
        }
    }

    #[test]
    fn single_divergences([m, s, mu, t] in [wild(), wild(), wild(), wild()]) {
        let bell = |mean: f64, deviation: f64| mean.is_finite() && deviation > 0.0 && deviation.is_finite();
        let kl = gaussian_kl(m, s, mu, t);
        prop_assert_eq!(kl.is_ok(), bell(m, s) && bell(mu, t));
        prop_assert!(kl.is_err() || is_divergence(kl?.nats()));
        // One row of one dimension, which is seldom refused.
        if let Ok(kl) = GaussianKl.mean(Gaussians::new(&[[m]], &[[s]]), Gaussians::new(&[[mu]], &[[t]])) {
            let moderate = [m, s, mu, t].iter().all(|value| value.abs() < 1e307);
            prop_assert!(is_divergence(kl) || !moderate, "{kl}");
        }
    }

    #[test]
    fn elbos(x in table(), a in table(), m in table(), s in table(), variance in wild(), beta in wild()) {
        let posterior = Gaussians::new(&m, &s);
        let good = sound(&x) && sound(&a) && x.dim() == a.dim() && sound(&m) && sound(&s)
            && m.dim() == s.dim() && x.nrows() == m.nrows();
        let grey = x.iter().all(|x| (0.0..=1.0).contains(x));
        for (loss, good) in [(Ok(NegativeElbo::bernoulli()), good && grey), (NegativeElbo::gaussian(variance), good)] {
            let Ok(loss) = loss.and_then(|loss| loss.with_beta(beta)) else { continue };
            prop_assert_eq!(loss.mean(&x, &a, posterior).is_ok(), good);
            prop_assert_eq!(loss.parts(&x, &a, posterior).is_ok(), good);
            if let Ok((mean, gradient)) = loss.mean_and_gradient(&x, &a, posterior) {
                prop_assert!(no_nan(&loss.each(&x, &a, posterior)?) && !mean.is_nan());
                prop_assert!(no_nan(&gradient.prediction) && no_nan(&gradient.posterior.mean));
                prop_assert!(no_nan(&gradient.posterior.log_variance));
            }
        }
    }

    #[test]
    fn features(f in maps(), g in maps(), weight in wild()) {
        let both = sound(&f) && sound(&g);
        prop_assert_eq!(ContentLoss.value(&f, &g).is_ok(), both && f.dim() == g.dim());
        if let Ok((loss, gradient)) = ContentLoss.value_and_gradient(&f, &g) {
            prop_assert!(loss >= 0.0 && no_nan(&gradient));
        }
        let (gram, style) = (gram_matrix(&f), StyleLoss.value_and_gradient(&f, &g));
        let largest = f.iter().chain(&g).fold(0.0_f64, |largest, value| largest.max(value.abs()));
        if largest > 1e150 {
            // Squares may be too large.
            prop_assert!(gram.is_err() || sound(&f) && no_nan(&gram?));
            prop_assert!(style.is_err() || both && style?.0 >= 0.0);
            return Ok(());
        }
        prop_assert_eq!(gram.is_ok(), sound(&f));
        prop_assert_eq!(style.is_ok(), both && f.dim().0 == g.dim().0);
        let layers = ([f], [g]);
        for found in [style, StyleLoss.weighted_layers(&[weight], &layers.0, &layers.1).map(|(loss, mut g)| (loss, g.remove(0)))] {
            // Fourth powers, too.
            prop_assert!(found.is_err() || found.is_ok_and(|(loss, gradient)| loss >= 0.0 && (largest > 1e75 || no_nan(&gradient))));
        }
    }

    #[test]
    fn images(
        filters in maps(), scales in 0..4_usize, content in image(), style in image(), prediction in image(),
        gradients in vec(maps(), 0..3), [a, b] in [wild(), wild()],
    ) {
        let Ok(bank) = FilterBank::new(&filters).and_then(|bank| bank.with_scales(scales)) else {
            return Ok(());
        };
        if let Ok(features) = bank.features(&content) {
            prop_assert!(features.iter().all(|maps| maps.iter().all(|&answer| answer >= 0.0 && answer.is_finite())));
            if let Ok(gradient) = bank.image_gradient(&content, &features) {
                prop_assert!(gradient.iter().all(|slope| slope.is_finite()));
            }
        }
        let _ = bank.image_gradient(&content, &gradients);
        let loss = PerceptualLoss::new(bank, &content, &style).and_then(|loss| loss.with_weights(a, b));
        if let Ok(loss) = loss {
            for image in [&prediction, &content] {
                let value = loss.value(image);
                prop_assert!(value.is_err() || value.is_ok_and(|value| value >= 0.0));
                if let Ok((_, gradient)) = loss.value_and_gradient(image) {
                    prop_assert!(gradient.iter().all(|slope| slope.is_finite()));
                }
            }
        }
    }

    #[test]
    fn banks(seed in any::<u64>(), channels in 0..40_usize, size in 0..40_usize) {
        prop_assert_eq!(FilterBank::random(seed, channels, size).is_ok(), channels > 0 && size > 1);
    }
}
