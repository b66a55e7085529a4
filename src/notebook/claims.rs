//! What the lectures state, number by number: `notebooks/claims.csv`.
//!
//! | column | what it holds |
//! | --- | --- |
//! | `key` | the claim's name, e.g. `huber/outlier/delta-1/mean` |
//! | `chapter` | the notebook that teaches it, without `.ipynb` |
//! | `lectures` | the short names of the lectures that state it, see [`LECTURES`] |
//! | `claim` | what is stated, in words |
//! | `unit` | the unit of the numbers, if any |
//! | `printed` | what the lecture prints: numbers with spaces between, or `holds` for a statement |
//! | `correct`, `why` | only where the lecture is wrong: what is right, and why |
//!
//! In `printed` and `correct`, a number stands exactly as printed, since its digits say how closely
//! it is to be met. `1/8` is a fraction, `~40` is "about 40".

use std::sync::OnceLock;

/// The lectures: short name and full name.
pub const LECTURES: [(&str, &str); 5] = [
    ("cv4", "CV course 4, Loss functions (Cinnamon AI)"),
    ("nn", "Neural networks and loss functions (C.-S. Huang)"),
    ("dl", "Machine and deep learning basics: loss function (C.-S. Huang)"),
    ("cvl", "Common loss functions in computer vision (GeeksforGeeks)"),
    ("lp2", "Losses, part 2 (CMU 11-785)"),
];

/// One claim of one or more lectures.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The claim's name.
    pub key: String,
    /// The file stem of the notebook that teaches it.
    pub chapter: String,
    /// The short names of the lectures that state it.
    pub lectures: Vec<String>,
    /// What is stated.
    pub claim: String,
    /// The unit of its numbers, or nothing.
    pub unit: String,
    /// What the lecture prints.
    pub printed: Printed,
    /// What is right, where the lecture is not.
    pub erratum: Option<Erratum>,
}

/// Where a lecture is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Erratum {
    /// What it should print.
    pub correct: Printed,
    /// What went wrong.
    pub why: String,
}

/// What a lecture prints.
#[derive(Debug, Clone, PartialEq)]
pub enum Printed {
    /// Numbers, in their order.
    Numbers(Vec<PrintedNumber>),
    /// A statement, and whether it holds.
    Holds(bool),
}

/// A number as it stands on the page.
#[derive(Debug, Clone, PartialEq)]
pub struct PrintedNumber {
    /// As it stands there.
    pub text: String,
    /// What it says.
    pub value: f64,
    /// How far a computed number may be from it.
    tolerance: f64,
    /// Digits behind the point.
    pub(crate) decimals: usize,
}

/// What a lecture calls "about" is met within a fifth.
const ABOUT: f64 = 0.2;
/// Room for the noise of binary fractions, relative to the number: 0.00205 is stored a little off,
/// so that a computed value at an exact tie may fall on either side.
const NOISE: f64 = 1e-12;

impl PrintedNumber {
    /// Reads a number as printed: `-100`, `23.6`, `0.000002`, `1/8`, `~40`.
    ///
    /// # Errors
    ///
    /// Any other text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let fault = || format!("{text:?} is not a printed number (like -100, 23.6, 1/8 or ~40)");
        let plain = |text: &str| -> Result<f64, String> {
            let body = text.strip_prefix('-').unwrap_or(text);
            let known = |byte: u8| byte.is_ascii_digit() || byte == b'.';
            let ends = body.starts_with('.') || body.ends_with('.');
            if body.is_empty() || ends || !body.bytes().all(known) {
                return Err(fault());
            }
            text.parse().map_err(|_| fault())
        };
        let decimals = text.split_once('.').map_or(0, |(_, behind)| behind.len());
        let (value, tolerance) = if let Some(about) = text.strip_prefix('~') {
            let value = plain(about)?;
            (value, ABOUT * value.abs())
        } else if let Some((above, below)) = text.split_once('/') {
            let value = plain(above)? / plain(below)?;
            (value, 0.0)
        } else {
            // A number printed without a point is meant exactly.
            let half = if decimals == 0 { 0.0 } else { 0.5 * 10_f64.powf(-(decimals as f64)) };
            (plain(text)?, half)
        };
        if !value.is_finite() {
            return Err(fault());
        }
        Ok(Self { text: text.to_owned(), value, tolerance, decimals })
    }

    /// Whether a computed number agrees with this one **to the digits printed**: it is at most half
    /// a unit of the last printed digit away. A number printed without a point is exact; one that is
    /// printed as "about" (`~40`) is met within a fifth.
    ///
    /// ```
    /// use lossbook::notebook::claims::PrintedNumber;
    ///
    /// let printed = PrintedNumber::parse("1.322")?;
    /// assert!(printed.agrees(1.3219280948873624));
    /// assert!(!printed.agrees(1.3212));
    /// # Ok::<(), String>(())
    /// ```
    pub fn agrees(&self, computed: f64) -> bool {
        let noise = NOISE * self.value.abs().max(1.0);
        (computed - self.value).abs() <= self.tolerance + noise
    }
}

