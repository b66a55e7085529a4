//! Losses of generated images: mpmath's, SciPy's and JAX's digits, the definitions by hand, laws, and
//! what is refused.

mod common;
mod golden;
#[path = "generation/laws.rs"]
mod laws;
#[path = "generation/panics.rs"]
mod panics;
#[path = "generation/refused.rs"]
mod refused;

use common::{DIGITS, assert_close};
use golden::Case;
use lossbook::ndarray::Axis;
use lossbook::prelude::*;

const GOLDEN: &str = include_str!("golden/generation.json");

fn matrix(case: &Case, key: &str, width: &str) -> Array2<f64> {
    rows(case, key, case.number(width) as usize)
}

fn rows(case: &Case, key: &str, width: usize) -> Array2<f64> {
    let values: Vec<f64> = case.list(key);
    Array2::from_shape_vec((values.len() / width, width), values).expect("whole rows")
}

fn maps(case: &Case, key: &str, height: &str, width: &str) -> Array3<f64> {
    let shape = ["channels", height, width].map(|side| case.number(side) as usize);
    Array3::from_shape_vec(shape, case.list(key)).expect("whole maps")
}

#[track_caller]
fn all_close<'a>(computed: impl IntoIterator<Item = &'a f64>, case: &Case, key: &str) {
    let (computed, expected): (Vec<&f64>, Vec<f64>) =
        (computed.into_iter().collect(), case.list(key));
    assert_eq!(computed.len(), expected.len(), "{key} of {case:?}");
    for (at, (&&computed, &expected)) in computed.iter().zip(&expected).enumerate() {
        assert_close(computed, expected, &format!("{key}[{at}] of {case:?}"));
    }
}

/// Equal to within `digits` of the largest of the expected values: where terms of both signs are
/// added, a small result has the rounding errors of the large terms.
#[track_caller]
fn all_near<'a>(computed: impl IntoIterator<Item = &'a f64>, case: &Case, key: &str, digits: f64) {
    let (computed, expected): (Vec<&f64>, Vec<f64>) =
        (computed.into_iter().collect(), case.list(key));
    assert_eq!(computed.len(), expected.len(), "{key} of {case:?}");
    let largest = expected.iter().fold(0.0_f64, |largest, value| largest.max(value.abs()));
    for (at, (&&computed, &expected)) in computed.iter().zip(&expected).enumerate() {
        assert!(
            computed == expected || (computed - expected).abs() <= digits * largest,
            "{key}[{at}]: computed {computed:e}, expected {expected:e}"
        );
    }
}

// --- divergences

#[test]
fn divergences_from_the_standard_gaussian_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "standard_kl") {
        let (mean, log_variance) =
            (matrix(&case, "p_mean", "d"), matrix(&case, "p_log_variance", "d"));
        let posterior = Gaussians::new(&mean, &log_variance);
        all_close(&StandardKl.each(posterior)?, &case, "each");
        assert_close(StandardKl.sum(posterior)?, case.number("sum"), "sum");
        let (kl, gradient) = StandardKl.mean_and_gradient(posterior)?;
        assert_close(kl, case.number("mean"), "mean");
        all_close(&gradient.mean, &case, "to_p_mean");
        all_close(&gradient.log_variance, &case, "to_p_log_variance");
    }
    Ok(())
}

#[test]
fn divergences_of_gaussians_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "gaussian_kl") {
        let [p_mean, p_log_variance, q_mean, q_log_variance] =
            ["p_mean", "p_log_variance", "q_mean", "q_log_variance"]
                .map(|key| matrix(&case, key, "d"));
        let p = Gaussians::new(&p_mean, &p_log_variance);
        let q = Gaussians::new(&q_mean, &q_log_variance);
        all_close(&GaussianKl.each(p, q)?, &case, "each");
        assert_close(GaussianKl.sum(p, q)?, case.number("sum"), "sum");
        let (kl, gradient) = GaussianKl.mean_and_gradient(p, q)?;
        assert_close(kl, case.number("mean"), "mean");
        all_close(&gradient.p.mean, &case, "to_p_mean");
        all_close(&gradient.p.log_variance, &case, "to_p_log_variance");
        all_close(&gradient.q.mean, &case, "to_q_mean");
        all_close(&gradient.q.log_variance, &case, "to_q_log_variance");
    }
    Ok(())
}

