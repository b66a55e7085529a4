use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lossbook::notebook::claims::{self, Claim, Printed};
use lossbook::prelude::*;
use serde_json::Value;

/// The course's chapters, by file stem.
const CHAPTERS: [&str; 27] = [
    "00_start_here",
    "01_neuron",
    "02_xor_and_regions",
    "03_activations",
    "04_selu_precision",
    "05_projection_and_pca",
    "06_ensembles",
    "07_output_nodes",
    "08_objectives",
    "09_residuals",
    "10_gradient_steps",
    "11_huber",
    "12_error_rate_and_posteriors",
    "13_information",
    "14_cross_entropy",
    "15_focal",
    "16_mse_for_classification",
    "17_triplet",
    "18_center",
    "19_arcface",
    "20_segmentation",
    "21_point_clouds",
    "22_ctc",
    "23_elbo",
    "24_perceptual_and_style",
    "25_preferences",
    "26_choosing_a_loss",
];

fn all() -> &'static [Claim] {
    claims::all().expect("notebooks/claims.csv can be read")
}

#[test]
fn the_claims_can_be_read_and_belong_to_chapters() {
    assert!(all().len() >= 115, "{}", all().len());
    for claim in all() {
        assert!(CHAPTERS.contains(&claim.chapter.as_str()), "{}: {}", claim.key, claim.chapter);
        assert!(claim.key.contains('/'), "{} has no subject before a /", claim.key);
        let allowed = |letter: char| {
            letter.is_ascii_lowercase() || letter.is_ascii_digit() || "/-.".contains(letter)
        };
        assert!(claim.key.chars().all(allowed), "{}", claim.key);
    }
}

#[test]
fn an_erratum_corrects_what_is_printed() {
    for claim in all() {
        let Some(erratum) = &claim.erratum else { continue };
        assert!(erratum.why.len() > 20, "{}: {}", claim.key, erratum.why);
        match (&claim.printed, &erratum.correct) {
            (Printed::Numbers(printed), Printed::Numbers(correct)) => {
                assert_eq!(printed.len(), correct.len(), "{}", claim.key);
                let same = printed
                    .iter()
                    .zip(correct)
                    .all(|(printed, correct)| printed.agrees(correct.value));
                assert!(!same, "{}: nothing is corrected", claim.key);
            }
            (Printed::Holds(printed), Printed::Holds(correct)) => assert_ne!(printed, correct),
            _ => panic!("{}: a number cannot correct a statement", claim.key),
        }
    }
}

/// What a lecture chooses or counts, so that nothing is there to be computed.
const CHOSEN: [&str; 10] = [
    "center/lambdas",
    "choosing/groups",
    "focal/background-share",
    "leaky-relu/default-a",
    "output-nodes/regression",
    "output-nodes/two-classes",
    "prelu/initial-a",
    "relu6/cap",
    "rrelu/bounds",
    "triplet/kinds-of-negative",
];

fn bits(p: f64) -> f64 {
    -p.log2()
}

