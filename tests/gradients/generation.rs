//! Losses of codes and images.

use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("generation::StandardKl", "", standard_kl),
    ("generation::GaussianKl", "", pair_kl),
    ("generation::NegativeElbo", "Bernoulli", |draw| elbo(draw, NegativeElbo::bernoulli())),
    ("generation::NegativeElbo", "Gaussian", |draw| {
        let variance = draw.number(0.3..3.0);
        elbo(draw, NegativeElbo::gaussian(variance)?)
    }),
    ("generation::ContentLoss", "", |draw| features(draw, ContentLoss)),
    ("generation::ContentLoss", "of two layers", |draw| layers(draw, ContentLoss)),
    ("generation::StyleLoss", "", |draw| features(draw, StyleLoss)),
    ("generation::StyleLoss", "of two layers", |draw| layers(draw, StyleLoss)),
    ("generation::PerceptualLoss", "", perceptual),
];

/// Means and log-variances.
fn gaussians(draw: &mut Draw, n: usize, latent: usize) -> [Array2<f64>; 2] {
    [draw.table(n, latent, -2.0..2.0), draw.table(n, latent, -1.5..1.5)]
}

fn standard_kl(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, latent) = (draw.size(1..4), draw.size(1..4));
    let [m, s] = gaussians(draw, n, latent);
    let (mean, found) = StandardKl.mean_and_gradient(Gaussians::new(&m, &s))?;
    Ok(Probe::new([m, s], (mean, [found.mean, found.log_variance]), |tables| {
        StandardKl.mean(Gaussians::new(&tables[0], &tables[1]))
    }))
}

fn pair_kl(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, latent) = (draw.size(1..4), draw.size(1..4));
    let ([m, s], [mu, t]) = (gaussians(draw, n, latent), gaussians(draw, n, latent));
    let pair = (Gaussians::new(&m, &s), Gaussians::new(&mu, &t));
    let (mean, KlGradient { p, q }) = GaussianKl.mean_and_gradient(pair.0, pair.1)?;
    let gradient = [p.mean, p.log_variance, q.mean, q.log_variance];
    Ok(Probe::new([m, s, mu, t], (mean, gradient), |tables| {
        let pair = |at: usize| Gaussians::new(&tables[at], &tables[at + 1]);
        GaussianKl.mean(pair(0), pair(2))
    }))
}

fn elbo(draw: &mut Draw, loss: NegativeElbo) -> Result<Probe, LossError> {
    let (n, latent, pixels) = (draw.size(1..4), draw.size(1..4), draw.size(1..5));
    let loss = loss.with_beta(draw.number(0.0..3.0))?;
    let [m, s] = gaussians(draw, n, latent);
    let (x, a) = (draw.table(n, pixels, 0.0..1.0), draw.table(n, pixels, -3.0..3.0));
    let (mean, found) = loss.mean_and_gradient(&x, &a, Gaussians::new(&m, &s))?;
    let gradient = [found.prediction, found.posterior.mean, found.posterior.log_variance];
    Ok(Probe::new([a, m, s], (mean, gradient), move |tables| {
        loss.mean(&x, &tables[0], Gaussians::new(&tables[1], &tables[2]))
    }))
}

/// Features `[channels, height, width]` from a table of `height` rows for every channel.
fn maps(table: &Array2<f64>, channels: usize) -> Array3<f64> {
    let (rows, width) = table.dim();
    table.to_shape((channels, rows / channels, width)).expect("its own cells").to_owned()
}

fn rows(maps: &Array3<f64>) -> Array2<f64> {
    let (channels, height, width) = maps.dim();
    maps.to_shape((channels * height, width)).expect("its own cells").to_owned()
}

fn features(draw: &mut Draw, loss: impl FeatureLoss + 'static) -> Result<Probe, LossError> {
    let [channels, height, width] = [(); 3].map(|()| draw.size(1..4));
    let [target, prediction] = [(); 2].map(|()| draw.table(channels * height, width, -2.0..2.0));
    let target = maps(&target, channels);
    let (value, gradient) = loss.value_and_gradient(&target, &maps(&prediction, channels))?;
    Ok(Probe::new([prediction], (value, [rows(&gradient)]), move |tables| {
        loss.value(&target, &maps(&tables[0], channels))
    }))
}

fn layers(draw: &mut Draw, loss: impl FeatureLoss + 'static) -> Result<Probe, LossError> {
    let (channels, weights) = (draw.size(1..3), draw.numbers(2, 0.0..3.0));
    let heights = [channels, 2 * channels];
    let [targets, predictions] = [(); 2].map(|()| heights.map(|n| draw.table(n, 2, -2.0..2.0)));
    let targets = targets.map(|table| maps(&table, channels));
    let there = predictions.each_ref().map(|table| maps(table, channels));
    let (value, gradients) = loss.weighted_layers(&weights, &targets, &there)?;
    let gradient = [rows(&gradients[0]), rows(&gradients[1])];
    Ok(Probe::new(predictions, (value, gradient), move |tables| {
        let there = [maps(&tables[0], channels), maps(&tables[1], channels)];
        Ok(loss.weighted_layers(&weights, &targets, &there)?.0)
    }))
}

fn perceptual(draw: &mut Draw) -> Result<Probe, LossError> {
    let bank = FilterBank::random(draw.seed(), 2, 2)?.with_scales(draw.size(1..3))?;
    let [content, style, image] = [(); 3].map(|()| draw.table(4, 5, 0.0..1.0));
    let loss = PerceptualLoss::new(bank.clone(), &content, &style)?;
    let loss = loss.with_weights(draw.number(0.0..3.0), draw.number(0.0..3.0))?;
    let (value, gradient) = loss.value_and_gradient(&image)?;
    let probe = Probe::new([image], (value, [gradient]), move |tables| loss.value(&tables[0]));
    // Which filter responds where.
    Ok(probe.in_pieces(move |tables| {
        let features = bank.features(&tables[0]).expect("as before");
        features.iter().flatten().map(|&response| usize::from(response > 0.0)).collect()
    }))
}
