//! Losses of point clouds: small cases by hand, mpmath's digits, SciPy's assignments, POT's plans,
//! clouds that are hard on a tree, laws, and what is refused.

mod common;
mod golden;
#[path = "point_cloud/laws.rs"]
mod laws;
#[path = "point_cloud/refused.rs"]
mod refused;

use common::assert_close;
use golden::Case;
use lossbook::ndarray::{ArrayView1, Axis, s};
use lossbook::point_cloud::*;
use lossbook::prelude::{Array2, LossError, array};

const GOLDEN: &str = include_str!("golden/point_cloud.json");
const COSTS: [PointCost; 2] = [PointCost::Squared, PointCost::Euclidean];

fn cloud(case: &Case, key: &str) -> Array2<f64> {
    let dims = case.number("dims") as usize;
    let values: Vec<f64> = case.list(key);
    Array2::from_shape_vec((values.len() / dims, dims), values).expect("as many cells")
}

/// A golden case's clouds and cost.
fn read(case: &Case) -> (Array2<f64>, Array2<f64>, PointCost) {
    let squared = case.number("squared") == 1.0;
    let cost = if squared { PointCost::Squared } else { PointCost::Euclidean };
    (cloud(case, "target"), cloud(case, "prediction"), cost)
}

fn assert_all_close(computed: impl IntoIterator<Item = f64>, case: &Case, key: &str, what: &str) {
    let (computed, expected) = (Vec::from_iter(computed), case.list::<f64>(key));
    assert_eq!(computed.len(), expected.len(), "{key} of {what}");
    for (computed, expected) in computed.iter().zip(expected) {
        assert_close(*computed, expected, &format!("{key} of {what}"));
    }
}

/// A gradient adds terms that may cancel; 13 digits of their sizes, that is `size`, can be had.
fn assert_gradient(computed: &Array2<f64>, case: &Case, key: &str, size: &str, digits: f64) {
    let expected: Vec<f64> = case.list(key);
    assert_eq!(computed.len(), expected.len());
    for ((computed, expected), size) in computed.iter().zip(expected).zip(case.list::<f64>(size)) {
        let near = (computed - expected).abs() <= (digits * size).max(2e-323);
        assert!(near, "{key}: {computed:e}, {expected:e}");
    }
}

/// The first of the nearest points, and its squared distance.
fn brute_force(point: &[f64], others: &Array2<f64>) -> (usize, f64) {
    let square = |other: ArrayView1<f64>| {
        point.iter().zip(other).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
    };
    let squares = others.rows().into_iter().map(square).enumerate();
    squares.reduce(|best, other| if other.1 < best.1 { other } else { best }).unwrap()
}

// --- by hand

#[test]
fn chamfer_counted_by_hand() -> Result<(), LossError> {
    // The article's definition: squared distances, to the nearest, both ways, summed up.
    let target = array![[0.0, 0.0], [1.0, 0.0], [0.0, 2.0]];
    let prediction = array![[0.0, 1.0], [3.0, 0.0]];
    // Target: 1 (to the first), 2 (to the first), 1 (to the first). Prediction: 1 (the first, not
    // the third, that is as near), 4 (to the second).
    let both = Chamfer::default().each(&target, &prediction)?;
    assert_eq!(both.target.index, [0, 0, 0]);
    assert_eq!(both.target.cost, array![1.0, 2.0, 1.0]);
    assert_eq!(both.prediction.index, [0, 1]);
    assert_eq!(both.prediction.cost, array![1.0, 4.0]);
    assert_eq!(Chamfer::default().sum(&target, &prediction)?, 9.0);
    let (mean, gradient) = Chamfer::default().mean_and_gradient(&target, &prediction)?;
    assert_eq!(mean, 4.0 / 3.0 + 5.0 / 2.0);
    // The first: a third of 2 (0, 1) + 2 (-1, 1) + 2 (0, -1) for the target's points, and half of its
    // own 2 (0, 1). The second: half of 2 (2, 0).
    let expected = array![[-2.0 / 3.0, 2.0 / 3.0 + 1.0], [2.0, 0.0]];
    assert!((gradient - expected).iter().all(|off| off.abs() <= 1e-15));
    Ok(())
}

