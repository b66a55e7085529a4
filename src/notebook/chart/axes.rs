//! The axes of a panel.

use plotly::common::{AxisSide, ExponentFormat, TickMode, Title};
use plotly::layout::{
    AspectMode, Axis, AxisConstrain, AxisRange, AxisType, Camera, CameraCenter, ConstrainDirection,
    Eye, LayoutScene,
};

use super::axis_range::{AxisRanges, Bounds, padded};
use super::common::WIDTH;
use super::kind::Plane;
use super::panel::Panel;
use super::style;
use super::theme::{LEFT, RIGHT};

/// Whole numbers from 0 that have room for a tick each.
const MOST_TICKS: f64 = 14.0;

/// plotly's name of an axis: x, x2, x3.
pub(super) fn axis(letter: &str, index: usize) -> String {
    if index == 0 { letter.to_owned() } else { format!("{letter}{}", index + 1) }
}

fn named(name: &str) -> Axis {
    Axis::new().title(Title::with_text(style::safe(name)))
}

fn range_of((from, to): Bounds) -> AxisRange {
    AxisRange::new(from, to)
}

pub(super) fn x_axis(panel: &Panel, ranges: &AxisRanges, count: usize) -> Axis {
    let x = named(&panel.x);
    let Some(range) = ranges.x else {
        return categories(x, panel, count);
    };
    let x = x.range(range_of(range));
    if panel.plane() == Plane::Pixels {
        return pixels(x);
    }
    if panel.log_x {
        return logarithmic(x, range.1 - range.0);
    }
    let ticks = panel.series.iter().flat_map(|series| series.kind.ticks().0);
    whole_ticks(x, ticks).zero_line(!panel.has_colour_bar())
}

/// Words that are too long to stand beside each other are wrapped: plotly would turn them.
fn categories(axis: Axis, panel: &Panel, count: usize) -> Axis {
    let axis = axis.type_(AxisType::Category).show_grid(false);
    let labels = labels(panel, count);
    if labels.iter().all(|lines| lines.len() < 2) {
        return axis;
    }
    let safe = |lines: &Vec<String>| {
        lines.iter().map(|line| style::safe(line)).collect::<Vec<_>>().join("<br>")
    };
    axis.tick_values((0..labels.len()).map(|at| at as f64).collect())
        .tick_text(labels.iter().map(safe).collect())
        .tick_angle(0.0)
}

/// The categories of a panel in lines, if it has any.
fn labels(panel: &Panel, count: usize) -> Vec<Vec<String>> {
    let mut all: Vec<&String> = Vec::new();
    for category in panel.series.iter().flat_map(|series| series.kind.categories()) {
        if !all.contains(&category) {
            all.push(category);
        }
    }
    let panel_width = (WIDTH - LEFT - RIGHT) as f64 * if count == 1 { 1.0 } else { 0.8 };
    let width = panel_width as usize / count.max(1) / all.len().max(1);
    all.iter().map(|label| style::wrapped(label, width.saturating_sub(6), 13)).collect()
}

/// The lines of the longest of them.
pub(super) fn label_lines(panel: &Panel, count: usize) -> usize {
    labels(panel, count).iter().map(Vec::len).max().unwrap_or(1).max(1)
}

pub(super) fn y_axis(panel: &Panel, ranges: &AxisRanges, x: &str) -> Axis {
    let y = named(&panel.y).range(range_of(ranges.y));
    if panel.plane() == Plane::Pixels {
        // Where a panel is higher than its pixels, they hang below its title.
        return pixels(y).scale_anchor(x).constrain_toward(ConstrainDirection::Top);
    }
    if panel.log_y {
        return logarithmic(y, ranges.y.1 - ranges.y.0);
    }
    let ticks = panel.series.iter().flat_map(|series| series.kind.ticks().1);
    whole_ticks(y, ticks).zero_line(!panel.has_colour_bar())
}

/// The second y axis of the panel of this index.
pub(super) fn right_axis(name: &str, range: Bounds, index: usize) -> Axis {
    named(name)
        .range(range_of(range))
        .overlaying(axis("y", index))
        .anchor(axis("x", index))
        .side(AxisSide::Right)
        // Ticks at round numbers of its own; grid lines of its own would cross those of the left axis.
        .tick_mode(TickMode::Auto)
        .show_grid(false)
        .zero_line(false)
}

/// Pixels are square, and counted by nobody.
fn pixels(axis: Axis) -> Axis {
    axis.constrain(AxisConstrain::Domain)
        .show_grid(false)
        .zero_line(false)
        .show_tick_labels(false)
        .tick_length(0)
        // Without a frame white pixels have no end on a white page, and black ones on a black one.
        .show_line(true)
        .mirror(true)
}

/// A few whole numbers (samples, days, classes) are counted one by one: there is no sample 1.5.
fn whole_ticks<'t>(axis: Axis, ticks: impl Iterator<Item = &'t f64>) -> Axis {
    let mut ticks = ticks.peekable();
    let few = ticks.peek().is_some()
        && ticks.all(|at| at.fract() == 0.0 && (0.0..=MOST_TICKS).contains(at));
    if few { axis.dtick(1.0) } else { axis }
}

/// Powers of ten; where there are many, only these.
fn logarithmic(axis: Axis, decades: f64) -> Axis {
    let axis = axis.type_(AxisType::Log).exponent_format(ExponentFormat::Power);
    if decades > 2.0 { axis.dtick(decades.div_euclid(8.0) + 1.0) } else { axis }
}

pub(super) fn scene(panel: &Panel, ranges: &AxisRanges) -> LayoutScene {
    let z = padded(ranges.z.unwrap_or((0.0, 1.0)), 0.05);
    let x = ranges.x.unwrap_or((0.0, 1.0));
    LayoutScene::new()
        .x_axis(named(&panel.x).range(range_of(x)))
        .y_axis(named(&panel.y).range(range_of(ranges.y)))
        .z_axis(named(&panel.z).range(range_of(z)))
        .aspect_mode(AspectMode::Auto)
        .camera(
            // A little further away and lower than plotly's, so that no label is cut off.
            Camera::new()
                .eye(Eye::from((1.6, 1.6, 1.1)))
                .center(CameraCenter::from((0.0, 0.0, -0.15))),
        )
}
