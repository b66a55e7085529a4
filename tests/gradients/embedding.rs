//! Losses of embeddings.

use lossbook::ndarray::{ArrayView1, Axis};
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("embedding::Contrastive", "", |draw| {
        let margin = draw.number(0.5..4.0);
        pairs(draw, Contrastive::new(margin)?, move |left, right| {
            square(left, right) < margin * margin
        })
    }),
    ("embedding::Contrastive", "of a distance", |draw| {
        let (margin, same) = (draw.number(0.5..4.0), draw.flag());
        let (loss, distance) = (Contrastive::new(margin)?, draw.number(0.1..5.0));
        let found = (loss.loss(same, distance), [array![[loss.derivative(same, distance)]]]);
        let value = move |tables: &[Array2<f64>]| Ok(loss.loss(same, tables[0][[0, 0]]));
        let probe = Probe::new([array![[distance]]], found, value);
        Ok(probe.in_pieces(move |tables| vec![usize::from(tables[0][[0, 0]] < margin)]))
    }),
    ("embedding::CosineEmbedding", "", |draw| {
        let margin = draw.number(-0.9..0.9);
        pairs(draw, CosineEmbedding::new(margin)?, move |left, right| cos(left, right) > margin)
    }),
    ("embedding::Triplet", "", triplet),
    ("embedding::BatchAll", "", |draw| {
        let margin = draw.number(0.0..4.0);
        batch(draw, BatchAll::new(margin)?, margin)
    }),
    ("embedding::BatchAll", "active only", |draw| {
        let margin = draw.number(0.0..4.0);
        batch(draw, BatchAll::new(margin)?.with_active_only(), margin)
    }),
    ("embedding::BatchHard", "", |draw| {
        let margin = draw.number(0.0..4.0);
        batch(draw, BatchHard::new(margin)?, margin)
    }),
    ("embedding::SemiHard", "", |draw| {
        let margin = draw.number(0.5..4.0);
        batch(draw, SemiHard::new(margin)?, margin)
    }),
    ("embedding::CenterLoss", "", center),
    ("embedding::CenterJoint", "", joint),
    ("embedding::ArcFace", "", |draw| {
        let (scale, margin) = (draw.number(0.5..16.0), draw.number(0.0..1.57));
        angular(draw, ArcFace::new(scale, margin)?, margin)
    }),
    ("embedding::ArcFace", "of an angle", |draw| {
        let margin = draw.number(0.0..1.57);
        angle(draw, ArcFace::new(1.0, margin)?, margin)
    }),
    ("embedding::CosFace", "", |draw| {
        let (scale, margin) = (draw.number(0.5..16.0), draw.number(0.0..1.0));
        angular(draw, CosFace::new(scale, margin)?, 0.0)
    }),
    ("embedding::CosFace", "of an angle", |draw| {
        let margin = draw.number(0.0..1.0);
        angle(draw, CosFace::new(1.0, margin)?, 0.0)
    }),
];

type Row<'a> = ArrayView1<'a, f64>;

fn square(left: Row, right: Row) -> f64 {
    (&left - &right).mapv(|x| x * x).sum()
}

fn cos(left: Row, right: Row) -> f64 {
    left.dot(&right) / (left.dot(&left) * right.dot(&right)).sqrt()
}

/// Rows that are long enough to have a direction that does not turn about within a step.
fn directions(draw: &mut Draw, n: usize, d: usize) -> Array2<f64> {
    loop {
        let rows = draw.table(n, d, -2.0..2.0);
        if rows.rows().into_iter().all(|row| row.dot(&row) > 0.5) {
            return rows;
        }
    }
}

/// Pairs, of which those are on the one side of the edge that are `near`.
fn pairs(
    draw: &mut Draw,
    loss: impl PairLoss + 'static,
    near: impl Fn(Row, Row) -> bool + 'static,
) -> Result<Probe, LossError> {
    let (n, d) = (draw.size(1..5), draw.size(2..4));
    let same: Vec<bool> = (0..n).map(|_| draw.flag()).collect();
    let (left, right) = (directions(draw, n, d), directions(draw, n, d));
    let (mean, PairGradient { left: a, right: b }) =
        loss.mean_and_gradient(&same, &left, &right)?;
    let value = move |tables: &[Array2<f64>]| loss.mean(&same, &tables[0], &tables[1]);
    let probe = Probe::new([left, right], (mean, [a, b]), value);
    Ok(probe.in_pieces(move |tables| {
        let pairs = tables[0].rows().into_iter().zip(tables[1].rows());
        pairs.map(|(left, right)| usize::from(near(left, right))).collect()
    }))
}

fn costs(anchor: Row, positive: Row, negative: Row, margin: f64) -> usize {
    usize::from(square(anchor, positive) - square(anchor, negative) + margin > 0.0)
}