#[test]
fn crowding_is_cheap_for_chamfer_and_dear_for_the_earth_mover() -> Result<(), LossError> {
    // By hand. Three target points, of which two predictions sit on the first one.
    let target = array![[0.0], [1.0], [10.0]];
    let crowded = array![[0.0], [0.0], [10.0]];
    assert_eq!(Chamfer::default().sum(&target, &crowded)?, 1.0);
    let target = array![[0.0], [0.0], [10.0]];
    let crowded = array![[0.0], [10.0], [10.0]];
    assert_eq!(Chamfer::default().sum(&target, &crowded)?, 0.0);
    assert_eq!(EarthMover::default().mean(&target, &crowded)?, 10.0 / 3.0);
    Ok(())
}

#[test]
fn subgradients_where_points_coincide() -> Result<(), LossError> {
    // As documented: 0, and the sign of zero counts.
    let same = array![[1.0, 2.0], [3.0, 4.0]];
    for cost in COSTS {
        let (chamfer, mover) = (Chamfer::new(cost), EarthMover::new(cost));
        for gradient in [
            chamfer.gradient(&same, &same)?,
            chamfer.mean_and_gradient(&same, &same)?.1,
            mover.gradient(&same, &same)?,
        ] {
            assert!(gradient.iter().all(|slope| slope.to_bits() == 0), "{gradient}");
        }
    }
    Ok(())
}

#[test]
fn ties_go_to_the_first() -> Result<(), LossError> {
    // A point in the middle of a square lattice's cell: four are as near.
    let lattice =
        Array2::from_shape_fn(
            (400, 2),
            |(i, axis)| {
                if axis == 0 { (i % 20) as f64 } else { (i / 20) as f64 }
            },
        );
    let middles = &lattice + 0.5;
    for turned in [false, true] {
        let step = if turned { -1 } else { 1 };
        let lattice = lattice.slice(s![..;step, ..]);
        let found = Chamfer::default().each(&middles, lattice)?.target;
        for (point, index) in middles.rows().into_iter().zip(found.index) {
            assert_eq!(index, brute_force(point.as_slice().unwrap(), &lattice.to_owned()).0);
        }
    }
    Ok(())
}

// --- mpmath

#[test]
fn chamfer_has_thirteen_digits() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "chamfer") {
        let (target, prediction, cost) = read(&case);
        let (loss, what) = (Chamfer::new(cost), format!("{cost:?} of {target}, {prediction}"));
        let both = loss.each(&target, &prediction)?;
        assert_eq!(both.target.index, case.list::<usize>("target_index"), "{what}");
        assert_eq!(both.prediction.index, case.list::<usize>("prediction_index"), "{what}");
        assert_all_close(both.target.cost, &case, "target_cost", &what);
        assert_all_close(both.prediction.cost, &case, "prediction_cost", &what);
        let (mean, gradient) = loss.mean_and_gradient(&target, &prediction)?;
        assert_close(mean, case.number("mean"), &what);
        assert_gradient(&gradient, &case, "gradient", "size", common::DIGITS);
        assert_close(loss.sum(&target, &prediction)?, case.number("sum"), &what);
    }
    Ok(())
}

#[test]
fn assignments_are_the_best_of_all_permutations() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "permutations") {
        let (target, prediction, cost) = read(&case);
        let (loss, what) = (EarthMover::new(cost), format!("{cost:?} of {target}, {prediction}"));
        let (mean, gradient) = loss.mean_and_gradient(&target, &prediction)?;
        assert_close(mean, case.number("mean"), &what);
        assert_close(loss.sum(&target, &prediction)?, case.number("sum"), &what);
        // In one dimension several assignments may cost the same.
        if case.number("dims") > 1.0 {
            let assignment = loss.assignment(&target, &prediction)?;
            assert_eq!(assignment, case.list::<usize>("assignment"), "{what}");
            assert_all_close(loss.each(&target, &prediction)?, &case, "each", &what);
            assert_gradient(&gradient, &case, "gradient", "size", common::DIGITS);
        }
    }
    Ok(())
}

