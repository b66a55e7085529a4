//! Toy data: written out in full or drawn from a seed, never downloaded.

use ndarray::{Array1, Array2};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand::seq::index;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::{Normal, Uniform};

use crate::error::LossError;

/// A column of words, and the same column as labels.
///
/// ```
/// # use lossbook::prelude::*;
/// let wind = data::play_tennis().wind;
/// assert_eq!(wind.values[..3], ["weak", "strong", "weak"]);
/// assert_eq!(wind.names, ["weak", "strong"]);
/// assert_eq!(wind.labels[..3], [0, 1, 0]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The column's name.
    pub name: &'static str,
    /// A word for each row.
    pub values: &'static [&'static str],
    /// The different words, in the order in which they first appear.
    pub names: Vec<&'static str>,
    /// A label for each row: the place of its word in `names`.
    pub labels: Vec<usize>,
}

impl Category {
    fn new(name: &'static str, values: &'static [&'static str]) -> Self {
        let mut names = Vec::new();
        let mut labels = Vec::with_capacity(values.len());
        for value in values {
            let known = names.iter().position(|name| name == value);
            labels.push(known.unwrap_or(names.len()));
            if known.is_none() {
                names.push(*value);
            }
        }
        Self { name, values, names, labels }
    }
}

/// Fourteen days, their weather, and whether one played tennis: see [`play_tennis`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayTennis {
    /// sunny, overcast or rain.
    pub outlook: Category,
    /// hot, mild or cool.
    pub temperature: Category,
    /// high or normal.
    pub humidity: Category,
    /// weak or strong.
    pub wind: Category,
    /// What is to be predicted: no or yes.
    pub play: Category,
}

impl PlayTennis {
    /// The four columns to predict from.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let days = data::play_tennis();
    /// let names = days.questions().map(|column| column.name);
    /// assert_eq!(names, ["outlook", "temperature", "humidity", "wind"]);
    /// ```
    pub fn questions(&self) -> [&Category; 4] {
        [&self.outlook, &self.temperature, &self.humidity, &self.wind]
    }
}

/// The best-known small table of decision trees: fourteen days, nine of them with tennis.
///
/// ```
/// # use lossbook::prelude::*;
/// let days = data::play_tennis();
/// for column in days.questions() {
///     println!("{:12} {}", column.name, information_gain(&days.play.labels, &column.labels)?);
/// }
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. R. Quinlan, "Induction of decision trees", Machine Learning 1 (1986), table 1, in the
/// wording of T. M. Mitchell, "Machine learning" (1997), table 3.2.
#[rustfmt::skip]
pub fn play_tennis() -> PlayTennis {
    PlayTennis {
        outlook: Category::new("outlook", &[
            "sunny", "sunny", "overcast", "rain", "rain", "rain", "overcast",
            "sunny", "sunny", "rain", "sunny", "overcast", "overcast", "rain",
        ]),
        temperature: Category::new("temperature", &[
            "hot", "hot", "hot", "mild", "cool", "cool", "cool",
            "mild", "cool", "mild", "mild", "mild", "hot", "mild",
        ]),
        humidity: Category::new("humidity", &[
            "high", "high", "high", "high", "normal", "normal", "normal",
            "high", "normal", "normal", "normal", "high", "normal", "high",
        ]),
        wind: Category::new("wind", &[
            "weak", "strong", "weak", "weak", "weak", "strong", "strong",
            "weak", "weak", "weak", "strong", "strong", "weak", "strong",
        ]),
        play: Category::new("play", &[
            "no", "no", "yes", "yes", "yes", "no", "yes",
            "no", "yes", "yes", "yes", "yes", "yes", "no",
        ]),
    }
}

/// Pizza orders, what was known of each beforehand, and whether it came late: see [`pizza_orders`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PizzaOrders {
    /// The number on the receipt, each once.
    pub number: Category,
    /// yes or no.
    pub rain: Category,
    /// Ada, Bo or Cem.
    pub courier: Category,
    /// card or cash.
    pub paid: Category,
    /// What is to be predicted: yes or no.
    pub late: Category,
}

impl PizzaOrders {
    /// The four columns to predict from.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// let names = data::pizza_orders().questions().map(|column| column.name);
    /// assert_eq!(names, ["order number", "rain", "courier", "paid by"]);
    /// ```
    pub fn questions(&self) -> [&Category; 4] {
        [&self.number, &self.rain, &self.courier, &self.paid]
    }
}

