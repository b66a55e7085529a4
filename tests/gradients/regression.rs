//! Losses of numbers.

use lossbook::ndarray::{Array1, Axis};
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("regression::SquaredError", "", |draw| walk(draw, SquaredError, 0.0)),
    ("regression::AbsoluteError", "", |draw| walk(draw, AbsoluteError, 0.0)),
    ("regression::Huber", "", |draw| {
        let delta = draw.number(0.1..4.0);
        walk(draw, Huber::new(delta)?, delta)
    }),
    ("regression::SmoothL1", "", |draw| {
        let beta = draw.number(0.1..4.0);
        walk(draw, SmoothL1::new(beta)?, beta)
    }),
    ("regression::LogCosh", "", |draw| walk(draw, LogCosh, 0.0)),
    ("regression::Quantile", "", |draw| {
        let tau = draw.number(0.01..0.99);
        walk(draw, Quantile::new(tau)?, 0.0)
    }),
];

/// A loss whose formula changes where the residual is 0 or `bend` large.
fn walk(
    draw: &mut Draw,
    loss: impl RegressionLoss + 'static,
    bend: f64,
) -> Result<Probe, LossError> {
    let n = draw.size(1..7);
    let (y, y_hat) = (draw.numbers(n, -3.0..3.0), draw.table(1, n, -3.0..3.0));
    let (mean, gradient) = loss.mean_and_gradient(&y, y_hat.row(0))?;
    let target = y.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(&target, tables[0].row(0));
    let probe = Probe::new([y_hat], (mean, [gradient.insert_axis(Axis(0))]), value);
    Ok(probe.in_pieces(move |tables| {
        let residuals = Array1::from_vec(y.clone()) - tables[0].row(0);
        let pieces =
            residuals.iter().map(|r| usize::from(*r > 0.0) + 2 * usize::from(r.abs() > bend));
        pieces.collect()
    }))
}
