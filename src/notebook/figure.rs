//! From a chart to plotly's figure.

use plotly::common::{
    Anchor, DashType, ExponentFormat, Line as Stroke, Marker, Mode, Orientation, Pattern,
    TextPosition, Title, Visible,
};
use plotly::layout::{
    Annotation, Axis, AxisRange, AxisType, BarMode, HAlign, Legend, Margin, ModeBar, Shape,
    ShapeLine, ShapeType,
};
use plotly::{Bar, Configuration, Layout, Plot, Scatter, Trace};
use serde_json::Value;

use super::axis_range::{AxisRanges, axis_ranges};
use super::chart::Chart;
use super::numbers;
use super::panel::{PANELS, Panel, Series, Values};
use super::show::{Representation, Show, ShowError};
use super::style::{self, ACTIVE, CLEAR, FAINT, GREY, LETTER};

/// Pixels of the plotting area's height.
const AREA: usize = 300;
/// Pixels below it for the ticks and the axis' name.
pub(crate) const BELOW: usize = 62;
/// Pixels of a row of the legend.
pub(crate) const ROW: usize = 24;
/// Pixels of a line of a title.
const TITLE_LINE: usize = 21;
/// Pixels of width that a chart surely has.
const WIDTH: usize = 620;
/// Letters in a line of a title, by the number of panels.
const TITLE_WIDTH: [usize; 3] = [62, 32, 22];
/// Whole numbers on x, from 0, that have room for a tick each.
const MOST_TICKS: f64 = 14.0;
/// Part of the width between two panels.
const GUTTER: f64 = 0.12;

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
        let names = names([self]);
        let mut plot = Plot::new();
        for (index, panel) in self.panels.iter().enumerate() {
            for series in &panel.series {
                plot.add_trace(trace(series, self, index, &names, true));
            }
        }
        plot.set_layout(layout(self, &axis_ranges([self]), &names, 0));
        plot.set_configuration(Configuration::new().responsive(true).display_logo(false));
        Ok(plot)
    }
}

impl Show for Chart {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        representations(&self.plot()?, self.described())
    }
}

/// What a notebook is given: plotly's JSON, and a line of text for where nothing is drawn.
pub(crate) fn representations(plot: &Plot, text: String) -> Result<Vec<Representation>, ShowError> {
    let mut figure = serde_json::to_value(plot).map_err(ShowError::new)?;
    if let Some(Value::Null) = figure.get("frames") {
        figure.as_object_mut().map(|figure| figure.remove("frames"));
    }
    Ok(vec![("application/vnd.plotly.v1+json", figure.to_string()), ("text/plain", text)])
}

/// All that is wrong with a chart.
pub(crate) fn faults(chart: &Chart) -> Vec<String> {
    let count = chart.panels.len();
    if !PANELS.contains(&count) {
        return vec![format!("{count} charts side by side do not fit (1 to 3 are allowed)")];
    }
    let of_panel = |panel: &Panel| {
        let title = panel.title.clone();
        panel
            .faults()
            .into_iter()
            .map(move |fault| format!("chart {title:?}: {fault}"))
            .collect::<Vec<_>>()
    };
    chart.panels.iter().flat_map(of_panel).collect()
}

/// The names of all series in order of appearance: a name's place is its look.
pub(crate) fn names<'a>(charts: impl IntoIterator<Item = &'a Chart>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for panel in charts.into_iter().flat_map(|chart| &chart.panels) {
        for series in &panel.series {
            if !names.contains(&series.name) {
                names.push(series.name.clone());
            }
        }
    }
    names
}

/// Rows that the legend is likely to need.
pub(crate) fn legend_rows(names: &[String]) -> usize {
    let pixels: usize = names.iter().map(|name| 50 + LETTER * name.chars().count()).sum();
    if names.len() < 2 { 0 } else { pixels.div_ceil(WIDTH) }
}

