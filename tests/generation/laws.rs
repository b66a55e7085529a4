//! Laws that hold for every input, and gradients against differences.

use lossbook::ndarray::{Axis, Dimension, s};
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::common::assert_close;

fn table(n: usize, d: usize, size: f64) -> impl Strategy<Value = Array2<f64>> {
    vec(-size..size, n * d).prop_map(move |values| Array2::from_shape_vec((n, d), values).unwrap())
}

/// Means and log-variances of one shape.
fn gaussians() -> impl Strategy<Value = (Array2<f64>, Array2<f64>)> {
    (1..5_usize, 1..4_usize).prop_flat_map(|(n, d)| (table(n, d, 3.0), table(n, d, 3.0)))
}

fn two_gaussians() -> impl Strategy<Value = [Array2<f64>; 4]> {
    (1..5_usize, 1..4_usize).prop_flat_map(|(n, d)| {
        [table(n, d, 3.0), table(n, d, 3.0), table(n, d, 3.0), table(n, d, 3.0)]
    })
}

fn maps(channels: usize, height: usize, width: usize) -> impl Strategy<Value = Array3<f64>> {
    vec(-2.0..2.0_f64, channels * height * width)
        .prop_map(move |values| Array3::from_shape_vec((channels, height, width), values).unwrap())
}

fn two_maps() -> impl Strategy<Value = (Array3<f64>, Array3<f64>)> {
    (1..4_usize, 1..4_usize, 1..4_usize).prop_flat_map(|(c, h, w)| (maps(c, h, w), maps(c, h, w)))
}

fn image(height: usize, width: usize) -> impl Strategy<Value = Array2<f64>> {
    vec(0.0..1.0_f64, height * width)
        .prop_map(move |values| Array2::from_shape_vec((height, width), values).unwrap())
}

/// The derivative of `loss` with respect to each cell agrees with `gradient`.
fn differences<D: Dimension>(
    x: &lossbook::ndarray::Array<f64, D>,
    gradient: &lossbook::ndarray::Array<f64, D>,
    loss: impl Fn(&lossbook::ndarray::Array<f64, D>) -> Result<f64, LossError>,
) -> Result<(), TestCaseError> {
    let step = 1e-6;
    prop_assert_eq!(x.shape(), gradient.shape());
    let here = loss(x)?;
    let (mut compared, mut kinks) = (0, 0);
    for (cell, &slope) in gradient.iter().enumerate() {
        let moved = |by: f64| {
            let mut moved = x.clone();
            *moved.iter_mut().nth(cell).expect("a cell") += by;
            loss(&moved)
        };
        let (low, high) = (moved(-step)?, moved(step)?);
        // A kink within the step shows as two sides that disagree; there a difference says nothing.
        let (left, right) = ((here - low) / step, (high - here) / step);
        if (left - right).abs() > 1e-3 * (1.0 + left.abs()) {
            kinks += 1;
            continue;
        }
        compared += 1;
        let found = (high - low) / (2.0 * step);
        prop_assert!((found - slope).abs() <= 1e-6 * (1.0 + found.abs()), "{found} {slope}");
    }
    prop_assert!(compared > kinks);
    Ok(())
}

