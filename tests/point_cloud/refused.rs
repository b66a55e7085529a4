//! What is refused, and in which words; and no cloud makes anything panic.

use lossbook::ndarray::{ArrayView1, ArrayView2};
use lossbook::point_cloud::*;
use lossbook::prelude::{Array2, LossError, array};
use proptest::collection::vec;
use proptest::prelude::*;

use super::COSTS;
use super::common::assert_close;

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

#[track_caller]
fn refused<T: std::fmt::Debug>(call: Result<T, LossError>, text: &str) {
    match call {
        Ok(value) => panic!("accepted with the result {value:?}, but expected: {text}"),
        Err(fault) => assert_eq!(fault.to_string(), text),
    }
}

/// Every method that takes clouds of any size.
#[track_caller]
fn refused_by_chamfer_and_sinkhorn(y: ArrayView2<f64>, x: ArrayView2<f64>, text: &str) {
    for cost in COSTS {
        let chamfer = Chamfer::new(cost);
        refused(chamfer.each(y, x), text);
        refused(chamfer.mean(y, x), text);
        refused(chamfer.sum(y, x), text);
        refused(chamfer.gradient(y, x), text);
        refused(chamfer.mean_and_gradient(y, x), text);
        refused_by_sinkhorn(Sinkhorn::new(cost, 1.0).unwrap(), y, x, text);
    }
}

#[track_caller]
fn refused_by_sinkhorn(loss: Sinkhorn, y: ArrayView2<f64>, x: ArrayView2<f64>, text: &str) {
    refused(loss.transport(y, x), text);
    refused(loss.cost(y, x), text);
    refused(loss.objective(y, x), text);
    refused(loss.gradient(y, x), text);
    refused(loss.objective_and_gradient(y, x), text);
}

#[track_caller]
fn refused_by_earth_mover(y: ArrayView2<f64>, x: ArrayView2<f64>, text: &str) {
    for cost in COSTS {
        let mover = EarthMover::new(cost);
        refused(mover.assignment(y, x), text);
        refused(mover.each(y, x), text);
        refused(mover.mean(y, x), text);
        refused(mover.sum(y, x), text);
        refused(mover.gradient(y, x), text);
        refused(mover.mean_and_gradient(y, x), text);
    }
}

#[test]
fn bad_clouds() {
    let zeros = |points, dims| Array2::<f64>::zeros((points, dims));
    let dims = "a point of target has 2 values and a point of prediction 3 (they must be equal)";
    let bad = [
        (zeros(0, 3), zeros(2, 3), "target is empty (at least 1 value is needed)"),
        (zeros(2, 0), zeros(2, 0), "target is empty (at least 1 value is needed)"),
        (zeros(2, 3), zeros(0, 3), "prediction is empty (at least 1 value is needed)"),
        (zeros(2, 3), zeros(2, 0), "prediction is empty (at least 1 value is needed)"),
        (zeros(4, 2), zeros(4, 3), dims),
        (array![[0.0, 0.0], [0.0, NAN]], zeros(2, 2), "target[1, 1] = NaN is not finite"),
        (zeros(1, 2), array![[-INF, 0.0]], "prediction[0, 0] = -inf is not finite"),
        (array![[INF]], array![[NAN]], "target[0, 0] = inf is not finite"),
    ];
    for (target, prediction, text) in &bad {
        refused_by_chamfer_and_sinkhorn(target.view(), prediction.view(), text);
        refused_by_earth_mover(target.view(), prediction.view(), text);
    }
    let shapes = "target has the shape [2, 3] and prediction [4, 3] (they must be equal)";
    refused_by_earth_mover(zeros(2, 3).view(), zeros(4, 3).view(), shapes);
}

