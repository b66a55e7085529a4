//! Lines, steps and points: a y for each x.

use serde_json::{Value, json};

use super::axis_range::{AxisRanges, Bounds, bounds};
use super::json::rounded;
use super::kind::{Extent, Kind, Place};

#[derive(Debug)]
pub(crate) struct Curve {
    pub drawn: Drawn,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Drawn {
    Line,
    Steps,
    Points,
}

impl Kind for Curve {
    fn word(&self) -> &'static str {
        match self.drawn {
            Drawn::Line => "line",
            Drawn::Steps => "steps",
            Drawn::Points => "points",
        }
    }

    fn fault(&self) -> Option<String> {
        let (x, y) = (&self.x, &self.y);
        if x.len() != y.len() {
            return Some(format!(
                "x and y have {} and {} values (they must be equal)",
                x.len(),
                y.len()
            ));
        }
        empty(x).or_else(|| not_finite("x", x)).or_else(|| no_y(y))
    }

    fn extent(&self, _: Bounds) -> Extent {
        Extent::flat(bounds(self.x.iter().copied()), bounds(self.y.iter().copied()))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let (name, look) = (place.name(), place.own_look());
        let (x, y) = match self.drawn {
            Drawn::Line if place.thin => self.thinned(place.ranges),
            _ => (self.x.clone(), self.y.clone()),
        };
        let mut trace = json!({
            "type": "scatter",
            "x": rounded(&x),
            "y": rounded(&y),
            "hovertemplate": place.hover_xy(name),
        });
        match self.drawn {
            Drawn::Line | Drawn::Steps => {
                trace["mode"] = json!("lines");
                trace["line"] = json!({"color": look.colour, "dash": look.dash, "width": 2.5});
            }
            Drawn::Points => {
                trace["mode"] = json!("markers");
                trace["marker"] = json!({"color": look.colour, "symbol": look.symbol, "size": 9});
            }
        }
        if self.drawn == Drawn::Steps {
            trace["line"]["shape"] = json!("hv");
        }
        if !place.on_heat_map {
            return vec![place.trace(name, trace)];
        }
        // A white rim sets it off from any colour of the map.
        if self.drawn == Drawn::Points {
            trace["marker"]["line"] = json!({"color": RIM, "width": 1.5});
            return vec![place.trace(name, trace)];
        }
        let mut rim = trace.clone();
        rim["line"]["color"] = json!(RIM);
        rim["line"]["width"] = json!(6);
        rim["line"]["dash"] = json!("solid");
        rim["hoverinfo"] = json!("skip");
        rim["showlegend"] = json!(false);
        vec![place.trace(name, rim), place.trace(name, trace)]
    }

    fn ticks(&self) -> (&[f64], &[f64]) {
        (&self.x, &[])
    }

    fn needs_air(&self) -> bool {
        self.drawn == Drawn::Points
    }

    fn fits_right(&self) -> bool {
        true
    }
}

/// The rim of what lies on a heat map.
const RIM: &str = "#ffffff";
/// A line of fewer points is drawn with each of them.
const FEW: usize = 60;
/// On a straight stretch every so many points remain, near enough for the mouse to find one.
const STRIDE: usize = 6;
/// Parts of the axis by which a line may be moved: a tenth of a pixel.
const UNSEEN: f64 = 3e-4;

impl Curve {
    /// The line without most of the points on its straight stretches, which a slider would send with every step.
    fn thinned(&self, ranges: &AxisRanges) -> (Vec<f64>, Vec<f64>) {
        let (x, y) = (&self.x, &self.y);
        if x.len() < FEW {
            return (x.clone(), y.clone());
        }
        let (from, to) = ranges.right.unwrap_or(ranges.y);
        let unseen = (to - from).abs().min((ranges.y.1 - ranges.y.0).abs()) * UNSEEN;
        let (mut kept_x, mut kept_y) = (Vec::new(), Vec::new());
        let mut here = 0;
        while here < x.len() {
            kept_x.push(x[here]);
            kept_y.push(y[here]);
            let furthest = (here + STRIDE).min(x.len() - 1);
            let straight = |end: usize| {
                let slope = (y[end] - y[here]) / (x[end] - x[here]);
                // A comparison with NaN is false: a gap, and a vertical, end a stretch.
                (here + 1..end)
                    .all(|at| (y[here] + slope * (x[at] - x[here]) - y[at]).abs() <= unseen)
                    && slope.is_finite()
            };
            here = (here + 2..=furthest).rev().find(|end| straight(*end)).unwrap_or(here + 1);
        }
        (kept_x, kept_y)
    }
}

pub(super) fn empty(values: &[f64]) -> Option<String> {
    values.is_empty().then(|| "there is no value (at least 1 is needed)".to_owned())
}

pub(super) fn not_finite(what: &str, values: &[f64]) -> Option<String> {
    let at = values.iter().position(|value| !value.is_finite())?;
    Some(format!("{what}[{at}] = {} is not finite", values[at]))
}

pub(super) fn no_y(values: &[f64]) -> Option<String> {
    let none = !values.iter().any(|value| value.is_finite());
    none.then(|| "no y is finite, so that nothing can be drawn".to_owned())
}
