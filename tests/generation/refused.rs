//! What each function refuses, and in which words.

use std::fmt::Debug;

use lossbook::prelude::*;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

#[track_caller]
fn refused<T: Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

fn zeros(rows: usize, columns: usize) -> Array2<f64> {
    Array2::zeros((rows, columns))
}

fn maps(channels: usize, height: usize, width: usize) -> Array3<f64> {
    Array3::zeros((channels, height, width))
}

/// Means and log-variances that nothing takes, and why.
fn bad_gaussians() -> Vec<(Array2<f64>, Array2<f64>, &'static str)> {
    vec![
        (zeros(0, 2), zeros(0, 2), "mean is empty (at least 1 value is needed)"),
        (zeros(2, 0), zeros(2, 2), "mean is empty (at least 1 value is needed)"),
        (zeros(2, 2), zeros(2, 0), "log_variance is empty (at least 1 value is needed)"),
        (array![[0.0, 0.0], [0.0, NAN]], zeros(2, 2), "mean[1, 1] = NaN is not finite"),
        (zeros(1, 2), array![[0.0, -INF]], "log_variance[0, 1] = -inf is not finite"),
        (
            zeros(2, 3),
            zeros(3, 2),
            "mean has the shape [2, 3] and log_variance [3, 2] (they must be equal)",
        ),
    ]
}

#[test]
fn gaussians() {
    let (x, good) = (zeros(2, 1), zeros(2, 2));
    let elbo = NegativeElbo::bernoulli();
    for (mean, log_variance, text) in bad_gaussians() {
        let bad = Gaussians::new(&mean, &log_variance);
        refused(bad.sample(1), text);
        refused(StandardKl.each(bad), text);
        refused(StandardKl.mean(bad), text);
        refused(StandardKl.sum(bad), text);
        refused(StandardKl.gradient(bad), text);
        refused(StandardKl.mean_and_gradient(bad), text);
        refused(elbo.each(&x, &x, bad), text);
        refused(elbo.mean(&x, &x, bad), text);
        refused(elbo.sum(&x, &x, bad), text);
        refused(elbo.parts(&x, &x, bad), text);
        refused(elbo.gradient(&x, &x, bad), text);
        refused(elbo.mean_and_gradient(&x, &x, bad), text);
        // Of two, the one that is wrong is named.
        let good = Gaussians::new(&good, &good);
        let names = |letter: &str| {
            let text = text.replace("log_variance", &format!("{letter}.log_variance"));
            match text.strip_prefix("mean") {
                Some(rest) => format!("{letter}.mean{rest}"),
                None => text,
            }
        };
        for (p, q, text) in [(bad, good, names("p")), (good, bad, names("q"))] {
            refused(GaussianKl.each(p, q), &text);
            refused(GaussianKl.mean(p, q), &text);
            refused(GaussianKl.sum(p, q), &text);
            refused(GaussianKl.gradient(p, q), &text);
            refused(GaussianKl.mean_and_gradient(p, q), &text);
        }
    }
    let other = zeros(3, 2);
    let (p, q) = (Gaussians::new(&good, &good), Gaussians::new(&other, &other));
    let text = "p.mean has the shape [2, 2] and q.mean [3, 2] (they must be equal)";
    refused(GaussianKl.each(p, q), text);
    refused(GaussianKl.mean(p, q), text);
    refused(GaussianKl.sum(p, q), text);
    refused(GaussianKl.gradient(p, q), text);
    refused(GaussianKl.mean_and_gradient(p, q), text);
}

#[test]
fn normal_distributions() {
    refused(gaussian_kl(NAN, 1.0, 0.0, 1.0), "p_mean = NaN is not finite");
    refused(gaussian_kl(0.0, 1.0, INF, 1.0), "q_mean = inf is not finite");
    for (value, shown) in [(0.0, "0"), (-1.0, "-1"), (NAN, "NaN"), (INF, "inf")] {
        let text = format!("p_std_dev = {shown} is not allowed (p_std_dev > 0 and finite)");
        refused(gaussian_kl(0.0, value, 0.0, 1.0), &text);
        let text = format!("q_std_dev = {shown} is not allowed (q_std_dev > 0 and finite)");
        refused(gaussian_kl(0.0, 1.0, 0.0, value), &text);
    }
}

