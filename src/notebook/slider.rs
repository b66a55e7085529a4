//! A chart with a slider: one chart for each value of a parameter.

use plotly::common::{Anchor, Pad};
use plotly::layout::{Slider as PlotlySlider, SliderCurrentValue, SliderMethod, SliderStep};
use plotly::{Configuration, Plot};
use serde_json::json;

use super::axis_range::axis_ranges;
use super::chart::Chart;
use super::panel::Series;
use super::show::{Representation, Show, ShowError};
use super::{figure, numbers, style};
use crate::error::LossError;

/// Pixels that the slider takes.
const SLIDER: usize = 96;

/// Charts along a parameter, made by [`slider`].
#[derive(Debug, Clone)]
pub struct Slider {
    name: String,
    steps: Vec<(f64, Result<Chart, LossError>)>,
    start: Option<f64>,
}

/// Draws a chart for each value of a parameter, with a slider to choose among them.
///
/// The axes stand still while the slider moves: they hold every step. A series that is the same in
/// every step is stored once. The slider starts in the middle, or where
/// [`starting_at`](Slider::starting_at) says.
///
/// What is wrong (a step whose loss is an error, no value, charts with different panels) is reported
/// by name where the slider is shown.
///
/// ```
/// use lossbook::prelude::*;
///
/// let r = Array1::linspace(-4.0, 4.0, 81);
/// let chart = slider("delta", &[0.5, 1.0, 2.0], |delta| {
///     let huber = Huber::new(delta)?;
///     Ok(Chart::new("A larger delta keeps the parabola for longer")
///         .x("residual y - ŷ")
///         .y("loss")
///         .line("Huber", &r, &r.mapv(|r| huber.loss(r)))
///         .vertical(delta, "delta"))
/// });
/// assert!(chart.starting_at(1.0).plot().is_ok());
/// ```
pub fn slider(
    name: &str,
    values: &[f64],
    mut draw: impl FnMut(f64) -> Result<Chart, LossError>,
) -> Slider {
    let steps = values.iter().map(|&value| (value, draw(value))).collect();
    Slider { name: name.to_owned(), steps, start: None }
}

impl Slider {
    /// Starts the slider at this one of its values.
    pub fn starting_at(mut self, value: f64) -> Self {
        self.start = Some(value);
        self
    }

    /// The chart as plotly's own figure, to go on with.
    ///
    /// # Errors
    ///
    /// All that is wrong with the slider or its charts, in one text.
    pub fn plot(&self) -> Result<Plot, ShowError> {
        let charts = self.charts()?;
        let start = self.start()?;
        let names = figure::names(charts.iter().copied());
        let steps = drawn_steps(&charts);

        let mut plot = Plot::new();
        for drawn in &steps {
            let visible = drawn.step.is_none_or(|step| step == start);
            let chart = charts[drawn.step.unwrap_or(0)];
            plot.add_trace(figure::trace(drawn.series, chart, drawn.panel, &names, visible));
        }
        let axis_ranges = axis_ranges(charts.iter().copied());
        let more = SLIDER;
        let below = figure::BELOW + figure::ROW * figure::legend_rows(&names);
        let layout = figure::layout(charts[start], &axis_ranges, &names, more);
        plot.set_layout(layout.sliders(vec![self.control(&charts, &steps, start, below)]));
        plot.set_configuration(Configuration::new().responsive(true).display_logo(false));
        Ok(plot)
    }

    fn control(
        &self,
        charts: &[&Chart],
        drawn: &[Drawn],
        start: usize,
        below: usize,
    ) -> PlotlySlider {
        let labels = self.labels();
        let steps = charts.iter().zip(&labels).enumerate().map(|(step, (chart, label))| {
            let visible: Vec<bool> =
                drawn.iter().map(|drawn| drawn.step.is_none_or(|of| of == step)).collect();
            let layout = json!({
                "annotations": figure::annotations(chart),
                "shapes": figure::shapes(chart),
            });
            SliderStep::new()
                .label(label)
                .method(SliderMethod::Update)
                .args(json!([{ "visible": visible }, layout]))
        });
        PlotlySlider::new()
            .active(i32::try_from(start).unwrap_or(0))
            .steps(steps.collect())
            .current_value(
                SliderCurrentValue::new().prefix(format!("{} = ", style::safe(&self.name))),
            )
            .x(0.0)
            .y(0.0)
            .y_anchor(Anchor::Top)
            .pad(Pad::new(below, 0, 0))
            .font(style::font(13))
            .background_color(style::FAINT)
            .border_color(style::GREY)
            .tick_color(style::GREY)
    }

    fn labels(&self) -> Vec<String> {
        self.steps.iter().map(|(value, _)| numbers::alone(*value)).collect()
    }

    /// The step that is shown first.
    fn start(&self) -> Result<usize, ShowError> {
        let Some(start) = self.start else { return Ok(self.steps.len() / 2) };
        self.steps.iter().position(|(value, _)| *value == start).ok_or_else(|| {
            let allowed = self.labels().join(", ");
            ShowError::new(format!("slider {:?} starts at {start} (allowed: {allowed})", self.name))
        })
    }

    fn charts(&self) -> Result<Vec<&Chart>, ShowError> {
        let name = &self.name;
        let fault = |text: String| Err(ShowError::new(format!("slider {name:?}: {text}")));
        let mut charts: Vec<&Chart> = Vec::new();
        for (value, chart) in &self.steps {
            let chart = match chart {
                Ok(chart) => chart,
                Err(error) => return fault(format!("at {value}: {error}")),
            };
            let faults = figure::faults(chart);
            if !faults.is_empty() {
                return fault(format!("at {value}: {}", faults.join("; ")));
            }
            let panels = chart.panels.len();
            if let Some(first) = charts.first().filter(|first| first.panels.len() != panels) {
                let expected = first.panels.len();
                return fault(format!("at {value}: {panels} panels, not {expected} as at first"));
            }
            charts.push(chart);
        }
        if charts.is_empty() {
            return fault("it has no value (at least 1 is needed)".to_owned());
        }
        Ok(charts)
    }
}

/// A series that becomes a trace: of one step, or of all.
struct Drawn<'a> {
    step: Option<usize>,
    panel: usize,
    series: &'a Series,
}

/// Every series of every step, but a series that never changes only once.
fn drawn_steps<'a>(charts: &[&'a Chart]) -> Vec<Drawn<'a>> {
    let mut all = Vec::new();
    for (step, chart) in charts.iter().enumerate() {
        for (panel, content) in chart.panels.iter().enumerate() {
            for (index, series) in content.series.iter().enumerate() {
                let same = |other: &&Chart| other.panels[panel].series.get(index) == Some(series);
                let constant = charts.iter().all(same);
                if !constant || step == 0 {
                    all.push(Drawn { step: (!constant).then_some(step), panel, series });
                }
            }
        }
    }
    all
}

impl Show for Slider {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let plot = self.plot()?;
        let (labels, start) = (self.labels(), self.start()?);
        let chart = self.charts()?[start].described();
        let (name, first) = (&self.name, &labels[start]);
        let text = format!("{chart} Slider {name}: {} (shown: {first}).", labels.join(", "));
        figure::representations(&plot, text)
    }
}
