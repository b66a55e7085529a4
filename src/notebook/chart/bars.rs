//! A bar for each category.

use serde_json::{Value, json};

use super::super::numbers;
use super::axis_range::{Bounds, NOTHING, bounds};
use super::curve::{empty, no_y};
use super::json::rounded;
use super::kind::{Extent, Kind, Place, Plane};

#[derive(Debug)]
pub(crate) struct Bars {
    pub categories: Vec<String>,
    pub heights: Vec<f64>,
}

impl Kind for Bars {
    fn word(&self) -> &'static str {
        "bars"
    }

    fn fault(&self) -> Option<String> {
        let (categories, heights) = (&self.categories, &self.heights);
        if categories.len() != heights.len() {
            let (first, second) = (categories.len(), heights.len());
            return Some(format!(
                "categories and values have {first} and {second} values (they must be equal)"
            ));
        }
        if let Some(fault) = empty(heights).or_else(|| no_y(heights)) {
            return Some(fault);
        }
        if let Some(at) = heights.iter().position(|height| !height.is_finite()) {
            return Some(format!(
                "value[{at}] = {} is not finite and cannot be a bar",
                heights[at]
            ));
        }
        // plotly would put two bars of one category on top of each other.
        let twice = |(index, category): &(usize, &String)| categories[..*index].contains(category);
        let (_, category) = categories.iter().enumerate().find(twice)?;
        Some(format!("the category {category:?} is there twice (each once)"))
    }

    fn extent(&self, _: Bounds) -> Extent {
        Extent::flat(NOTHING, bounds(self.heights.iter().copied()))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let (name, look) = (place.name(), place.own_look());
        let text: Vec<String> = self.heights.iter().copied().map(numbers::alone).collect();
        let hover = place.hover(name, &[(place.titles[0], "%{x}"), (place.titles[1], "%{y:.4~g}")]);
        let trace = json!({
            "type": "bar",
            "x": self.categories,
            "y": rounded(&self.heights),
            "text": text,
            "textposition": "outside",
            "textfont": {"size": 12},
            "cliponaxis": false,
            "hovertemplate": hover,
            "marker": {"color": look.colour, "pattern": {"shape": look.pattern}},
        });
        vec![place.trace(name, trace)]
    }

    fn plane(&self) -> Plane {
        Plane::Categories
    }

    fn categories(&self) -> &[String] {
        &self.categories
    }

    fn stands_on_zero(&self) -> bool {
        true
    }
}