#[test]
fn gradients_of_drawn_points() -> Result<(), LossError> {
    let sample = Gaussians::new(&zeros(2, 1), &zeros(2, 1)).sample(1)?;
    refused(sample.gradient(zeros(0, 1)), "z_gradient is empty (at least 1 value is needed)");
    refused(sample.gradient([[0.0], [NAN]]), "z_gradient[1, 0] = NaN is not finite");
    let text = "z has the shape [2, 1] and z_gradient [1, 2] (they must be equal)";
    refused(sample.gradient(zeros(1, 2)), text);
    Ok(())
}

#[test]
fn elbos() -> Result<(), LossError> {
    let shapes = "target has the shape [2, 3] and prediction [3, 2] (they must be equal)";
    let count = "a column of target has 3 values and a column of mean 2 (they must be equal)";
    let bad = [
        (zeros(0, 3), zeros(2, 3), "target is empty (at least 1 value is needed)"),
        (zeros(2, 3), zeros(2, 0), "prediction is empty (at least 1 value is needed)"),
        (zeros(2, 3), zeros(3, 2), shapes),
        (zeros(3, 2), zeros(3, 2), count),
        (array![[0.0], [NAN]], zeros(2, 1), "target[1, 0] = NaN is not finite"),
        (zeros(2, 1), array![[0.0], [-INF]], "prediction[1, 0] = -inf is not finite"),
    ];
    let grey = "target[1, 0] = 1.5 is not a probability (0 <= p <= 1)";
    let bright = (array![[0.0], [1.5]], zeros(2, 1), grey);
    let latent = zeros(2, 2);
    let posterior = Gaussians::new(&latent, &latent);
    for loss in [NegativeElbo::bernoulli(), NegativeElbo::gaussian(1.0)?] {
        let only_bernoulli = (loss == NegativeElbo::bernoulli()).then_some(&bright);
        for (target, prediction, text) in bad.iter().chain(only_bernoulli) {
            refused(loss.each(target, prediction, posterior), text);
            refused(loss.mean(target, prediction, posterior), text);
            refused(loss.sum(target, prediction, posterior), text);
            refused(loss.parts(target, prediction, posterior), text);
            refused(loss.gradient(target, prediction, posterior), text);
            refused(loss.mean_and_gradient(target, prediction, posterior), text);
        }
    }
    // A pixel of any size is a Gaussian's.
    assert!(NegativeElbo::gaussian(1.0)?.mean(&bright.0, &bright.1, posterior).is_ok());
    Ok(())
}

#[test]
fn feature_maps() {
    let empty = "features is empty (at least 1 value is needed)";
    refused(gram_matrix(&maps(2, 0, 3)), empty);
    let mut wrong = maps(2, 2, 3);
    wrong[[1, 0, 2]] = INF;
    refused(gram_matrix(&wrong), "features[1, 0, 2] = inf is not finite");
    let many = maps(1 << 22, 1, 1);
    let text = "gram of shape [4194304, 4194304] does not fit into memory";
    refused(gram_matrix(&many), text);
    refused(StyleLoss.value(&many, &many), text);
    // A square too large for a Gram matrix.
    let large = Array3::from_elem((1, 1, 1), 1e200);
    refused(gram_matrix(&large), "gram[0, 0] = inf is not finite");
    pair(&StyleLoss, &large, &large, "gram[0, 0] = inf is not finite");

    let bad_of_both = [
        (maps(0, 1, 1), maps(1, 1, 1), "target is empty (at least 1 value is needed)"),
        (maps(1, 1, 1), maps(1, 1, 0), "prediction is empty (at least 1 value is needed)"),
        (wrong.clone(), maps(2, 2, 3), "target[1, 0, 2] = inf is not finite"),
        (maps(2, 2, 3), wrong.clone(), "prediction[1, 0, 2] = inf is not finite"),
    ];
    let channels =
        "a position of target has 2 values and a position of prediction 3 (they must be equal)";
    let shapes = "target has the shape [2, 2, 3] and prediction [2, 3, 2] (they must be equal)";
    let of_style = (maps(2, 2, 3), maps(3, 2, 3), channels);
    let of_content = (maps(2, 2, 3), maps(2, 3, 2), shapes);
    for (target, prediction, text) in bad_of_both.iter().chain([&of_style]) {
        pair(&StyleLoss, target, prediction, text);
    }
    for (target, prediction, text) in bad_of_both.iter().chain([&of_content]) {
        pair(&ContentLoss, target, prediction, text);
    }
    assert!(StyleLoss.value(&of_content.0, &of_content.1).is_ok());

    layers(&ContentLoss);
    layers(&StyleLoss);
}