#[test]
fn divergences_of_normal_distributions_have_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "normals") {
        let numbers: Vec<f64> = case.list("numbers");
        let kl = gaussian_kl(numbers[0], numbers[1], numbers[2], numbers[3])?;
        assert_close(kl.nats(), case.number("nats"), &format!("{numbers:?}"));
    }
    Ok(())
}

#[test]
fn the_closed_form_is_the_lectures_integral() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "integrals") {
        let numbers: Vec<f64> = case.list("numbers");
        let kl = gaussian_kl(numbers[0], numbers[1], numbers[2], numbers[3])?.nats();
        // As exact as the numerical integral is.
        assert!((kl - case.number("nats")).abs() <= 1e-11 * kl, "{kl} {case:?}");
    }
    Ok(())
}

#[test]
fn divergences_too_large_are_infinite() -> Result<(), LossError> {
    let huge = Gaussians::new(&[[1e200, 0.0]], &[[0.0, 1000.0]]);
    assert_eq!(StandardKl.each(huge)?, array![f64::INFINITY]);
    assert_eq!(StandardKl.gradient(huge)?.log_variance, array![[0.0, f64::INFINITY]]);
    let (widest, narrowest) =
        (Gaussians::new(&[[0.0]], &[[1e3]]), Gaussians::new(&[[0.0]], &[[-1e3]]));
    assert_eq!(GaussianKl.mean(widest, narrowest)?, f64::INFINITY);
    // By hand: (exp(-2000) + 2000 - 1) / 2.
    assert_eq!(GaussianKl.mean(narrowest, widest)?, 999.5);
    assert_eq!(gaussian_kl(0.0, 1e200, 0.0, 1e-200)?.nats(), f64::INFINITY);
    Ok(())
}

// --- drawn points

#[test]
fn noise_is_standard_normal() -> Result<(), LossError> {
    // 100,000 numbers: a mean's standard error is 0.0032, a variance's 0.0045, a fourth moment's 0.031.
    let (mean, log_variance) = (Array2::zeros((1000, 100)), Array2::zeros((1000, 100)));
    let sample = Gaussians::new(&mean, &log_variance).sample(23)?;
    let moment = |k: i32| sample.noise.mapv(|noise| noise.powi(k)).sum() / 1e5;
    assert!(moment(1).abs() < 0.013, "{}", moment(1));
    assert!((moment(2) - 1.0).abs() < 0.018, "{}", moment(2));
    assert!((moment(4) - 3.0).abs() < 0.13, "{}", moment(4));
    assert_eq!(sample.z, sample.noise);
    Ok(())
}

#[test]
fn drawn_points_have_the_mean_and_the_variance_asked_for() -> Result<(), LossError> {
    let (mean, log_variance) =
        (Array2::from_elem((100_000, 1), 3.0), Array2::from_elem((100_000, 1), 4.0_f64.ln()));
    let z = Gaussians::new(&mean, &log_variance).sample(5)?.z;
    let middle = z.sum() / 1e5;
    let variance = z.mapv(|z| (z - 3.0).powi(2)).sum() / 1e5;
    // Four standard errors: 2 / sqrt(n), and 4 sqrt(2 / n).
    assert!((middle - 3.0).abs() < 0.026, "{middle}");
    assert!((variance - 4.0).abs() < 0.072, "{variance}");
    Ok(())
}

