//! Distances of point clouds.

use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("point_cloud::Chamfer", "", chamfer),
    ("point_cloud::EarthMover", "", earth_mover),
    ("point_cloud::Sinkhorn", "", sinkhorn),
];

fn cost(draw: &mut Draw) -> PointCost {
    if draw.flag() { PointCost::Squared } else { PointCost::Euclidean }
}

/// Two clouds no two points of which nearly touch.
fn clouds(draw: &mut Draw, n: usize, m: usize) -> [Array2<f64>; 2] {
    let d = draw.size(1..4);
    loop {
        let (y, x) = (draw.table(n, d, -3.0..3.0), draw.table(m, d, -3.0..3.0));
        if squares(&y, &x).iter().all(|&square| square > 0.02) {
            return [y, x];
        }
    }
}

fn squares(y: &Array2<f64>, x: &Array2<f64>) -> Array2<f64> {
    Array2::from_shape_fn((y.nrows(), x.nrows()), |(i, j)| {
        (&y.row(i) - &x.row(j)).mapv(|gap| gap * gap).sum()
    })
}

fn chamfer(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, m) = (draw.size(1..6), draw.size(1..6));
    let ([y, x], loss) = (clouds(draw, n, m), Chamfer::new(cost(draw)));
    let (mean, gradient) = loss.mean_and_gradient(&y, &x)?;
    let target = y.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(&target, &tables[0]);
    // Who is whose nearest.
    Ok(Probe::new([x], (mean, [gradient]), value).in_pieces(move |tables| {
        let squares = squares(&y, &tables[0]);
        let nearest = |from: lossbook::ndarray::ArrayView1<f64>| {
            let order = from.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1));
            order.map_or(0, |(index, _)| index)
        };
        let both = squares.rows().into_iter().chain(squares.columns());
        both.map(nearest).collect()
    }))
}

fn earth_mover(draw: &mut Draw) -> Result<Probe, LossError> {
    let n = draw.size(1..6);
    let ([y, x], loss) = (clouds(draw, n, n), EarthMover::new(cost(draw)));
    let (mean, gradient) = loss.mean_and_gradient(&y, &x)?;
    let target = y.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(&target, &tables[0]);
    let pieces = move |tables: &[Array2<f64>]| loss.assignment(&y, &tables[0]).expect("as before");
    Ok(Probe::new([x], (mean, [gradient]), value).in_pieces(pieces))
}

fn sinkhorn(draw: &mut Draw) -> Result<Probe, LossError> {
    let (n, m) = (draw.size(1..5), draw.size(1..5));
    let [y, x] = clouds(draw, n, m);
    let loss = Sinkhorn::new(cost(draw), draw.number(0.8..4.0))?;
    let loss = loss.with_tolerance(1e-13)?.with_max_iterations(1_000_000)?;
    let (objective, gradient) = loss.objective_and_gradient(&y, &x)?;
    let value = move |tables: &[Array2<f64>]| loss.objective(&y, &tables[0]);
    Ok(Probe::new([x], (objective, [gradient]), value))
}
