//! A number for each place of a grid: a heat map, or lines of equal value.

use ndarray::{Array2, ArrayView2};
use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds};
use super::curve::{empty, not_finite};
use super::json::{brief, rounded};
use super::kind::{Extent, Kind, Place};
use super::style;

/// Up to here a heat map's numbers are written into its cells.
const MOST_WRITTEN: usize = 100;
const MOST_WRITTEN_COLUMNS: usize = 12;
/// About as many lines of equal value.
const LEVELS: f64 = 12.0;

#[derive(Debug)]
pub(crate) struct Surface {
    pub contours: bool,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub z: Array2<f64>,
}

impl Kind for Surface {
    fn word(&self) -> &'static str {
        if self.contours { "contours" } else { "heat_map" }
    }

    fn fault(&self) -> Option<String> {
        let least = if self.contours { 2 } else { 1 };
        if let Some(fault) = grid_fault(&self.x, &self.y, "z", self.z.dim(), least) {
            return Some(fault);
        }
        let none = !self.z.iter().any(|z| z.is_finite());
        none.then(|| "no z is finite, so that nothing can be drawn".to_owned())
    }

    fn extent(&self, _: Bounds) -> Extent {
        let ends = |places: &[f64]| {
            if self.contours { bounds(places.iter().copied()) } else { cells(places) }
        };
        Extent { x: ends(&self.x), y: ends(&self.y), z: bounds(self.z.iter().copied()) }
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let name = place.name();
        let [x_title, y_title, _] = place.titles;
        let hover = place
            .hover(name, &[(x_title, "%{x:.4~g}"), (y_title, "%{y:.4~g}"), (name, "%{z:.4~g}")]);
        let mut trace = json!({
            "type": if self.contours { "contour" } else { "heatmap" },
            "x": rounded(&self.x),
            "y": rounded(&self.y),
            "z": table(self.z.view()),
            "hovertemplate": hover,
            "hoverongaps": false,
            "showlegend": false,
        });
        let (from, to) = place.ranges.z.unwrap_or((0.0, 1.0));
        trace["zmin"] = json!(from);
        trace["zmax"] = json!(to);
        if self.contours {
            self.lines(&mut trace, place, (from, to));
        } else {
            trace["colorscale"] = json!("Viridis");
            trace["colorbar"] = json!({
                "title": {"text": style::safe(name), "side": "right"},
                "thickness": 14,
                "outlinewidth": 0,
                "x": place.colour_bar,
                "xpad": 8,
                "ypad": 0,
            });
            if self.z.len() <= MOST_WRITTEN && self.x.len() <= MOST_WRITTEN_COLUMNS {
                // plotly writes black on light cells and white on dark ones.
                trace["texttemplate"] = json!("%{z:.3~g}");
            }
        }
        vec![place.trace(name, trace)]
    }

    fn ticks(&self) -> (&[f64], &[f64]) {
        if self.contours { (&[], &[]) } else { (&self.x, &self.y) }
    }

    fn fills(&self) -> bool {
        true
    }

    fn coloured(&self) -> bool {
        false
    }

    fn has_colour_bar(&self) -> bool {
        !self.contours
    }
}

impl Surface {
    fn lines(&self, trace: &mut Value, place: &Place, (from, to): Bounds) {
        let step = round_step((to - from) / LEVELS);
        trace["autocontour"] = json!(false);
        trace["contours"] = json!({
            "coloring": if place.on_heat_map { "none" } else { "lines" },
            "showlabels": true,
            "labelfont": {"size": 11, "color": if place.on_heat_map { "#ffffff" } else { style::GREY }},
            "start": brief((from / step).ceil() * step),
            "end": to,
            "size": step,
        });
        trace["showscale"] = json!(false);
        if place.on_heat_map {
            // In the colours of the map itself they would vanish.
            trace["line"] = json!({"color": "rgba(255,255,255,0.8)", "width": 1});
        } else {
            trace["line"] = json!({"width": 1.5});
            trace["colorscale"] = json!(style::LINE_SCALE);
        }
    }
}

/// 1, 2 or 5 times a power of ten, near this step.
fn round_step(step: f64) -> f64 {
    if !(step > 0.0 && step.is_finite()) {
        return 1.0;
    }
    let power = 10_f64.powf(step.log10().floor());
    let digits = step / power;
    let rounded = if digits < 1.5 {
        1.0
    } else if digits < 3.5 {
        2.0
    } else {
        5.0
    };
    rounded * power
}

/// What is wrong with a grid of `x` and `y` and a table of that shape.
pub(super) fn grid_fault(
    x: &[f64],
    y: &[f64],
    what: &str,
    shape: (usize, usize),
    least: usize,
) -> Option<String> {
    for (axis, values) in [("x", x), ("y", y)] {
        if let Some(fault) = empty(values).or_else(|| not_finite(axis, values)) {
            return Some(fault);
        }
        if values.len() < least {
            return Some(format!(
                "{axis} has {} value (at least {least} are needed)",
                values.len()
            ));
        }
        if let Some(at) = values.windows(2).position(|pair| pair[0] >= pair[1]) {
            let (here, next) = (values[at], values[at + 1]);
            return Some(format!(
                "{axis}[{}] = {next} after {here} (each must be larger than the one before)",
                at + 1
            ));
        }
    }
    let ((rows, columns), (n, m)) = (shape, (y.len(), x.len()));
    (shape != (n, m))
        .then(|| format!("{what} is [{rows}, {columns}] (it must be [y, x] = [{n}, {m}])"))
}

/// From the edge of the first cell to the edge of the last.
fn cells(places: &[f64]) -> Bounds {
    let half = |a: Option<&f64>, b: Option<&f64>| match (a, b) {
        (Some(a), Some(b)) => (b - a) / 2.0,
        _ => 0.5,
    };
    let (from, to) = bounds(places.iter().copied());
    let last = places.len().saturating_sub(1);
    let before_last = last.checked_sub(1).and_then(|at| places.get(at));
    (from - half(places.first(), places.get(1)), to + half(before_last, places.get(last)))
}

pub(super) fn table(values: ArrayView2<f64>) -> Value {
    values.rows().into_iter().map(|row| rounded(&row.to_vec())).collect()
}