#[test]
fn drawn_points_find_the_divergence() -> Result<(), LossError> {
    // KL(p || q) is the mean of ln p(z) - ln q(z) over points drawn from p.
    let ((m, s), (mu, t)) = ((0.5, -0.7), (-0.4, 0.6));
    let n = 100_000;
    let (mean, log_variance) = (Array2::from_elem((n, 1), m), Array2::from_elem((n, 1), s));
    let z = Gaussians::new(&mean, &log_variance).sample(9)?.z;
    let minus_ln = |z: f64, m: f64, s: f64| 0.5 * ((z - m).powi(2) / s.exp() + s);
    let gains = z.mapv(|z| minus_ln(z, mu, t) - minus_ln(z, m, s));
    let found = gains.sum() / n as f64;
    let error = (gains.mapv(|gain| (gain - found).powi(2)).sum()).sqrt() / n as f64;
    let kl = GaussianKl.mean(Gaussians::new(&[[m]], &[[s]]), Gaussians::new(&[[mu]], &[[t]]))?;
    assert!(error < 0.003 && (found - kl).abs() < 4.0 * error, "{found} {kl} {error}");
    let kl = StandardKl.mean(Gaussians::new(&[[m]], &[[s]]))?;
    let found = z.mapv(|z| minus_ln(z, 0.0, 0.0) - minus_ln(z, m, s)).sum() / n as f64;
    assert!((found - kl).abs() < 0.01, "{found} {kl}");
    Ok(())
}

#[test]
fn seeds_draw_the_same_or_other_noise() -> Result<(), LossError> {
    let (mean, log_variance) = (Array2::zeros((3, 2)), Array2::from_elem((3, 2), 1.0));
    let posterior = Gaussians::new(&mean, &log_variance);
    assert_eq!(posterior.sample(1)?, posterior.sample(1)?);
    let (one, other) = (posterior.sample(1)?.noise, posterior.sample(2)?.noise);
    assert!(one.iter().zip(&other).all(|(one, other)| one != other));
    Ok(())
}

// --- the negative ELBO

fn elbo(case: &Case, bernoulli: bool) -> Result<NegativeElbo, LossError> {
    let loss = if bernoulli {
        NegativeElbo::bernoulli()
    } else {
        NegativeElbo::gaussian(case.number("variance"))?
    };
    loss.with_beta(case.number("beta"))
}

#[test]
fn elbos_have_thirteen_digits() -> Result<(), LossError> {
    for name in ["elbo_bernoulli", "elbo_gaussian"] {
        for case in golden::cases(GOLDEN, name) {
            let loss = elbo(&case, name == "elbo_bernoulli")?;
            let [x, a] = ["target", "prediction"].map(|key| matrix(&case, key, "pixels"));
            let [m, s] = ["p_mean", "p_log_variance"].map(|key| matrix(&case, key, "d"));
            let posterior = Gaussians::new(&m, &s);
            all_close(&loss.each(&x, &a, posterior)?, &case, "each");
            assert_close(loss.sum(&x, &a, posterior)?, case.number("sum"), "sum");
            let parts = loss.parts(&x, &a, posterior)?;
            assert_close(parts.reconstruction, case.number("reconstruction"), "reconstruction");
            assert_close(parts.kl, case.number("kl"), "KL");
            let (mean, gradient) = loss.mean_and_gradient(&x, &a, posterior)?;
            assert_close(mean, case.number("mean"), "mean");
            assert_eq!(loss.mean(&x, &a, posterior)?, mean);
            assert_eq!(loss.gradient(&x, &a, posterior)?, gradient);
            let expected: Vec<f64> = case.list("to_prediction");
            for ((&slope, expected), &x) in gradient.prediction.iter().zip(expected).zip(&x) {
                // Between 0 and 1, p - x has the rounding errors of x.
                let size = if x == 0.0 || x == 1.0 { 0.0 } else { x };
                let near = (slope - expected).abs() <= DIGITS * expected.abs().max(size);
                assert!(slope == expected || near, "{slope:e} {expected:e} {case:?}");
            }
            all_close(&gradient.posterior.mean, &case, "to_p_mean");
            all_close(&gradient.posterior.log_variance, &case, "to_p_log_variance");
        }
    }
    Ok(())
}