fn entropy_of(p: &[f64]) -> f64 {
    p.iter().map(|&p| p * bits(p)).sum()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The Huber loss as `cv4` writes it; the crate writes it as `nn` does.
fn huber(residual: f64, delta: f64) -> f64 {
    if residual.abs() <= delta {
        residual * residual / 2.0
    } else {
        delta * residual.abs() - delta * delta / 2.0
    }
}

/// x after each step of gradient descent, and the slope before it.
fn descent(slope: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<f64>) {
    let mut x = 2.0;
    let step = |_| {
        let before = slope(x);
        x -= 0.3 * before;
        (x, before)
    };
    (0..20).map(step).unzip()
}

/// The sigmoid's approximation as the code in `nn` has it.
fn fast_sigmoid(x: f64) -> f64 {
    let half = 0.5 * x.abs();
    let z = if half < 1.7 {
        1.5 * half / (1.0 + half)
    } else if half < 2.9 {
        0.9444 + 0.0459 * (half - 1.7)
    } else {
        0.9997
    };
    0.5 * (if x < 0.0 { -z } else { z } + 1.0)
}

/// Every number that a lecture prints, computed afresh from the lecture's own formula, without the
/// crate. (An erratum's is that of the corrected formula.) The same numbers were checked once with
/// mpmath at 40 digits; SELU's two constants are mpmath's, from the fixed point of SELU's mean and
/// variance.
fn computed() -> BTreeMap<&'static str, Vec<f64>> {
    let plain = [-10.0, -5.0, 0.0, 5.0, 10.0_f64];
    let outlier = [-10.0, -5.0, 0.0, 5.0, 100.0_f64];
    let squares = |r: [f64; 5]| r.map(|r| r * r);
    let constant = |digits: &str| digits.parse::<f64>().expect("a number");
    let (square_x, square_slope) = descent(|x| 2.0 * x);
    let (absolute_x, absolute_slope) = descent(|x| x / x.abs());
    let coin = |p: f64| entropy_of(&[p, 1.0 - p]);
    let fairest =
        (1..1000).map(|i| f64::from(i) / 1000.0).max_by(|a, b| coin(*a).total_cmp(&coin(*b)));
    let of_corners = |class: fn(f64, f64) -> bool| {
        [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
            .map(|(a, b)| f64::from(u8::from(class(a, b))))
            .to_vec()
    };
    // Against the printed labels male, female, male, other: three of four decisions are right.
    let right = [1.0, 1.0, 1.0, 0.0];
    let frames = [2.0, 2.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0, 5.0, 5.0, 5.0, 5.0];
    let mut merged = frames.to_vec();
    merged.dedup();

    BTreeMap::from([
        ("xor/truth-table", of_corners(|a, b| a != b)),
        ("xor/or", of_corners(|a, b| a + b - 0.5 >= 0.0)),
        ("xor/and", of_corners(|a, b| a + b - 1.5 >= 0.0)),
        ("layers/collapsed-weights", vec![4.0 * 3.0 * 2.0 * 1.0 * 2.0]),
        ("sigmoid-approximation/tail", vec![fast_sigmoid(6.0)]),
        ("elu/minus", vec![(-1.0_f64).exp() - 1.0]),
        ("selu/alpha", vec![constant("1.673263242354377284817042991671652038461")]),
        ("selu/scale", vec![constant("1.050700987355480493419334985294606351959")]),
        ("ridge/l2-norm", vec![(3.0_f64 * 3.0 + 4.0 * 4.0).sqrt()]),
        ("residuals/cancel/each", vec![0.0 - 100.0, 1.0 - -99.0]),
        ("residuals/cancel/sum", vec![(0.0 - 100.0) + (1.0 - -99.0)]),
        ("residuals/cancel/second", vec![1.0 - 100.0]),
        ("residuals/table/absolute", plain.map(f64::abs).to_vec()),
        ("residuals/table/squared", squares(plain).to_vec()),
        ("residuals/table/mae", vec![mean(&plain.map(f64::abs))]),
        ("residuals/table/rmse", vec![mean(&squares(plain)).sqrt()]),
        ("residuals/outlier/absolute", outlier.map(f64::abs).to_vec()),
        ("residuals/outlier/squared", squares(outlier).to_vec()),
        ("residuals/outlier/mae", vec![mean(&outlier.map(f64::abs))]),
        ("residuals/outlier/rmse", vec![mean(&squares(outlier)).sqrt()]),
        ("gradient-steps/square/x", square_x),
        ("gradient-steps/square/slope", square_slope),
        ("gradient-steps/absolute/x", absolute_x),
        ("gradient-steps/absolute/slope", absolute_slope),
        ("gradient-steps/update-sign", vec![2.0 - 0.3 * 4.0]),
        // x^t is the start at t = 0.
        ("gradient-steps/start", vec![0.0]),
        ("huber/plain/delta-1/each", plain.map(|r| huber(r, 1.0)).to_vec()),
        ("huber/plain/delta-1/mean", vec![mean(&plain.map(|r| huber(r, 1.0)))]),
        ("huber/plain/delta-10/each", plain.map(|r| huber(r, 10.0)).to_vec()),
        ("huber/plain/delta-10/mean", vec![mean(&plain.map(|r| huber(r, 10.0)))]),
        ("huber/outlier/delta-1/each", outlier.map(|r| huber(r, 1.0)).to_vec()),
        ("huber/outlier/delta-1/mean", vec![mean(&outlier.map(|r| huber(r, 1.0)))]),
        ("huber/outlier/delta-10/each", outlier.map(|r| huber(r, 10.0)).to_vec()),
        ("huber/outlier/delta-10/mean", vec![mean(&outlier.map(|r| huber(r, 10.0)))]),
        ("error-rate/model-1", vec![1.0 - mean(&right)]),
        ("error-rate/model-2", vec![1.0 - mean(&right)]),
        ("error-rate/definition", vec![1.0 - mean(&right)]),
        ("error-rate/indicator", right.to_vec()),
        ("information/self/p-0.4", vec![bits(0.4)]),
        ("information/self/p-0.99", vec![bits(0.99)]),
        ("entropy/pupil-a", vec![entropy_of(&[0.4, 0.6])]),
        ("entropy/pupil-b", vec![entropy_of(&[0.99, 0.01])]),
        ("entropy/coin/largest-at", vec![fairest.expect("some p")]),
        ("entropy/five/broad", vec![entropy_of(&[0.1, 0.15, 0.5, 0.15, 0.1])]),
        ("entropy/five/narrow", vec![entropy_of(&[0.01, 0.09, 0.8, 0.09, 0.01])]),
        ("entropy/five/uniform", vec![entropy_of(&[0.2; 5])]),
        (
            "one-hot/samples",
            [0, 1, 0, 2]
                .iter()
                .flat_map(|&label| (0..3).map(move |c| f64::from(u8::from(c == label))))
                .collect(),
        ),
        ("cross-entropy/model-1/data-1", vec![bits(0.4)]),
        ("cross-entropy/model-1/data-4", vec![bits(0.1)]),
        ("cross-entropy/model-1/sum", vec![bits(0.4) + bits(0.4) + bits(0.5) + bits(0.1)]),
        ("cross-entropy/model-2/sum", vec![bits(0.7) + bits(0.8) + bits(0.9) + bits(0.3)]),
        ("cross-entropy/model-2/caption", vec![2.0]),
        ("cross-entropy/model-2/data-2", vec![1.0 - 0.1 - 0.1]),
        ("focal/boxes", vec![100.0 + 100_000.0]),
        // Easy: the true class gets 0.9. Hard: 0.1.
        ("focal/easy-over-hard", vec![100_000.0 * bits(0.9) / (100.0 * bits(0.1))]),
        ("dice/loss", vec![1.0 - 2.0 * 1.0 / (2.0 + 1.0)]),
        ("ctc/merge", merged),
    ])
}

#[test]
fn every_printed_number_is_computed() {
    let computed = computed();
    for claim in all() {
        let key = claim.key.as_str();
        let Printed::Numbers(_) = &claim.printed else {
            assert!(!computed.contains_key(key) && !CHOSEN.contains(&key), "{key} is no number");
            continue;
        };
        match computed.get(key) {
            Some(values) => {
                assert!(!CHOSEN.contains(&key), "{key} is both computed and chosen");
                assert_eq!(lecture(key, values.as_slice()).verdict(), Ok(()));
            }
            None => assert!(CHOSEN.contains(&key), "{key} is computed nowhere"),
        }
    }
    let known = |key: &&str| all().iter().any(|claim| claim.key == *key);
    assert!(computed.keys().all(known) && CHOSEN.iter().all(known));
}

/// What is printed wrongly is what the wrong formula gives: the errata are ours to prove, too.
#[test]
fn an_erratums_printed_number_follows_from_its_mistake() {
    let mistakes = [
        ("layers/collapsed-weights", 24.0 * 2.0 * 2.0),
        // Without its minus, e^x 1 reads as a product.
        ("elu/minus", (-1.0_f64).exp() * 1.0),
        ("ridge/l2-norm", 3.0 * 3.0 + 4.0 * 4.0),
        ("residuals/cancel/second", (1.0_f64 - 100.0).abs()),
        ("gradient-steps/update-sign", 2.0 + 0.3 * 4.0),
        ("error-rate/definition", mean(&[1.0, 1.0, 1.0, 0.0])),
        ("cross-entropy/model-2/sum", bits(0.7) + bits(0.8) + bits(0.9) + bits(0.4)),
        ("dice/loss", 1.0 - (2.0 + 1.0) / (2.0 * 1.0)),
    ];
    for (key, value) in mistakes {
        let claim = all().iter().find(|claim| claim.key == key).unwrap_or_else(|| panic!("{key}"));
        assert!(claim.erratum.is_some(), "{key}");
        let Printed::Numbers(printed) = &claim.printed else { panic!("{key} is no number") };
        assert!(printed[0].agrees(value), "{key}: {value} is not {}", printed[0].text);
    }
}

/// The crate computes what the lectures print, in the chapters that are about the crate's losses.
#[test]
fn the_crate_agrees_with_the_lectures() -> Result<(), LossError> {
    let zero = [0.0; 5];
    let tables =
        [("plain", [10.0, 5.0, 0.0, -5.0, -10.0]), ("outlier", [10.0, 5.0, 0.0, -5.0, -100.0])];
    for (table, prediction) in tables {
        for delta in [1.0, 10.0] {
            let huber = Huber::new(delta)?;
            let key = format!("huber/{table}/delta-{delta}");
            let (each, mean) = (huber.each(&zero, &prediction)?, huber.mean(&zero, &prediction)?);
            assert_eq!(lecture(&format!("{key}/each"), &each).verdict(), Ok(()));
            assert_eq!(lecture(&format!("{key}/mean"), mean).verdict(), Ok(()));
        }
        let key = if table == "plain" { "residuals/table" } else { "residuals/outlier" };
        let checks = [
            lecture(&format!("{key}/mae"), mae(&zero, &prediction)?),
            lecture(&format!("{key}/rmse"), rmse(&zero, &prediction)?),
            lecture(&format!("{key}/absolute"), AbsoluteError.each(&zero, &prediction)?),
            lecture(&format!("{key}/squared"), SquaredError.each(&zero, &prediction)?),
        ];
        assert_eq!(checks.verdict(), Ok(()));
    }

    let labels = [0, 1, 0, 2];
    let model_1 = array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
    let model_2 = array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]];
    let targets = one_hot(&labels, 3)?;
    let summed = |model: &Array2<f64>| -> Result<f64, LossError> {
        let rows = targets.rows().into_iter().zip(model.rows());
        let each = rows.map(|(target, prediction)| cross_entropy(target, prediction));
        Ok(each.sum::<Result<Information, LossError>>()?.bits())
    };
    let passed = [1, 1, 0, 0, 0];
    let checks = [
        lecture("one-hot/samples", &targets),
        lecture("error-rate/model-1", error_rate(&labels, &decide(&model_1)?)?),
        lecture("error-rate/model-2", error_rate(&labels, &decide(&model_2)?)?),
        lecture(
            "cross-entropy/model-1/data-1",
            cross_entropy(targets.row(0), model_1.row(0))?.bits(),
        ),
        lecture(
            "cross-entropy/model-1/data-4",
            cross_entropy(targets.row(3), model_1.row(3))?.bits(),
        ),
        lecture("cross-entropy/model-1/sum", summed(&model_1)?),
        lecture("cross-entropy/model-2/sum", summed(&model_2)?),
        lecture("information/self/p-0.4", self_information(0.4)?.bits()),
        lecture("information/self/p-0.99", self_information(0.99)?.bits()),
        lecture(
            "information/gain-name",
            information_gain(&passed, &passed)? == self_information(0.4)?,
        ),
        lecture("entropy/pupil-a", entropy(&[0.4, 0.6])?.bits()),
        lecture("entropy/pupil-b", binary_entropy(0.99)?.bits()),
        lecture("entropy/five/broad", entropy(&[0.1, 0.15, 0.5, 0.15, 0.1])?.bits()),
        lecture("entropy/five/narrow", entropy(&[0.01, 0.09, 0.8, 0.09, 0.01])?.bits()),
        lecture("entropy/five/uniform", entropy(&[0.2; 5])?.bits()),
    ];
    assert_eq!(checks.verdict(), Ok(()));
    Ok(())
}

