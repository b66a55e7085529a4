//! From a chart to plotly's figure.

use plotly::common::{Anchor, AxisSide, DashType, ExponentFormat, Orientation, TickMode, Title};
use plotly::layout::{
    Annotation, AspectMode, Axis, AxisConstrain, AxisRange, AxisType, BarMode, Camera,
    CameraCenter, ConstrainDirection, Eye, HAlign, ItemSizing, LayoutScene, Legend, Margin, Shape,
    ShapeLine, ShapeType,
};
use plotly::{Configuration, Layout, Plot};
use serde_json::Value;

use super::super::show::{Representation, Show, ShowError};
use super::Chart;
use super::axis_range::{AxisRanges, Bounds, axis_ranges, padded};
use super::kind::{JsonTrace, Place, Plane, brief};
use super::panel::{PANELS, Panel, Series};
use super::style::{self, GREY};
use super::theme::{LEFT, RIGHT, theme};

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
/// Pixels of a line of a title.
const TITLE_LINE: usize = 21;
/// Pixels of width that a chart surely has.
const WIDTH: usize = 640;
/// Pixels at the right of a plane for a second axis or the bar of colours.
const SECOND: usize = 84;
/// Whole numbers on x, from 0, that have room for a tick each.
const MOST_TICKS: f64 = 14.0;
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

/// What the charts of a figure share: those of a slider look alike but for what moves.
pub(super) struct Common {
    /// The names of all series in order of appearance: a name's place is its look.
    pub names: Vec<String>,
    pub ranges: Vec<AxisRanges>,
    legend: bool,
    legend_rows: usize,
    /// Pixels of the title.
    above: usize,
    /// Pixels of the plane, or of space.
    area: usize,
    /// Pixels from there to the legend.
    below: usize,
    /// Pixels below the legend.
    more: usize,
    /// Part of the width between two panels.
    gutter: f64,
    space: bool,
    /// Pixels to the right.
    right: usize,
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
        let pixels: usize = names.iter().map(|name| SYMBOL + style::width(name, 13)).sum();
        let second = |panel: &Panel| panel.right.is_some() || panel.has_colour_bar();
        let last = charts.iter().filter_map(|chart| chart.panels.last()).any(second);
        let within = charts
            .iter()
            .filter_map(|chart| chart.panels.split_last())
            .any(|(_, before)| before.iter().any(second));
        let lines = |chart: &&Chart| {
            let count = chart.panels.len();
            chart.panels.iter().map(|panel| lines(&panel.title, count).len()).max()
        };
        let title_lines = charts.iter().filter_map(lines).max().unwrap_or(1);
        let space = panels().any(|panel| panel.plane() == Plane::Space);
        let bare = |panel: &Panel| panel.plane() == Plane::Pixels && panel.x.is_empty();
        let most = charts.iter().map(|chart| chart.panels.len()).max().unwrap_or(1);
        let (area, below) = if space {
            (SPACE, BELOW_PIXELS)
        } else if panels().all(bare) {
            (PIXELS[most.clamp(1, PIXELS.len()) - 1], BELOW_PIXELS)
        } else {
            (
                AREA,
                BELOW
                    + LABEL_LINE
                        * (panels().map(|panel| label_lines(panel, most)).max().unwrap_or(1) - 1),
            )
        };
        Self {
            names,
            ranges: axis_ranges(charts.iter().copied()),
            legend,
            legend_rows: if legend { pixels.div_ceil(WIDTH - LEFT - RIGHT) } else { 0 },
            above: TITLE_LINE * title_lines + 18,
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
    fn domain(&self, index: usize, count: usize) -> Bounds {
        let width = (1.0 - self.gutter * (count - 1) as f64) / count as f64;
        let left = index as f64 * (width + self.gutter);
        (left, left + width)
    }
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

/// plotly's name of an axis: x, x2, x3.
fn axis(letter: &str, index: usize) -> String {
    if index == 0 { letter.to_owned() } else { format!("{letter}{}", index + 1) }
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
            // Grid lines of its own would cross those of the left axis.
            let second = named(name)
                .range(range_of(range))
                .overlaying(axis("y", index))
                .anchor(axis("x", index))
                .side(AxisSide::Right)
                .tick_mode(TickMode::Auto)
                .show_grid(false)
                .zero_line(false);
            layout = if index == 0 { layout.y_axis4(second) } else { layout.y_axis5(second) };
        }
    }
    layout
}

fn named(name: &str) -> Axis {
    Axis::new().title(Title::with_text(style::safe(name)))
}

fn range_of((from, to): Bounds) -> AxisRange {
    AxisRange::new(from, to)
}

fn x_axis(panel: &Panel, ranges: &AxisRanges, count: usize) -> Axis {
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

fn label_lines(panel: &Panel, count: usize) -> usize {
    labels(panel, count).iter().map(Vec::len).max().unwrap_or(1).max(1)
}

fn y_axis(panel: &Panel, ranges: &AxisRanges, x: &str) -> Axis {
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

/// Pixels are square, and counted by nobody.
fn pixels(axis: Axis) -> Axis {
    axis.constrain(AxisConstrain::Domain)
        .show_grid(false)
        .zero_line(false)
        .show_tick_labels(false)
        .tick_length(0)
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

fn scene(panel: &Panel, ranges: &AxisRanges) -> LayoutScene {
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

fn title_size(panels: usize) -> usize {
    if panels == 1 { 15 } else { 14 }
}

/// Titles of the panels, labels of their marks, and notes.
fn annotations(chart: &Chart, common: &Common) -> Vec<Annotation> {
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
    }
    all
}

/// plotly's arrow that ends in a dot.
const ROUND: u8 = 6;

/// The lines of marks.
fn shapes(chart: &Chart) -> Vec<Shape> {
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