fn triplet(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, d, margin) = (draw.size(1..5), draw.size(1..4), draw.number(0.0..4.0));
    let [a, p, n] = [(); 3].map(|()| draw.table(n, d, -2.0..2.0));
    let loss = Triplet::new(margin)?;
    let (mean, found) = loss.mean_and_gradient(&a, &p, &n)?;
    let gradient = [found.anchor, found.positive, found.negative];
    let probe = Probe::new([a, p, n], (mean, gradient), move |tables| {
        loss.mean(&tables[0], &tables[1], &tables[2])
    });
    Ok(probe.in_pieces(move |tables| {
        let row = |table: usize, at| tables[table].row(at);
        (0..tables[0].nrows()).map(|at| costs(row(0, at), row(1, at), row(2, at), margin)).collect()
    }))
}

fn batch(
    draw: &mut Draw,
    loss: impl MinedLoss + Copy + 'static,
    margin: f64,
) -> Result<Probe, LossError> {
    let (more, d) = (draw.size(0..4), draw.size(1..4));
    let labels = [vec![0, 0, 1], draw.labels(more, 3)].concat();
    let x = draw.table(labels.len(), d, -2.0..2.0);
    let (mean, gradient) = loss.mean_and_gradient(&labels, &x)?;
    let again = labels.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(&again, &tables[0]);
    Ok(Probe::new([x], (mean, [gradient]), value).in_pieces(move |tables| {
        let x = &tables[0];
        let taken = loss.triplets(&labels, x).expect("as before");
        let rows = taken.iter();
        let cost = rows.map(|&[a, p, n]| costs(x.row(a), x.row(p), x.row(n), margin));
        cost.chain(taken.iter().copied().flatten()).collect()
    }))
}

fn center(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, d, classes) = (draw.size(1..5), draw.size(1..4), draw.size(1..4));
    let labels = draw.labels(n, classes);
    let (x, centers) = (draw.table(n, d, -3.0..3.0), draw.table(classes, d, -3.0..3.0));
    let (mean, gradient) = CenterLoss.mean_and_gradient(&labels, &x, &centers)?;
    let value = move |tables: &[Array2<f64>]| CenterLoss.mean(&labels, &tables[0], &centers);
    Ok(Probe::new([x], (mean, [gradient]), value))
}

fn joint(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, d, classes) = (draw.size(1..5), draw.size(1..4), draw.size(1..4));
    let (labels, loss) = (draw.labels(n, classes), CenterJoint::new(draw.number(0.0..3.0))?);
    let (x, centers) = (draw.table(n, d, -3.0..3.0), draw.table(classes, d, -3.0..3.0));
    let logits = draw.table(n, classes, -3.0..3.0);
    let (mean, found) = loss.mean_and_gradient(&labels, &logits, &x, &centers)?;
    let gradient = [found.logits, found.embeddings];
    Ok(Probe::new([logits, x], (mean, gradient), move |tables| {
        loss.mean(&labels, &tables[0], &tables[1], &centers)
    }))
}

/// A loss that jumps where the angle to the own class and `turn` are together pi.
fn angular(
    draw: &mut Draw,
    loss: impl AngularLoss + 'static,
    turn: f64,
) -> Result<Probe, LossError> {
    let (n, d, classes) = (draw.size(1..4), draw.size(2..4), draw.size(2..5));
    let labels = draw.labels(n, classes);
    let (x, weights) = (directions(draw, n, d), directions(draw, classes, d));
    let (mean, found) = loss.mean_and_gradient(&labels, &x, &weights)?;
    let (gradient, own) = ([found.embeddings, found.weights], labels.clone());
    let probe = Probe::new([x, weights], (mean, gradient), move |tables| {
        loss.mean(&labels, &tables[0], &tables[1])
    });
    Ok(probe.in_pieces(move |tables| {
        let rows = tables[0].axis_iter(Axis(0)).zip(&own);
        let angles =
            rows.map(|(row, &label)| cos(row, tables[1].row(label)).clamp(-1.0, 1.0).acos());
        angles.map(|angle| usize::from(angle + turn > std::f64::consts::PI)).collect()
    }))
}

/// The logit of the own class.
fn angle(draw: &mut Draw, loss: impl AngularLoss + 'static, turn: f64) -> Result<Probe, LossError> {
    let angle = draw.number(0.1..3.1);
    let (found, derivative) = loss.value_and_derivative(angle);
    let found = (found, [array![[derivative]]]);
    let value = move |tables: &[Array2<f64>]| Ok(loss.value_and_derivative(tables[0][[0, 0]]).0);
    let beyond = move |tables: &[Array2<f64>]| {
        vec![usize::from(tables[0][[0, 0]] + turn > std::f64::consts::PI)]
    };
    Ok(Probe::new([array![[angle]]], found, value).in_pieces(beyond))
}