#[test]
fn plans_are_those_of_many_digits() -> Result<(), LossError> {
    // What rounding leaves: 1e-16 times the largest cost divided by epsilon, at most 60 here, in
    // the exponent of each amount; and the tolerance, with what iterations beyond it would change.
    for case in golden::cases(GOLDEN, "plan") {
        let (target, prediction, cost) = read(&case);
        let loss = Sinkhorn::new(cost, case.number("epsilon"))?.with_tolerance(2e-15)?;
        let found = loss.transport(&target, &prediction)?;
        for (computed, expected) in found.plan.iter().zip(case.list::<f64>("plan")) {
            assert!((computed - expected).abs() <= 1e-12 * expected, "{computed:e} {expected:e}");
        }
        let (objective, gradient) = loss.objective_and_gradient(&target, &prediction)?;
        assert_eq!(objective, found.objective);
        for (computed, key) in [(found.cost, "transport_cost"), (objective, "objective")] {
            let expected = case.number(key);
            assert!(
                (computed - expected).abs() <= 1e-12 * expected,
                "{key}: {computed} {expected}"
            );
        }
        assert_gradient(&gradient, &case, "gradient", "size", 1e-12);
    }
    Ok(())
}

#[test]
fn small_epsilons_converge_to_what_many_digits_say() -> Result<(), LossError> {
    // The first two: five grid points a side, where plain iterations do not get there in 10,000. The
    // others: an epsilon of a hundredth of the mean cost, as the page recommends.
    let cases = golden::cases(GOLDEN, "hard");
    assert_eq!(cases[0].number("transport_cost"), 1.2212418084761456);
    for case in cases {
        let (target, prediction, cost) = read(&case);
        let loss = Sinkhorn::new(cost, case.number("epsilon"))?;
        let found = loss.transport(&target, &prediction)?;
        let (cost, objective) = (case.number("transport_cost"), case.number("objective"));
        // Within the tolerance, 1e-9, times what moving costs at most.
        assert!((found.cost - cost).abs() <= 1e-8 * cost, "{} {cost}", found.cost);
        let off = (found.objective - objective).abs();
        assert!(off <= 1e-11 * objective, "{} {objective}", found.objective);
        let exact = loss.with_tolerance(1e-12)?.transport(&target, &prediction)?;
        assert!((exact.cost - cost).abs() <= 1e-11 * cost, "{} {cost}", exact.cost);
        // What rounding leaves of potentials as large as costs.
        let off = (exact.objective - objective).abs();
        assert!(off <= 1e-13 * objective, "{} {objective}", exact.objective);
    }
    Ok(())
}

/// Numbers from 0 to 1, the same in every run.
fn seeded(points: usize, dims: usize, seed: u64) -> Array2<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Array2::from_shape_simple_fn((points, dims), || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ mixed >> 31) >> 11) as f64 / (1_u64 << 53) as f64
    })
}

