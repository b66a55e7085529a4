//! Entropic optimal transport: the plan that Sinkhorn's iterations come to.

use ndarray::{Array2, Axis};

use super::cloud::reserve;
use crate::error::LossError;
use crate::sum::Sum;

/// What [`Sinkhorn`](super::Sinkhorn) finds.
#[derive(Debug, Clone, PartialEq)]
pub struct Transport {
    /// How much goes from where to where, `[target points, prediction points]`. Its columns sum to
    /// `1/m` each; its rows to `1/n`, up to [`error`](Self::error) in all.
    pub plan: Array2<f64>,
    /// What that costs, `sum_ij plan_ij c_ij`.
    pub cost: f64,
    /// The cost, plus epsilon times how far the plan is from sharing evenly (see
    /// [`Sinkhorn`](super::Sinkhorn)).
    pub objective: f64,
    /// How many iterations it took.
    pub iterations: usize,
    /// What the plan's rows deviate from `1/n`, `sum_i abs(sum_j plan_ij - 1/n)`: at most the
    /// tolerance.
    pub error: f64,
}

impl Transport {
    /// How far the sums of the plan that was written down are from the weights, by row or by column.
    fn deviation(&self) -> f64 {
        let of = |axis| {
            let sums = self.plan.sum_axis(Axis(axis));
            let due = 1.0 / sums.len() as f64;
            sums.iter().map(|sum| (sum - due).abs()).sum::<f64>()
        };
        let (columns, rows) = (of(0), of(1));
        // A NaN is as wrong as can be.
        if columns <= rows { rows } else { columns }
    }
}

fn not_converged(iterations: usize, error: f64, tolerance: f64) -> LossError {
    LossError::NotConverged { name: "sinkhorn", iterations, error, tolerance }
}

/// Costs of every pair of points, by row and by column.
pub(super) struct Costs {
    rows: usize,
    columns: usize,
    by_row: Vec<f64>,
    by_column: Vec<f64>,
}

/// One number per row and one per column, in the costs' unit.
struct Potentials {
    of_rows: Vec<f64>,
    of_columns: Vec<f64>,
}

impl Costs {
    /// From what a cell of the matrix costs.
    pub(super) fn new(
        rows: usize,
        columns: usize,
        cost: impl Fn(usize, usize) -> Result<f64, LossError>,
    ) -> Result<Self, LossError> {
        let mut by_row = reserve("costs", rows, columns)?;
        let mut by_column = reserve("costs", rows, columns)?;
        for row in 0..rows {
            for column in 0..columns {
                by_row.push(cost(row, column)?);
            }
        }
        for column in 0..columns {
            by_column.extend(by_row.iter().skip(column).step_by(columns));
        }
        Ok(Self { rows, columns, by_row, by_column })
    }

    /// Sinkhorn's iterations, in logarithms: a potential for each row such that the plan's rows sum
    /// to `1/n`, then one for each column such that its columns sum to `1/m`, and so on. When the
    /// rows still sum to `1/n` after the columns were set right, both are.
    pub(super) fn transport(
        &self,
        epsilon: f64,
        max_iterations: usize,
        tolerance: f64,
    ) -> Result<Transport, LossError> {
        let of_columns = vec![0.0; self.columns];
        let of_rows = soft_minima(&self.by_row, &of_columns, epsilon);
        let mut potentials = Potentials { of_rows, of_columns };
        let mut error = f64::INFINITY;
        for iterations in 1..=max_iterations {
            potentials.of_columns = soft_minima(&self.by_column, &potentials.of_rows, epsilon);
            // What the next step would do to the rows tells what they sum to now.
            let next = soft_minima(&self.by_row, &potentials.of_columns, epsilon);
            let pairs = potentials.of_rows.iter().zip(&next);
            let errors: Sum =
                pairs.map(|(now, next)| ((now - next) / epsilon).exp_m1().abs()).collect();
            error = errors.mean();
            if error <= tolerance {
                let found = self.finish(&potentials, epsilon, iterations, error)?;
                // Where epsilon is next to nothing beside the costs, the potentials are right to the
                // last digit and the plan is not.
                error = found.deviation();
                return if error <= 2.0 * tolerance {
                    Ok(found)
                } else {
                    Err(not_converged(iterations, error, tolerance))
                };
            }
            potentials.of_rows = next;
        }
        Err(not_converged(max_iterations, error, tolerance))
    }

    fn finish(
        &self,
        potentials: &Potentials,
        epsilon: f64,
        iterations: usize,
        error: f64,
    ) -> Result<Transport, LossError> {
        let (rows, columns) = (self.rows, self.columns);
        let mut plan = reserve("plan", rows, columns)?;
        for (costs, row) in self.by_row.chunks_exact(columns).zip(&potentials.of_rows) {
            for (cost, column) in costs.iter().zip(&potentials.of_columns) {
                let amount = ((row + (column - cost)) / epsilon).exp();
                plan.push(amount / rows as f64 / columns as f64);
            }
        }
        let cost: Sum = plan.iter().zip(&self.by_row).map(|(amount, cost)| amount * cost).collect();
        // The dual's value. As the columns sum to 1/m, the plan to 1, the rest of it is 0.
        let means = [&potentials.of_rows, &potentials.of_columns]
            .map(|potentials| potentials.iter().copied().collect::<Sum>().mean());
        let plan = Array2::from_shape_vec((rows, columns), plan)
            .map_err(|_| LossError::TooLarge { name: "plan", rows, columns })?;
        let objective = means[0] + means[1];
        Ok(Transport { plan, cost: cost.total(), objective, iterations, error })
    }
}

/// For each row of costs the smooth minimum of `cost - potential` over its columns,
/// `-epsilon ln mean exp((potential - cost) / epsilon)`.
fn soft_minima(costs: &[f64], potentials: &[f64], epsilon: f64) -> Vec<f64> {
    let rows = costs.chunks_exact(potentials.len());
    rows.map(|costs| {
        let rests = || costs.iter().zip(potentials).map(|(cost, potential)| cost - potential);
        let least = rests().fold(f64::INFINITY, f64::min);
        let sum: f64 = rests().map(|rest| ((least - rest) / epsilon).exp()).sum();
        least - epsilon * (sum / potentials.len() as f64).ln()
    })
    .collect()
}