/// Twelve pizza orders, half of them late: enough to choose a question by, and to be fooled.
///
/// ```
/// # use lossbook::prelude::*;
/// let orders = data::pizza_orders();
/// let rain = information_gain(&orders.late.labels, &orders.rain.labels)?;
/// let number = information_gain(&orders.late.labels, &orders.number.labels)?;
/// assert_eq!(rain.to_string(), "0.350 bits");
/// // Every order has a number of its own, so the number "tells" everything.
/// assert_eq!(number.to_string(), "1.000 bits");
/// # Ok::<(), LossError>(())
/// ```
#[rustfmt::skip]
pub fn pizza_orders() -> PizzaOrders {
    PizzaOrders {
        number: Category::new("order number", &[
            "201", "202", "203", "204", "205", "206", "207", "208", "209", "210", "211", "212",
        ]),
        rain: Category::new("rain", &[
            "yes", "yes", "no", "no", "yes", "no", "yes", "no", "yes", "no", "no", "yes",
        ]),
        courier: Category::new("courier", &[
            "Ada", "Bo", "Cem", "Ada", "Bo", "Cem", "Cem", "Bo", "Ada", "Ada", "Bo", "Cem",
        ]),
        paid: Category::new("paid by", &[
            "card", "cash", "card", "card", "card", "cash", "card", "cash", "cash", "card", "card",
            "cash",
        ]),
        late: Category::new("late", &[
            "yes", "yes", "no", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no",
        ]),
    }
}

/// The twelve orders that came after [`pizza_orders`]: what a question is worth, these tell.
///
/// ```
/// # use lossbook::prelude::*;
/// let (before, after) = (data::pizza_orders(), data::next_pizza_orders());
/// assert!(after.number.values.iter().all(|number| !before.number.values.contains(number)));
/// ```
#[rustfmt::skip]
pub fn next_pizza_orders() -> PizzaOrders {
    PizzaOrders {
        number: Category::new("order number", &[
            "213", "214", "215", "216", "217", "218", "219", "220", "221", "222", "223", "224",
        ]),
        rain: Category::new("rain", &[
            "yes", "no", "no", "yes", "no", "yes", "no", "yes", "no", "yes", "no", "yes",
        ]),
        courier: Category::new("courier", &[
            "Bo", "Ada", "Bo", "Cem", "Cem", "Ada", "Bo", "Cem", "Ada", "Ada", "Cem", "Bo",
        ]),
        paid: Category::new("paid by", &[
            "card", "cash", "card", "cash", "card", "card", "cash", "card", "cash", "cash", "cash",
            "card",
        ]),
        late: Category::new("late", &[
            "yes", "no", "no", "yes", "no", "yes", "no", "yes", "yes", "yes", "no", "no",
        ]),
    }
}

/// Points near a straight line, some of them far above it: see [`line_with_outliers`].
#[derive(Debug, Clone, PartialEq)]
pub struct NoisyLine {
    /// Evenly spaced from 0 to 10. `[n]`
    pub x: Array1<f64>,
    /// `intercept + slope * x` and noise; for an outlier, 15 to 25 more. `[n]`
    pub y: Array1<f64>,
    /// Whether the point is an outlier. `[n]`
    pub outlier: Vec<bool>,
    /// The slope of the line without noise.
    pub slope: f64,
    /// The intercept of the line without noise.
    pub intercept: f64,
}

/// The most points that [`line_with_outliers`] and [`pizza_town`] draw.
pub const MOST_POINTS: usize = 1_000_000;

/// `n` points near the line `y = 1 + 2 x`, off by normal noise of standard deviation 0.5, of which
/// `outliers` are lifted by 15 to 25. The same seed draws the same points.
///
/// ```
/// # use lossbook::prelude::*;
/// let line = data::line_with_outliers(7, 20, 3)?;
/// assert_eq!(line.x.len(), 20);
/// assert_eq!(line.outlier.iter().filter(|&&is_outlier| is_outlier).count(), 3);
/// assert_eq!(line, data::line_with_outliers(7, 20, 3)?);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::BadParameter`] unless `2 <= n <= MOST_POINTS` and `outliers <= n`.
pub fn line_with_outliers(seed: u64, n: usize, outliers: usize) -> Result<NoisyLine, LossError> {
    if !(2..=MOST_POINTS).contains(&n) {
        return Err(bad("n", n, "2 <= n <= 1000000"));
    }
    if outliers > n {
        return Err(bad("outliers", outliers, "0 <= outliers <= n"));
    }
    let (slope, intercept) = (2.0, 1.0);
    let (noise, lift) = (Normal::standard(), Uniform::standard());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let x = Array1::linspace(0.0, 10.0, n);
    let mut y = x.mapv(|x| intercept + slope * x + 0.5 * noise.sample(&mut random));
    let mut outlier = vec![false; n];
    for point in index::sample(&mut random, n, outliers) {
        outlier[point] = true;
        y[point] += 15.0 + 10.0 * lift.sample(&mut random);
    }
    Ok(NoisyLine { x, y, outlier, slope, intercept })
}

