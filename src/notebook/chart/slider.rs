//! A chart with a slider: one chart for each value of a parameter.

use serde_json::{Map, Value, json};

use super::super::numbers;
use super::super::show::{Representation, Show, ShowError};
use super::common::Common;
use super::figure::{self, DrawnTrace};
use super::steps::{Changes, changes, even_lists};
use super::{Chart, style};
use crate::error::LossError;
use crate::loss::Vector;

/// Pixels that the slider takes.
const SLIDER: usize = 96;
/// Milliseconds that an animation shows a step.
const STEP: u32 = 250;

/// Charts along a parameter, made by [`slider`] or [`animation`].
#[derive(Debug, Clone)]
pub struct Slider {
    name: String,
    steps: Vec<(f64, Result<Chart, LossError>)>,
    start: Option<f64>,
    plays: bool,
}

/// Draws a chart for each value of a parameter, with a slider to choose among them.
///
/// The axes stand still while the slider moves: they hold every step. What is the same in every step is stored
/// once, so that 20 to 50 steps are cheap. The slider starts in the middle, or where
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
/// assert!(chart.starting_at(1.0).representations().is_ok());
/// ```
pub fn slider(
    name: &str,
    values: impl Vector,
    mut draw: impl FnMut(f64) -> Result<Chart, LossError>,
) -> Slider {
    let steps = values.as_vector().iter().map(|&value| (value, draw(value))).collect();
    Slider { name: name.to_owned(), steps, start: None, plays: false }
}

/// A [`slider`] that starts at its first value, with buttons to play it through and to pause. (JupyterLab plays it; VS
/// Code, which drops plotly's frames, shows where it starts.)
///
/// ```
/// use lossbook::prelude::*;
///
/// let w = Array1::linspace(-2.0, 2.0, 41);
/// let descent = animation("step", Array1::linspace(0.0, 20.0, 21), |step| {
///     let here = 1.8 * 0.8_f64.powf(step);
///     Ok(Chart::new("Each step is shorter than the one before")
///         .x("weight")
///         .y("loss")
///         .line("loss", &w, &w.mapv(|w| w * w))
///         .points("now", &[here], &[here * here]))
/// });
/// assert!(descent.representations().is_ok());
/// ```
pub fn animation(
    name: &str,
    values: impl Vector,
    draw: impl FnMut(f64) -> Result<Chart, LossError>,
) -> Slider {
    Slider { plays: true, ..slider(name, values, draw) }
}

impl Slider {
    /// Starts the slider at this one of its values.
    pub fn starting_at(mut self, value: f64) -> Self {
        self.start = Some(value);
        self
    }

    /// plotly's figure: the chart of the first step shown, and what each step changes in it.
    fn figure(&self) -> Result<Value, ShowError> {
        let charts = self.charts()?;
        let start = self.start()?;
        let common = Common::of(&charts, SLIDER);
        let (data, data_changes) = Self::data(&charts, start, &common);
        let layouts: Result<Vec<Value>, _> = charts
            .iter()
            .map(|chart| serde_json::to_value(figure::layout(chart, &common)))
            .collect();
        let mut layouts = layouts.map_err(ShowError::new)?;
        for list in ["annotations", "shapes"] {
            even_lists(&mut layouts, list);
        }
        let layout_changes = changes(&layouts);

        let frames: Vec<Value> = (0..charts.len())
            .map(|step| {
                let (traces, data): (Vec<usize>, Vec<&Value>) = data_changes
                    .iter()
                    .enumerate()
                    .filter_map(|(trace, changes)| Some((trace, changes.as_ref()?.get(step)?)))
                    .unzip();
                let mut frame = json!({"traces": traces, "data": data});
                if let Some(layout) = layout_changes.as_ref().and_then(|all| all.get(step)) {
                    frame["layout"] = layout.clone();
                }
                frame
            })
            .collect();
        let mut layout = layouts.get(start).cloned().unwrap_or_default();
        let below = common.down_to_legend();
        let mut all = Map::new();
        let mut steps = frames;
        if self.plays {
            layout["updatemenus"] = json!([buttons(below)]);
            for (step, frame) in steps.iter_mut().enumerate() {
                frame["name"] = json!(step.to_string());
            }
            let names = (0..steps.len()).map(|step| json!(step.to_string())).collect();
            all.insert("frames".into(), Value::Array(std::mem::replace(&mut steps, names)));
        }
        layout["sliders"] = json!([self.control(steps, start, below)]);
        all.insert("data".into(), data.into());
        all.insert("layout".into(), layout);
        all.insert("config".into(), json!({"responsive": true, "displaylogo": false}));
        Ok(Value::Object(all))
    }

