//! From a chart to plotly's figure.

use plotly::common::{Anchor, Orientation};
use plotly::layout::{BarMode, ItemSizing, Legend, Margin};
use plotly::{Configuration, Layout, Plot};
use serde_json::Value;

use super::super::show::{Representation, Show, ShowError};
use super::Chart;
use super::axes::{axis, right_axis, scene, x_axis, y_axis};
use super::common::Common;
use super::json::JsonTrace;
use super::kind::{Place, Plane};
use super::marks::{annotations, shapes};
use super::panel::{PANELS, Panel, Series};
use super::theme::{LEFT, theme};

/// plotly's numbers for the second y axes begin behind those of the panels.
const FIRST_RIGHT: usize = 3;

impl Chart {
    /// The chart as plotly's own figure, to go on with.
    ///
    /// # Errors
    ///
    /// All that is wrong with the chart, in one text.
    pub fn plot(&self) -> Result<Plot, ShowError> {
        let faults = faults(self);
        if !faults.is_empty() {
            return Err(ShowError::new(faults.join("; ")));
        }
        let common = Common::of(&[self], 0);
        let mut plot = Plot::new();
        for drawn in traces(self, &common, true) {
            plot.add_trace(Box::new(JsonTrace(drawn.trace)));
        }
        plot.set_layout(layout(self, &common));
        plot.set_configuration(Configuration::new().responsive(true).display_logo(false));
        Ok(plot)
    }

    /// The chart in words, for where nothing is drawn.
    pub(super) fn described(&self) -> String {
        let panels: Vec<String> = self.panels.iter().map(Panel::described).collect();
        format!("Chart: {}", panels.join(" | "))
    }
}

impl Show for Chart {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let mut figure = serde_json::to_value(self.plot()?).map_err(ShowError::new)?;
        // plotly.js has no use for a null in the place of frames.
        figure.as_object_mut().map(|figure| figure.remove("frames"));
        Ok(representations(&figure, self.described()))
    }
}

/// plotly in the open. A kernel calls plotly's own display, which gives the same figure without the text.
impl Show for Plot {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let figure = serde_json::to_value(self).map_err(ShowError::new)?;
        let title = figure["layout"]["title"]["text"].as_str().unwrap_or("without a title");
        let text = format!("Chart: {title}.");
        Ok(representations(&figure, text))
    }
}

/// What a notebook is given: plotly's JSON, and a line of text for where nothing is drawn.
pub(super) fn representations(figure: &Value, text: String) -> Vec<Representation> {
    vec![("application/vnd.plotly.v1+json", figure.to_string()), ("text/plain", text)]
}

/// All that is wrong with a chart.
pub(super) fn faults(chart: &Chart) -> Vec<String> {
    let count = chart.panels.len();
    if !PANELS.contains(&count) {
        return vec![format!("{count} charts side by side do not fit (1 to 3 are allowed)")];
    }
    let of_panel = |panel: &Panel| {
        let mut faults = panel.faults();
        if count > 1 && panel.plane() == Plane::Space {
            faults.push(
                "a chart of points_3d stands beside another (it must stand alone)".to_owned(),
            );
        }
        if count > 2 && panel.right.is_some() {
            faults.push(format!("it has a right axis beside {} others (at most 1)", count - 1));
        }
        let title = panel.title.clone();
        faults.into_iter().map(move |fault| format!("chart {title:?}: {fault}")).collect::<Vec<_>>()
    };
    chart.panels.iter().flat_map(of_panel).collect()
}

/// A trace, and what it is to be found by in the other steps of a slider.
pub(super) struct DrawnTrace {
    pub key: String,
    pub trace: Value,
}

/// All series of a chart as traces, lines with all their points or with those that matter.
pub(super) fn traces(chart: &Chart, common: &Common, thin: bool) -> Vec<DrawnTrace> {
    let mut all: Vec<DrawnTrace> = Vec::new();
    let count = chart.panels.len();
    for (index, (panel, ranges)) in chart.panels.iter().zip(&common.ranges).enumerate() {
        for series in &panel.series {
            let in_legend = |name: &str| tells(chart, series, name);
            let y = if series.right { FIRST_RIGHT + index } else { index };
            let place = Place {
                names: &common.names,
                own: &series.names,
                in_legend: &in_legend,
                axes: (axis("x", index), axis("y", y)),
                titles: [
                    panel.x.as_str(),
                    panel.right.as_deref().filter(|_| series.right).unwrap_or(&panel.y),
                    panel.z.as_str(),
                ],
                ranges,
                colour_bar: common.domain(index, count).1,
                // A line that is straight on one kind of axis is curved on the other.
                thin: thin && !(panel.log_x || panel.log_y),
                on_heat_map: panel.has_colour_bar(),
                right: series.right,
            };
            let kind = format!("{index} {} {:?}", series.kind.word(), series.names);
            for trace in series.kind.traces(&place) {
                let same = all.iter().filter(|other| other.key.starts_with(&kind)).count();
                all.push(DrawnTrace { key: format!("{kind} {same}"), trace });
            }
        }
    }
    all
}

/// Whether it is for this series to make the legend's entry of a name: a name stands there once, with the
/// first series that has it and is not only the ground behind it.
fn tells(chart: &Chart, series: &Series, name: &str) -> bool {
    let named = || {
        let all = chart.panels.iter().flat_map(|panel| &panel.series);
        all.filter(|other| other.kind.coloured() && other.names.iter().any(|own| own == name))
    };
    let first = named().find(|other| !other.kind.behind()).or_else(|| named().next());
    first.is_some_and(|first| std::ptr::eq(first, series))
}

/// The layout of a chart.
pub(super) fn layout(chart: &Chart, common: &Common) -> Layout {
    let below = common.down_to_legend() + common.more;
    let panels = || chart.panels.iter();
    let histograms = panels().flat_map(|panel| &panel.series).any(|s| !s.kind.to_bin().is_empty());
    let categories = panels().any(|panel| panel.plane() == Plane::Categories);
    let mut layout = Layout::new()
        .template(theme())
        .height(common.above + common.area + below)
        .margin(Margin::new().left(LEFT).right(common.right).top(common.above).bottom(below))
        .bar_mode(if histograms && !categories { BarMode::Overlay } else { BarMode::Group })
        .show_legend(common.legend)
        .legend(
            Legend::new()
                .orientation(Orientation::Horizontal)
                .x(0.0)
                .y(-(common.below as f64) / common.area as f64)
                .y_anchor(Anchor::Top)
                .trace_group_gap(0)
                .item_sizing(if common.space { ItemSizing::Constant } else { ItemSizing::Trace }),
        )
        .annotations(annotations(chart, common))
        .shapes(shapes(chart));
    let count = chart.panels.len();
    for (index, (panel, ranges)) in chart.panels.iter().zip(&common.ranges).enumerate() {
        if panel.plane() == Plane::Space {
            layout = layout.scene(scene(panel, ranges));
            continue;
        }
        let (left, right) = common.domain(index, count);
        let x = x_axis(panel, ranges, count).domain(&[left, right]).anchor(axis("y", index));
        let y = y_axis(panel, ranges, &axis("x", index)).anchor(axis("x", index));
        layout = match index {
            0 => layout.x_axis(x).y_axis(y),
            1 => layout.x_axis2(x).y_axis2(y),
            _ => layout.x_axis3(x).y_axis3(y),
        };
        if let (Some(name), Some(range)) = (&panel.right, ranges.right) {
            let second = right_axis(name, range, index);
            layout = if index == 0 { layout.y_axis4(second) } else { layout.y_axis5(second) };
        }
    }
    layout
}