/// Orders of a pizza shop: where each went, how far that is, and how long it took. See [`pizza_town`].
#[derive(Debug, Clone, PartialEq)]
pub struct PizzaTown {
    /// Where it went, east and north of the shop, in km. `[n, 2]`
    pub place: Array2<f64>,
    /// How far that is, as the crow flies, in km. `[n]`
    pub distance: Array1<f64>,
    /// The same as the bicycle, the phone and the app tell it: each is off a little, in km. `[n, 3]`
    pub told: Array2<f64>,
    /// `start + pace * distance` and noise; with a flat tyre, 40 to 60 more. `[n]`
    pub minutes: Array1<f64>,
    /// Whether the courier had a flat tyre. `[n]`
    pub flat_tyre: Vec<bool>,
    /// Minutes that every order takes, however near.
    pub start: f64,
    /// Minutes for each km.
    pub pace: f64,
}

/// `n` orders of a pizza shop whose town lies along a river, in three quarters, west to east in turn. An
/// order takes `10 + 5 * distance` minutes, give or take normal noise of standard deviation 3, and
/// `flat_tyres` of them took 40 to 60 minutes more. What the bicycle, the phone and the app tell as the
/// distance is off by normal noise of 0.1 km each. The same seed draws the same orders.
///
/// ```
/// # use lossbook::prelude::*;
/// let town = data::pizza_town(8, 30, 3)?;
/// assert_eq!((town.place.dim(), town.told.dim()), ((30, 2), (30, 3)));
/// assert_eq!(town.flat_tyre.iter().filter(|&&flat| flat).count(), 3);
/// assert_eq!(town, data::pizza_town(8, 30, 3)?);
/// # Ok::<(), LossError>(())
/// ```
///
/// # Errors
///
/// [`LossError::BadParameter`] unless `2 <= n <= MOST_POINTS` and `flat_tyres <= n`.
pub fn pizza_town(seed: u64, n: usize, flat_tyres: usize) -> Result<PizzaTown, LossError> {
    if !(2..=MOST_POINTS).contains(&n) {
        return Err(bad("n", n, "2 <= n <= 1000000"));
    }
    if flat_tyres > n {
        return Err(bad("flat_tyres", flat_tyres, "0 <= flat_tyres <= n"));
    }
    const QUARTERS: [[f64; 2]; 3] = [[-2.8, -1.5], [0.2, 0.6], [3.0, 1.2]];
    let (start, pace) = (10.0, 5.0);
    let (noise, lift) = (Normal::standard(), Uniform::standard());
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let quarter = |(order, axis): (usize, usize)| QUARTERS[order % 3][axis];
    let place = Array2::from_shape_fn((n, 2), |at| quarter(at) + 0.9 * noise.sample(&mut random));
    let distance: Array1<f64> = place.rows().into_iter().map(|at| at[0].hypot(at[1])).collect();
    let told = Array2::from_shape_fn((n, 3), |(order, _)| {
        distance[order] + 0.1 * noise.sample(&mut random)
    });
    let mut minutes = distance.mapv(|km| start + pace * km + 3.0 * noise.sample(&mut random));
    let mut flat_tyre = vec![false; n];
    for order in index::sample(&mut random, n, flat_tyres) {
        flat_tyre[order] = true;
        minutes[order] += 40.0 + 20.0 * lift.sample(&mut random);
    }
    Ok(PizzaTown { place, distance, told, minutes, flat_tyre, start, pace })
}

fn bad(name: &'static str, value: usize, allowed: &'static str) -> LossError {
    LossError::BadParameter { name, value: value as f64, allowed }
}
