//! Charts from plain slices.

use ndarray::ArrayView1;

use super::panel::{Line, Panel, Series, Values};
use crate::loss::Vector;

/// A chart built series by series, drawn by plotly.
///
/// The title is a sentence that says what to see, and both axes have names with units. Series of one
/// name look alike, whichever panel they are in; the looks are told apart without colour, too.
///
/// The methods never fail; what does not fit together is reported by name where the chart is shown:
/// series that are empty or whose x and y differ in length, a missing title or axis name, an x that
/// is not finite. A **y that is NaN or infinite is a gap**: nothing is drawn there (a bar has no
/// gap: there it is a fault).
///
/// ```
/// use lossbook::prelude::*;
///
/// let r = Array1::linspace(-3.0, 3.0, 121);
/// let huber = Huber::new(1.0)?;
/// let chart = Chart::new("Beyond delta, the Huber loss grows along a straight line")
///     .x("residual y - ŷ")
///     .y("loss")
///     .line("squared error", &r, &r.mapv(|r| SquaredError.loss(r)))
///     .line("Huber", &r, &r.mapv(|r| huber.loss(r)))
///     .vertical(1.0, "delta");
/// assert!(chart.plot().is_ok());
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    pub(crate) panels: Vec<Panel>,
}

impl Chart {
    /// A chart with this title, a sentence that says what to see.
    pub fn new(title: &str) -> Self {
        Self { panels: vec![Panel::new(title)] }
    }

    /// Names the x axis, with its unit if it has one.
    pub fn x(self, name: &str) -> Self {
        self.each(|panel| panel.x = name.to_owned())
    }

    /// Names the y axis, with its unit if it has one.
    pub fn y(self, name: &str) -> Self {
        self.each(|panel| panel.y = name.to_owned())
    }

    /// Draws a line through points whose `x` and `y` are given.
    pub fn line(self, name: &str, x: impl Vector, y: impl Vector) -> Self {
        let (x, y) = (numbers(x.as_vector()), numbers(y.as_vector()));
        self.series(name, Values::Line { x, y })
    }

    /// Draws points, unconnected.
    pub fn points(self, name: &str, x: impl Vector, y: impl Vector) -> Self {
        let (x, y) = (numbers(x.as_vector()), numbers(y.as_vector()));
        self.series(name, Values::Points { x, y })
    }

    /// Draws a bar for each category, its value written above it. Several calls stand side by side.
    pub fn bars(self, name: &str, categories: &[impl AsRef<str>], values: impl Vector) -> Self {
        let categories = categories.iter().map(|category| category.as_ref().to_owned()).collect();
        self.series(name, Values::Bars { categories, heights: numbers(values.as_vector()) })
    }

    /// Marks an x by a dotted vertical line with a label.
    pub fn vertical(self, x: f64, label: &str) -> Self {
        self.each(|panel| panel.vertical.push(Line { at: x, label: label.to_owned() }))
    }

    /// Marks a y by a dotted horizontal line with a label.
    pub fn horizontal(self, y: f64, label: &str) -> Self {
        self.each(|panel| panel.horizontal.push(Line { at: y, label: label.to_owned() }))
    }

    /// Shows x from here to there, instead of all of the data.
    pub fn x_range(self, from: f64, to: f64) -> Self {
        self.each(|panel| panel.x_range = Some((from, to)))
    }

    /// Shows y from here to there, instead of all of the data.
    pub fn y_range(self, from: f64, to: f64) -> Self {
        self.each(|panel| panel.y_range = Some((from, to)))
    }

    /// Gives y a logarithmic axis; every y must then be positive.
    pub fn log_y(self) -> Self {
        self.each(|panel| panel.log_y = true)
    }

    fn series(self, name: &str, values: Values) -> Self {
        let series = Series { name: name.to_owned(), values };
        self.each(|panel| panel.series.push(series.clone()))
    }

    fn each(mut self, change: impl Fn(&mut Panel)) -> Self {
        self.panels.iter_mut().for_each(change);
        self
    }
}

/// Puts charts beside each other, up to three, as panels of one chart: a loss and its slope.
///
/// It borrows the charts: a cell whose last line takes a variable away makes evcxr show `Debug` text in
/// the place of the chart. Each panel keeps its title and axes. A method called on the result goes to every panel, e.g.
/// `.vertical(1.0, "delta")`.
///
/// ```
/// use lossbook::prelude::*;
///
/// let r = [-2.0, 0.0, 2.0];
/// let loss = Chart::new("The loss").x("residual").y("loss").line("squared", &r, &[4.0, 0.0, 4.0]);
/// let slope = Chart::new("Its slope").x("residual").y("slope").line("squared", &r, &[4.0, 0.0, -4.0]);
/// assert!(side_by_side([&loss, &slope]).plot().is_ok());
/// ```
pub fn side_by_side<'c>(charts: impl IntoIterator<Item = &'c Chart>) -> Chart {
    Chart { panels: charts.into_iter().flat_map(|chart| chart.panels.clone()).collect() }
}

/// Compiled here and not in a notebook's cell.
pub(super) fn numbers(view: ArrayView1<f64>) -> Vec<f64> {
    view.to_vec()
}

impl Chart {
    /// The chart in words, for where nothing is drawn.
    pub(crate) fn described(&self) -> String {
        let panels: Vec<String> = self.panels.iter().map(Panel::described).collect();
        format!("Chart: {}", panels.join(" | "))
    }
}