#[test]
fn clouds_without_end() {
    // A view may show one number as many.
    let one = lossbook::ndarray::aview0(&0.5);
    let (endless, small) = (one.broadcast((1 << 60, 1)).unwrap(), array![[0.5]]);
    let text = "target of shape [1152921504606846976, 1] does not fit into memory";
    refused_by_chamfer_and_sinkhorn(endless, small.view(), text);
    refused_by_earth_mover(endless, small.view(), text);
    let text = "prediction of shape [1152921504606846976, 1] does not fit into memory";
    refused_by_chamfer_and_sinkhorn(small.view(), endless, text);
    refused_by_earth_mover(small.view(), endless, text);
}

#[test]
fn plans_that_cannot_be_had() -> Result<(), LossError> {
    let (target, prediction) = (array![[0.0], [1e200]], array![[1.0], [-1e200]]);
    let squared = Sinkhorn::new(PointCost::Squared, 1.0)?;
    let text = "cost[0, 1] = inf is not finite";
    refused_by_sinkhorn(squared, target.view(), prediction.view(), text);
    // No assignment either can be found between infinite costs.
    refused_by_earth_mover(target.view(), prediction.view(), text);
    // After two iterations the rows are still far from right.
    let (target, prediction) = (array![[0.0], [1.0]], array![[0.2], [0.3], [0.6]]);
    let hasty = Sinkhorn::new(PointCost::Euclidean, 0.1)?.with_max_iterations(2)?;
    let fault = hasty.transport(&target, &prediction).unwrap_err();
    let LossError::NotConverged { name: "sinkhorn", iterations: 2, error, tolerance } = fault
    else {
        panic!("{fault}");
    };
    assert!(error > 1e-9 && error < 2.0 && tolerance == 1e-9, "{error}");
    let text = format!("sinkhorn did not converge in 2 iterations (error {error}, tolerance 1e-9)");
    refused_by_sinkhorn(hasty, target.view(), prediction.view(), &text);
    Ok(())
}

#[test]
fn bad_parameters() -> Result<(), LossError> {
    let sinkhorn = Sinkhorn::new(PointCost::Squared, 1.0)?;
    for (value, shown) in [(0.0, "0"), (-1.0, "-1"), (NAN, "NaN"), (INF, "inf"), (-1e-9, "-1e-9")] {
        let text = format!("epsilon = {shown} is not allowed (epsilon > 0 and finite)");
        refused(Sinkhorn::new(PointCost::Euclidean, value), &text);
        let text = format!("tolerance = {shown} is not allowed (tolerance > 0 and finite)");
        refused(sinkhorn.with_tolerance(value), &text);
    }
    let text = "max_iterations = 0 is not allowed (max_iterations >= 1)";
    refused(sinkhorn.with_max_iterations(0), text);
    Ok(())
}

#[test]
fn a_plan_lost_to_rounding_is_no_result() -> Result<(), LossError> {
    // Epsilon is less than the last digit of the costs: the potentials may stand still, but the plan that
    // they give does not move what it should.
    let (target, prediction) = (array![[8.56e9], [1e8]], array![[5.36e9], [3e8], [7e9]]);
    let fault = Sinkhorn::new(PointCost::Squared, 1e3)?.transport(&target, &prediction);
    let Err(LossError::NotConverged { name: "sinkhorn", error, tolerance, .. }) = fault else {
        panic!("{fault:?}");
    };
    assert!(tolerance == 1e-9 && error > 1e-3, "{error}");
    Ok(())
}

// --- nothing panics, and what is accepted never gives NaN

/// Whose squares are neither infinite nor, unless the number is, 0.
fn wild() -> impl Strategy<Value = f64> {
    let any_size = (-140.0..150.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent));
    let extreme = prop_oneof![Just(1e150), Just(-1e150), Just(1e-140), Just(0.0), Just(-0.0)];
    let refused = prop_oneof![Just(NAN), Just(INF), Just(-INF)];
    prop_oneof![20 => -1.0..1.0_f64, 20 => any_size, 10 => extreme, 1 => refused]
}

