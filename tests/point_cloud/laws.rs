//! Laws that hold for all clouds.

use lossbook::ndarray::{ArrayView2, Axis, concatenate, s};
use lossbook::point_cloud::*;
use lossbook::prelude::Array2;
use proptest::collection::vec;
use proptest::prelude::*;

use super::common::assert_close;
use super::{COSTS, brute_force, shuffled};

/// Clouds of 1 to 4 dimensions: random, on a lattice (ties, duplicates), or mixed with far ones.
fn clouds() -> impl Strategy<Value = (Array2<f64>, Array2<f64>)> {
    let lattice = || (-2..3_i8).prop_map(f64::from);
    let uniform = || -1.0..1.0_f64;
    let mixed =
        move || prop_oneof![4 => uniform(), 1 => (-9..9_i32).prop_map(|k| 1.7 * 10_f64.powi(k))];
    (1..5_usize, 1..120_usize, 1..120_usize, 0..3_usize).prop_flat_map(move |(dims, n, m, kind)| {
        let values = move |points: usize| match kind {
            0 => vec(uniform().boxed(), points * dims),
            1 => vec(lattice().boxed(), points * dims),
            _ => vec(mixed().boxed(), points * dims),
        };
        let table = move |points, values| Array2::from_shape_vec((points, dims), values).unwrap();
        (values(n), values(m)).prop_map(move |(y, x)| (table(n, y), table(m, x)))
    })
}

/// Small ones of one size, in general position.
fn equal_clouds() -> impl Strategy<Value = (Array2<f64>, Array2<f64>)> {
    (1..4_usize, 1..9_usize).prop_flat_map(|(dims, n)| {
        let values = move || {
            vec(-1.0..1.0_f64, n * dims)
                .prop_map(move |values| Array2::from_shape_vec((n, dims), values).unwrap())
        };
        (values(), values())
    })
}

fn padded(cloud: &Array2<f64>) -> Array2<f64> {
    let zeros = Array2::zeros((cloud.nrows(), 20));
    concatenate(Axis(1), &[cloud.view(), zeros.view()]).unwrap()
}