proptest! {
    #[test]
    fn divergences_are_positive_and_0_of_the_same([m, s, mu, t] in two_gaussians()) {
        let (p, q) = (Gaussians::new(&m, &s), Gaussians::new(&mu, &t));
        prop_assert!(GaussianKl.each(p, q)?.iter().all(|&kl| kl > 0.0));
        prop_assert!(StandardKl.each(p)?.iter().all(|&kl| kl > 0.0));
        prop_assert_eq!(GaussianKl.mean(p, p)?, 0.0);
        let gradient = GaussianKl.gradient(p, p)?;
        for part in [gradient.p.mean, gradient.p.log_variance, gradient.q.mean, gradient.q.log_variance] {
            prop_assert!(part.iter().all(|&slope| slope == 0.0));
        }
        prop_assert_eq!(GaussianKl.gradient(p, q)?.p.mean, -GaussianKl.gradient(p, q)?.q.mean);
    }

    #[test]
    fn divergences_of_nearly_the_same_are_positive(s in -3.0..3.0_f64, exponent in -150.0..-1.0_f64, sign in any::<bool>()) {
        let off = 10.0_f64.powf(exponent) * if sign { 1.0 } else { -1.0 };
        prop_assert!(StandardKl.mean(Gaussians::new(&[[0.0]], &[[off]]))? > 0.0);
        let near = GaussianKl.mean(Gaussians::new(&[[1.0]], &[[s + off]]), Gaussians::new(&[[1.0]], &[[s]]))?;
        prop_assert!(near > 0.0 || s + off == s, "{near}");
    }

    #[test]
    fn the_standard_gaussian_is_one_of_all((m, s) in gaussians()) {
        let zero = Array2::zeros(m.dim());
        let (p, q) = (Gaussians::new(&m, &s), Gaussians::new(&zero, &zero));
        let (each, general) = (StandardKl.each(p)?, GaussianKl.each(p, q)?);
        for (one, other) in each.iter().zip(&general) {
            assert_close(*one, *other, "standard");
        }
        prop_assert_eq!(StandardKl.gradient(p)?, GaussianKl.gradient(p, q)?.p);
    }

    #[test]
    fn dimensions_add_up_and_samples_average([m, s, mu, t] in two_gaussians()) {
        let (p, q) = (Gaussians::new(&m, &s), Gaussians::new(&mu, &t));
        let each = GaussianKl.each(p, q)?;
        for (sample, &kl) in each.iter().enumerate() {
            let mut sum = 0.0;
            for d in 0..m.ncols() {
                let at = [sample, d];
                let (p_deviation, q_deviation) = ((0.5 * s[at]).exp(), (0.5 * t[at]).exp());
                sum += gaussian_kl(m[at], p_deviation, mu[at], q_deviation)?.nats();
            }
            // The deviations are rounded, and where the two are near that is what is left.
            prop_assert!((kl - sum).abs() <= 1e-13 * (1.0 + sum), "{kl} {sum}");
        }
        assert_close(GaussianKl.mean(p, q)?, each.sum() / each.len() as f64, "mean");
        assert_close(GaussianKl.sum(p, q)?, each.sum(), "sum");
        let standard = StandardKl.each(p)?;
        assert_close(StandardKl.mean(p)?, standard.sum() / standard.len() as f64, "mean");
        assert_close(StandardKl.sum(p)?, standard.sum(), "sum");
    }

    #[test]
    fn drawn_points_move_as_the_gradient_says((m, s) in gaussians(), seed in any::<u64>()) {
        // The loss is sum w z^2, whose gradient with respect to z is 2 w z.
        let weights = Array2::from_shape_fn(m.dim(), |(i, j)| 0.5 + (i + 2 * j) as f64);
        let loss = |m: &Array2<f64>, s: &Array2<f64>| -> Result<f64, LossError> {
            let z = Gaussians::new(m, s).sample(seed)?.z;
            Ok((&weights * &z * &z).sum() / 100.0)
        };
        let sample = Gaussians::new(&m, &s).sample(seed)?;
        prop_assert_eq!(&sample.z, &(&m + &(s.mapv(|s| (0.5 * s).exp()) * &sample.noise)));
        let gradient = sample.gradient(&(&weights * &sample.z * 0.02))?;
        differences(&m, &gradient.mean, |m| loss(m, &s))?;
        differences(&s, &gradient.log_variance, |s| loss(&m, s))?;
    }

    #[test]
    fn an_elbo_is_the_sum_of_its_parts(
        (m, s) in gaussians(), seed in 0..1000_u64, variance in 0.5..2.0_f64, beta in 0.0..2.0_f64,
    ) {
        let shape = (m.nrows(), 3);
        let zero = Array2::zeros(shape);
        let noise = |seed| Ok::<_, LossError>(Gaussians::new(&zero, &zero).sample(seed)?.z);
        let x = noise(seed)?.mapv(|x| 1.0 / (1.0 + (-x).exp()));
        let a = noise(seed + 1)?;
        let posterior = Gaussians::new(&m, &s);
        for loss in [NegativeElbo::bernoulli(), NegativeElbo::gaussian(variance)?] {
            let loss = loss.with_beta(beta)?;
            let (mean, parts) = (loss.mean(&x, &a, posterior)?, loss.parts(&x, &a, posterior)?);
            prop_assert!((mean - parts.reconstruction - beta * parts.kl).abs() <= 1e-13 * (1.0 + mean.abs()));
            assert_close(parts.kl, StandardKl.mean(posterior)?, "KL");
        }
    }

    #[test]
    fn gram_matrices_are_symmetric_and_positive((f, _) in two_maps(), direction in vec(-1.0..1.0_f64, 4)) {
        let gram = gram_matrix(&f)?;
        prop_assert_eq!(&gram, &gram.t());
        let channels = gram.nrows();
        let mut form = 0.0;
        for ((i, j), value) in gram.indexed_iter() {
            form += direction[i] * value * direction[j];
        }
        prop_assert!(form >= -1e-14 && channels > 0, "{form}");
        // By the definition.
        for ((i, j), &value) in gram.indexed_iter() {
            let product = &f.index_axis(Axis(0), i) * &f.index_axis(Axis(0), j);
            prop_assert!((value - product.sum() / f.len() as f64).abs() < 1e-14);
        }
    }

    #[test]
    fn style_does_not_mind_the_order_of_positions(f in maps(3, 4, 5), order in Just((0..20).collect::<Vec<usize>>()).prop_shuffle()) {
        let shuffled = Array3::from_shape_fn((3, 4, 5), |(c, y, x)| {
            let from = order[5 * y + x];
            f[[c, from / 5, from % 5]]
        });
        let (gram, other) = (gram_matrix(&f)?, gram_matrix(&shuffled)?);
        prop_assert!((gram - other).iter().all(|off| off.abs() < 1e-15));
        let (loss, gradient) = StyleLoss.value_and_gradient(&f, &shuffled)?;
        prop_assert!(loss < 1e-29 && gradient.iter().all(|slope| slope.abs() < 1e-15));
        // Nor, being divided, whether all of them come twice.
        let twice = Array3::from_shape_fn((3, 8, 5), |(c, y, x)| f[[c, y % 4, x]]);
        prop_assert!(StyleLoss.value(&f, &twice)? < 1e-29);
    }

    #[test]
    fn losses_of_features((f, g) in two_maps()) {
        prop_assert_eq!(ContentLoss.value_and_gradient(&f, &f)?, (0.0, Array3::zeros(f.dim())));
        prop_assert_eq!(StyleLoss.value_and_gradient(&f, &f)?, (0.0, Array3::zeros(f.dim())));
        assert_close(ContentLoss.value(&f, &g)?, ContentLoss.value(&g, &f)?, "content");
        assert_close(StyleLoss.value(&f, &g)?, StyleLoss.value(&g, &f)?, "style");
        // In powers of the features' unit, exactly for a power of two.
        prop_assert_eq!(ContentLoss.value(&(4.0 * &f), &(4.0 * &g))?, 16.0 * ContentLoss.value(&f, &g)?);
        prop_assert_eq!(StyleLoss.value(&(4.0 * &f), &(4.0 * &g))?, 256.0 * StyleLoss.value(&f, &g)?);
    }

    #[test]
    fn layers_are_weighted_and_added((f, g) in two_maps(), (h, k) in two_maps(), a in 0.0..3.0_f64) {
        let (targets, predictions) = ([f.clone(), h.clone()], [g.clone(), k.clone()]);
        let (loss, gradients) = StyleLoss.weighted_layers(&[a, 1.0], &targets, &predictions)?;
        assert_close(loss, a * StyleLoss.value(&f, &g)? + StyleLoss.value(&h, &k)?, "weighted");
        prop_assert_eq!(&gradients[0], &(a * StyleLoss.gradient(&f, &g)?));
        prop_assert_eq!(&gradients[1], &StyleLoss.gradient(&h, &k)?);
        let (loss, gradients) = ContentLoss.weighted_layers(&[0.0, 2.0], &targets, &predictions)?;
        prop_assert_eq!(loss, 2.0 * ContentLoss.value(&h, &k)?);
        prop_assert_eq!(&gradients[0], &Array3::<f64>::zeros(f.dim()));
    }

    #[test]
    fn filters_are_homogeneous_and_move_with_the_image(picture in image(9, 10)) {
        let bank = FilterBank::oriented();
        let features = bank.features(&picture)?;
        prop_assert_eq!(&bank.features(&(2.0 * &picture))?[0], &(2.0 * &features[0]));
        // A part of the image gives the part of the features; nothing is made up at a border.
        let part = bank.features(picture.slice(s![2..8, 3..9]))?;
        prop_assert_eq!(&part[0], &features[0].slice(s![.., 2..4, 3..5]));
        // Opposite filters, rectified, never respond both, and lose nothing together.
        let turned = bank.features(&-&picture)?;
        for channel in 0..4 {
            let [one, other, back] = [(&features[0], channel), (&features[0], channel + 4), (&turned[0], channel)]
                .map(|(maps, channel)| maps.index_axis(Axis(0), channel));
            prop_assert!(one.iter().zip(other).all(|(one, other)| one * other == 0.0));
            prop_assert_eq!(other, back);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn gradients_through_filters_are_what_differences_find(
        picture in image(10, 9), wanted in image(10, 9), style in image(9, 12), scales in 1..3_usize, seed in any::<u64>(),
    ) {
        let bank = FilterBank::random(seed, 3, 3)?.with_scales(scales)?;
        let features = bank.features(&picture)?;
        // Any linear function of the features.
        let slopes: Vec<Array3<f64>> = features.iter()
            .map(|maps| Array3::from_shape_fn(maps.dim(), |(c, y, x)| (c + 2 * y) as f64 - 0.7 * x as f64))
            .collect();
        let linear = |picture: &Array2<f64>| -> Result<f64, LossError> {
            let features = bank.features(picture)?;
            Ok(features.iter().zip(&slopes).map(|(maps, slopes)| (maps * slopes).sum()).sum())
        };
        differences(&picture, &bank.image_gradient(&picture, &slopes)?, linear)?;
        let loss = PerceptualLoss::new(bank, &wanted, &style)?.with_weights(50.0, 1000.0)?;
        let parts = loss.parts(&picture)?;
        assert_close(loss.value(&picture)?, 50.0 * parts.content + 1000.0 * parts.style, "parts");
        prop_assert!(loss.parts(&wanted)?.content == 0.0 && parts.content > 0.0 && parts.style > 0.0);
    }

    #[test]
    fn the_order_in_memory_does_not_matter([m, s, mu, t] in two_gaussians(), (f, g) in two_maps(), picture in image(8, 7)) {
        let turned = |table: &Array2<f64>| table.t().as_standard_layout().into_owned();
        let back = [&m, &s, &mu, &t].map(turned);
        let (p, q) = (Gaussians::new(&m, &s), Gaussians::new(&mu, &t));
        let [m2, s2, mu2, t2] = back.each_ref().map(|table| table.t());
        let (p2, q2) = (Gaussians::new(&m2, &s2), Gaussians::new(&mu2, &t2));
        prop_assert_eq!(GaussianKl.mean_and_gradient(p2, q2)?, GaussianKl.mean_and_gradient(p, q)?);
        prop_assert_eq!(StandardKl.mean_and_gradient(p2)?, StandardKl.mean_and_gradient(p)?);
        prop_assert_eq!(p2.sample(3)?, p.sample(3)?);
        let elbo = NegativeElbo::gaussian(1.0)?;
        let expected = elbo.mean_and_gradient(&mu, &t, p)?;
        prop_assert_eq!(elbo.mean_and_gradient(mu2, t2, p2)?, expected);
        prop_assert_eq!(elbo.each(mu2, t2, p2)?, elbo.each(&mu, &t, p)?);

        let reversed = |maps: &Array3<f64>| maps.slice(s![..;-1, ..;-1, ..;-1]).as_standard_layout().into_owned();
        let (f2, g2) = (reversed(&f), reversed(&g));
        let (f2, g2) = (f2.slice(s![..;-1, ..;-1, ..;-1]), g2.slice(s![..;-1, ..;-1, ..;-1]));
        prop_assert_eq!(gram_matrix(&f2)?, gram_matrix(&f)?);
        prop_assert_eq!(StyleLoss.value_and_gradient(&f2, &g2)?, StyleLoss.value_and_gradient(&f, &g)?);
        prop_assert_eq!(ContentLoss.value_and_gradient(&f2, &g2)?, ContentLoss.value_and_gradient(&f, &g)?);

        let bank = FilterBank::oriented();
        let other = turned(&picture);
        prop_assert_eq!(bank.features(other.t())?, bank.features(&picture)?);
        let loss = PerceptualLoss::new(bank, picture.slice(s![..;-1, ..]), &picture)?;
        prop_assert_eq!(loss.value_and_gradient(other.t())?, loss.value_and_gradient(&picture)?);
    }
}
