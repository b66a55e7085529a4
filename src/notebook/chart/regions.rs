//! The plane in faint colours, by class.

use ndarray::Array2;
use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds};
use super::json::rounded;
use super::kind::{Extent, Kind, Place};
use super::style;
use super::surface::grid_fault;

#[derive(Debug)]
pub(crate) struct Regions {
    /// How many names there are.
    pub classes: usize,
    pub x: Vec<f64>,
    pub y: Vec<f64>,
    pub class: Array2<usize>,
}

impl Kind for Regions {
    fn word(&self) -> &'static str {
        "regions"
    }

    fn fault(&self) -> Option<String> {
        if let Some(fault) = grid_fault(&self.x, &self.y, "classes", self.class.dim(), 2) {
            return Some(fault);
        }
        let ((row, column), class) =
            self.class.indexed_iter().find(|(_, class)| **class >= self.classes)?;
        let most = self.classes;
        Some(format!("classes[{row}, {column}] = {class} has no name (there are {most} names)"))
    }

    fn extent(&self, _: Bounds) -> Extent {
        Extent::flat(bounds(self.x.iter().copied()), bounds(self.y.iter().copied()))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let steps = self.classes as f64;
        let scale: Vec<Value> = place
            .own
            .iter()
            .enumerate()
            .flat_map(|(class, name)| {
                let colour = place.look(name).faint();
                let (from, to) = (class as f64 / steps, (class + 1) as f64 / steps);
                [json!([from, colour]), json!([to, colour])]
            })
            .collect();
        let rows: Vec<Vec<usize>> = self.class.rows().into_iter().map(|row| row.to_vec()).collect();
        let plane = json!({
            "type": "heatmap",
            "x": rounded(&self.x),
            "y": rounded(&self.y),
            "z": rows,
            "zmin": -0.5,
            "zmax": steps - 0.5,
            "colorscale": scale,
            "showscale": false,
            "showlegend": false,
            "hoverinfo": "skip",
        });
        let mut all = vec![place.trace(&place.own.join(", "), plane)];
        for name in place.own.iter().filter(|name| (place.in_legend)(name)) {
            // Only for the legend: a square where nothing is.
            let entry = json!({
                "type": "scatter",
                "mode": "markers",
                "x": [null],
                "y": [null],
                "marker": {"symbol": "square", "size": 12, "color": place.look(name).faint(), "line": {"width": 1, "color": style::GREY}},
            });
            all.push(place.trace(name, entry));
        }
        all
    }

    fn fills(&self) -> bool {
        true
    }

    fn behind(&self) -> bool {
        true
    }
}