proptest! {
    #[test]
    fn the_tree_finds_what_brute_force_finds((y, x) in clouds()) {
        let found = Chamfer::default().each(&y, &x)?;
        for (from, to, found) in [(&y, &x, &found.target), (&x, &y, &found.prediction)] {
            prop_assert_eq!(found.index.len(), from.nrows());
            for (row, (&index, &cost)) in from.rows().into_iter().zip(found.index.iter().zip(&found.cost)) {
                prop_assert_eq!((index, cost), brute_force(row.to_vec().as_slice(), to));
            }
        }
        // With 20 more dimensions, all 0, there is no tree, and nothing else changes, not a bit.
        let (wide_y, wide_x) = (padded(&y), padded(&x));
        prop_assert_eq!(&Chamfer::default().each(&wide_y, &wide_x)?, &found);
        let wide = Chamfer::default().gradient(&wide_y, &wide_x)?;
        prop_assert_eq!(wide.slice(s![.., ..y.ncols()]), Chamfer::default().gradient(&y, &x)?);
    }

    #[test]
    fn chamfer_is_made_of_points((y, x) in clouds(), kind in 0..2_usize) {
        let loss = Chamfer::new(COSTS[kind]);
        let each = loss.each(&y, &x)?;
        let (sums, n, m) = ((each.target.cost.sum(), each.prediction.cost.sum()), y.nrows(), x.nrows());
        let (mean, gradient) = loss.mean_and_gradient(&y, &x)?;
        assert_close(mean, sums.0 / n as f64 + sums.1 / m as f64, "mean");
        assert_close(loss.sum(&y, &x)?, sums.0 + sums.1, "sum");
        prop_assert_eq!(loss.mean(&y, &x)?, mean);
        prop_assert_eq!(loss.gradient(&y, &x)?, gradient);
    }

    #[test]
    fn the_order_of_points_means_nothing((y, x) in clouds(), seed in any::<u64>()) {
        let ((_, y2), (order, x2)) = (shuffled(&y, seed), shuffled(&x, seed / 3));
        for cost in COSTS {
            let loss = Chamfer::new(cost);
            assert_close(loss.mean(&y2, &x2)?, loss.mean(&y, &x)?, "mean");
            // Which way round does not matter either.
            assert_close(loss.sum(&x, &y)?, loss.sum(&y, &x)?, "sum");
            assert_close(loss.mean(&x, &y)?, loss.mean(&y, &x)?, "mean");
        }
        prop_assert_eq!(Chamfer::default().sum(&x, &x2)?, 0.0);
        // The gradient follows its points, where none is as near as another.
        let (one, other) = (Chamfer::default().gradient(&y, &x)?, Chamfer::default().gradient(&y, &x2)?);
        let ties = y.iter().all(|value| value.fract() == 0.0 || value.abs() > 1.0);
        if !ties && x.iter().chain(&y).all(|value| value.fract() != 0.0) {
            for (row, &from) in other.rows().into_iter().zip(&order) {
                for (a, b) in row.iter().zip(one.row(from)) {
                    prop_assert!((a - b).abs() <= 1e-12 * b.abs().max(1.0), "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn only_differences_count((y, x) in equal_clouds(), by in -4..4_i32, up in -40..40_i32) {
        // Away by a whole number, coordinates being multiples of 2^-20: nothing is rounded.
        let grid = |cloud: &Array2<f64>| cloud.mapv(|value| (value * 1048576.0).round() / 1048576.0);
        let (y, x) = (grid(&y), grid(&x));
        let (y2, x2) = (&y + f64::from(by), &x + f64::from(by));
        // And in a unit that is a power of two.
        let unit = 2.0_f64.powi(up);
        for (cost, factor) in COSTS.into_iter().zip([unit * unit, unit]) {
            prop_assert_eq!(Chamfer::new(cost).each(&y2, &x2)?, Chamfer::new(cost).each(&y, &x)?);
            prop_assert_eq!(EarthMover::new(cost).each(&y2, &x2)?, EarthMover::new(cost).each(&y, &x)?);
            let (y3, x3) = (&y * unit, &x * unit);
            prop_assert_eq!(Chamfer::new(cost).mean(&y3, &x3)?, Chamfer::new(cost).mean(&y, &x)? * factor);
            assert_close(EarthMover::new(cost).mean(&y3, &x3)?, EarthMover::new(cost).mean(&y, &x)? * factor, "unit");
        }
    }

    #[test]
    fn the_earth_mover_is_a_distance((y, x) in equal_clouds(), seed in any::<u64>()) {
        let loss = EarthMover::default();
        let (mean, gradient) = loss.mean_and_gradient(&y, &x)?;
        let n = y.nrows() as f64;
        // Symmetric, blind to order, 0 for the same set.
        assert_close(loss.mean(&x, &y)?, mean, "symmetric");
        let (_, y2) = shuffled(&y, seed);
        assert_close(loss.mean(&y2, &x)?, mean, "order");
        prop_assert_eq!(loss.mean(&y, &y2)?, 0.0);
        prop_assert_eq!(loss.mean(&y, &x)?, mean);
        prop_assert_eq!(loss.gradient(&y, &x)?, gradient);
        assert_close(loss.sum(&y, &x)?, mean * n, "sum");
        assert_close(loss.each(&y, &x)?.sum(), mean * n, "each");
        // The triangle, with the middle of the two clouds as third point.
        let z = (&y + &x) / 2.0;
        prop_assert!(mean <= loss.mean(&y, &z)? + loss.mean(&z, &x)? + 1e-15);
        // No less than between the centres of mass; no less than what each point's nearest costs,
        // either way; no more than in the order given.
        let centres = (y.mean_axis(Axis(0)).unwrap(), x.mean_axis(Axis(0)).unwrap());
        let between = (centres.0 - centres.1).mapv(|v| v * v).sum().sqrt();
        prop_assert!(between <= mean + 1e-15);
        prop_assert!(Chamfer::new(PointCost::Euclidean).mean(&y, &x)? <= 2.0 * mean + 1e-15);
        let given = (&y - &x).mapv(|v| v * v).sum_axis(Axis(1)).mapv(f64::sqrt).mean().unwrap();
        prop_assert!(mean <= given + 1e-15);
    }

    #[test]
    fn in_one_dimension_the_sorted_go_together(values in vec((-9.0..9.0_f64, -9.0..9.0_f64), 1..60)) {
        // Known in closed form: S. Vallender (1974).
        let (mut y, mut x): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let column = |values: &[f64]| Array2::from_shape_vec((values.len(), 1), values.to_vec()).unwrap();
        let found = COSTS.map(|cost| EarthMover::new(cost).sum(column(&y), column(&x)));
        y.sort_by(f64::total_cmp);
        x.sort_by(f64::total_cmp);
        let differences = || y.iter().zip(&x).map(|(y, x)| (y - x).abs());
        let [squared, euclidean] = found;
        assert_close(squared?, differences().map(|d| d * d).sum(), "squared");
        assert_close(euclidean?, differences().sum(), "euclidean");
    }

    #[test]
    fn any_layout_in_memory_will_do((y, x) in equal_clouds()) {
        let (across, wide) = (y.t().as_standard_layout().to_owned(), padded(&x));
        let views: [ArrayView2<f64>; 2] = [across.t(), wide.slice(s![.., ..x.ncols()])];
        let sinkhorn = Sinkhorn::new(PointCost::Euclidean, 1.0)?;
        prop_assert_eq!(Chamfer::default().each(views[0], views[1])?, Chamfer::default().each(&y, &x)?);
        prop_assert_eq!(EarthMover::default().each(views[0], views[1])?, EarthMover::default().each(&y, &x)?);
        prop_assert_eq!(sinkhorn.transport(views[0], views[1])?, sinkhorn.transport(&y, &x)?);
        let (back, turned) = (y.slice(s![..;-1, ..;-1]), y.slice(s![..;-1, ..;-1]).to_owned());
        prop_assert_eq!(Chamfer::default().mean_and_gradient(&x, back)?, Chamfer::default().mean_and_gradient(&x, &turned)?);
    }
}

proptest! {
    // Thousands of iterations each.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn sinkhorn_comes_down_to_the_earth_mover((y, x) in equal_clouds(), kind in 0..2_usize) {
        let optimal = EarthMover::new(COSTS[kind]).mean(&y, &x)?;
        let n = y.nrows() as f64;
        let mut last = f64::INFINITY;
        for epsilon in [1.0, 0.3, 0.1] {
            let loss = Sinkhorn::new(COSTS[kind], epsilon)?.with_max_iterations(1_000_000)?.with_tolerance(1e-4)?;
            let found = loss.transport(&y, &x)?;
            // A plan that is off by the tolerance may cost that much less, of at most 12.
            let slack = 12e-4;
            prop_assert!(optimal <= found.cost + slack && found.cost <= found.objective + slack);
            prop_assert!(found.objective <= optimal + epsilon * n.ln() + slack);
            prop_assert!(found.objective <= last + slack);
            last = found.objective;
        }
    }

    #[test]
    fn plans_sum_to_uniform_weights((y, x) in clouds(), seed in any::<u64>()) {
        let small = |cloud: &Array2<f64>| {
            cloud.slice(s![..cloud.nrows().min(30), ..]).mapv(|v| v.clamp(-2.0, 2.0))
        };
        let (y, x) = (small(&y), small(&x));
        let (n, m) = (y.nrows() as f64, x.nrows() as f64);
        let loss = Sinkhorn::new(PointCost::Euclidean, 0.5)?;
        let found = loss.transport(&y, &x)?;
        prop_assert!(found.error <= 1e-9 && found.iterations >= 1);
        let rows = (found.plan.sum_axis(Axis(1)) - 1.0 / n).mapv(f64::abs).sum();
        prop_assert!(rows <= 1.1e-9 && (rows - found.error).abs() <= 1e-13, "{rows} {}", found.error);
        for column in found.plan.sum_axis(Axis(0)) {
            assert_close(column, 1.0 / m, "column");
        }
        // The order of points does not matter, nor which way round.
        let (order, x2) = shuffled(&x, seed);
        let turned = loss.transport(&x2, &y)?;
        for ((j, i), amount) in turned.plan.indexed_iter() {
            prop_assert!((amount - found.plan[[i, order[j]]]).abs() <= 1e-7 / n / m * n.max(m));
        }
        prop_assert!((turned.objective - found.objective).abs() <= 1e-9);
        // The objective as it is defined, from the plan.
        let entropy: f64 = found.plan.iter().filter(|&&p| p > 0.0).map(|p| p * (p * n * m).ln()).sum();
        prop_assert!((found.cost + 0.5 * entropy - found.objective).abs() <= 1e-7);
    }
}