#[track_caller]
fn pair(loss: &impl FeatureLoss, target: &Array3<f64>, prediction: &Array3<f64>, text: &str) {
    refused(loss.value(target, prediction), text);
    refused(loss.gradient(target, prediction), text);
    refused(loss.value_and_gradient(target, prediction), text);
    // The second of two layers.
    let (good, text) = (maps(1, 1, 1), &format!("layer 1: {text}"));
    let (targets, predictions) = ([good.clone(), target.clone()], [good, prediction.clone()]);
    refused(loss.weighted_layers(&[1.0, 1.0], &targets, &predictions), text);
}

fn layers(loss: &impl FeatureLoss) {
    let (one, two) = ([maps(1, 1, 1)], [maps(1, 1, 1), maps(1, 1, 1)]);
    for (weights, targets, predictions, text) in [
        (&[][..], &one[..], &one[..], "weights is empty (at least 1 value is needed)"),
        (&[1.0], &[], &one, "targets is empty (at least 1 value is needed)"),
        (&[1.0], &one, &two, "weights has 1 values and predictions 2 (they must be equal)"),
        (&[1.0], &two, &one, "weights has 1 values and targets 2 (they must be equal)"),
        (&[1.0, -1.0], &two, &two, "weights = -1 is not allowed (each >= 0 and finite)"),
        (&[NAN], &one, &one, "weights = NaN is not allowed (each >= 0 and finite)"),
    ] {
        refused(loss.weighted_layers(weights, targets, predictions), text);
    }
}

#[test]
fn filters() -> Result<(), LossError> {
    refused(FilterBank::new(&maps(1, 0, 1)), "filters is empty (at least 1 value is needed)");
    refused(FilterBank::new(&(maps(1, 1, 2) + NAN)), "filters[0, 0, 0] = NaN is not finite");
    refused(FilterBank::oriented().with_scales(0), "scales = 0 is not allowed (scales >= 1)");
    for size in [0, 1, 1001] {
        let text = format!("size = {size} is not allowed (2 <= size <= 1000)");
        refused(FilterBank::random(1, 1, size), &text);
    }
    for (channels, size, shown) in
        [(0, 3, "0"), (2, 1000, "2"), (usize::MAX, 2, "1.8446744073709552e19")]
    {
        let rule = "channels >= 1 and channels size^2 <= 1000000";
        let text = format!("channels = {shown} is not allowed ({rule})");
        refused(FilterBank::random(1, channels, size), &text);
    }
    Ok(())
}

/// Images that a bank of 5 x 5 filters and two scales does not take.
fn bad_images() -> Vec<(Array2<f64>, &'static str)> {
    vec![
        (zeros(0, 12), "{} is empty (at least 1 value is needed)"),
        (array![[0.0, NAN]], "{}[0, 1] = NaN is not finite"),
        (zeros(9, 12), "height = 4 is not allowed (at least the filters' height, at every scale)"),
        (zeros(12, 4), "width = 4 is not allowed (at least the filters' width, at every scale)"),
        (zeros(1, 1), "height = 1 is not allowed (at least the filters' height, at every scale)"),
    ]
}