/// One series in one panel.
pub(crate) fn trace(
    series: &Series,
    chart: &Chart,
    index: usize,
    names: &[String],
    visible: bool,
) -> Box<dyn Trace> {
    let place = names.iter().position(|name| *name == series.name).unwrap_or(0);
    let look = style::look(place);
    let visible = if visible { Visible::True } else { Visible::False };
    let name = style::safe(&series.name);
    // A name stands once in the legend, and a click there works on every panel.
    let mut all = chart.panels.iter().flat_map(|panel| &panel.series);
    let first = all
        .find(|other| other.name == series.name)
        .is_some_and(|other| std::ptr::eq(other, series));
    let (x_axis, y_axis) = (axis("x", index), axis("y", index));
    let hover = hover(&name, &chart.panels[index]);
    match &series.values {
        Values::Bars { categories, heights } => Bar::new(categories.clone(), heights.clone())
            .name(&name)
            .legend_group(&name)
            .show_legend(first)
            .visible(visible)
            .x_axis(&x_axis)
            .y_axis(&y_axis)
            .text_array(heights.iter().copied().map(numbers::alone).collect::<Vec<_>>())
            .text_position(TextPosition::Outside)
            .text_font(style::font(12))
            .clip_on_axis(false)
            .hover_template(&hover)
            .marker(Marker::new().color(look.colour).pattern(Pattern::new().shape(look.pattern)))
            .hover_label(style::hover_label()),
        Values::Line { x, y } | Values::Points { x, y } => {
            let scatter = Scatter::new(x.clone(), y.clone())
                .name(&name)
                .legend_group(&name)
                .show_legend(first)
                .visible(visible)
                .x_axis(&x_axis)
                .y_axis(&y_axis)
                .hover_template(&hover)
                .hover_label(style::hover_label());
            if let Values::Line { .. } = series.values {
                scatter
                    .mode(Mode::Lines)
                    .line(Stroke::new().color(look.colour).dash(look.dash).width(2.5))
            } else {
                scatter
                    .mode(Mode::Markers)
                    .marker(Marker::new().color(look.colour).symbol(look.symbol).size(9))
            }
        }
    }
}

fn hover(name: &str, panel: &Panel) -> String {
    let x = if panel.has_bars() { "%{x}" } else { "%{x:.4~g}" };
    let (x_name, y_name) = (style::safe(&panel.x), style::safe(&panel.y));
    format!("<b>{name}</b><br>{x_name}: {x}<br>{y_name}: %{{y:.4~g}}<extra></extra>")
}

/// plotly's name of an axis: x, x2, x3.
fn axis(letter: &str, index: usize) -> String {
    if index == 0 { letter.to_owned() } else { format!("{letter}{}", index + 1) }
}

/// The layout, with so many pixels more at the bottom.
pub(crate) fn layout(
    chart: &Chart,
    axis_ranges: &[AxisRanges],
    names: &[String],
    more: usize,
) -> Layout {
    let above = above(chart);
    let below = BELOW + ROW * legend_rows(names) + more;
    let mut layout = Layout::new()
        .auto_size(true)
        .height(above + AREA + below)
        .margin(Margin::new().left(64).right(20).top(above).bottom(below))
        .font(style::font(13))
        .paper_background_color(CLEAR)
        .plot_background_color(CLEAR)
        .mode_bar(ModeBar::new().background_color(CLEAR).color(GREY).active_color(ACTIVE))
        .bar_mode(BarMode::Group)
        .show_legend(names.len() > 1)
        .legend(
            Legend::new()
                .orientation(Orientation::Horizontal)
                .x(0.0)
                .y(-(BELOW as f64) / AREA as f64)
                .y_anchor(Anchor::Top)
                .background_color(CLEAR),
        )
        .annotations(annotations(chart))
        .shapes(shapes(chart));
    let count = chart.panels.len();
    for (index, (panel, ranges)) in chart.panels.iter().zip(axis_ranges).enumerate() {
        let (left, right) = domain(index, count);
        let x = styled(&panel.x).domain(&[left, right]).anchor(axis("y", index));
        let x = match ranges.x {
            Some((from, to)) => {
                whole_ticks(x, panel).range(AxisRange::new(from, to)).zero_line(true)
            }
            None => x.type_(AxisType::Category).show_grid(false),
        };
        let (from, to) = ranges.y;
        let y = styled(&panel.y).anchor(axis("x", index)).range(AxisRange::new(from, to));
        let y = if panel.log_y { logarithmic(y, to - from) } else { y.zero_line(true) };
        layout = match index {
            0 => layout.x_axis(x).y_axis(y),
            1 => layout.x_axis2(x).y_axis2(y),
            _ => layout.x_axis3(x).y_axis3(y),
        };
    }
    layout
}