fn wild_cloud() -> impl Strategy<Value = Array2<f64>> {
    (0..20_usize, 0..4_usize).prop_flat_map(|(points, dims)| {
        vec(wild(), points * dims)
            .prop_map(move |values| Array2::from_shape_vec((points, dims), values).unwrap())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_cloud_panics(y in wild_cloud(), x in wild_cloud(), kind in 0..2_usize, epsilon in wild()) {
        let good = !y.is_empty() && !x.is_empty() && y.ncols() == x.ncols()
            && y.iter().chain(&x).all(|value| value.is_finite());
        let (chamfer, mover) = (Chamfer::new(COSTS[kind]), EarthMover::new(COSTS[kind]));
        let each = chamfer.each(&y, &x);
        prop_assert_eq!(each.is_ok(), good);
        prop_assert_eq!(chamfer.sum(&y, &x).is_ok(), good);
        let found = [chamfer.mean_and_gradient(&y, &x), mover.mean_and_gradient(&y, &x),
            mover.mean_and_gradient(&x, &x)];
        prop_assert_eq!(found[0].is_ok(), good);
        prop_assert_eq!(found[1].is_ok(), good && y.nrows() == x.nrows());
        for (value, gradient) in found.into_iter().flatten() {
            prop_assert!(value >= 0.0, "{value}");
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
        }
        if let Ok(loss) = Sinkhorn::new(COSTS[kind], epsilon) {
            let loss = loss.with_max_iterations(20)?.with_tolerance(0.1)?;
            if let Ok((objective, gradient)) = loss.objective_and_gradient(&y, &x) {
                prop_assert!(good && !objective.is_nan());
                prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
            }
        }
    }

    #[test]
    fn the_first_of_the_nearest_is_found_in_any_size(y in wild_cloud(), x in wild_cloud()) {
        // No point may be clearly nearer than the one found.
        let Ok(found) = Chamfer::new(PointCost::Euclidean).each(&y, &x) else { return Ok(()) };
        let length = |from: usize, to: usize| distance(y.row(from), x.row(to));
        for (row, &index) in found.target.index.iter().enumerate() {
            let least = (0..x.nrows()).map(|other| length(row, other)).fold(INF, f64::min);
            prop_assert!(length(row, index) <= least * (1.0 + 1e-14));
            assert_close(found.target.cost[row], length(row, index), "distance");
        }
    }
}

fn distance(y: ArrayView1<f64>, x: ArrayView1<f64>) -> f64 {
    y.iter().zip(x).map(|(y, x)| y - x).fold(0.0, f64::hypot)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn numbers_of_any_size_never_panic(y in any_cloud(), x in any_cloud(), kind in 0..2_usize, epsilon in any::<f64>()) {
        let chamfer = Chamfer::new(COSTS[kind]);
        let good = y.iter().chain(&x).all(|value| value.is_finite());
        prop_assert_eq!(chamfer.each(&y, &x).is_ok(), good);
        if let Ok((mean, _)) = chamfer.mean_and_gradient(&y, &x) {
            prop_assert!(good && mean >= 0.0, "{mean}");
        }
        if let Ok((mean, gradient)) = EarthMover::new(COSTS[kind]).mean_and_gradient(&y, &x) {
            prop_assert!(good && mean >= 0.0, "{mean}");
            prop_assert!(gradient.iter().all(|slope| slope.is_finite()), "{gradient}");
        }
        let few = |loss: Sinkhorn| loss.with_max_iterations(50)?.objective_and_gradient(&y, &x);
        if let Ok((objective, _)) = Sinkhorn::new(COSTS[kind], epsilon).and_then(few) {
            prop_assert!(good && objective.is_finite());
        }
    }
}

fn any_cloud() -> impl Strategy<Value = Array2<f64>> {
    let value =
        prop_oneof![5 => any::<f64>(), 1 => Just(f64::MAX), 1 => Just(-f64::MAX), 1 => Just(0.0)];
    vec(value, 12).prop_map(|values| Array2::from_shape_vec((6, 2), values).unwrap())
}
