//! Charts from plain slices.
//!
//! A kind of series is a file: what it holds, what can be wrong with it, what part of the plane it takes
//! and what plotly is told ([`kind::Kind`]). `panel` holds the series and marks of one plane, `axis_range` works
//! out what part of it is seen, `axes` and `marks` draw that. `figure` makes plotly's figure of one to three panels, in the
//! room that `common` gives them, and `slider` one of many figures, of which `steps` keeps what changes.

mod axes;
mod axis_range;
mod band;
mod bars;
mod cloud;
mod common;
mod curve;
mod figure;
mod histogram;
mod image;
mod json;
mod kind;
mod marks;
mod panel;
mod regions;
mod slider;
mod steps;
mod style;
mod surface;
mod theme;

use std::sync::Arc;

use ndarray::{Array2, ArrayView1};

use self::band::Band;
use self::bars::Bars;
use self::cloud::Cloud;
use self::curve::{Curve, Drawn};
use self::histogram::Histogram;
use self::image::Image;
use self::kind::Kind;
use self::panel::{Line, Note, Panel, Series};
use self::regions::Regions;
use self::surface::Surface;
use crate::loss::{Matrix, Vector};

pub use slider::{Slider, animation, slider};
pub use theme::theme;

/// A chart built series by series, drawn by plotly.
///
/// The title is a sentence that says what to see, and both axes have names with units. Series of one
/// name look alike, whichever panel they are in; the looks are told apart without colour, too.
///
/// The methods never fail; what does not fit together is reported by name where the chart is shown:
/// series that are empty or whose lengths or shapes differ, a missing title or axis name, an x that
/// is not finite, kinds of series that do not share their axes. A **y that is NaN or infinite is a gap**:
/// nothing is drawn there (a bar has no gap: there it is a fault).
///
/// Numbers reach the picture with five significant digits, and a line of many points with those that can be seen: on a
/// straight stretch every sixth.
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
#[derive(Debug, Clone)]
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

    /// Names the z axis of [`points_3d`](Self::points_3d), with its unit if it has one.
    pub fn z(self, name: &str) -> Self {
        self.each(|panel| panel.z = name.to_owned())
    }

    /// Draws a line through points whose `x` and `y` are given.
    pub fn line(self, name: &str, x: impl Vector, y: impl Vector) -> Self {
        self.curve(Drawn::Line, name, x.as_vector(), y.as_vector())
    }

    /// Draws steps: each y holds until the next x.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let chart = Chart::new("A perceptron answers no or yes, and nothing between")
    ///     .x("weighted sum")
    ///     .y("output")
    ///     .steps("step", &[-2.0, 0.0, 2.0], &[0.0, 1.0, 1.0]);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn steps(self, name: &str, x: impl Vector, y: impl Vector) -> Self {
        self.curve(Drawn::Steps, name, x.as_vector(), y.as_vector())
    }

    /// Draws points, unconnected.
    pub fn points(self, name: &str, x: impl Vector, y: impl Vector) -> Self {
        self.curve(Drawn::Points, name, x.as_vector(), y.as_vector())
    }

    /// Draws a bar for each category, its value written above it. Several calls stand side by side.
    pub fn bars(self, name: &str, categories: &[impl AsRef<str>], values: impl Vector) -> Self {
        let heights = numbers(values.as_vector());
        self.series(name, Arc::new(Bars { categories: texts(categories), heights }))
    }

    /// Fills the space between two lines, in the faint colour of the series of that name.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let x = [0.0, 1.0, 2.0];
    /// let chart = Chart::new("Nine of ten runs end between 0.1 and 0.3")
    ///     .x("epoch")
    ///     .y("loss")
    ///     .band("runs", &x, &[0.8, 0.3, 0.1], &[1.2, 0.6, 0.3])
    ///     .line("runs", &x, &[1.0, 0.4, 0.2]);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn band(self, name: &str, x: impl Vector, low: impl Vector, high: impl Vector) -> Self {
        let [x, low, high] = [x.as_vector(), low.as_vector(), high.as_vector()].map(numbers);
        self.series(name, Arc::new(Band { x, low, high }))
    }

    /// Counts the values in so many bins of one width. The histograms of a chart share the span that is
    /// divided, and lie over each other.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let chart = Chart::new("Three of the four residuals are small")
    ///     .x("residual")
    ///     .y("how many")
    ///     .histogram("residuals", &[0.1, 0.2, 0.4, 3.9], 4);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn histogram(self, name: &str, values: impl Vector, bins: usize) -> Self {
        self.series(name, Arc::new(Histogram { values: numbers(values.as_vector()), bins }))
    }

    /// Colours a cell for each `x` and `y`, by `z` of shape `[y.len(), x.len()]`. A bar tells the values; those
    /// of a small table are written into the cells.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let counts = array![[8.0, 1.0], [2.0, 9.0]];
    /// let chart = Chart::new("Class 0 is taken for class 1 once")
    ///     .x("decided")
    ///     .y("true")
    ///     .heat_map("samples", &[0.0, 1.0], &[0.0, 1.0], &counts);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn heat_map(self, name: &str, x: impl Vector, y: impl Vector, z: impl Matrix) -> Self {
        let z = z.as_matrix().to_owned();
        self.surface(false, name, x.as_vector(), y.as_vector(), z)
    }

    /// Draws lines of equal `z`, of shape `[y.len(), x.len()]`.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let w = Array1::linspace(-2.0, 2.0, 21);
    /// let loss = Array2::from_shape_fn((21, 21), |(i, j)| w[j] * w[j] + 4.0 * w[i] * w[i]);
    /// let chart = Chart::new("The valley is four times as steep to the sides")
    ///     .x("w1")
    ///     .y("w2")
    ///     .contours("loss", &w, &w, &loss);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn contours(self, name: &str, x: impl Vector, y: impl Vector, z: impl Matrix) -> Self {
        let z = z.as_matrix().to_owned();
        self.surface(true, name, x.as_vector(), y.as_vector(), z)
    }

    /// Paints the plane by class, in the faint colours of the series of these names: `classes`, of shape
    /// `[y.len(), x.len()]`, are places in `names`.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let x = Array1::linspace(0.0, 1.0, 11);
    /// let classes = Array2::from_shape_fn((11, 11), |(i, j)| usize::from(x[i] > x[j]));
    /// let chart = Chart::new("A line divides the plane")
    ///     .x("x1")
    ///     .y("x2")
    ///     .regions(&["below", "above"], &x, &x, &classes)
    ///     .points("below", &[0.8], &[0.2])
    ///     .points("above", &[0.3], &[0.9]);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn regions(
        self,
        names: &[impl AsRef<str>],
        x: impl Vector,
        y: impl Vector,
        classes: &Array2<usize>,
    ) -> Self {
        self.planes(texts(names), x.as_vector(), y.as_vector(), classes)
    }

    /// Draws pixels from 0, black, to 1, white; row 0 is on top. Its axes need no names.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let mask = array![[0.0, 1.0], [0.0, 1.0]];
    /// assert!(Chart::new("The right half is the object").image("mask", &mask).plot().is_ok());
    /// ```
    pub fn image(self, name: &str, pixels: impl Matrix) -> Self {
        self.series(name, Arc::new(Image { pixels: pixels.as_matrix().to_owned() }))
    }

    /// Draws points in space, `[n, 3]`, to be turned by the mouse. Such a chart stands alone.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let chart = Chart::new("Two corners of a cube")
    ///     .x("x")
    ///     .y("y")
    ///     .z("z")
    ///     .points_3d("corners", &[[0.0, 0.0, 0.0], [1.0, 1.0, 1.0]]);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn points_3d(self, name: &str, points: impl Matrix) -> Self {
        self.series(name, Arc::new(Cloud { points: points.as_matrix().to_owned() }))
    }

    /// Marks a point by a dot and a text. In a chart of bars `x` counts the categories from 0.
    pub fn note(self, x: f64, y: f64, text: &str) -> Self {
        self.each(|panel| panel.notes.push(Note { x, y, text: text.to_owned() }))
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

    /// Gives x a logarithmic axis; every x must then be positive.
    pub fn log_x(self) -> Self {
        self.each(|panel| panel.log_x = true)
    }

    /// Gives y a logarithmic axis; every y must then be positive.
    pub fn log_y(self) -> Self {
        self.each(|panel| panel.log_y = true)
    }

    /// Draws every line, band and point that is added after it on a second y axis at the right, of this
    /// name. Marks, notes, `y_range` and `log_y` remain the left axis'.
    ///
    /// ```
    /// use lossbook::prelude::*;
    ///
    /// let epoch = [1.0, 2.0, 3.0];
    /// let chart = Chart::new("The loss still falls when the accuracy no longer rises")
    ///     .x("epoch")
    ///     .y("loss")
    ///     .line("loss", &epoch, &[0.9, 0.5, 0.3])
    ///     .right_axis("accuracy (%)")
    ///     .line("accuracy", &epoch, &[70.0, 90.0, 90.0]);
    /// assert!(chart.plot().is_ok());
    /// ```
    pub fn right_axis(self, name: &str) -> Self {
        self.each(|panel| panel.right = Some(name.to_owned()))
    }

    fn curve(self, drawn: Drawn, name: &str, x: ArrayView1<f64>, y: ArrayView1<f64>) -> Self {
        self.series(name, Arc::new(Curve { drawn, x: numbers(x), y: numbers(y) }))
    }

    fn surface(
        self,
        contours: bool,
        name: &str,
        x: ArrayView1<f64>,
        y: ArrayView1<f64>,
        z: Array2<f64>,
    ) -> Self {
        self.series(name, Arc::new(Surface { contours, x: numbers(x), y: numbers(y), z }))
    }

    fn planes(
        self,
        names: Vec<String>,
        x: ArrayView1<f64>,
        y: ArrayView1<f64>,
        classes: &Array2<usize>,
    ) -> Self {
        let (x, y) = (numbers(x), numbers(y));
        let kind = Regions { classes: names.len(), x, y, class: classes.clone() };
        self.named(names, Arc::new(kind))
    }

    fn series(self, name: &str, kind: Arc<dyn Kind>) -> Self {
        self.named(vec![name.to_owned()], kind)
    }

    fn named(self, names: Vec<String>, kind: Arc<dyn Kind>) -> Self {
        self.each(|panel| {
            let right = panel.right.is_some();
            panel.series.push(Series { names: names.clone(), right, kind: Arc::clone(&kind) });
        })
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
fn numbers(view: ArrayView1<f64>) -> Vec<f64> {
    view.to_vec()
}

fn texts(texts: &[impl AsRef<str>]) -> Vec<String> {
    texts.iter().map(|text| text.as_ref().to_owned()).collect()
}
