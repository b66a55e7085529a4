//! Losses of classes.

use lossbook::ndarray::Axis;
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("classification::CrossEntropy", "of logits, labels", |d| labels(d, of_logits)),
    ("classification::CrossEntropy", "of logits, one-hot", |d| shares(d, of_logits, true)),
    ("classification::CrossEntropy", "of logits, soft", |d| shares(d, of_logits, false)),
    ("classification::CrossEntropy", "of probabilities, labels", |d| labels(d, of_probabilities)),
    ("classification::CrossEntropy", "of probabilities, one-hot", |d| {
        shares(d, of_probabilities, true)
    }),
    ("classification::CrossEntropy", "of probabilities, soft", |d| {
        shares(d, of_probabilities, false)
    }),
    ("classification::SoftmaxFocal", "labels", |d| labels(d, focal)),
    ("classification::SoftmaxFocal", "one-hot", |d| shares(d, focal, true)),
    ("classification::SoftmaxFocal", "soft", |d| shares(d, focal, false)),
    ("classification::MultiHinge", "labels", |d| labels(d, hinge)),
    ("classification::MultiHinge", "one-hot", |d| shares(d, hinge, true)),
    ("classification::MultiHinge", "soft", |d| shares(d, hinge, false)),
    ("classification::BinaryCrossEntropy", "of logits", |draw| {
        let weight = draw.number(0.2..4.0);
        binary(draw, BinaryCrossEntropy::from_logits().with_positive_weight(weight)?)
    }),
    ("classification::BinaryCrossEntropy", "of probabilities", |draw| {
        let weight = draw.number(0.2..4.0);
        binary(draw, BinaryCrossEntropy::from_probabilities().with_positive_weight(weight)?)
    }),
    ("classification::BinaryFocal", "", |draw| {
        let (gamma, alpha) = (draw.number(0.0..4.0), draw.number(0.0..1.0));
        let loss = BinaryFocal::new(gamma)?;
        binary(draw, if alpha > 0.5 { loss } else { loss.with_alpha(alpha)? })
    }),
    ("classification::Hinge", "", |draw| binary(draw, Hinge)),
];

/// A loss for so many classes.
type Make = fn(&mut Draw, usize) -> Result<Box<dyn ClassLoss>, LossError>;

fn of_logits(draw: &mut Draw, classes: usize) -> Result<Box<dyn ClassLoss>, LossError> {
    cross_entropy(CrossEntropy::from_logits(), draw, classes)
}

fn of_probabilities(draw: &mut Draw, classes: usize) -> Result<Box<dyn ClassLoss>, LossError> {
    cross_entropy(CrossEntropy::from_probabilities(), draw, classes)
}

fn cross_entropy(
    mut loss: CrossEntropy,
    draw: &mut Draw,
    classes: usize,
) -> Result<Box<dyn ClassLoss>, LossError> {
    if draw.flag() {
        loss = loss.with_smoothing(draw.number(0.0..1.0))?;
    }
    if draw.flag() {
        loss = loss.with_weights(&draw.numbers(classes, 0.1..3.0))?;
    }
    Ok(Box::new(loss))
}

fn focal(draw: &mut Draw, classes: usize) -> Result<Box<dyn ClassLoss>, LossError> {
    let mut loss = SoftmaxFocal::new(draw.number(0.0..4.0))?;
    if draw.flag() {
        loss = loss.with_alpha(&draw.numbers(classes, 0.1..3.0))?;
    }
    Ok(Box::new(loss))
}

fn hinge(_: &mut Draw, _: usize) -> Result<Box<dyn ClassLoss>, LossError> {
    Ok(Box::new(MultiHinge))
}

/// What the loss reads, for `n` samples.
fn prediction(draw: &mut Draw, loss: &dyn ClassLoss, n: usize, classes: usize) -> Array2<f64> {
    match loss.input() {
        Input::Logits => draw.table(n, classes, -3.0..3.0),
        Input::Probabilities => draw.shares(n, classes),
    }
}

fn labels(draw: &mut Draw, make: Make) -> Result<Probe, LossError> {
    let (n, classes) = (draw.size(1..4), draw.size(2..5));
    let (labels, loss) = (draw.labels(n, classes), make(draw, classes)?);
    let prediction = prediction(draw, &*loss, n, classes);
    let (mean, gradient) = loss.mean_and_gradient(&labels, &prediction)?;
    let value = move |tables: &[Array2<f64>]| {
        mean_of(&*loss, &tables[0], |row| RowTarget::Label(labels[row]))
    };
    Ok(Probe::new([prediction], (mean, [gradient]), value).in_pieces(margins))
}

fn shares(draw: &mut Draw, make: Make, hard: bool) -> Result<Probe, LossError> {
    let (n, classes) = (draw.size(1..4), draw.size(2..5));
    let labels = draw.labels(n, classes);
    let target = if hard { one_hot(&labels, classes)? } else { draw.shares(n, classes) };
    let loss = make(draw, classes)?;
    let prediction = prediction(draw, &*loss, n, classes);
    let (mean, gradient) = loss.mean_and_gradient(&target, &prediction)?;
    let rows: Vec<Vec<f64>> = target.rows().into_iter().map(|row| row.to_vec()).collect();
    let value = move |tables: &[Array2<f64>]| {
        mean_of(&*loss, &tables[0], |row| RowTarget::Probabilities(&rows[row]))
    };
    Ok(Probe::new([prediction], (mean, [gradient]), value).in_pieces(margins))
}

/// The mean loss, sample by sample: a probability may then move without the others of its row.
fn mean_of<'t>(
    loss: &dyn ClassLoss,
    prediction: &Array2<f64>,
    target: impl Fn(usize) -> RowTarget<'t>,
) -> Result<f64, LossError> {
    let rows = prediction.rows().into_iter().enumerate();
    let losses = rows.map(|(at, row)| loss.value_and_gradient(target(at), &row.to_vec(), None));
    Ok(losses.sum::<f64>() / prediction.nrows() as f64)
}

/// Which classes lead which, and which by more than 1.
fn margins(tables: &[Array2<f64>]) -> Vec<usize> {
    let mut pieces = Vec::new();
    for row in tables[0].rows() {
        for own in row {
            let leads =
                row.iter().map(|rival| usize::from(own > rival) + usize::from(own - rival > 1.0));
            pieces.extend(leads);
        }
    }
    pieces
}

fn binary(draw: &mut Draw, loss: impl BinaryLoss + 'static) -> Result<Probe, LossError> {
    let n = draw.size(1..6);
    let range = if loss.input() == Input::Logits { -4.0..4.0 } else { 0.02..0.98 };
    let prediction = draw.table(1, n, range);
    let soft = draw.numbers(n, 0.0..1.0);
    let target: Vec<f64> = soft.iter().map(|&y| if draw.flag() { y.round() } else { y }).collect();
    let (mean, gradient) = loss.mean_and_gradient(&target, prediction.row(0))?;
    let value = move |tables: &[Array2<f64>]| loss.mean(&target, tables[0].row(0));
    let probe = Probe::new([prediction], (mean, [gradient.insert_axis(Axis(0))]), value);
    Ok(probe.in_pieces(|tables| {
        let scores = tables[0].iter();
        scores.map(|z| usize::from(*z > -1.0) + usize::from(*z > 1.0)).collect()
    }))
}
