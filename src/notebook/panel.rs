//! What a chart holds: panels with their series and marks, and what can be wrong with them.

use std::ops::RangeInclusive;

/// The number of panels that fit beside each other.
pub(crate) const PANELS: RangeInclusive<usize> = 1..=3;

/// One coordinate system with all that is drawn in it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Panel {
    pub title: String,
    pub x: String,
    pub y: String,
    pub series: Vec<Series>,
    pub vertical: Vec<Line>,
    pub horizontal: Vec<Line>,
    pub x_range: Option<(f64, f64)>,
    pub y_range: Option<(f64, f64)>,
    pub log_y: bool,
}

/// Something drawn, and its name in the legend.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub name: String,
    pub values: Values,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Line { x: Vec<f64>, y: Vec<f64> },
    Points { x: Vec<f64>, y: Vec<f64> },
    Bars { categories: Vec<String>, heights: Vec<f64> },
}

/// A marked place on an axis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    pub at: f64,
    pub label: String,
}

impl Panel {
    pub fn new(title: &str) -> Self {
        Self {
            title: title.to_owned(),
            x: String::new(),
            y: String::new(),
            series: Vec::new(),
            vertical: Vec::new(),
            horizontal: Vec::new(),
            x_range: None,
            y_range: None,
            log_y: false,
        }
    }

    /// The panel in words.
    pub fn described(&self) -> String {
        let names: Vec<&str> = self.series.iter().map(|series| series.name.as_str()).collect();
        let names = names.join(", ");
        let title = self.title.trim_end_matches('.');
        format!("{title}. x: {}; y: {}; drawn: {names}.", self.x, self.y)
    }

    pub fn has_bars(&self) -> bool {
        self.series.iter().any(|series| matches!(series.values, Values::Bars { .. }))
    }

    /// What is wrong with the panel, each fault with its place.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.title.trim().is_empty() {
            faults.push("it has no title (a sentence that says what to see)".to_owned());
        }
        for (axis, name) in [("x", &self.x), ("y", &self.y)] {
            if name.trim().is_empty() {
                faults.push(format!("its {axis} axis has no name (say .{axis}(\"…\"))"));
            }
        }
        if self.series.is_empty() {
            faults.push("nothing is drawn (say .line, .points or .bars)".to_owned());
        }
        for series in &self.series {
            faults.extend(series.fault());
        }
        let text = |series: &Series| matches!(series.values, Values::Bars { .. });
        if self.series.iter().any(text) && !self.series.iter().all(text) {
            faults.push("bars and lines are drawn on one x axis (one kind is allowed)".to_owned());
        }
        for line in self.vertical.iter().chain(&self.horizontal) {
            if !line.at.is_finite() {
                faults.push(format!(
                    "the mark {:?} stands at {} (it must be finite)",
                    line.label, line.at
                ));
            }
        }
        for (axis, range) in [("x", self.x_range), ("y", self.y_range)] {
            if let Some((from, to)) =
                range.filter(|(from, to)| !(from < to && (to - from).is_finite()))
            {
                faults
                    .push(format!("its {axis} range goes from {from} to {to} (from < to, finite)"));
            }
        }
        faults.extend(self.log_fault());
        faults
    }

    /// A logarithmic axis cannot hold 0 or less.
    fn log_fault(&self) -> Option<String> {
        let range = self.y_range.iter().map(|(from, _)| *from);
        let marks = self.horizontal.iter().map(|line| line.at);
        let series = self.series.iter().flat_map(|series| series.y().iter().copied());
        let low = range.chain(marks).chain(series).find(|y| *y <= 0.0)?;
        self.log_y.then(|| format!("y = {low} does not fit on a logarithmic axis (y > 0)"))
    }
}

impl Series {
    /// The x of every point; bars have none.
    pub fn x(&self) -> &[f64] {
        match &self.values {
            Values::Line { x, .. } | Values::Points { x, .. } => x,
            Values::Bars { .. } => &[],
        }
    }

    /// The y of every point, the height of every bar.
    pub fn y(&self) -> &[f64] {
        match &self.values {
            Values::Line { y, .. } | Values::Points { y, .. } => y,
            Values::Bars { heights, .. } => heights,
        }
    }

    /// plotly would put two bars of one category on top of each other.
    fn category_twice(&self) -> Option<&str> {
        let Values::Bars { categories, .. } = &self.values else { return None };
        let twice = |(index, category): &(usize, &String)| categories[..*index].contains(category);
        categories.iter().enumerate().find(twice).map(|(_, category)| category.as_str())
    }

    fn fault(&self) -> Option<String> {
        let name = &self.name;
        let y = self.y();
        let (kind, first, many) = match &self.values {
            Values::Line { x, .. } => ("line", "x", x.len()),
            Values::Points { x, .. } => ("points", "x", x.len()),
            Values::Bars { categories, .. } => ("bars", "categories", categories.len()),
        };
        let fault = if name.trim().is_empty() {
            "no name is given".to_owned()
        } else if many != y.len() {
            let second = if kind == "bars" { "values" } else { "y" };
            format!("{first} and {second} have {many} and {} values (they must be equal)", y.len())
        } else if y.is_empty() {
            "there is no value (at least 1 is needed)".to_owned()
        } else if let Some(at) = self.x().iter().position(|x| !x.is_finite()) {
            format!("x[{at}] = {} is not finite", self.x()[at])
        } else if !y.iter().any(|y| y.is_finite()) {
            "no y is finite, so that nothing can be drawn".to_owned()
        } else if let (Values::Bars { .. }, Some(at)) =
            (&self.values, y.iter().position(|y| !y.is_finite()))
        {
            format!("value[{at}] = {} is not finite and cannot be a bar", y[at])
        } else if let Some(category) = self.category_twice() {
            format!("the category {category:?} is there twice (each once)")
        } else {
            return None;
        };
        Some(format!("{kind} {name:?}: {fault}"))
    }
}