    /// The traces of the first step shown, and for each trace what every step changes in it.
    ///
    /// Lines without the points of their straight stretches are shorter, but their x may change from step to step, too:
    /// each is drawn in the way that takes less.
    fn data(charts: &[&Chart], start: usize, common: &Common) -> (Vec<Value>, Vec<Changes>) {
        let steps = |thin: bool| -> Vec<Vec<DrawnTrace>> {
            charts.iter().map(|chart| figure::traces(chart, common, thin)).collect()
        };
        let (full, thin) = (steps(false), steps(true));
        let mut keys: Vec<&str> = Vec::new();
        for drawn in full.iter().flatten() {
            if !keys.contains(&drawn.key.as_str()) {
                keys.push(&drawn.key);
            }
        }
        let shortest = |key: &&str| {
            let (full, thin) = (along(&full, key, start), along(&thin, key, start));
            if bytes(&full) < bytes(&thin) { full } else { thin }
        };
        keys.iter().map(shortest).unzip()
    }

    /// plotly's slider. A step carries its changes, so that it moves in VS Code, too, which leaves out a figure's
    /// frames; where a button plays them it can only follow if it names them.
    fn control(&self, frames: Vec<Value>, start: usize, below: usize) -> Value {
        let at_once = json!({
            "mode": "immediate",
            "transition": {"duration": 0},
            "frame": {"duration": 0, "redraw": true},
        });
        let steps: Vec<Value> = frames
            .into_iter()
            .zip(self.labels())
            .map(|(frame, label)| {
                json!({"label": label, "method": "animate", "args": [[frame], at_once]})
            })
            .collect();
        let left = if self.plays { 0.23 } else { 0.0 };
        json!({
            "active": start,
            "steps": steps,
            "currentvalue": {"prefix": format!("{} = ", style::safe(&self.name))},
            "x": left,
            "len": 1.0 - left,
            "y": 0.0,
            "yanchor": "top",
            "pad": {"t": below, "b": 0},
            "transition": {"duration": 0},
            "bgcolor": style::FAINT,
            "bordercolor": style::GREY,
            "tickcolor": style::GREY,
        })
    }

    fn labels(&self) -> Vec<String> {
        self.steps.iter().map(|(value, _)| numbers::alone(*value)).collect()
    }

    /// The step that is shown first.
    fn start(&self) -> Result<usize, ShowError> {
        let Some(start) = self.start else {
            return Ok(if self.plays { 0 } else { self.steps.len() / 2 });
        };
        // Steps that were computed are not exactly the number that one writes: 0.1 + 0.2.
        let near = |value: f64| (value - start).abs() <= 1e-9 * start.abs().max(value.abs());
        self.steps.iter().position(|(value, _)| near(*value)).ok_or_else(|| {
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

/// The trace of this key in the first step shown, and what every step changes in it.
fn along(steps: &[Vec<DrawnTrace>], key: &str, start: usize) -> (Value, Changes) {
    let find = |step: &Vec<DrawnTrace>| {
        step.iter().find(|drawn| drawn.key == key).map(|drawn| drawn.trace.clone())
    };
    let found: Vec<Option<Value>> = steps.iter().map(find).collect();
    let somewhere = found.iter().flatten().next().cloned().unwrap_or_default();
    let everywhere = found.iter().all(Option::is_some);
    let all: Vec<Value> = found
        .into_iter()
        .map(|trace| match trace {
            Some(trace) if everywhere => trace,
            Some(trace) => with_visible(trace, true),
            None => with_visible(somewhere.clone(), false),
        })
        .collect();
    (all.get(start).cloned().unwrap_or_default(), changes(&all))
}

fn bytes((trace, changes): &(Value, Changes)) -> usize {
    let of_changes = changes.iter().flatten().map(|change| change.to_string().len());
    trace.to_string().len() + of_changes.sum::<usize>()
}

fn with_visible(mut trace: Value, visible: bool) -> Value {
    trace["visible"] = json!(visible);
    trace
}

/// Play, from the step that is shown, and pause.
fn buttons(below: usize) -> Value {
    let play = json!([null, {
        "mode": "immediate",
        "fromcurrent": true,
        "transition": {"duration": 0},
        "frame": {"duration": STEP, "redraw": true},
    }]);
    // plotly's word for stopping: to go to no frame at once.
    let pause = json!([[null], {
        "mode": "immediate",
        "transition": {"duration": 0},
        "frame": {"duration": 0, "redraw": false},
    }]);
    json!({
        "type": "buttons",
        "direction": "left",
        "showactive": false,
        "x": 0.0,
        "xanchor": "left",
        "y": 0.0,
        "yanchor": "top",
        "pad": {"t": below + 26, "b": 0},
        "bgcolor": style::CLEAR,
        "bordercolor": style::GREY,
        "buttons": [
            {"label": "Play", "method": "animate", "args": play},
            {"label": "Pause", "method": "animate", "args": pause},
        ],
    })
}

impl Show for Slider {
    fn representations(&self) -> Result<Vec<Representation>, ShowError> {
        let figure = self.figure()?;
        let (labels, start) = (self.labels(), self.start()?);
        let chart = self.charts()?[start].described();
        let (name, first) = (&self.name, &labels[start]);
        let kind = if self.plays { "Animation" } else { "Slider" };
        let text = format!("{chart} {kind} {name}: {} (shown: {first}).", labels.join(", "));
        Ok(figure::representations(&figure, text))
    }
}
