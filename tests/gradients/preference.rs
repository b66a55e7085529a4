//! Losses of preferences.

use lossbook::ndarray::{Array1, Axis};
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("preference::BradleyTerry", "", |draw| {
        let margin = draw.number(0.0..3.0);
        pairs(draw, BradleyTerry::default().with_margin(margin)?)
    }),
    ("preference::ReferenceFreeDpo", "", |draw| {
        let loss = dpo_of(draw)?.reference_free();
        pairs(draw, loss)
    }),
    ("preference::Dpo", "", dpo),
    ("preference::ClippedSurrogate", "", surrogate),
];

fn dpo_of(draw: &mut Draw) -> Result<Dpo, LossError> {
    Dpo::new(draw.number(0.05..2.0))?.with_label_smoothing(draw.number(0.0..0.49))
}

fn row(values: Array1<f64>) -> Array2<f64> {
    values.insert_axis(Axis(0))
}

fn pairs(draw: &mut Draw, loss: impl PreferenceLoss + 'static) -> Result<Probe, LossError> {
    let n = draw.size(1..5);
    let [chosen, rejected] = [(); 2].map(|()| draw.table(1, n, -4.0..0.0));
    let (mean, found) = loss.mean_and_gradient(chosen.row(0), rejected.row(0))?;
    let gradient = [row(found.chosen), row(found.rejected)];
    Ok(Probe::new([chosen, rejected], (mean, gradient), move |tables| {
        loss.mean(tables[0].row(0), tables[1].row(0))
    }))
}

fn dpo(draw: &mut Draw) -> Result<Probe, LossError> {
    let (loss, n) = (dpo_of(draw)?, draw.size(1..5));
    let reference = [draw.numbers(n, -4.0..0.0), draw.numbers(n, -4.0..0.0)];
    let [chosen, rejected] = [(); 2].map(|()| draw.table(1, n, -4.0..0.0));
    let mean = move |loss: &Dpo, tables: &[Array2<f64>]| {
        let policy = LogProbs { chosen: tables[0].row(0), rejected: tables[1].row(0) };
        loss.mean_and_gradient(LogProbs::new(&reference[0], &reference[1]), policy)
    };
    let tables = [chosen, rejected];
    let (value, found) = mean(&loss, &tables)?;
    let gradient = [row(found.chosen), row(found.rejected)];
    Ok(Probe::new(tables, (value, gradient), move |tables| Ok(mean(&loss, tables)?.0)))
}

fn surrogate(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, epsilon) = (draw.size(1..5), draw.number(0.05..0.9));
    let loss = ClippedSurrogate::new(epsilon)?;
    let (advantages, old) = (draw.numbers(n, -2.0..2.0), draw.numbers(n, -2.0..0.0));
    let log_probs = draw.table(1, n, -2.5..0.0);
    let (mean, gradient) = loss.mean_and_gradient(&advantages, &old, log_probs.row(0))?;
    let before = old.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(&advantages, &old, tables[0].row(0));
    Ok(Probe::new([log_probs], (mean, [row(gradient)]), value).in_pieces(move |tables| {
        let ratios = tables[0].iter().zip(&before).map(|(new, old)| (new - old).exp());
        ratios.map(|r| usize::from(r > 1.0 + epsilon) + usize::from(r > 1.0 - epsilon)).collect()
    }))
}
