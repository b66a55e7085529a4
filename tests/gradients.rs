//! Every loss's gradient, compared with differences of its value on random inputs.
//!
//! The walk takes each loss of the crate's front page, with random parameters, at random places, and
//! compares every number of its gradient with a difference: see [`difference`] for how, and for the
//! one tolerance. A loss that is on the front page and not in the walk fails the test, unless it is
//! listed below as one without a gradient.
//!
//! Where a loss is made of smooth pieces, no difference is taken across the edge of a piece. What
//! the crate takes for the slope at such an edge is this; [`kinks`] asks each of them:
//!
//! | loss | kink | slope taken |
//! | --- | --- | --- |
//! | `AbsoluteError` | `r = 0` | 0, between both sides |
//! | `Quantile` | `r = 0` | 0, between both sides |
//! | `Hinge` | score 1 of a positive sample, -1 of a negative one | 0, that of the flat side |
//! | `MultiHinge` | a lead of exactly 1 | 0, that of the flat side |
//! | `MultiHinge` | two strongest rivals | that of the first |
//! | `Contrastive` | two different ones at one point | 0, between both sides |
//! | `CosineEmbedding` | `cos = margin` | 0, that of the flat side |
//! | `Triplet` | a loss of exactly 0 | 0, that of the flat side |
//! | `BatchAll`, `BatchHard`, `SemiHard` | a loss of exactly 0 | 0, that of the flat side |
//! | `BatchHard` | two farthest positives | that of the first |
//! | `ArcFace` | an angle of 0 | 0, between both sides |
//! | `Chamfer`, `EarthMover`, `Sinkhorn` | a Euclidean distance of 0 | 0, between both sides |
//! | `Chamfer` | two nearest points | that of the first |
//! | `PerceptualLoss` | a filter's response of 0 | 0, that of the flat side |
//! | `ClippedSurrogate` | a ratio of `1 + epsilon` or `1 - epsilon` | that of the steep side |
//! | `LinearSvm` | a sample on the margin | 0, that of the flat side |
//! | `KMeans` | two nearest centres | that of the first |
//! | `Activation` ReLU, leaky, PReLU, RReLU, ELU, SELU | 0 | that of the left side |
//! | `Activation` ReLU6 | 0 and 6 | 0, that of the flat side |
//! | `Activation` step | 0, where it jumps | 0, that of both sides |
//! | `Activation` approximate sigmoid | the edges of its pieces | that of the outer piece |

#[path = "gradients/classification.rs"]
mod classification;
#[path = "gradients/difference.rs"]
mod difference;
#[path = "gradients/draw.rs"]
mod draw;
#[path = "gradients/embedding.rs"]
mod embedding;
#[path = "gradients/generation.rs"]
mod generation;
#[path = "gradients/kinks.rs"]
mod kinks;
#[path = "gradients/network.rs"]
mod network;
#[path = "gradients/objective.rs"]
mod objective;
#[path = "gradients/point_cloud.rs"]
mod point_cloud;
#[path = "gradients/preference.rs"]
mod preference;
#[path = "gradients/regression.rs"]
mod regression;
#[path = "gradients/segmentation.rs"]
mod segmentation;
#[path = "gradients/sequence.rs"]
mod sequence;

use std::collections::BTreeSet;

use difference::{Probe, Tally};
use draw::Draw;
use lossbook::prelude::*;

/// A loss, and how to come by one with random parameters at a random place.
struct Walk {
    /// As the front page links it.
    loss: &'static str,
    /// Which use of the loss this is, if there are several.
    of: &'static str,
    probe: fn(&mut Draw) -> Result<Probe, LossError>,
}

/// How many random places each loss is looked at.
const PLACES: u64 = 16;

fn walks() -> Vec<Walk> {
    let families = [
        regression::WALKS,
        classification::WALKS,
        embedding::WALKS,
        segmentation::WALKS,
        point_cloud::WALKS,
        sequence::WALKS,
        generation::WALKS,
        preference::WALKS,
        objective::WALKS,
        network::WALKS,
    ];
    let walk = |&(loss, of, probe): &Entry| Walk { loss, of, probe };
    families.into_iter().flatten().map(walk).collect()
}

/// [`Walk`] as the families list it.
type Entry = (&'static str, &'static str, fn(&mut Draw) -> Result<Probe, LossError>);

/// What the front page links and has no gradient, and why.
const WITHOUT: [(&str, &str); 5] = [
    ("classification::GaussianPosterior", "it is fitted to nothing: it decides"),
    ("preference::KlPenalty", "it makes a reward, which the surrogate then takes as given"),
    ("network::Perceptron", "it learns from its mistakes; its step has the derivative 0"),
    ("network::Sgd", "it takes a gradient"),
    ("network::Adam", "it takes a gradient"),
];

#[test]
fn every_gradient_is_what_differences_find() {
    let mut faults = Vec::new();
    for walk in walks() {
        let name = format!("{} {}", walk.loss, walk.of);
        match all_places(&walk, &name) {
            // Whoever always stands on an edge, or on flat ground, has shown nothing.
            Ok(tally) if tally.compared <= 4 * tally.skipped => {
                faults.push(format!("{name}: {tally:?}"))
            }
            Ok(tally) if tally.steep == 0 && walk.of != "step" => {
                faults.push(format!("{name}: {tally:?}"))
            }
            Ok(_) => {}
            Err(fault) => faults.push(format!("{name}, {fault}")),
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn all_places(walk: &Walk, name: &str) -> Result<Tally, String> {
    let mut tally = Tally::default();
    for place in 0..PLACES {
        let probe = (walk.probe)(&mut Draw::new(name, place)).map_err(|fault| fault.to_string());
        tally +=
            probe.and_then(|p| p.compare()).map_err(|fault| format!("place {place}: {fault}"))?;
    }
    Ok(tally)
}

#[test]
fn every_loss_of_the_front_page_is_walked() {
    let walked: BTreeSet<&str> = walks().iter().map(|walk| walk.loss).collect();
    let without: BTreeSet<&str> = WITHOUT.iter().map(|&(name, _)| name).collect();
    let listed: BTreeSet<&str> = front_page();
    assert!(listed.len() > 45, "the front page's table was not found: {listed:?}");
    let both: Vec<_> = walked.intersection(&without).collect();
    assert!(both.is_empty(), "walked, although said to have no gradient: {both:?}");
    let known: BTreeSet<&str> = walked.union(&without).copied().collect();
    assert_eq!(listed, known, "left: the front page; right: what is walked or has no gradient");
}

/// The structs that the front page's table names, as it links them: `regression::Huber`.
fn front_page() -> BTreeSet<&'static str> {
    let page = include_str!("../src/lib.rs");
    let rows = page.lines().filter_map(|line| line.strip_prefix("//! | ["));
    let names = rows.filter_map(|row| row.split(" | ").next());
    let links = names.flat_map(|names| names.split("](").skip(1));
    let paths = links.filter_map(|link| link.split(')').next());
    paths.filter(|path| path.contains("::") && is_struct(path)).collect()
}

fn is_struct(path: &str) -> bool {
    let last = path.rsplit("::").next();
    last.is_some_and(|name| name.starts_with(char::is_uppercase))
}
