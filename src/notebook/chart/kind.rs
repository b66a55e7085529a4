//! What a kind of series has to say of itself: a file for each kind says it all.

use std::fmt;

use serde_json::{Map, Value, json};

use super::axis_range::{AxisRanges, Bounds, NOTHING};
use super::style::{self, Look};

/// A kind of series with its data.
pub(crate) trait Kind: fmt::Debug + Send + Sync {
    /// The method of the chart that draws it.
    fn word(&self) -> &'static str;

    /// What is wrong with its data.
    fn fault(&self) -> Option<String>;

    /// The part of the plane that it takes; `binned` is what all histograms of the panel span.
    fn extent(&self, binned: Bounds) -> Extent;

    /// As plotly draws it.
    fn traces(&self, place: &Place) -> Vec<Value>;

    /// The axes that it needs.
    fn plane(&self) -> Plane {
        Plane::Numbers
    }

    /// The x and y at which it has something, where each may want a tick.
    fn ticks(&self) -> (&[f64], &[f64]) {
        (&[], &[])
    }

    /// The words on x.
    fn categories(&self) -> &[String] {
        &[]
    }

    /// The numbers that are put in bins.
    fn to_bin(&self) -> &[f64] {
        &[]
    }

    /// Whether it is drawn in the colour of its name, which the legend then tells.
    fn coloured(&self) -> bool {
        true
    }

    /// Whether it lies behind the series of the same name, and leaves the legend to that.
    fn behind(&self) -> bool {
        false
    }

    /// Whether it would be cut in half at the frame.
    fn needs_air(&self) -> bool {
        false
    }

    /// Whether it fills its part of the plane.
    fn fills(&self) -> bool {
        false
    }

    /// Whether its y are heights above 0.
    fn stands_on_zero(&self) -> bool {
        false
    }

    /// Whether it can be read off a second y axis.
    fn fits_right(&self) -> bool {
        false
    }

    /// Whether its colours need a bar that tells their values.
    fn has_colour_bar(&self) -> bool {
        false
    }
}

/// The axes that a panel can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plane {
    /// Numbers on x and y.
    Numbers,
    /// Words on x.
    Categories,
    /// Columns to the right and rows down, of one size.
    Pixels,
    /// x, y and z.
    Space,
}

/// The part of the axes that something takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Extent {
    pub x: Bounds,
    pub y: Bounds,
    pub z: Bounds,
}

impl Extent {
    /// Of something in the plane.
    pub fn flat(x: Bounds, y: Bounds) -> Self {
        Self { x, y, z: NOTHING }
    }
}

/// Where a series is drawn, and what it looks like there.
pub(crate) struct Place<'a> {
    /// The names of the figure: a name's place is its look.
    pub names: &'a [String],
    /// The names of the series.
    pub own: &'a [String],
    /// Whether the legend's entry of a name is for this series to make.
    pub in_legend: &'a dyn Fn(&str) -> bool,
    /// plotly's names of the axes.
    pub axes: (String, String),
    /// The names of the axes, for the label under the mouse.
    pub titles: [&'a str; 3],
    pub ranges: &'a AxisRanges,
    /// Whether a line may leave out points of its straight stretches.
    pub thin: bool,
    /// Where a colour bar stands, as a part of the figure's width.
    pub colour_bar: f64,
    /// Whether there is a heat map in the panel.
    pub on_heat_map: bool,
    pub right: bool,
}

impl Place<'_> {
    /// The one name of a series that has one.
    pub fn name(&self) -> &str {
        self.own.first().map_or("", String::as_str)
    }

    pub fn look(&self, name: &str) -> Look {
        style::look(self.names.iter().position(|other| other == name).unwrap_or(0))
    }

    /// The look of a series with one name.
    pub fn own_look(&self) -> Look {
        self.look(self.name())
    }

    /// A trace in the plane: what all have, and what this one has.
    pub fn trace(&self, name: &str, own: Value) -> Value {
        let mut trace = self.free_trace(name, own);
        trace["xaxis"] = json!(self.axes.0);
        trace["yaxis"] = json!(self.axes.1);
        trace
    }

    /// A trace that is not in the plane.
    pub fn free_trace(&self, name: &str, own: Value) -> Value {
        let shown = style::safe(name);
        let mut all = Map::new();
        all.insert(
            "name".into(),
            json!(if self.right { format!("{shown} (right axis)") } else { shown }),
        );
        all.insert("legendgroup".into(), json!(style::safe(name)));
        all.insert("showlegend".into(), json!((self.in_legend)(name)));
        if let Value::Object(own) = own {
            all.extend(own);
        }
        Value::Object(all)
    }

    /// The label under the mouse: the name, and a line for each of these axes or values.
    pub fn hover(&self, name: &str, lines: &[(&str, &str)]) -> String {
        let lines: String = lines
            .iter()
            .map(|(title, value)| format!("<br>{}: {value}", style::safe(title)))
            .collect();
        format!("<b>{}</b>{lines}<extra></extra>", style::safe(name))
    }

    /// The label of a point with numbers on x and y.
    pub fn hover_xy(&self, name: &str) -> String {
        self.hover(name, &[(self.titles[0], "%{x:.4~g}"), (self.titles[1], "%{y:.4~g}")])
    }
}
