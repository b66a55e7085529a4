//! Lines, steps and points: a y for each x.

use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds};
use super::kind::{Extent, Kind, Place, rounded};

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
            return Some(format!("x and y have {} and {} values (they must be equal)", x.len(), y.len()));
        }
        empty(x).or_else(|| not_finite("x", x)).or_else(|| no_y(y))
    }

    fn extent(&self, _: Bounds) -> Extent {
        Extent::flat(bounds(self.x.iter().copied()), bounds(self.y.iter().copied()))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let (name, look) = (place.name(), place.own_look());
        let mut trace = json!({
            "type": "scatter",
            "x": rounded(&self.x),
            "y": rounded(&self.y),
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
        vec![place.trace(name, trace)]
    }

    fn samples(&self) -> &[f64] {
        &self.x
    }

    fn needs_air(&self) -> bool {
        self.drawn == Drawn::Points
    }

    fn fits_right(&self) -> bool {
        true
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