#[test]
fn elbos_agree_with_jax() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "jax_elbo") {
        let loss = elbo(&case, case.number("bernoulli") == 1.0)?;
        let [x, a] = ["target", "prediction"].map(|key| matrix(&case, key, "pixels"));
        let [m, s] = ["p_mean", "p_log_variance"].map(|key| matrix(&case, key, "d"));
        let (mean, gradient) = loss.mean_and_gradient(&x, &a, Gaussians::new(&m, &s))?;
        assert_close(mean, case.number("mean"), "mean");
        all_near(&gradient.prediction, &case, "to_prediction", DIGITS);
        all_near(&gradient.posterior.mean, &case, "to_p_mean", DIGITS);
        all_near(&gradient.posterior.log_variance, &case, "to_p_log_variance", DIGITS);
    }
    Ok(())
}

#[test]
fn a_bernoulli_reconstruction_is_the_binary_cross_entropy() -> Result<(), LossError> {
    let (x, a) = ([1.0, 0.0, 0.25], [2.0, -1.0, 0.5]);
    let standard = Gaussians::new(&[[0.0]], &[[0.0]]);
    let loss = NegativeElbo::bernoulli();
    let cross_entropy = BinaryCrossEntropy::from_logits();
    assert_eq!(loss.mean(&[x], &[a], standard)?, cross_entropy.sum(&x, &a)?);
    let slopes = loss.gradient(&[x], &[a], standard)?.prediction;
    assert_eq!(slopes.row(0), 3.0 * cross_entropy.gradient(&x, &a)?);
    Ok(())
}

#[test]
fn a_beta_of_0_ignores_even_an_infinite_divergence() -> Result<(), LossError> {
    let huge = Gaussians::new(&[[1e200]], &[[0.0]]);
    let loss = NegativeElbo::bernoulli();
    assert_eq!(loss.mean([[1.0]], [[0.0]], huge)?, f64::INFINITY);
    let (mean, gradient) = loss.with_beta(0.0)?.mean_and_gradient([[1.0]], [[0.0]], huge)?;
    assert_eq!((mean, gradient.posterior.mean), (2.0_f64.ln(), array![[0.0]]));
    Ok(())
}

// --- feature maps

#[test]
fn losses_of_features_have_thirteen_digits() -> Result<(), LossError> {
    let mut contents = 0;
    let cases = golden::cases(GOLDEN, "features");
    for case in cases.into_iter().chain(golden::cases(GOLDEN, "large_features")) {
        let target = maps(&case, "target", "height", "width");
        let prediction = maps(&case, "prediction", "other_height", "other_width");
        // Nothing is negative here, so a Gram matrix has all its digits.
        all_close(&gram_matrix(&target)?, &case, "gram");
        let (style, gradient) = StyleLoss.value_and_gradient(&target, &prediction)?;
        assert_close(style, case.number("style"), &format!("style of {case:?}"));
        assert_eq!(StyleLoss.value(&target, &prediction)?, style);
        assert_eq!(StyleLoss.gradient(&target, &prediction)?, gradient);
        assert_eq!(gradient.dim(), prediction.dim());
        all_near(&gradient, &case, "to_style", DIGITS);
        if target.dim() == prediction.dim() {
            contents += 1;
            let (content, gradient) = ContentLoss.value_and_gradient(&target, &prediction)?;
            assert_close(content, case.number("content"), "content");
            all_close(&gradient, &case, "to_content");
        }
    }
    assert!(contents >= 4);
    Ok(())
}

