//! What a chart holds: panels with their series and marks, and what can be wrong with them.

use std::ops::RangeInclusive;
use std::sync::Arc;

use super::axis_range::{Bounds, NOTHING, bounds, joined};
use super::kind::{Extent, Kind, Plane};

/// The number of panels that fit beside each other.
pub(crate) const PANELS: RangeInclusive<usize> = 1..=3;

/// One coordinate system with all that is drawn in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Panel {
    pub title: String,
    pub x: String,
    pub y: String,
    pub z: String,
    /// The name of the second y axis.
    pub right: Option<String>,
    pub series: Vec<Series>,
    pub vertical: Vec<Line>,
    pub horizontal: Vec<Line>,
    pub notes: Vec<Note>,
    pub x_range: Option<Bounds>,
    pub y_range: Option<Bounds>,
    pub log_x: bool,
    pub log_y: bool,
}

/// Something drawn, and its name in the legend; regions have a name for each class.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    pub names: Vec<String>,
    pub right: bool,
    // Shared, so that a chart put beside another is not copied.
    pub kind: Arc<dyn Kind>,
}

/// A marked place on an axis.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub at: f64,
    pub label: String,
}

/// A labelled point.
#[derive(Debug, Clone)]
pub(crate) struct Note {
    pub x: f64,
    pub y: f64,
    pub text: String,
}

