//! The assignment problem: who goes with whom, one with one, so that the whole costs least.

use crate::numeric::Rows;

/// For each row of a square matrix its column, such that the costs add up to the least possible.
///
/// Row after row is added to the assignment, along the cheapest path of reassignments (Dijkstra's
/// search on costs that prices of the rows and columns keep from being negative). At most `size^3`
/// steps, and so many also where rounding makes two costs equal. The costs must be finite; what is
/// found is optimal up to the rounding of the largest of them.
///
/// Source: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse
/// linear assignment problems", Computing 38 (1987).
pub(super) fn assign(costs: &Rows) -> Vec<usize> {
    let size = costs.count;
    let (mut row_prices, mut column_prices) = (vec![0.0; size], vec![0.0; size + 1]);
    // One column more than there are: it holds the row that is to be added.
    let mut row_of = vec![None; size + 1];
    for new_row in 0..size {
        row_of[size] = Some(new_row);
        let mut column = size;
        // What the cheapest path to each column costs, the column before it, and whether it is final.
        let (mut path_costs, mut before) = (vec![f64::INFINITY; size], vec![size; size]);
        let mut settled = vec![false; size + 1];
        // On to the nearest column not settled, until one is free.
        while let Some(row) = row_of[column] {
            settled[column] = true;
            let (mut least, mut nearest) = (f64::INFINITY, size);
            for (other, &cost) in costs.row(row).iter().enumerate() {
                if settled[other] {
                    continue;
                }
                let cost = cost - row_prices[row] - column_prices[other];
                if cost < path_costs[other] {
                    (path_costs[other], before[other]) = (cost, column);
                }
                if nearest == size || path_costs[other] < least {
                    (least, nearest) = (path_costs[other], other);
                }
            }
            // No cost falls below the prices of its row and column; those assigned equal them.
            for (other, row) in row_of.iter().enumerate() {
                match row {
                    Some(row) if settled[other] => {
                        row_prices[*row] += least;
                        column_prices[other] -= least;
                    }
                    _ if other < size => path_costs[other] -= least,
                    _ => {}
                }
            }
            column = nearest;
        }
        while column < size {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
    }
    let mut column_of = vec![0; size];
    for (column, row) in row_of.iter().take(size).enumerate() {
        row.iter().for_each(|&row: &usize| column_of[row] = column);
    }
    column_of
}