#[test]
fn the_papers_divide_differently() -> Result<(), LossError> {
    // Two channels (N) of three positions (M), by hand: F F^T = [[5, 2], [2, 5]], of zeros all 0.
    let f = Array3::from_shape_vec((2, 1, 3), vec![1.0, 0.0, 2.0, 0.0, 2.0, 1.0]).unwrap();
    let zero = Array3::zeros((2, 1, 3));
    let undivided = 25.0 + 4.0 + 4.0 + 25.0;
    assert_eq!(gram_matrix(&f)? * 6.0, array![[5.0, 2.0], [2.0, 5.0]]);
    let (johnson, gatys) = (undivided / 36.0, undivided / (4.0 * 4.0 * 9.0));
    assert_close(StyleLoss.value(&zero, &f)?, johnson, "Johnson");
    assert_close(StyleLoss.value(&zero, &f)? / 4.0, gatys, "Gatys");
    // Content: the mean of 1, 0, 4, 0, 4, 1; or half their sum.
    let (johnson, gatys) = (10.0 / 6.0, 5.0);
    assert_close(ContentLoss.value(&zero, &f)?, johnson, "Johnson");
    assert_close(ContentLoss.value(&zero, &f)? * 6.0 / 2.0, gatys, "Gatys");
    Ok(())
}

// --- filters

#[test]
fn features_agree_with_scipy() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "correlations") {
        let image = matrix(&case, "image", "width");
        let filters = maps(&case, "filters", "size", "size");
        let features = FilterBank::new(&filters)?.features(&image)?;
        assert_eq!(features.len(), 1);
        all_near(&features[0], &case, "features", DIGITS);
    }
    Ok(())
}

#[test]
fn perceptual_losses_agree_with_jax() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "jax_perceptual") {
        let filters = Array3::from_shape_vec((4, 3, 3), case.list("filters")).expect("9 each");
        let bank = FilterBank::new(&filters)?.with_scales(case.number("scales") as usize)?;
        let [content, style, prediction] = [("content", 17), ("style", 13), ("prediction", 17)]
            .map(|(key, n)| rows(&case, key, n));
        let loss = PerceptualLoss::new(bank, &content, &style)?
            .with_weights(case.number("content_weight"), case.number("style_weight"))?;
        let (value, gradient) = loss.value_and_gradient(&prediction)?;
        assert_close(value, case.number("loss"), "loss");
        assert_eq!(loss.value(&prediction)?, value);
        assert_eq!(loss.gradient(&prediction)?, gradient);
        all_near(&gradient, &case, "gradient", DIGITS);
    }
    Ok(())
}

#[test]
fn oriented_filters_are_what_they_say() {
    let bank = FilterBank::oriented();
    // Written out: the derivative to the right of the spot 1 4 6 4 1.
    let right = array![
        [-1.0, -2.0, 0.0, 2.0, 1.0],
        [-4.0, -8.0, 0.0, 8.0, 4.0],
        [-6.0, -12.0, 0.0, 12.0, 6.0],
        [-4.0, -8.0, 0.0, 8.0, 4.0],
        [-1.0, -2.0, 0.0, 2.0, 1.0]
    ] * (42.0 / 4096.0);
    let filter = |channel: usize| bank.filters().index_axis(Axis(0), channel).to_owned();
    assert_eq!(filter(0), right);
    assert_eq!(filter(2), right.t());
    for channel in 0..16 {
        // Blind to an even surface; each has an opposite; sizes add up to at most 1.
        let opposite = if channel < 8 { (channel + 4) % 8 } else { (channel + 4 - 8) % 8 + 8 };
        assert_eq!(filter(channel).sum(), 0.0, "{channel}");
        assert_eq!(filter(channel), -filter(opposite), "{channel}");
        let size = filter(channel).mapv(f64::abs).sum();
        assert!(size > 0.97 && size <= 1.0, "{channel}: {size}");
    }
    assert_eq!(filter(16).sum(), 1.0);
    // A quarter turn makes the next but one of them (x to y, y to -x).
    for (channel, turned) in [(0, 2), (1, 3), (2, 4), (3, 5), (8, 10), (9, 11), (10, 8), (11, 9)] {
        let quarter = Array2::from_shape_fn((5, 5), |(y, x)| filter(channel)[[4 - x, y]]);
        assert_eq!(quarter, filter(turned), "{channel}");
    }
}