impl Panel {
    pub fn new(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// The panel in words.
    pub fn described(&self) -> String {
        let names: Vec<&str> =
            self.series.iter().flat_map(|series| &series.names).map(String::as_str).collect();
        let axes = [("x", &self.x), ("y", &self.y), ("z", &self.z)];
        let right = self.right.iter().map(|name| ("right axis", name));
        let mut parts: Vec<String> = axes
            .into_iter()
            .chain(right)
            .filter(|(_, name)| !name.is_empty())
            .map(|(axis, name)| format!("{axis}: {name}"))
            .collect();
        parts.push(format!("drawn: {}", names.join(", ")));
        if !self.notes.is_empty() {
            let notes: Vec<&str> = self.notes.iter().map(|note| note.text.as_str()).collect();
            parts.push(format!("noted: {}", notes.join(", ")));
        }
        format!("{}. {}.", self.title.trim_end_matches('.'), parts.join("; "))
    }

    /// The axes that its series need, one kind of axes being enough where there is no fault.
    pub fn plane(&self) -> Plane {
        let has = |plane| self.series.iter().any(|series| series.kind.plane() == plane);
        let planes = [Plane::Space, Plane::Categories, Plane::Pixels];
        planes.into_iter().find(|plane| has(*plane)).unwrap_or(Plane::Numbers)
    }

    /// What all its histograms span, so that they share their bins.
    pub fn binned(&self) -> Bounds {
        bounds(self.series.iter().flat_map(|series| series.kind.to_bin().iter().copied()))
    }

    /// The part of the axes that its series take, those on the one side or on the other.
    pub fn extent(&self, right: bool, binned: Bounds) -> Extent {
        let all = self.series.iter().filter(|series| series.right == right);
        all.map(|series| series.kind.extent(binned)).fold(Extent::flat(NOTHING, NOTHING), |a, b| {
            Extent { x: joined(a.x, b.x), y: joined(a.y, b.y), z: joined(a.z, b.z) }
        })
    }

    pub fn has_colour_bar(&self) -> bool {
        self.series.iter().any(|series| series.kind.has_colour_bar())
    }

    /// What is wrong with the panel, each fault with its place.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.title.trim().is_empty() {
            faults.push("it has no title (a sentence that says what to see)".to_owned());
        }
        faults.extend(self.name_faults());
        if self.series.is_empty() {
            faults.push("nothing is drawn (say .line, .points or .bars)".to_owned());
        }
        let of_series: Vec<String> = self.series.iter().filter_map(Series::fault).collect();
        let sound = of_series.is_empty();
        faults.extend(of_series);
        faults.extend(self.mixture_faults());
        faults.extend(self.right_faults());
        faults.extend(self.mark_faults());
        for (axis, range) in [("x", self.x_range), ("y", self.y_range)] {
            if let Some((from, to)) =
                range.filter(|(from, to)| !(from < to && (to - from).is_finite()))
            {
                faults
                    .push(format!("its {axis} range goes from {from} to {to} (from < to, finite)"));
            }
        }
        if sound {
            faults.extend(self.log_faults());
        }
        faults
    }

    fn name_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let plane = self.plane();
        let needed = [("x", &self.x), ("y", &self.y), ("z", &self.z)];
        let count = match plane {
            // Columns and rows need no name.
            Plane::Pixels => 0,
            Plane::Numbers | Plane::Categories => 2,
            Plane::Space => 3,
        };
        for (axis, name) in needed.into_iter().take(count) {
            if name.trim().is_empty() {
                faults.push(format!("its {axis} axis has no name (say .{axis}(\"…\"))"));
            }
        }
        if plane != Plane::Space && !self.z.is_empty() {
            faults.push(format!("its z axis {:?} has nothing to show (say .points_3d)", self.z));
        }
        faults
    }

    /// Kinds of series that do not go together.
    fn mixture_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mixed = |plane: Plane| {
            let of_it = |series: &Series| series.kind.plane() == plane;
            self.series.iter().any(of_it) && !self.series.iter().all(of_it)
        };
        if mixed(Plane::Categories) {
            faults.push("bars and lines are drawn on one x axis (one kind is allowed)".to_owned());
        }
        if mixed(Plane::Space) {
            faults.push(
                "points_3d and flat series are drawn in one chart (one kind is allowed)".to_owned(),
            );
        }
        let maps = self.series.iter().filter(|series| series.kind.has_colour_bar()).count();
        if maps > 1 {
            faults
                .push(format!("it has {maps} heat maps (one is allowed, as one hides the other)"));
        }
        faults
    }

    fn right_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let Some(name) = &self.right else { return faults };
        if name.trim().is_empty() {
            faults.push("its right axis has no name (say .right_axis(\"…\"))".to_owned());
        }
        for (right, what, how) in [
            (true, "right", "add a series after .right_axis"),
            (false, "left", "add a series before .right_axis"),
        ] {
            if !self.series.iter().any(|series| series.right == right) {
                faults.push(format!("nothing is drawn on its {what} axis ({how})"));
            }
        }
        let refused = self.series.iter().find(|series| series.right && !series.kind.fits_right());
        if let Some(series) = refused {
            let series = series.described();
            faults.push(format!(
                "{series} cannot be on the right axis (lines, steps, points and bands can)"
            ));
        }
        if self.has_colour_bar() {
            faults.push(
                "its right axis and a colour bar need the same place (one is allowed)".to_owned(),
            );
        }
        faults
    }

    fn mark_faults(&self) -> Vec<String> {
        let lines = self.vertical.iter().chain(&self.horizontal).map(|line| (&line.label, line.at));
        let notes = self.notes.iter().flat_map(|note| [note.x, note.y].map(|at| (&note.text, at)));
        let mut faults: Vec<String> = lines
            .chain(notes)
            .filter(|(_, at)| !at.is_finite())
            .map(|(label, at)| format!("the mark {label:?} stands at {at} (it must be finite)"))
            .collect();
        let marked =
            !(self.vertical.is_empty() && self.horizontal.is_empty() && self.notes.is_empty());
        if self.plane() == Plane::Space && marked {
            faults.push("it has marks or notes (a 3-D chart has no place for them)".to_owned());
        }
        faults
    }

    /// A logarithmic axis cannot hold 0 or less.
    fn log_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let plane = self.plane();
        let flat = matches!(plane, Plane::Numbers);
        if self.log_x && !flat || self.log_y && !(flat || plane == Plane::Categories) {
            faults.push(
                "a logarithmic axis needs numbers on it (no words, pixels or 3-D)".to_owned(),
            );
            return faults;
        }
        if self.log_x && !self.series.iter().all(|series| series.kind.to_bin().is_empty()) {
            faults.push("a histogram does not fit on a logarithmic x axis".to_owned());
        }
        let binned = self.binned();
        let (left, right) = (self.extent(false, binned), self.extent(true, binned));
        let x = [left.x.0, right.x.0];
        let x_range = self.x_range.iter().map(|(from, _)| *from);
        let x_marks = self.vertical.iter().map(|line| line.at);
        let x_notes = self.notes.iter().map(|note| note.x);
        let y_range = self.y_range.iter().map(|(from, _)| *from);
        let y_marks = self.horizontal.iter().map(|line| line.at);
        let y_notes = self.notes.iter().map(|note| note.y);
        let low_x = x_range.chain(x_marks).chain(x_notes).chain(x).find(|x| *x <= 0.0);
        let low_y = y_range.chain(y_marks).chain(y_notes).chain([left.y.0]).find(|y| *y <= 0.0);
        for (log, axis, low) in [(self.log_x, "x", low_x), (self.log_y, "y", low_y)] {
            if let Some(low) = low.filter(|_| log) {
                faults.push(format!(
                    "{axis} = {low} does not fit on a logarithmic axis ({axis} > 0)"
                ));
            }
        }
        faults
    }
}

impl Series {
    fn described(&self) -> String {
        format!("{} {:?}", self.kind.word(), self.names.join(", "))
    }

    fn fault(&self) -> Option<String> {
        let nameless =
            self.names.is_empty() || self.names.iter().any(|name| name.trim().is_empty());
        let fault = if nameless { Some("no name is given".to_owned()) } else { self.kind.fault() };
        fault.map(|fault| format!("{}: {fault}", self.described()))
    }
}
