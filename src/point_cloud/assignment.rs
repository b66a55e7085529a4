//! The assignment problem: who goes with whom, one with one, so that the whole costs least.

/// For each row of a square matrix its column, such that the costs add up to the least possible.
///
/// Row after row is added to the assignment, along the cheapest path of reassignments (Dijkstra's
/// search on costs that prices of the rows and columns keep from being negative). At most `size^3`
/// steps, and so many also where rounding makes two costs equal. The costs must be finite; what is
/// found is optimal up to the rounding of the largest of them.
///
/// Source: R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse
/// linear assignment problems", Computing 38 (1987).
pub(super) fn assign(costs: &[f64], size: usize) -> Vec<usize> {
    let mut search = Search {
        costs,
        size,
        row_prices: vec![0.0; size],
        column_prices: vec![0.0; size],
        column_of: vec![None; size],
        row_of: vec![None; size],
    };
    for row in 0..size {
        search.add(row);
    }
    // Every row has a column by now.
    search.column_of.into_iter().flatten().collect()
}

struct Search<'a> {
    costs: &'a [f64],
    size: usize,
    row_prices: Vec<f64>,
    column_prices: Vec<f64>,
    column_of: Vec<Option<usize>>,
    row_of: Vec<Option<usize>>,
}

/// A column on the way, and how it is reached.
#[derive(Clone, Copy)]
struct Reached {
    column: usize,
    /// What the cheapest path to it costs.
    cost: f64,
    /// The row before it on that path.
    from: usize,
}

impl Search<'_> {
    /// Finds the cheapest path from a row without a column to a column without a row, and reassigns
    /// along it.
    fn add(&mut self, new_row: usize) {
        let unreached = |column| Reached { column, cost: f64::INFINITY, from: new_row };
        // Up to `settled` the columns whose cheapest path is known, in the order in which it was
        // found, then the others.
        let mut columns: Vec<Reached> = (0..self.size).map(unreached).collect();
        let mut settled = 0;
        let (mut row, mut so_far) = (new_row, 0.0);
        while settled < self.size {
            let costs = &self.costs[row * self.size..(row + 1) * self.size];
            let (price, mut cheapest) = (so_far - self.row_prices[row], settled);
            for place in settled..self.size {
                let reached = &mut columns[place];
                let cost = price + costs[reached.column] - self.column_prices[reached.column];
                if cost < reached.cost {
                    reached.cost = cost;
                    reached.from = row;
                }
                if columns[place].cost < columns[cheapest].cost {
                    cheapest = place;
                }
            }
            columns.swap(settled, cheapest);
            let next = columns[settled];
            settled += 1;
            so_far = next.cost;
            match self.row_of[next.column] {
                Some(taken_by) => row = taken_by,
                None => break,
            }
        }
        self.reprice(new_row, &columns[..settled], so_far);
        self.reassign(new_row, &columns[..settled]);
    }

    /// Keeps every price such that no cost is below the prices of its row and column, and the
    /// assigned ones equal them.
    fn reprice(&mut self, new_row: usize, path: &[Reached], cost: f64) {
        self.row_prices[new_row] += cost;
        for reached in path {
            let rise = cost - reached.cost;
            self.column_prices[reached.column] -= rise;
            if let Some(row) = self.row_of[reached.column] {
                self.row_prices[row] += rise;
            }
        }
    }

    fn reassign(&mut self, new_row: usize, path: &[Reached]) {
        let mut from_of = vec![new_row; self.size];
        path.iter().for_each(|reached| from_of[reached.column] = reached.from);
        let mut free = path.last().map(|reached| reached.column);
        // A path visits no row twice.
        while let Some(column) = free {
            let row = from_of[column];
            self.row_of[column] = Some(row);
            free = self.column_of[row].replace(column);
        }
    }
}