#[test]
fn images() -> Result<(), LossError> {
    let bank = FilterBank::oriented().with_scales(2)?;
    let good = zeros(12, 12);
    for (image, text) in bad_images() {
        refused(bank.features(&image), &text.replace("{}", "image"));
        refused(bank.image_gradient(&image, &[]), &text.replace("{}", "image"));
        let new = PerceptualLoss::new(bank.clone(), &image, &good);
        refused(new, &text.replace("{}", "content"));
        let new = PerceptualLoss::new(bank.clone(), &good, &image);
        refused(new, &text.replace("{}", "style"));
    }
    let mut gradients = bank.features(&good)?;
    let text = "features has 2 values and gradients 1 (they must be equal)";
    refused(bank.image_gradient(&good, &gradients[..1]), text);
    gradients.reverse();
    let text =
        "scale 0: features has the shape [17, 8, 8] and gradients [17, 2, 2] (they must be equal)";
    refused(bank.image_gradient(&good, &gradients), text);
    gradients.reverse();
    gradients[1][[16, 1, 0]] = NAN;
    let text = "scale 1: gradients[16, 1, 0] = NaN is not finite";
    refused(bank.image_gradient(&good, &gradients), text);

    let loss = PerceptualLoss::new(bank, &good, &good)?;
    let shape = "content has the shape [12, 12] and prediction [12, 13] (they must be equal)";
    let mut spoilt = good.clone();
    spoilt[[3, 4]] = INF;
    for (prediction, text) in [
        (zeros(12, 13), shape),
        (zeros(0, 12), "prediction is empty (at least 1 value is needed)"),
        (spoilt, "prediction[3, 4] = inf is not finite"),
    ] {
        refused(loss.value(&prediction), text);
        refused(loss.parts(&prediction), text);
        refused(loss.gradient(&prediction), text);
        refused(loss.value_and_gradient(&prediction), text);
    }
    Ok(())
}

#[test]
fn responses_too_large() -> Result<(), LossError> {
    let filters = Array3::from_elem((1, 1, 2), 1e10);
    let bank = FilterBank::new(&filters)?;
    refused(bank.features([[1.0, 1.0, 1e300]]), "features[0, 0, 1] = inf is not finite");
    let slopes = [Array3::from_elem((1, 1, 2), 1e300)];
    let text = "the image's gradient[0, 0] = inf is not finite";
    refused(bank.image_gradient([[1.0, 1.0, 1.0]], &slopes), text);
    // A loss of features of 1e100 is infinite, and its gradient a finite number no more.
    let loss = PerceptualLoss::new(bank, zeros(1, 3), zeros(1, 3))?;
    let huge = Array2::from_elem((1, 3), 1e100);
    assert_eq!(loss.value(&huge)?, INF);
    refused(loss.gradient(&huge), text);
    Ok(())
}

#[test]
fn parameters() -> Result<(), LossError> {
    for (value, shown) in [(-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("variance = {shown} is not allowed (variance > 0 and finite)");
        refused(NegativeElbo::gaussian(value), &text);
        let text = format!("beta = {shown} is not allowed (beta >= 0 and finite)");
        refused(NegativeElbo::bernoulli().with_beta(value), &text);
        let loss = PerceptualLoss::new(FilterBank::oriented(), zeros(5, 5), zeros(5, 5))?;
        let rule = "content_weight >= 0 and finite";
        let text = format!("content_weight = {shown} is not allowed ({rule})");
        refused(loss.clone().with_weights(value, 1.0), &text);
        let text = format!("style_weight = {shown} is not allowed (style_weight >= 0 and finite)");
        refused(loss.with_weights(1.0, value), &text);
    }
    let text = "variance = 0 is not allowed (variance > 0 and finite)";
    refused(NegativeElbo::gaussian(0.0), text);
    Ok(())
}
