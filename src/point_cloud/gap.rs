//! How far two points are apart, for all doubles.

/// What it costs that two points are not in the same place.
///
/// ```
/// # use lossbook::prelude::*;
/// let (target, prediction) = (array![[0.0, 0.0]], array![[3.0, 4.0]]);
/// assert_eq!(EarthMover::new(PointCost::Euclidean).mean(&target, &prediction)?, 5.0);
/// assert_eq!(EarthMover::new(PointCost::Squared).mean(&target, &prediction)?, 25.0);
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PointCost {
    /// The squared Euclidean distance, `sum_k (y_k - x_k)^2`, in the coordinates' unit squared. Its
    /// slope, `2 (x - y)`, grows with the distance.
    Squared,
    /// The Euclidean distance, `sqrt(sum_k (y_k - x_k)^2)`, in the coordinates' unit. Its slope is
    /// a direction of length 1, and 0 (a subgradient) where the points are the same.
    Euclidean,
}

/// A unit to measure in. Squares of ordinary numbers need none; those of very large or very small
/// ones would overflow or vanish.
///
/// Units are powers of two, so that they round nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Unit {
    One,
    /// `2^600`
    Large,
    /// `2^-600`
    Small,
}

/// `2^600`
const LARGE: f64 = f64::from_bits((1023 + 600) << 52);
/// `2^-600`
const SMALL: f64 = f64::from_bits((1023 - 600) << 52);

/// Squared distances in this range have all their digits: below it what vanishes might be missed,
/// above it something overflowed.
const SAFE: std::ops::RangeInclusive<f64> = 1e-280..=f64::MAX;

impl Unit {
    /// The unit to take where the squared distance, measured in ones, is `square`: never one in
    /// which a difference to something nearer, or just as near, overflows.
    pub(super) fn for_square(square: f64) -> Self {
        if SAFE.contains(&square) {
            Self::One
        } else if square < 1.0 {
            Self::Small
        } else {
            Self::Large
        }
    }

    /// One unit for many costs, of distances up to about twice `extent`: one in which they can be
    /// added up, and squared if they have to be.
    pub(super) fn for_costs(cost: PointCost, extent: f64) -> Self {
        match cost {
            PointCost::Squared if extent < 1e-140 => Self::Small,
            PointCost::Squared if extent > 1e140 => Self::Large,
            PointCost::Euclidean if extent > 1e290 => Self::Large,
            _ => Self::One,
        }
    }

    /// `left - right`, in this unit.
    #[inline]
    pub(super) fn difference(self, left: f64, right: f64) -> f64 {
        match self {
            Self::One => left - right,
            // The difference itself may overflow.
            Self::Large => left * SMALL - right * SMALL,
            Self::Small => (left - right) * LARGE,
        }
    }

    fn size(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Large => LARGE,
            Self::Small => SMALL,
        }
    }
}

/// The squared distance of two points, in the given unit.
///
/// The terms are added from the first to the last, here and in the tree of points, so that both say
/// the same to the last bit.
pub(super) fn square(unit: Unit, left: &[f64], right: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (&left, &right) in left.iter().zip(right) {
        let difference = unit.difference(left, right);
        sum += difference * difference;
    }
    sum
}

/// The distance of two points, in a unit in which its square has all its digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    square: f64,
    unit: Unit,
}

impl Gap {
    pub(super) fn between(left: &[f64], right: &[f64]) -> Self {
        let plain = square(Unit::One, left, right);
        match Unit::for_square(plain) {
            Unit::One => Self { square: plain, unit: Unit::One },
            unit => Self { square: square(unit, left, right), unit },
        }
    }

    pub(super) fn cost(self, cost: PointCost) -> f64 {
        let size = self.unit.size();
        match cost {
            // Multiplied one by one: the square of the unit is no double.
            PointCost::Squared => self.square * size * size,
            PointCost::Euclidean => self.square.sqrt() * size,
        }
    }

    /// The distance, in the given unit.
    pub(super) fn length_in(self, unit: Unit) -> f64 {
        self.square.sqrt() * (self.unit.size() / unit.size())
    }

    /// Calls `add` with every coordinate's derivative of `weight * cost` with respect to `x`; the
    /// gap is that between `y` and `x`.
    pub(super) fn slopes(
        self,
        cost: PointCost,
        weight: f64,
        y: &[f64],
        x: &[f64],
        mut add: impl FnMut(usize, f64),
    ) {
        match cost {
            PointCost::Squared => {
                for (axis, (y, x)) in y.iter().zip(x).enumerate() {
                    let difference = x - y;
                    let slope = if difference.is_finite() {
                        2.0 * weight * difference
                    } else {
                        (x / 2.0 - y / 2.0) * weight * 4.0
                    };
                    add(axis, slope.clamp(-f64::MAX, f64::MAX));
                }
            }
            // The subgradient 0.
            PointCost::Euclidean if self.square == 0.0 => {}
            PointCost::Euclidean => {
                let length = self.square.sqrt();
                for (axis, (&y, &x)) in y.iter().zip(x).enumerate() {
                    add(axis, weight * (self.unit.difference(x, y) / length));
                }
            }
        }
    }
}