/// A title in lines. plotly's own title cuts off a second line, so titles are annotations.
fn lines(title: &str, panels: usize) -> Vec<String> {
    let width = TITLE_WIDTH.get(panels - 1).copied().unwrap_or(22);
    style::wrapped(title, width).iter().map(|line| style::safe(line)).collect()
}

fn above(chart: &Chart) -> usize {
    let count = chart.panels.len();
    let most = chart.panels.iter().map(|panel| lines(&panel.title, count).len()).max();
    TITLE_LINE * most.unwrap_or(1) + 18
}

fn styled(name: &str) -> Axis {
    Axis::new()
        .title(Title::with_text(style::safe(name)))
        .color(GREY)
        .grid_color(FAINT)
        .zero_line_color(GREY)
        .zero_line_width(1)
        .line_color(GREY)
        .exponent_format(ExponentFormat::None)
        .auto_margin(true)
}

/// A few whole numbers on x (samples, days) are counted one by one: there is no sample 1.5.
fn whole_ticks(axis: Axis, panel: &Panel) -> Axis {
    let xs = || panel.series.iter().flat_map(|series| series.x().iter().copied());
    let few = xs().all(|x| x.fract() == 0.0 && (0.0..=MOST_TICKS).contains(&x));
    if few { axis.dtick(1.0) } else { axis }
}

/// Powers of ten; where there are many, only these.
fn logarithmic(axis: Axis, decades: f64) -> Axis {
    let axis = axis.type_(AxisType::Log).exponent_format(ExponentFormat::Power);
    if decades > 2.0 { axis.dtick(decades.div_euclid(8.0) + 1.0) } else { axis }
}

/// The part of the width that a panel takes.
fn domain(index: usize, count: usize) -> (f64, f64) {
    let width = (1.0 - GUTTER * (count - 1) as f64) / count as f64;
    let left = index as f64 * (width + GUTTER);
    (left, left + width)
}

/// Titles of the panels, and labels of their marks.
pub(crate) fn annotations(chart: &Chart) -> Vec<Annotation> {
    let count = chart.panels.len();
    let mut all = Vec::new();
    for (index, panel) in chart.panels.iter().enumerate() {
        let title = Annotation::new()
            .text(lines(&panel.title, count).join("<br>"))
            .font(style::font(if count == 1 { 15 } else { 14 }))
            .align(HAlign::Left)
            .show_arrow(false)
            .x_ref("paper")
            .x(domain(index, count).0)
            .x_anchor(Anchor::Left)
            .y_ref("paper")
            .y(1.0)
            .y_anchor(Anchor::Bottom)
            .y_shift(6.0);
        all.push(title);
        let label = |text: &str| Annotation::new().text(style::safe(text)).show_arrow(false);
        for line in &panel.vertical {
            let place =
                label(&line.label).x_ref(axis("x", index)).x(line.at).x_anchor(Anchor::Left);
            all.push(
                place.y_ref(format!("{} domain", axis("y", index))).y(1.0).y_anchor(Anchor::Top),
            );
        }
        for line in &panel.horizontal {
            let at = if panel.log_y { line.at.log10() } else { line.at };
            // Over a bar, grey letters need a ground of their own.
            let label = label(&line.label).background_color(style::GROUND).border_pad(1.0);
            let place = label.y_ref(axis("y", index)).y(at).y_anchor(Anchor::Bottom);
            all.push(
                place.x_ref(format!("{} domain", axis("x", index))).x(1.0).x_anchor(Anchor::Right),
            );
        }
    }
    all
}

/// The lines of marks.
pub(crate) fn shapes(chart: &Chart) -> Vec<Shape> {
    let mut all = Vec::new();
    for (index, panel) in chart.panels.iter().enumerate() {
        let stroke = || ShapeLine::new().color(GREY).width(1.5).dash(DashType::Dot);
        let shape = || Shape::new().shape_type(ShapeType::Line).line(stroke());
        let (x, y) = (axis("x", index), axis("y", index));
        for line in &panel.vertical {
            let shape = shape().x_ref(&x).x0(line.at).x1(line.at);
            all.push(shape.y_ref(format!("{y} domain")).y0(0.0).y1(1.0));
        }
        for line in &panel.horizontal {
            let shape = shape().y_ref(&y).y0(line.at).y1(line.at);
            all.push(shape.x_ref(format!("{x} domain")).x0(0.0).x1(1.0));
        }
    }
    all
}
