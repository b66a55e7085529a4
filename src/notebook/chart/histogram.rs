//! How many values fall into each of a row of bins.

use serde_json::{Value, json};

use super::axis_range::{Bounds, bounds, joined};
use super::curve::{empty, not_finite};
use super::json::rounded;
use super::kind::{Extent, Kind, Place};

/// As many bins as pixels of a chart: more would be narrower than one.
const MOST_BINS: usize = 500;

#[derive(Debug)]
pub(crate) struct Histogram {
    pub values: Vec<f64>,
    pub bins: usize,
}

impl Kind for Histogram {
    fn word(&self) -> &'static str {
        "histogram"
    }

    fn fault(&self) -> Option<String> {
        if !(1..=MOST_BINS).contains(&self.bins) {
            return Some(format!("it has {} bins (1 to {MOST_BINS} are allowed)", self.bins));
        }
        empty(&self.values).or_else(|| not_finite("values", &self.values))
    }

    fn extent(&self, binned: Bounds) -> Extent {
        let counts = self.counts(binned);
        Extent::flat(self.span(binned), joined((0.0, 0.0), bounds(counts.iter().copied())))
    }

    fn traces(&self, place: &Place) -> Vec<Value> {
        let (name, look) = (place.name(), place.own_look());
        let (from, to) = self.span(place.ranges.binned);
        let width = (to - from) / self.bins as f64;
        let edges = |bin: usize| (from + bin as f64 * width, from + (bin + 1) as f64 * width);
        let middles: Vec<f64> =
            (0..self.bins).map(|bin| from + (bin as f64 + 0.5) * width).collect();
        let ends: Vec<Value> = (0..self.bins)
            .map(|bin| {
                let (from, to) = edges(bin);
                rounded(&[from, to])
            })
            .collect();
        let x = "%{customdata[0]:.4~g} to %{customdata[1]:.4~g}";
        let trace = json!({
            "type": "bar",
            "x": rounded(&middles),
            "y": self.counts(place.ranges.binned),
            "width": width,
            "customdata": ends,
            "opacity": 0.6,
            "hovertemplate": place.hover(name, &[(place.titles[0], x), (place.titles[1], "%{y}")]),
            "marker": {
                "color": look.colour,
                "pattern": {"shape": look.pattern},
                "line": {"color": look.colour, "width": 1},
            },
        });
        vec![place.trace(name, trace)]
    }

    fn to_bin(&self) -> &[f64] {
        &self.values
    }

    fn stands_on_zero(&self) -> bool {
        true
    }
}

impl Histogram {
    /// From the first edge to the last; a single value gets a neighbourhood.
    fn span(&self, (from, to): Bounds) -> Bounds {
        if from < to { (from, to) } else { (from - 0.5, to + 0.5) }
    }

    /// A value on an edge belongs to the bin that begins there; the last bin has its end, too.
    fn counts(&self, binned: Bounds) -> Vec<f64> {
        let (from, to) = self.span(binned);
        let mut counts = vec![0.0; self.bins];
        for value in &self.values {
            let bin = (value - from) / (to - from) * self.bins as f64;
            // A cast of a negative or huge number ends at the first or last bin.
            let bin = (bin as usize).min(self.bins.saturating_sub(1));
            if let Some(count) = counts.get_mut(bin) {
                *count += 1.0;
            }
        }
        counts
    }
}
