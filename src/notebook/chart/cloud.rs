//! Points in space.

use ndarray::Array2;
use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds};
use super::json::rounded;
use super::kind::{Extent, Kind, Place, Plane};

#[derive(Debug)]
pub(crate) struct Cloud {
    /// A row for each point.
    pub points: Array2<f64>,
}

impl Kind for Cloud {
    fn word(&self) -> &'static str {
        "points_3d"
    }

    fn fault(&self) -> Option<String> {
        let (points, dimensions) = self.points.dim();
        if dimensions != 3 {
            return Some(format!("the points are [{points}, {dimensions}] (they must be [n, 3])"));
        }
        if points == 0 {
            return Some("there is no value (at least 1 is needed)".to_owned());
        }
        let ((row, column), value) =
            self.points.indexed_iter().find(|(_, value)| !value.is_finite())?;
        Some(format!("points[{row}, {column}] = {value} is not finite"))
    }

    fn extent(&self, _: Bounds) -> Extent {
        let [x, y, z] = [0, 1, 2].map(|column| bounds(self.column(column).iter().copied()));
        Extent { x, y, z }
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let (name, look) = (place.name(), place.own_look());
        let [x, y, z] = place.titles;
        let hover = place.hover(name, &[(x, "%{x:.4~g}"), (y, "%{y:.4~g}"), (z, "%{z:.4~g}")]);
        let trace = json!({
            "type": "scatter3d",
            "mode": "markers",
            "x": rounded(&self.column(0)),
            "y": rounded(&self.column(1)),
            "z": rounded(&self.column(2)),
            "hovertemplate": hover,
            "marker": {"color": look.colour, "symbol": look.symbol_3d, "size": 4},
        });
        vec![place.free_trace(name, trace)]
    }

    fn plane(&self) -> Plane {
        Plane::Space
    }

    fn needs_air(&self) -> bool {
        true
    }
}

impl Cloud {
    fn column(&self, column: usize) -> Vec<f64> {
        if column < self.points.ncols() { self.points.column(column).to_vec() } else { Vec::new() }
    }
}