/// Solved with what is set by default, at a share of the mean cost, the plan is right: by its sums, and
/// as the value that it has is that of the dual problem, which none can have but the best one.
fn assert_converges(y: &Array2<f64>, x: &Array2<f64>, cost: PointCost, share: f64, what: &str) {
    let (n, m) = (y.nrows() as f64, x.nrows() as f64);
    let mover = EarthMover::new(cost);
    let pairs = y.rows().into_iter().flat_map(|y| x.rows().into_iter().map(move |x| (y, x)));
    let costs =
        pairs.map(|(y, x)| mover.mean(y.insert_axis(Axis(0)), x.insert_axis(Axis(0))).unwrap());
    let epsilon = share * costs.sum::<f64>() / (n * m);
    let loss = Sinkhorn::new(cost, epsilon).unwrap();
    let found = loss.transport(y, x).unwrap_or_else(|fault| panic!("{what}: {fault}"));
    let rows = (found.plan.sum_axis(Axis(1)) - 1.0 / n).mapv(f64::abs).sum();
    let columns = (found.plan.sum_axis(Axis(0)) - 1.0 / m).mapv(f64::abs).sum();
    assert!(rows <= 1e-9 && columns <= 1e-12 && found.error >= rows, "{what}: {rows} {columns}");
    assert!(found.iterations <= 1000, "{what}: {}", found.iterations);
    let entropy: f64 = found.plan.iter().filter(|&&p| p > 0.0).map(|p| p * (p * n * m).ln()).sum();
    let off = (found.cost + epsilon * entropy - found.objective).abs();
    assert!(off <= 1e-7 * found.objective, "{what}: {off} of {}", found.objective);
}

#[test]
fn what_the_page_recommends_converges() {
    let sizes =
        [(4, 4, 20), (8, 8, 20), (5, 9, 10), (9, 5, 10), (1, 7, 1), (33, 20, 2), (64, 64, 1)];
    for (n, m, seeds) in sizes {
        for seed in 0..seeds {
            let (y, x) = (seeded(n, 2, 2 * seed), seeded(m, 2, 2 * seed + 1));
            let few = |cloud: &Array2<f64>| {
                let rows: Vec<usize> = (0..cloud.nrows()).map(|row| row / 3).collect();
                cloud.select(Axis(0), &rows)
            };
            let lattice = |cloud: &Array2<f64>| cloud.mapv(|value| (4.0 * value).floor());
            let scales = |cloud: &Array2<f64>| cloud.mapv(|value| 10_f64.powf(6.0 * value));
            let pairs = [
                ("random", y.clone(), x.clone()),
                ("some of them three times", few(&y), few(&x)),
                ("lattice", lattice(&y), lattice(&x) + 1.0),
                ("six orders of magnitude", scales(&y), scales(&x)),
                ("large", &y * 1e100, &x * 1e100),
                ("small", &y * 1e-100, &x * 1e-100),
            ];
            for (kind, y, x) in pairs {
                for (cost, share) in COSTS.into_iter().flat_map(|c| [(c, 0.01), (c, 0.001)]) {
                    let what = format!("{kind} {n} x {m}, seed {seed}, {cost:?}, {share}");
                    assert_converges(&y, &x, cost, share, &what);
                }
            }
        }
    }
}

#[test]
fn a_plan_knows_no_unit() -> Result<(), LossError> {
    let (y, x) = (seeded(7, 3, 40), seeded(5, 3, 41));
    for (cost, unit) in
        [(PointCost::Squared, 2_f64.powi(400)), (PointCost::Euclidean, 2_f64.powi(200))]
    {
        let found = Sinkhorn::new(cost, 0.01)?.transport(&y, &x)?;
        for (scale, unit) in [(2_f64.powi(200), unit), (2_f64.powi(-200), 1.0 / unit)] {
            let scaled =
                Sinkhorn::new(cost, 0.01 * unit)?.transport(&(&y * scale), &(&x * scale))?;
            assert_eq!(
                (scaled.cost, scaled.objective),
                (found.cost * unit, found.objective * unit)
            );
            assert_eq!((scaled.plan, scaled.iterations), (found.plan.clone(), found.iterations));
        }
    }
    Ok(())
}

// --- SciPy and POT

#[test]
fn assignments_cost_what_scipy_finds() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "assignment") {
        let (target, prediction, cost) = read(&case);
        let loss = EarthMover::new(cost);
        assert_close(loss.mean(&target, &prediction)?, case.number("mean"), "mean cost");
        let mut rows = loss.assignment(&target, &prediction)?;
        rows.sort_unstable();
        assert!(rows.into_iter().eq(0..target.nrows()));
    }
    Ok(())
}

