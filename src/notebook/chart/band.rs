//! The space between two lines.

use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds};
use super::curve::{empty, no_y, not_finite};
use super::json::rounded;
use super::kind::{Extent, Kind, Place};

#[derive(Debug)]
pub(crate) struct Band {
    pub x: Vec<f64>,
    pub low: Vec<f64>,
    pub high: Vec<f64>,
}

impl Kind for Band {
    fn word(&self) -> &'static str {
        "band"
    }

    fn fault(&self) -> Option<String> {
        let (x, low, high) = (&self.x, &self.low, &self.high);
        if x.len() != low.len() || x.len() != high.len() {
            let (x, low, high) = (x.len(), low.len(), high.len());
            return Some(format!(
                "x, low and high have {x}, {low} and {high} values (they must be equal)"
            ));
        }
        if let Some(fault) = empty(x).or_else(|| not_finite("x", x)) {
            return Some(fault);
        }
        let at = low.iter().zip(high).position(|(low, high)| low > high);
        if let Some(at) = at {
            let (low, high) = (low[at], high[at]);
            return Some(format!("low[{at}] = {low} lies above high[{at}] = {high}"));
        }
        let both: Vec<f64> = low.iter().zip(high).map(|(low, high)| low + high).collect();
        no_y(&both)
    }

    fn extent(&self, _: Bounds) -> Extent {
        let y = self.low.iter().chain(&self.high).copied();
        Extent::flat(bounds(self.x.iter().copied()), bounds(y))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let name = place.name();
        let (x, y) = self.outline();
        let trace = json!({
            "type": "scatter",
            "mode": "lines",
            "x": rounded(&x),
            "y": rounded(&y),
            "fill": "toself",
            "fillcolor": place.own_look().faint(),
            "line": {"width": 0},
            "hoverinfo": "skip",
        });
        vec![place.trace(name, trace)]
    }

    fn behind(&self) -> bool {
        true
    }

    fn fits_right(&self) -> bool {
        true
    }
}

impl Band {
    /// Around each stretch without a gap: there along the high line, and back along the low one.
    fn outline(&self) -> (Vec<f64>, Vec<f64>) {
        let (mut outline_x, mut outline_y) = (Vec::new(), Vec::new());
        let points: Vec<(f64, f64, f64)> = self
            .x
            .iter()
            .zip(&self.low)
            .zip(&self.high)
            .map(|((&x, &low), &high)| (x, low, high))
            .collect();
        for stretch in points.split(|(_, low, high)| !(low.is_finite() && high.is_finite())) {
            if stretch.is_empty() {
                continue;
            }
            if !outline_x.is_empty() {
                outline_x.push(f64::NAN);
                outline_y.push(f64::NAN);
            }
            outline_x.extend(stretch.iter().map(|(x, _, _)| *x));
            outline_y.extend(stretch.iter().map(|(_, _, high)| *high));
            outline_x.extend(stretch.iter().rev().map(|(x, _, _)| *x));
            outline_y.extend(stretch.iter().rev().map(|(_, low, _)| *low));
        }
        (outline_x, outline_y)
    }
}
