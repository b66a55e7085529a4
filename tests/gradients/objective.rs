//! Objectives of linear models.

use lossbook::ndarray::Axis;
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("objective::Ols", "", |draw| linear(draw, Ols)),
    ("objective::Ridge", "", |draw| {
        let lambda = draw.number(0.0..3.0);
        linear(draw, Ridge::new(lambda)?)
    }),
    ("objective::LogisticRegression", "", |draw| {
        let lambda = draw.number(0.0..3.0);
        linear(draw, LogisticRegression::new().with_lambda(lambda)?)
    }),
    ("objective::LinearSvm", "", |draw| {
        let lambda = draw.number(0.01..3.0);
        linear(draw, LinearSvm::new(lambda)?)
    }),
    ("objective::KMeans", "", k_means),
    ("objective::Pca", "", pca),
];

fn model(tables: &[Array2<f64>]) -> Result<LinearModel, LossError> {
    LinearModel::new(tables[0].row(0), tables[1][[0, 0]])
}

fn linear(draw: &mut Draw, objective: impl LinearObjective + 'static) -> Result<Probe, LossError> {
    let (n, d) = (draw.size(2..6), draw.size(1..4));
    let x = draw.table(n, d, -2.0..2.0);
    // Classes are numbers too.
    let target: Vec<f64> =
        (0..n).map(|at| if at < 2 { at as f64 } else { draw.number(0.0..1.0).round() }).collect();
    let at = [draw.table(1, d, -2.0..2.0), draw.table(1, 1, -1.0..1.0)];
    let (value, found) = objective.value_and_gradient(&target, &x, &model(&at)?)?;
    let gradient = [found.weights.insert_axis(Axis(0)), array![[found.intercept]]];
    let samples = x.clone();
    let probe = Probe::new(at, (value, gradient), move |tables| {
        objective.value(&target, &x, &model(tables)?)
    });
    // On which side of the support vector machine's margins the samples are.
    Ok(probe.in_pieces(move |tables| {
        let scores = samples.dot(&tables[0].row(0)) + tables[1][[0, 0]];
        scores.iter().map(|z| usize::from(*z > -1.0) + usize::from(*z > 1.0)).collect()
    }))
}

fn k_means(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, d, k) = (draw.size(1..7), draw.size(1..4), draw.size(1..4));
    let (x, centers) = (draw.table(n, d, -3.0..3.0), draw.table(k, d, -3.0..3.0));
    let (value, gradient) = KMeans.value_and_gradient(&x, &centers)?;
    let samples = x.clone();
    let probe = Probe::new([centers], (value, [gradient]), move |t| KMeans.value(&x, &t[0]));
    let sides = move |t: &[Array2<f64>]| KMeans.assign(&samples, &t[0]).expect("as before");
    Ok(probe.in_pieces(sides))
}

fn pca(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, d) = (draw.size(1..6), draw.size(1..4));
    let x = draw.table(n, d, -3.0..3.0);
    // Not so short that a step turns it about.
    let mut direction = draw.table(1, d, -2.0..2.0);
    direction[[0, 0]] += 0.5_f64.copysign(direction[[0, 0]]);
    let (value, gradient) = Pca.value_and_gradient(&x, direction.row(0))?;
    let gradient = gradient.insert_axis(Axis(0));
    Ok(Probe::new([direction], (value, [gradient]), move |t| Pca.value(&x, t[0].row(0))))
}
