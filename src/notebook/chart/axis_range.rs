//! What part of the plane a panel shows. It is worked out here and not left to plotly, so that the
//! axes stand still while a slider moves, and marks are never outside.

use super::Chart;
use super::kind::Plane;
use super::panel::Panel;

/// From the smallest to the largest.
pub(crate) type Bounds = (f64, f64);

/// The bounds of no number.
pub(crate) const NOTHING: Bounds = (f64::INFINITY, f64::NEG_INFINITY);

/// The ranges of a panel's axes, as plotly wants them: the logarithm where an axis is logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AxisRanges {
    /// Nothing where x are categories.
    pub x: Option<Bounds>,
    pub y: Bounds,
    /// Of the second y axis.
    pub right: Option<Bounds>,
    /// Of the third axis, or of the colours.
    pub z: Option<Bounds>,
    /// What all histograms span.
    pub binned: Bounds,
}

/// The ranges of the panels' axes, wide enough for each of these charts.
pub(crate) fn axis_ranges<'a>(charts: impl IntoIterator<Item = &'a Chart>) -> Vec<AxisRanges> {
    let charts: Vec<&Chart> = charts.into_iter().collect();
    let count = charts.first().map_or(0, |chart| chart.panels.len());
    let panels = |index: usize| charts.iter().filter_map(move |chart| chart.panels.get(index));
    (0..count).map(|index| ranges_of(&panels(index).collect::<Vec<_>>())).collect()
}

fn ranges_of(panels: &[&Panel]) -> AxisRanges {
    let over =
        |of: &dyn Fn(&Panel) -> Bounds| panels.iter().map(|panel| of(panel)).fold(NOTHING, joined);
    let any = |is: &dyn Fn(&Panel) -> bool| panels.iter().any(|panel| is(panel));
    let is = |plane| any(&|panel| panel.plane() == plane);
    let (log_x, log_y) = (any(&|panel| panel.log_x), any(&|panel| panel.log_y));
    let kinds = |is: &dyn Fn(&dyn super::kind::Kind) -> bool| {
        any(&|panel| panel.series.iter().any(|series| is(&*series.kind)))
    };
    // What fills the plane ends at the frame, like a map.
    let filled = kinds(&|kind| kind.fills());
    let air = kinds(&|kind| kind.needs_air()) && !filled;
    let binned = over(&Panel::binned);
    let left = |panel: &Panel| panel.extent(false, binned);
    let right = |panel: &Panel| panel.extent(true, binned);

    let x = over(&|panel| {
        let marks = panel.vertical.iter().map(|line| line.at);
        let notes = panel.notes.iter().map(|note| note.x);
        joined(bounds(marks.chain(notes)), joined(left(panel).x, right(panel).x))
    });
    let chosen = widest(panels.iter().filter_map(|panel| panel.x_range));
    let edge_to_edge = is(Plane::Pixels);
    // A line may end at the frame; a point must not be cut in half.
    let x = match chosen {
        Some(range) => scaled(range, log_x),
        None if edge_to_edge => x,
        None => padded(scaled(x, log_x), if air { 0.05 } else { 0.0 }),
    };

    let bars = is(Plane::Categories);
    let on_zero = kinds(&|kind| kind.stands_on_zero()) && !log_y;
    let y = over(&|panel| {
        let marks = panel.horizontal.iter().map(|line| line.at);
        let notes = panel.notes.iter().map(|note| note.y);
        joined(bounds(marks.chain(notes)), left(panel).y)
    });
    let y = if on_zero { joined(y, (0.0, 0.0)) } else { y };
    let chosen = widest(panels.iter().filter_map(|panel| panel.y_range));
    let y = match chosen {
        Some(range) => scaled(range, log_y),
        None if on_zero => above_zero(y, if bars { 0.24 } else { 0.1 }),
        None if edge_to_edge => y,
        None => padded(scaled(y, log_y), if filled { 0.0 } else { 0.05 }),
    };
    // Rows of pixels go down.
    let y = if edge_to_edge { (y.1, y.0) } else { y };

    let second = over(&|panel| right(panel).y);
    let z = over(&|panel| left(panel).z);
    AxisRanges {
        x: (!bars).then_some(x),
        y,
        right: (second != NOTHING).then(|| padded(second, 0.05)),
        z: (z != NOTHING).then_some(z),
        binned,
    }
}

/// The bounds of the finite ones.
pub(crate) fn bounds(values: impl Iterator<Item = f64>) -> Bounds {
    let finite = values.filter(|value| value.is_finite());
    finite.fold(NOTHING, |bounds, value| joined(bounds, (value, value)))
}

/// The bounds of both.
pub(crate) fn joined(a: Bounds, b: Bounds) -> Bounds {
    (a.0.min(b.0), a.1.max(b.1))
}

fn widest(ranges: impl Iterator<Item = Bounds>) -> Option<Bounds> {
    ranges.reduce(joined)
}

fn scaled((from, to): Bounds, log: bool) -> Bounds {
    if log { (from.log10(), to.log10()) } else { (from, to) }
}

/// Some air on both sides; a single value gets a neighbourhood.
pub(crate) fn padded((from, to): Bounds, part: f64) -> Bounds {
    // Halves, so that the difference cannot overflow.
    let air = (to / 2.0 - from / 2.0) * 2.0 * part;
    if from == to {
        let air = if from == 0.0 { 1.0 } else { from.abs() * 0.1 };
        (from - air, to + air)
    } else {
        ((from - air).max(f64::MIN), (to + air).min(f64::MAX))
    }
}

/// Room above bars, for their values too, and below where they hang.
fn above_zero((from, to): Bounds, part: f64) -> Bounds {
    if from == to {
        return (0.0, 1.0);
    }
    let air = (to / 2.0 - from / 2.0) * part;
    (if from < 0.0 { from - air } else { 0.0 }, if to > 0.0 { to + air } else { 0.0 })
}