#[test]
fn filters_see_what_they_are_named_for() -> Result<(), LossError> {
    let bank = FilterBank::oriented();
    let strongest = |picture: &dyn Fn(f64, f64) -> f64| -> Result<usize, LossError> {
        let image = Array2::from_shape_fn((5, 5), |(y, x)| picture(x as f64 - 2.0, y as f64 - 2.0));
        let responses: Vec<f64> = bank.features(&image)?[0].iter().copied().take(16).collect();
        let best = (0..16).max_by(|&a, &b| responses[a].total_cmp(&responses[b]));
        Ok(best.expect("sixteen"))
    };
    // Brighter to the right, to the lower right, down, ..., the upper right.
    for (channel, (x, y)) in [
        (1.0, 0.0),
        (1.0, 1.0),
        (0.0, 1.0),
        (-1.0, 1.0),
        (-1.0, 0.0),
        (-1.0, -1.0),
        (0.0, -1.0),
        (1.0, -1.0),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(strongest(&|u, v| x * u + y * v)?, channel);
    }
    // A bright line upright (across x), then turned; a dark one.
    for (channel, (x, y)) in
        [(1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (1.0, -1.0)].into_iter().enumerate()
    {
        let line = |u: f64, v: f64| if x * u + y * v == 0.0 { 1.0 } else { 0.0 };
        assert_eq!(strongest(&line)?, 8 + channel);
        assert_eq!(strongest(&|u, v| 1.0 - line(u, v))?, 12 + channel);
    }
    Ok(())
}

#[test]
fn even_surfaces_have_no_edges_and_no_lines() -> Result<(), LossError> {
    let bank = FilterBank::oriented();
    for (brightness, rounding) in
        [(0.0, 0.0), (0.5, 0.0), (3.0, 0.0), (0.3, 1e-16), (1e5 / 7.0, 1e-11)]
    {
        let features = &bank.features(Array2::from_elem((6, 6), brightness))?[0];
        for (channel, maps) in features.outer_iter().enumerate() {
            let expected = if channel == 16 { brightness } else { 0.0 };
            let off = maps.iter().map(|response| (response - expected).abs()).fold(0.0, f64::max);
            assert!(off <= rounding, "{channel}: {off:e}");
        }
    }
    Ok(())
}

#[test]
fn random_filters_are_balanced() -> Result<(), LossError> {
    let bank = FilterBank::random(3, 50, 5)?;
    for filter in bank.filters().outer_iter() {
        assert!(filter.sum().abs() < 1e-15);
        assert!((filter.mapv(f64::abs).sum() - 1.0).abs() < 1e-14);
    }
    assert_ne!(bank, FilterBank::random(4, 50, 5)?);
    Ok(())
}

#[test]
fn an_image_descends_towards_a_style() -> Result<(), LossError> {
    // Stripes to be imitated, from noise.
    let style = Array2::from_shape_fn((16, 16), |(_, x)| if x % 6 < 3 { 1.0 } else { 0.0 });
    let (zero, log_variance) = (Array2::zeros((14, 14)), Array2::from_elem((14, 14), -4.0));
    let mut image = 0.5 + Gaussians::new(&zero, &log_variance).sample(1)?.z;
    let bank = FilterBank::oriented().with_scales(2)?;
    let loss = PerceptualLoss::new(bank, &zero, &style)?.with_weights(0.0, 1.0)?;
    let before = loss.value(&image)?;
    for _ in 0..60 {
        let (_, gradient) = loss.value_and_gradient(&image)?;
        image = image - 1e4 * gradient;
    }
    let after = loss.value(&image)?;
    assert!(after < 0.05 * before, "{before:e} {after:e}");
    Ok(())
}
