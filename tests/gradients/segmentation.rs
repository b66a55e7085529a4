//! Losses of masks.

use lossbook::ndarray::Axis;
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("segmentation::Dice", "", |draw| {
        let smoothing = smoothing(draw);
        walk(draw, Dice::default().with_smoothing(smoothing)?)
    }),
    ("segmentation::SoftIou", "", |draw| {
        let smoothing = smoothing(draw);
        walk(draw, SoftIou::default().with_smoothing(smoothing)?)
    }),
    ("segmentation::Tversky", "", |draw| {
        let (alpha, beta) = (draw.number(0.0..2.0), draw.number(0.0..2.0));
        let smoothing = smoothing(draw);
        walk(draw, Tversky::new(alpha, beta)?.with_smoothing(smoothing)?)
    }),
];

fn smoothing(draw: &mut Draw) -> f64 {
    if draw.flag() { 0.0 } else { draw.number(0.0..2.0) }
}

/// One mask, or one for each of some classes.
fn walk(draw: &mut Draw, loss: impl SegmentationLoss + 'static) -> Result<Probe, LossError> {
    let (pixels, classes) = (draw.size(1..7), draw.size(1..4));
    let soft = draw.table(pixels, classes, 0.0..1.0);
    let target = if draw.flag() { soft.round() } else { soft };
    let prediction = draw.table(pixels, classes, 0.1..0.9);
    if draw.flag() {
        let (mean, gradient) = loss.mean_and_gradient(&target, &prediction)?;
        let value = move |tables: &[Array2<f64>]| loss.mean(&target, &tables[0]);
        return Ok(Probe::new([prediction], (mean, [gradient]), value));
    }
    let (target, prediction) =
        (target.column(0).to_owned(), prediction.slice_move(lossbook::ndarray::s![.., ..1]));
    let (mean, gradient) = loss.mean_and_gradient(&target, prediction.column(0))?;
    let value = move |tables: &[Array2<f64>]| loss.mean(&target, tables[0].column(0));
    Ok(Probe::new([prediction], (mean, [gradient.insert_axis(Axis(1))]), value))
}
