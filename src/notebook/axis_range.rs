//! What part of the plane a panel shows. It is worked out here and not left to plotly, so that the
//! axes stand still while a slider moves, and marks are never outside.

use super::chart::Chart;
use super::panel::{Panel, Values};

/// The ranges of a panel's axes, as plotly wants them: the logarithm where an axis is logarithmic.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AxisRanges {
    /// Nothing where x are categories.
    pub x: Option<(f64, f64)>,
    pub y: (f64, f64),
}

/// The ranges of the panels' axes, wide enough for each of these charts.
pub(crate) fn axis_ranges<'a>(charts: impl IntoIterator<Item = &'a Chart>) -> Vec<AxisRanges> {
    let charts: Vec<&Chart> = charts.into_iter().collect();
    let count = charts.first().map_or(0, |chart| chart.panels.len());
    let panels = |index: usize| charts.iter().filter_map(move |chart| chart.panels.get(index));
    (0..count).map(|index| ranges_of(&panels(index).collect::<Vec<_>>())).collect()
}

fn ranges_of(panels: &[&Panel]) -> AxisRanges {
    let bars = panels.iter().any(|panel| panel.has_bars());
    let log = panels.iter().any(|panel| panel.log_y);
    let series = || panels.iter().flat_map(|panel| &panel.series);
    let points = series().any(|series| matches!(series.values, Values::Points { .. }));

    let vertical = panels.iter().flat_map(|panel| panel.vertical.iter().map(|line| line.at));
    let x = series().flat_map(|series| series.x().iter().copied()).chain(vertical);
    let chosen = widest(panels.iter().filter_map(|panel| panel.x_range));
    // A line may end at the frame; a point must not be cut in half.
    let x = chosen.unwrap_or_else(|| padded(bounds(x), if points { 0.05 } else { 0.0 }));

    let scale = |y: f64| if log { y.log10() } else { y };
    let horizontal = panels.iter().flat_map(|panel| panel.horizontal.iter().map(|line| line.at));
    let floor = (bars && !log).then_some(0.0);
    let y = series().flat_map(|series| series.y().iter().copied()).chain(horizontal).chain(floor);
    let chosen = widest(panels.iter().filter_map(|panel| panel.y_range));
    let y = match chosen {
        Some((from, to)) => (scale(from), scale(to)),
        None if bars && !log => bars_with_labels(bounds(y)),
        None => padded(bounds(y.map(scale)), 0.05),
    };
    AxisRanges { x: (!bars).then_some(x), y }
}

fn bounds(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(from, to), value| {
        (from.min(value), to.max(value))
    })
}

fn widest(ranges: impl Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    ranges.reduce(|(from, to), (other_from, other_to)| (from.min(other_from), to.max(other_to)))
}

/// Some air on both sides; a single value gets a neighbourhood.
fn padded((from, to): (f64, f64), part: f64) -> (f64, f64) {
    // Halves, so that the difference cannot overflow.
    let air = (to / 2.0 - from / 2.0) * 2.0 * part;
    if from == to {
        let air = if from == 0.0 { 1.0 } else { from.abs() * 0.1 };
        (from - air, to + air)
    } else {
        ((from - air).max(f64::MIN), (to + air).min(f64::MAX))
    }
}

/// Room above the bars for their values, and below where they hang.
fn bars_with_labels((from, to): (f64, f64)) -> (f64, f64) {
    if from == to {
        return (0.0, 1.0);
    }
    let air = (to / 2.0 - from / 2.0) * 0.24;
    (if from < 0.0 { from - air } else { 0.0 }, if to > 0.0 { to + air } else { 0.0 })
}