impl Printed {
    /// Reads the column `printed` or `correct`.
    ///
    /// # Errors
    ///
    /// Nothing at all, or something that is neither numbers nor `holds` or `fails`.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "" => Err("nothing is printed".to_owned()),
            "holds" => Ok(Self::Holds(true)),
            "fails" => Ok(Self::Holds(false)),
            numbers => {
                let numbers = numbers.split_whitespace().map(PrintedNumber::parse);
                Ok(Self::Numbers(numbers.collect::<Result<_, _>>()?))
            }
        }
    }

    /// The text as printed.
    pub fn text(&self) -> String {
        match self {
            Self::Holds(true) => "holds".to_owned(),
            Self::Holds(false) => "does not hold".to_owned(),
            Self::Numbers(numbers) => {
                let texts: Vec<&str> = numbers.iter().map(|number| number.text.as_str()).collect();
                texts.join(" ").replace('~', "about ")
            }
        }
    }
}

/// All claims, in the file's order.
///
/// # Errors
///
/// What is wrong with the file, and in which line. The file is compiled in and tested, so that a
/// reader does not meet this.
pub fn all() -> Result<&'static [Claim], String> {
    static CLAIMS: OnceLock<Result<Vec<Claim>, String>> = OnceLock::new();
    let read = CLAIMS.get_or_init(|| read(include_str!("../../notebooks/claims.csv")));
    read.as_deref().map_err(Clone::clone)
}

/// Reads claims from the text of a CSV file.
///
/// # Errors
///
/// The first line that is not a claim, and why.
pub fn read(csv: &str) -> Result<Vec<Claim>, String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut claims: Vec<Claim> = Vec::new();
    for record in reader.deserialize() {
        let row: [String; 8] = record.map_err(|error| error.to_string())?;
        let key = row[0].clone();
        let claim = claim(row).map_err(|fault| format!("claim {key:?}: {fault}"))?;
        if claims.iter().any(|earlier| earlier.key == key) {
            return Err(format!("claim {key:?} is there twice (each key once)"));
        }
        claims.push(claim);
    }
    Ok(claims)
}

fn claim(row: [String; 8]) -> Result<Claim, String> {
    let [key, chapter, lectures, claim, unit, printed, correct, why] = row;
    if key.is_empty() || chapter.is_empty() || claim.is_empty() {
        return Err("key, chapter and claim must not be empty".to_owned());
    }
    let lectures: Vec<String> = lectures.split_whitespace().map(str::to_owned).collect();
    if lectures.is_empty() {
        return Err("at least one lecture must state it".to_owned());
    }
    for lecture in &lectures {
        if !LECTURES.iter().any(|(short, _)| short == lecture) {
            return Err(format!("no lecture is called {lecture:?}"));
        }
    }
    let erratum = match (correct.is_empty(), why.is_empty()) {
        (true, true) => None,
        (false, false) => Some(Erratum { correct: Printed::parse(&correct)?, why }),
        _ => return Err("an erratum needs both `correct` and `why`".to_owned()),
    };
    Ok(Claim { key, chapter, lectures, claim, unit, printed: Printed::parse(&printed)?, erratum })
}