#[test]
fn plans_agree_with_pot() -> Result<(), LossError> {
    // POT stops at 1e-15; the costs are up to 150 epsilon, see above.
    for case in golden::cases(GOLDEN, "pot") {
        let (target, prediction, cost) = read(&case);
        let loss = Sinkhorn::new(cost, case.number("epsilon"))?.with_tolerance(1e-13)?;
        let found = loss.transport(&target, &prediction)?;
        for (computed, expected) in found.plan.iter().zip(case.list::<f64>("plan")) {
            assert!((computed - expected).abs() <= 1e-12, "{computed:e} {expected:e}");
        }
        let expected = case.number("transport_cost");
        assert!((found.cost - expected).abs() <= 1e-11 * expected, "{} {expected}", found.cost);
    }
    Ok(())
}

// --- clouds that are hard on a tree

fn shuffled(cloud: &Array2<f64>, seed: u64) -> (Vec<usize>, Array2<f64>) {
    let mut order: Vec<usize> = (0..cloud.nrows()).collect();
    order.sort_by_key(|&row| (row as u64 ^ seed).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let shuffled = cloud.select(Axis(0), &order);
    (order, shuffled)
}

#[test]
fn a_hundred_thousand_points_in_one_place() -> Result<(), LossError> {
    let same = Array2::from_elem((100_000, 3), 0.5);
    let found = Chamfer::default().each(&same, &same)?;
    assert!(found.target.index.iter().chain(&found.prediction.index).all(|&index| index == 0));
    let moved = &same + 0.25;
    assert_eq!(Chamfer::default().mean(&same, &moved)?, 2.0 * 3.0 * 0.0625);
    Ok(())
}

#[test]
fn lines_planes_and_all_scales() -> Result<(), LossError> {
    let n = 20_000;
    // Two places with half of the points each; a line along one axis; a power of two for each
    // point.
    let places = Array2::from_shape_fn((n, 2), |(i, _)| (i % 2) as f64);
    let line = Array2::from_shape_fn((n, 2), |(i, axis)| if axis == 0 { 7.0 } else { i as f64 });
    let scales = Array2::from_shape_fn((n, 1), |(i, _)| 2.0_f64.powi(i as i32 % 2000 - 1000));
    for cloud in [places, line, scales] {
        let (_, other) = shuffled(&cloud, 5);
        assert_eq!(Chamfer::default().sum(&cloud, &other)?, 0.0);
        assert_eq!(Chamfer::new(PointCost::Euclidean).mean(&cloud, &other)?, 0.0);
    }
    Ok(())
}

#[test]
fn equal_costs_everywhere_end() -> Result<(), LossError> {
    // No assignment is better than another one; by hand, all of them cost 1 a point.
    let (target, prediction) =
        (Array2::zeros((300, 2)), Array2::from_elem((300, 2), 0.5_f64.sqrt()));
    assert_close(EarthMover::default().mean(&target, &prediction)?, 1.0, "equal costs");
    let found = Sinkhorn::new(PointCost::Euclidean, 1e-3)?.transport(&target, &prediction)?;
    assert_close(found.cost, 1.0, "equal costs");
    assert_eq!(found.plan[[0, 299]], found.plan[[17, 4]]);
    Ok(())
}

#[test]
fn sinkhorn_survives_an_epsilon_that_underflows_a_kernel() -> Result<(), LossError> {
    // exp(-1 / 1e-4) is 0: without logarithms every amount would be 0 / 0. By hand: 0 to 0, 1 to 1.
    let target = array![[0.0], [1.0]];
    let found = Sinkhorn::new(PointCost::Squared, 1e-4)?.transport(&target, &target)?;
    assert_eq!(found.plan, array![[0.5, 0.0], [0.0, 0.5]]);
    assert_eq!((found.cost, found.objective > 0.0), (0.0, true));
    assert_close(found.objective, 1e-4 * 2.0_f64.ln(), "the blur's own cost");
    Ok(())
}
