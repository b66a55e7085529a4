//! What is taken for the slope where there are two of them.

use std::collections::BTreeSet;

use lossbook::prelude::*;

type Line = dyn Fn(f64) -> Result<(f64, f64), LossError>;

/// One of the kinks, along a line of places: it is at 0.
struct Kink {
    /// The row of the table in this test's documentation.
    row: &'static str,
    taken: Taken,
    /// Value and slope.
    line: Box<Line>,
}

/// What the slope at the kink is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Taken {
    /// 0, and the sides slope against each other.
    Between,
    /// That of one side, the other being another.
    Left,
    Right,
    /// 0 like one side, and only one.
    Flat,
    /// 0 like both sides of a jump.
    Both,
}

use Taken::{Between, Both, Flat, Left, Right};

fn kink(
    row: &'static str,
    taken: Taken,
    line: impl Fn(f64) -> Result<(f64, f64), LossError> + 'static,
) -> Kink {
    Kink { row, taken, line: Box::new(line) }
}

/// A distance from the kink, small enough for all bends.
const STEP: f64 = 1e-4;

#[test]
fn every_kink_has_the_slope_that_is_listed() -> Result<(), LossError> {
    let mut faults = Vec::new();
    for Kink { row, taken, line } in kinks()? {
        let [left, here, right] = [-STEP, 0.0, STEP].map(&line);
        let ((below, left), (value, here), (above, right)) = (left?, here?, right?);
        let near = |a: f64, b: f64| (a - b).abs() <= 4.0 * STEP * (1.0 + a.abs().max(b.abs()));
        let met = match taken {
            Between => here == 0.0 && left * right < 0.0,
            Left => near(here, left) && !near(here, right),
            Right => near(here, right) && !near(here, left),
            Flat => here == 0.0 && (left == 0.0) != (right == 0.0),
            Both => here == 0.0 && left == 0.0 && right == 0.0 && value != below,
        };
        // The sides are what the value does. (Where it jumps, a step is all that it does.)
        let jumps = row.contains("jumps") || row.contains("approximate sigmoid");
        let sides = ((value - below) / STEP, (above - value) / STEP);
        if !met || !(jumps || near(sides.0, left) && near(sides.1, right)) {
            faults.push(format!("{row} {taken:?}: {left} {here} {right}, of the value {sides:?}"));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    Ok(())
}

#[test]
fn the_table_of_kinks_is_the_list() -> Result<(), LossError> {
    let page = include_str!("../gradients.rs").lines();
    let rows = page.filter_map(|line| line.strip_prefix("//! | `")).map(|row| format!("| `{row}"));
    let listed: BTreeSet<String> = rows.collect();
    let asked: BTreeSet<String> = kinks()?.iter().map(|kink| kink.row.to_owned()).collect();
    assert_eq!(listed, asked);
    Ok(())
}

fn kinks() -> Result<Vec<Kink>, LossError> {
    let mut kinks = numbers_and_classes()?;
    kinks.extend(embeddings()?);
    kinks.extend(clouds_and_images()?);
    kinks.extend(policies_and_models()?);
    kinks.extend(activations()?);
    Ok(kinks)
}

fn numbers_and_classes() -> Result<Vec<Kink>, LossError> {
    let quantile = Quantile::new(0.2)?;
    let binary =
        |label: f64, score: f64| Ok((Hinge.loss(label, score), Hinge.derivative(label, score)));
    let scores = |scores: [f64; 3], moved: usize| {
        let (mean, gradient) = MultiHinge.mean_and_gradient(&[0], &array![scores])?;
        Ok((mean, gradient[[0, moved]]))
    };
    let absolute = "| `AbsoluteError` | `r = 0` | 0, between both sides |";
    let quantiles = "| `Quantile` | `r = 0` | 0, between both sides |";
    let hinge = "| `Hinge` | score 1 of a positive sample, -1 of a negative one | 0, that of the flat side |";
    let lead = "| `MultiHinge` | a lead of exactly 1 | 0, that of the flat side |";
    let rivals = "| `MultiHinge` | two strongest rivals | that of the first |";
    Ok(vec![
        // Along the prediction, so with the residual turned about.
        kink(absolute, Between, |t| Ok((AbsoluteError.loss(-t), AbsoluteError.derivative(-t)))),
        kink(quantiles, Between, move |t| Ok((quantile.loss(-t), quantile.derivative(-t)))),
        kink(hinge, Flat, move |t| binary(1.0, 1.0 + t)),
        kink(hinge, Flat, move |t| binary(0.0, t - 1.0)),
        kink(lead, Flat, move |t| scores([1.0 + t, 0.0, -1.0], 0)),
        kink(rivals, Right, move |t| scores([0.0, 0.5 + t, 0.5], 1)),
        kink(rivals, Left, move |t| scores([0.0, 0.5, 0.5 + t], 2)),
    ])
}

fn embeddings() -> Result<Vec<Kink>, LossError> {
    let contrastive = Contrastive::new(1.0)?;
    let cosine = CosineEmbedding::new(0.0)?;
    let triplet = Triplet::new(0.0)?;
    let arc = ArcFace::new(2.0, 0.5)?;
    let one_point = "| `Contrastive` | two different ones at one point | 0, between both sides |";
    let at_margin = "| `CosineEmbedding` | `cos = margin` | 0, that of the flat side |";
    let at_zero = "| `Triplet` | a loss of exactly 0 | 0, that of the flat side |";
    let farthest = "| `BatchHard` | two farthest positives | that of the first |";
    let angle = "| `ArcFace` | an angle of 0 | 0, between both sides |";
    let of_hard = |rows: [f64; 4], moved: usize| {
        let x = Array2::from(rows.map(|x| [x]).to_vec());
        let (mean, gradient) = BatchHard::new(10.0)?.mean_and_gradient(&[0, 0, 0, 1], &x)?;
        Ok((mean, gradient[[moved, 0]]))
    };
    Ok(vec![
        kink(one_point, Between, move |t| {
            let (mean, found) =
                contrastive.mean_and_gradient(&[false], &array![[t]], &array![[0.0]])?;
            Ok((mean, found.left[[0, 0]]))
        }),
        kink(at_margin, Flat, move |t| {
            let (left, right) = (array![[1.0, 0.0]], array![[t, 1.0]]);
            let (mean, found) = cosine.mean_and_gradient(&[false], &left, &right)?;
            Ok((mean, found.right[[0, 0]]))
        }),
        kink(at_zero, Flat, move |t| {
            let (a, p, n) = (array![[0.0]], array![[1.0]], array![[1.0 + t]]);
            let (mean, found) = triplet.mean_and_gradient(&a, &p, &n)?;
            Ok((mean, found.negative[[0, 0]]))
        }),
        mined(BatchAll::new(3.0)?),
        mined(BatchHard::new(3.0)?),
        mined(SemiHard::new(3.0)?),
        // Sample 0 is the anchor that has two positives equally far; the others' are not.
        kink(farthest, Right, move |t| of_hard([0.0, 1.0 + t, -1.0, 0.5], 1)),
        kink(farthest, Left, move |t| of_hard([0.0, -1.0, 1.0 + t, 0.5], 2)),
        kink(angle, Between, move |t| {
            // The other class lies opposite, where turning changes nothing.
            let weights = array![[1.0, 0.0], [-1.0, 0.0]];
            let (mean, found) = arc.mean_and_gradient(&[0], &array![[1.0, t]], &weights)?;
            Ok((mean, found.embeddings[[0, 1]]))
        }),
    ])
}

/// With the margin 3: of the two triplets the one with the anchor 0 is on the edge.
fn mined(loss: impl MinedLoss + 'static) -> Kink {
    let row =
        "| `BatchAll`, `BatchHard`, `SemiHard` | a loss of exactly 0 | 0, that of the flat side |";
    kink(row, Flat, move |t| {
        let x = array![[0.0], [1.0], [t - 2.0]];
        let (mean, gradient) = loss.mean_and_gradient(&[0, 0, 1], &x)?;
        Ok((mean, gradient[[2, 0]]))
    })
}

fn clouds_and_images() -> Result<Vec<Kink>, LossError> {
    let touching = "| `Chamfer`, `EarthMover`, `Sinkhorn` | a Euclidean distance of 0 | 0, between both sides |";
    let nearest = "| `Chamfer` | two nearest points | that of the first |";
    let dark = "| `PerceptualLoss` | a filter's response of 0 | 0, that of the flat side |";
    let cost = PointCost::Euclidean;
    let sinkhorn = Sinkhorn::new(cost, 1.0)?;
    let alone = |(value, gradient): (f64, Array2<f64>)| (value, gradient[[0, 0]]);
    let between = move |y: [f64; 2], x: f64| {
        let target = Array2::from(y.map(|y| [y]).to_vec());
        Ok(alone(Chamfer::default().mean_and_gradient(&target, &array![[x]])?))
    };
    let bright = FilterBank::new(&Array3::ones((1, 1, 1)))?;
    let perceptual = PerceptualLoss::new(bright, &array![[1.0]], &array![[1.0]])?;
    let perceptual = perceptual.with_weights(1.0, 0.0)?;
    Ok(vec![
        kink(touching, Between, move |t| {
            let loss = Chamfer::new(cost);
            Ok(alone(loss.mean_and_gradient(&array![[0.0]], &array![[t]])?))
        }),
        kink(touching, Between, move |t| {
            let loss = EarthMover::new(cost);
            Ok(alone(loss.mean_and_gradient(&array![[0.0]], &array![[t]])?))
        }),
        kink(touching, Between, move |t| {
            Ok(alone(sinkhorn.objective_and_gradient(&array![[0.0]], &array![[t]])?))
        }),
        kink(nearest, Left, move |t| between([-1.0, 1.0], t)),
        kink(nearest, Right, move |t| between([1.0, -1.0], t)),
        kink(dark, Flat, move |t| Ok(alone(perceptual.value_and_gradient(&array![[t]])?))),
    ])
}

fn policies_and_models() -> Result<Vec<Kink>, LossError> {
    // Such an epsilon that the ratio is at the edge to the last bit.
    let (up, down) = (0.25_f64, -0.25_f64);
    let (above, below) =
        (ClippedSurrogate::new(up.exp() - 1.0)?, ClippedSurrogate::new(1.0 - down.exp())?);
    let svm = LinearSvm::new(0.1)?;
    let edge = "| `ClippedSurrogate` | a ratio of `1 + epsilon` or `1 - epsilon` | that of the steep side |";
    let margin = "| `LinearSvm` | a sample on the margin | 0, that of the flat side |";
    let nearest = "| `KMeans` | two nearest centres | that of the first |";
    let center = |centers: [f64; 2], moved: usize| {
        let centers = Array2::from(centers.map(|x| [x]).to_vec());
        let (value, gradient) = KMeans.value_and_gradient(&array![[0.0]], &centers)?;
        Ok((value, gradient[[moved, 0]]))
    };
    Ok(vec![
        kink(edge, Left, move |t| Ok(above.value_and_derivative(1.0, 0.0, up + t))),
        kink(edge, Right, move |t| Ok(below.value_and_derivative(-1.0, 0.0, down + t))),
        kink(margin, Flat, move |t| {
            let model = LinearModel::new(&[1.0], t)?;
            let (value, found) = svm.value_and_gradient(&[1.0], &array![[1.0]], &model)?;
            Ok((value, found.intercept))
        }),
        kink(nearest, Left, move |t| center([1.0 + t, -1.0], 0)),
        kink(nearest, Right, move |t| center([-1.0, 1.0 + t], 1)),
    ])
}

fn activations() -> Result<Vec<Kink>, LossError> {
    let at_zero =
        "| `Activation` ReLU, leaky, PReLU, RReLU, ELU, SELU | 0 | that of the left side |";
    let ends = "| `Activation` ReLU6 | 0 and 6 | 0, that of the flat side |";
    let step = "| `Activation` step | 0, where it jumps | 0, that of both sides |";
    let edges =
        "| `Activation` approximate sigmoid | the edges of its pieces | that of the outer piece |";
    let at = |row, taken, activation: Activation, place: f64| {
        kink(row, taken, move |t| {
            Ok((activation.value(place + t), activation.derivative(place + t)))
        })
    };
    let sigmoid = Activation::APPROXIMATE_SIGMOID;
    Ok(vec![
        at(at_zero, Left, Activation::RELU, 0.0),
        at(at_zero, Left, Activation::leaky_relu(0.1)?, 0.0),
        at(at_zero, Left, Activation::prelu(0.25)?, 0.0),
        at(at_zero, Left, Activation::rrelu(0.125, 0.375)?, 0.0),
        at(at_zero, Left, Activation::elu(2.0)?, 0.0),
        at(at_zero, Left, Activation::SELU, 0.0),
        at(ends, Flat, Activation::RELU6, 0.0),
        at(ends, Flat, Activation::RELU6, 6.0),
        at(step, Both, Activation::STEP, 0.0),
        at(edges, Left, sigmoid, -5.8),
        at(edges, Left, sigmoid, -3.4),
        at(edges, Right, sigmoid, 3.4),
        at(edges, Right, sigmoid, 5.8),
    ])
}
