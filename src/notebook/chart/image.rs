//! Pixels from black to white.

use ndarray::Array2;
use serde_json::{Value, json};

use super::axis_range::Bounds;
use super::kind::{Extent, Kind, Place, Plane};
use super::surface::table;

#[derive(Debug)]
pub(crate) struct Image {
    pub pixels: Array2<f64>,
}

impl Kind for Image {
    fn word(&self) -> &'static str {
        "image"
    }

    fn fault(&self) -> Option<String> {
        if self.pixels.is_empty() {
            return Some("there is no pixel (at least 1 is needed)".to_owned());
        }
        let ((row, column), pixel) =
            self.pixels.indexed_iter().find(|(_, pixel)| !(0.0..=1.0).contains(*pixel))?;
        Some(format!("pixels[{row}, {column}] = {pixel} (0, black, to 1, white, is allowed)"))
    }

    fn extent(&self, _: Bounds) -> Extent {
        let (rows, columns) = self.pixels.dim();
        Extent::flat((-0.5, columns as f64 - 0.5), (-0.5, rows as f64 - 0.5))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let name = place.name();
        let lines = [("row", "%{y}"), ("column", "%{x}"), ("brightness", "%{z:.3~g}")];
        let trace = json!({
            "type": "heatmap",
            "z": table(self.pixels.view()),
            "zmin": 0.0,
            "zmax": 1.0,
            "colorscale": [[0.0, "#000000"], [1.0, "#ffffff"]],
            "showscale": false,
            "showlegend": false,
            "hovertemplate": place.hover(name, &lines),
        });
        vec![place.trace(name, trace)]
    }

    fn plane(&self) -> Plane {
        Plane::Pixels
    }

    fn coloured(&self) -> bool {
        false
    }
}
