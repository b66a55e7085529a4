//! What the charts of a figure share: names, axes, and the room that everything needs.

use super::axes::label_lines;
use super::axis_range::{AxisRanges, Bounds, axis_ranges};
use super::kind::Plane;
use super::marks::title_lines;
use super::panel::Panel;
use super::theme::{LEFT, RIGHT};
use super::{Chart, style};

/// Pixels of the plotting area's height.
const AREA: usize = 300;
/// The same of a chart in space, which is seen from a corner.
const SPACE: usize = 420;
/// The same of pixels, which are square, by the number of panels.
const PIXELS: [usize; 3] = [320, 260, 190];
/// Pixels below them, where there are no ticks.
const BELOW_PIXELS: usize = 16;
/// Pixels below it for the ticks and the axis' name.
const BELOW: usize = 66;
/// Pixels of a line of a category's label.
const LABEL_LINE: usize = 17;
/// Pixels of a row of the legend.
const ROW: usize = 24;
/// Pixels of the symbol of a name in the legend, with the gaps around it.
const SYMBOL: usize = 52;
/// Pixels of the words "(right axis)" there.
const RIGHT_AXIS: usize = 76;
/// Pixels of the buttons that plotly shows above a title when the mouse is over the chart.
const BUTTONS: usize = 28;
/// Pixels of a line of a title.
const TITLE_LINE: usize = 21;
/// Pixels of width that a chart surely has.
pub(super) const WIDTH: usize = 640;
/// Pixels at the right of a plane for a second axis or the bar of colours.
const SECOND: usize = 84;

/// What the charts of a figure share: those of a slider look alike but for what moves.
pub(super) struct Common {
    /// The names of all series in order of appearance: a name's place is its look.
    pub names: Vec<String>,
    pub ranges: Vec<AxisRanges>,
    pub legend: bool,
    legend_rows: usize,
    /// Pixels of the title.
    pub above: usize,
    /// Pixels of the plane, or of space.
    pub area: usize,
    /// Pixels from there to the legend.
    pub below: usize,
    /// Pixels below the legend.
    pub more: usize,
    /// Part of the width between two panels.
    gutter: f64,
    pub space: bool,
    /// Pixels to the right.
    pub right: usize,
}

impl Common {
    pub fn of(charts: &[&Chart], more: usize) -> Self {
        let panels = || charts.iter().flat_map(|chart| &chart.panels);
        let mut names: Vec<String> = Vec::new();
        for series in panels().flat_map(|panel| &panel.series) {
            for name in series.names.iter().filter(|_| series.kind.coloured()) {
                if !names.contains(name) {
                    names.push(name.clone());
                }
            }
        }
        // A single name is the y axis' name; beside a heat map it is not.
        let also_maps =
            panels().flat_map(|panel| &panel.series).any(|series| !series.kind.coloured());
        let legend = names.len() > usize::from(!also_maps);
        let second = |panel: &Panel| panel.right.is_some() || panel.has_colour_bar();
        let last = charts.iter().filter_map(|chart| chart.panels.last()).any(second);
        let within = charts
            .iter()
            .filter_map(|chart| chart.panels.split_last())
            .any(|(_, before)| before.iter().any(second));
        let title_lines = charts.iter().map(|chart| title_lines(chart)).max().unwrap_or(1);
        let space = panels().any(|panel| panel.plane() == Plane::Space);
        let bare = |panel: &Panel| panel.plane() == Plane::Pixels && panel.x.is_empty();
        let most = charts.iter().map(|chart| chart.panels.len()).max().unwrap_or(1);
        let labels = panels().map(|panel| label_lines(panel, most)).max().unwrap_or(1);
        let (area, below) = if space {
            (SPACE, BELOW_PIXELS)
        } else if panels().all(bare) {
            (PIXELS[most.clamp(1, PIXELS.len()) - 1], BELOW_PIXELS)
        } else {
            (AREA, BELOW + LABEL_LINE * (labels - 1))
        };
        let second_axis = panels().any(|panel| panel.right.is_some());
        let label = |name: &String| {
            SYMBOL + style::width(name, 13) + if second_axis { RIGHT_AXIS } else { 0 }
        };
        let labels: Vec<usize> = names.iter().map(label).collect();
        Self {
            names,
            ranges: axis_ranges(charts.iter().copied()),
            legend,
            legend_rows: if legend { rows(&labels) } else { 0 },
            above: BUTTONS + TITLE_LINE * title_lines,
            area,
            below,
            more,
            gutter: if within { 0.28 } else { 0.12 },
            space,
            right: if last { SECOND } else { RIGHT },
        }
    }

    /// Pixels below the plane down to the end of the legend.
    pub fn down_to_legend(&self) -> usize {
        self.below + ROW * self.legend_rows
    }

    /// The part of the width that a panel takes.
    pub fn domain(&self, index: usize, count: usize) -> Bounds {
        let width = (1.0 - self.gutter * (count - 1) as f64) / count as f64;
        let left = index as f64 * (width + self.gutter);
        (left, left + width)
    }
}

/// The rows of the legend, its entries being of these widths.
fn rows(entries: &[usize]) -> usize {
    let (mut rows, mut used) = (1, 0);
    for entry in entries {
        if used > 0 && used + entry > WIDTH - LEFT - RIGHT {
            rows += 1;
            used = 0;
        }
        used += entry;
    }
    rows
}
