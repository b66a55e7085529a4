//! Titles, the labels and lines of marks, and notes.

use plotly::common::{Anchor, DashType};
use plotly::layout::{Annotation, HAlign, Shape, ShapeLine, ShapeType};

use super::Chart;
use super::axes::axis;
use super::axis_range::AxisRanges;
use super::common::{Common, WIDTH};
use super::json::brief;
use super::panel::Panel;
use super::style::{self, GREY};
use super::theme::{LEFT, RIGHT};

/// Pixels by which a title begins to the left of its plane.
const OUTDENT: usize = 54;

/// A title in lines. plotly's own title cuts off a second line, so titles are annotations.
fn lines(title: &str, panels: usize) -> Vec<String> {
    let plane = WIDTH - LEFT - RIGHT;
    let width = match panels {
        1 => plane + OUTDENT,
        // A panel and its gutter, and some air to the next title.
        2 => (0.56 * plane as f64) as usize - 16,
        _ => (0.373 * plane as f64) as usize - 14,
    };
    style::wrapped(title, width, title_size(panels)).iter().map(|line| style::safe(line)).collect()
}

/// The lines of a chart's longest title.
pub(super) fn title_lines(chart: &Chart) -> usize {
    let count = chart.panels.len();
    chart.panels.iter().map(|panel| lines(&panel.title, count).len()).max().unwrap_or(1)
}

fn title_size(panels: usize) -> usize {
    if panels == 1 { 15 } else { 14 }
}

/// Titles of the panels, labels of their marks, and notes.
pub(super) fn annotations(chart: &Chart, common: &Common) -> Vec<Annotation> {
    let count = chart.panels.len();
    let mut all = Vec::new();
    for (index, panel) in chart.panels.iter().enumerate() {
        let title = Annotation::new()
            .text(lines(&panel.title, count).join("<br>"))
            .font(style::font(title_size(count)))
            .align(HAlign::Left)
            .show_arrow(false)
            .x_ref("paper")
            .x(common.domain(index, count).0)
            .x_anchor(Anchor::Left)
            .x_shift(-(OUTDENT as f64))
            .y_ref("paper")
            .y(1.0)
            .y_anchor(Anchor::Bottom)
            .y_shift(6.0);
        all.push(title);
    }
    for ((index, panel), ranges) in chart.panels.iter().enumerate().zip(&common.ranges) {
        all.extend(labels(panel, index, ranges));
    }
    all
}

/// Labels of a panel's marks, and its notes.
fn labels(panel: &Panel, index: usize, ranges: &AxisRanges) -> Vec<Annotation> {
    let mut all = Vec::new();
    let label = |text: &str| Annotation::new().text(style::safe(text)).show_arrow(false);
    let (x_axis, y_axis) = (axis("x", index), axis("y", index));
    let on_x = |at: f64| brief(if panel.log_x { at.log10() } else { at });
    let on_y = |at: f64| brief(if panel.log_y { at.log10() } else { at });
    for line in &panel.vertical {
        let at = on_x(line.at);
        let at_the_end = ranges.x.is_some_and(|(from, to)| at > from + 0.9 * (to - from));
        let side = if at_the_end { Anchor::Right } else { Anchor::Left };
        let place = label(&line.label).x_ref(&x_axis).x(at).x_anchor(side);
        all.push(place.y_ref(format!("{y_axis} domain")).y(1.0).y_anchor(Anchor::Top));
    }
    for line in &panel.horizontal {
        // Over a bar, grey letters need a ground of their own.
        let label = label(&line.label).background_color(style::GROUND).border_pad(1.0);
        let place = label.y_ref(&y_axis).y(on_y(line.at)).y_anchor(Anchor::Bottom);
        all.push(place.x_ref(format!("{x_axis} domain")).x(1.0).x_anchor(Anchor::Right));
    }
    for note in &panel.notes {
        let (x, y) = (on_x(note.x), on_y(note.y));
        // The text stands where there is more room: towards the middle.
        let left = ranges.x.is_some_and(|(from, to)| x > from / 2.0 + to / 2.0);
        let below = y > ranges.y.0 * 0.25 + ranges.y.1 * 0.75;
        let note = label(&note.text)
            .show_arrow(true)
            .arrow_head(ROUND)
            .arrow_size(1.8)
            .arrow_width(1.3)
            .arrow_color(GREY)
            .background_color(if panel.has_colour_bar() { style::GROUND } else { style::CLEAR })
            .border_pad(2.0)
            .ax(if left { -34.0 } else { 34.0 })
            .ay(if below { 30.0 } else { -30.0 })
            .x_anchor(if left { Anchor::Right } else { Anchor::Left })
            .align(HAlign::Left);
        all.push(note.x_ref(&x_axis).x(x).y_ref(&y_axis).y(y));
    }
    all
}

/// plotly's arrow that ends in a dot.
const ROUND: u8 = 6;

/// The lines of marks.
pub(super) fn shapes(chart: &Chart) -> Vec<Shape> {
    let mut all = Vec::new();
    for (index, panel) in chart.panels.iter().enumerate() {
        let stroke = || ShapeLine::new().color(GREY).width(1.5).dash(DashType::Dot);
        let shape = || Shape::new().shape_type(ShapeType::Line).line(stroke());
        let (x, y) = (axis("x", index), axis("y", index));
        for line in &panel.vertical {
            let shape = shape().x_ref(&x).x0(brief(line.at)).x1(brief(line.at));
            all.push(shape.y_ref(format!("{y} domain")).y0(0.0).y1(1.0));
        }
        for line in &panel.horizontal {
            let shape = shape().y_ref(&y).y0(brief(line.at)).y1(brief(line.at));
            all.push(shape.x_ref(format!("{x} domain")).x0(0.0).x1(1.0));
        }
    }
    all
}
