//! The dual of a support vector machine: samples that trade their share in the weights.

use super::numbers::{dot, largest, length};
use crate::sum::Sum;

/// The dual problem: every sample has a share from 0 to 1 in the weights, both classes the same in
/// all.
pub(super) struct Duel<'a> {
    x: Vec<Vec<f64>>,
    signs: &'a [f64],
    /// The weights are this times `sum`.
    strength: f64,
    pub(super) shares: Vec<f64>,
    /// `sum_i s_i share_i x_i`
    pub(super) sum: Vec<f64>,
}

/// What the shares prove, in terms of the objective times n.
pub(super) struct Certificate {
    pub(super) value: f64,
    pub(super) gap: f64,
    pub(super) intercept: f64,
}

impl<'a> Duel<'a> {
    pub(super) fn new(x: Vec<Vec<f64>>, signs: &'a [f64], strength: f64) -> Self {
        let sum = vec![0.0; x.first().map_or(0, Vec::len)];
        Self { shares: vec![0.0; x.len()], x, signs, strength, sum }
    }

    /// The intercept at which each sample would be right on the margin's edge.
    fn edges(&self) -> Vec<f64> {
        let weights: Vec<f64> = self.sum.iter().map(|part| part * self.strength).collect();
        let edge = |(x, sign): (&Vec<f64>, &f64)| sign - dot(&weights, x);
        self.x.iter().zip(self.signs).map(edge).collect()
    }

    /// How far `s_i share_i` can rise, and how far fall.
    fn room(&self, index: usize) -> (f64, f64) {
        let share = self.shares[index];
        if self.signs[index] > 0.0 { (1.0 - share, share) } else { (share, 1.0 - share) }
    }

    /// One trade between two samples; true when there is none left to make, the best intercepts
    /// of any two differing by no more than the tolerance.
    pub(super) fn step(&mut self, tolerance: f64) -> bool {
        let edges = self.edges();
        // In terms of the scores that the edges are made of.
        let tolerance = tolerance * largest(&edges).max(1.0);
        let mut up: Option<usize> = None;
        for index in 0..edges.len() {
            if self.room(index).0 > 0.0 && up.is_none_or(|up| edges[index] > edges[up]) {
                up = Some(index);
            }
        }
        let Some(up) = up else { return true };
        let (mut widest, mut best) = (0.0_f64, None::<(f64, f64, usize)>);
        for index in 0..edges.len() {
            let apart = edges[up] - edges[index];
            if self.room(index).1 > 0.0 && apart > 0.0 {
                let pairs = self.x[up].iter().zip(&self.x[index]);
                let square: f64 = pairs.map(|(up, down)| (up - down) * (up - down)).sum();
                let curve = (square * self.strength).max(f64::MIN_POSITIVE);
                let gain = apart * (apart / curve);
                widest = widest.max(apart);
                if best.is_none_or(|(most, _, _)| gain > most) {
                    best = Some((gain, apart / curve, index));
                }
            }
        }
        let Some((_, wish, down)) = best else { return true };
        if widest <= tolerance {
            return true;
        }
        let (room_up, room_down) = (self.room(up).0, self.room(down).1);
        let trade = wish.min(room_up).min(room_down);
        self.set(up, trade, room_up, self.signs[up]);
        self.set(down, trade, room_down, -self.signs[down]);
        for ((sum, up), down) in self.sum.iter_mut().zip(&self.x[up]).zip(&self.x[down]) {
            *sum += trade * (up - down);
        }
        trade == 0.0
    }

    /// Moves a share; exactly to its end, when all the room is used.
    /// Two pairs may take turns for ever so long, creeping along a valley with small steps. This goes on
    /// the way that the shares went since `before`, as far as it pays.
    pub(super) fn leap(&mut self, before: &[f64]) {
        let way: Vec<f64> = self.shares.iter().zip(before).map(|(now, then)| now - then).collect();
        let signed: Vec<f64> = way.iter().zip(self.signs).map(|(way, sign)| way * sign).collect();
        let mut turned = vec![0.0; self.sum.len()];
        for (x, way) in self.x.iter().zip(&signed) {
            turned.iter_mut().zip(x).for_each(|(turned, x)| *turned += way * x);
        }
        let curve = (dot(&turned, &turned) * self.strength).max(f64::MIN_POSITIVE);
        let room = |(way, share): (&f64, &f64)| match *way {
            way if way > 0.0 => (1.0 - share) / way,
            way if way < 0.0 => share / -way,
            _ => f64::INFINITY,
        };
        let rooms: Vec<f64> = way.iter().zip(&self.shares).map(room).collect();
        let most = rooms.iter().copied().fold(f64::INFINITY, f64::min);
        let far = (dot(&signed, &self.edges()) / curve).min(most);
        if !(far > 0.0 && far.is_finite()) {
            return;
        }
        for ((share, way), room) in self.shares.iter_mut().zip(&way).zip(&rooms) {
            *share = match *room {
                room if room > far => (*share + far * way).clamp(0.0, 1.0),
                _ => f64::from(u8::from(*way > 0.0)),
            };
        }
        self.sum.iter_mut().zip(&turned).for_each(|(sum, turned)| *sum += far * turned);
    }

    fn set(&mut self, index: usize, trade: f64, room: f64, direction: f64) {
        let share = &mut self.shares[index];
        *share = if trade < room {
            (*share + direction * trade).clamp(0.0, 1.0)
        } else if direction > 0.0 {
            1.0
        } else {
            0.0
        };
    }

    /// The objective with the best intercept, and how far it can be from the least.
    pub(super) fn certificate(&self, positive: usize) -> Certificate {
        let edges = self.edges();
        // From edge to edge the hinges' slope rises by 1, from minus the positive samples on: the
        // best intercept is between as many edges as there are positive samples and the others.
        let mut sorted = edges.clone();
        sorted.sort_by(f64::total_cmp);
        let intercept = sorted[positive - 1] / 2.0 + sorted[positive] / 2.0;
        let hinges = edges.iter().zip(self.signs).map(|(edge, sign)| sign * (edge - intercept));
        let hinges = hinges.map(|short| short.max(0.0));
        let size = length(&self.sum);
        let square = size * self.strength * size;
        let value = hinges.clone().chain([0.5 * square]).collect::<Sum>().total();
        let shares = self.shares.iter().map(|share| -share);
        let gap = hinges.chain([square]).chain(shares).collect::<Sum>().total().max(0.0);
        Certificate { value, gap, intercept }
    }
}