/// A notebook's chapter, and its code.
fn notebooks() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks");
    let files = fs::read_dir(folder).expect("the folder notebooks");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "ipynb"));
    paths.sort();
    let named = |path: &PathBuf| path.file_stem().expect("a name").to_string_lossy().into_owned();
    paths
        .iter()
        .map(|path| (named(path), code_of(&fs::read_to_string(path).expect("a notebook"))))
        .collect()
}

/// The code of a notebook's code cells, without lines that are comments.
fn code_of(notebook: &str) -> String {
    let notebook: Value = serde_json::from_str(notebook).expect("a notebook is JSON");
    let cells = notebook["cells"].as_array().expect("a notebook has cells");
    let code = cells.iter().filter(|cell| cell["cell_type"] == "code");
    let sources = code.map(|cell| match &cell["source"] {
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        source => source.as_str().unwrap_or_default().to_owned(),
    });
    let sources: Vec<String> = sources.collect();
    let lines = sources.iter().flat_map(|source| source.lines());
    lines.filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The keys of all calls of `lecture` with a key written out.
fn keys_of(code: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for (place, call) in code.match_indices("lecture(") {
        let whole_word =
            !code[..place].ends_with(|before: char| before.is_alphanumeric() || before == '_');
        if let Some(text) =
            code[place + call.len()..].trim_start().strip_prefix('"').filter(|_| whole_word)
        {
            keys.extend(text.split('"').next().map(str::to_owned));
        }
    }
    keys
}

/// A claim that its chapter does not check, and a check that names no claim.
#[test]
fn every_claim_is_checked_by_its_chapter() {
    let notebooks = notebooks();
    let mut faults = Vec::new();
    for (chapter, code) in &notebooks {
        let keys = keys_of(code);
        let taught = all().iter().filter(|claim| claim.chapter == *chapter);
        let missed = taught.filter(|claim| !keys.contains(&claim.key));
        faults.extend(
            missed.map(|claim| format!("{chapter} does not check the claim {:?}", claim.key)),
        );
        let unknown = keys.iter().filter(|key| !all().iter().any(|claim| claim.key == **key));
        faults.extend(unknown.map(|key| format!("{chapter} checks {key:?}, which is no claim")));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));

    let written = |claim: &&Claim| notebooks.iter().any(|(chapter, _)| *chapter == claim.chapter);
    let checked = all().iter().filter(written).count();
    println!("{checked} claims are checked by chapters, {} are planned", all().len() - checked);
}

#[test]
fn the_calls_in_a_notebook_are_found() {
    let notebook = r##"{"cells": [
        {"cell_type": "markdown", "source": ["lecture(\"in/markdown\", 1.0)"]},
        {"cell_type": "code", "source": ["let a = 1.0;\n", "// lecture(\"in/comment\", a)\n", "[lecture(\"a/b\", a), lecture(\n", "    \"c/d\", a)]"]},
        {"cell_type": "code", "source": "my_lecture(\"not/ours\", 1.0); lecture(key, 2.0)"}
    ]}"##;
    let keys: Vec<String> = keys_of(&code_of(notebook)).into_iter().collect();
    assert_eq!(keys, ["a/b", "c/d"]);
}
