//! Whoever searches the documentation for a loss by the name that another library gives it finds ours.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The name elsewhere, and the item that its search must find.
const NAMES: [(&str, &str); 41] = [
    // PyTorch
    ("MSELoss", "SquaredError"),
    ("L1Loss", "AbsoluteError"),
    ("HuberLoss", "Huber"),
    ("SmoothL1Loss", "SmoothL1"),
    ("NLLLoss", "CrossEntropy"),
    ("CrossEntropyLoss", "CrossEntropy"),
    ("BCELoss", "BinaryCrossEntropy"),
    ("BCEWithLogitsLoss", "BinaryCrossEntropy"),
    ("sigmoid_focal_loss", "BinaryFocal"),
    ("MultiMarginLoss", "MultiHinge"),
    ("KLDivLoss", "kl_divergence"),
    ("TripletMarginLoss", "Triplet"),
    ("CosineEmbeddingLoss", "CosineEmbedding"),
    ("CTCLoss", "Ctc"),
    ("argmax", "decide"),
    ("box_iou", "box_iou"),
    // scikit-learn, SciPy
    ("mean_squared_error", "mse"),
    ("mean_absolute_error", "mae"),
    ("root_mean_squared_error", "rmse"),
    ("mean_pinball_loss", "Quantile"),
    ("pinball", "Quantile"),
    ("hinge_loss", "Hinge"),
    ("jaccard", "iou"),
    ("f1_score", "dice_coefficient"),
    ("jensenshannon", "js_divergence"),
    ("mutual_info_score", "mutual_information"),
    ("zero_one_loss", "error_rate"),
    ("LinearRegression", "Ols"),
    ("LogisticRegression", "LogisticRegression"),
    ("LinearSVC", "LinearSvm"),
    ("linear_sum_assignment", "assignment"),
    ("OneHotEncoder", "one_hot"),
    ("logsumexp", "log_sum_exp"),
    // the papers and the field
    ("Crammer-Singer", "MultiHinge"),
    ("PPO clip", "ClippedSurrogate"),
    ("Wasserstein", "EarthMover"),
    ("ArcFaceLoss", "ArcFace"),
    ("FaceNet", "SemiHard"),
    ("VAE", "NegativeElbo"),
    ("MLP", "Network"),
    ("perplexity", "perplexity"),
];

#[test]
fn every_standard_name_leads_to_its_item() {
    let mut found = BTreeMap::new();
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 100, "the sources were not found: {} names", found.len());
    let leads = |&(name, item): &(&str, &str)| {
        found.get(name).is_some_and(|items| items.contains(&item.to_owned()))
    };
    let lost: Vec<_> = NAMES.iter().filter(|&pair| !leads(pair)).collect();
    assert!(lost.is_empty(), "no `#[doc(alias)]`: {lost:?}");
}

/// The items by their own name and by each of their aliases.
fn read(folder: &Path, found: &mut BTreeMap<String, Vec<String>>) {
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            read(&path, found);
        } else {
            items_of(&fs::read_to_string(&path).expect("a source file"), found);
        }
    }
}

fn items_of(source: &str, found: &mut BTreeMap<String, Vec<String>>) {
    let (mut aliases, mut is_list) = (Vec::new(), false);
    for line in source.lines().map(str::trim_start) {
        is_list |= line.starts_with("#[doc(alias");
        if is_list {
            aliases.extend(line.split('"').skip(1).step_by(2).map(str::to_owned));
            is_list = !line.ends_with(")]");
        } else if let Some(name) = item_of(line) {
            aliases.push(name.to_owned());
            for alias in aliases.drain(..) {
                found.entry(alias).or_default().push(name.to_owned());
            }
        }
    }
}

/// The name of the public item that a line begins.
fn item_of(line: &str) -> Option<&str> {
    let rest = line.strip_prefix("pub ")?;
    let rest = rest.strip_prefix("const ").unwrap_or(rest);
    let kinds = ["struct ", "enum ", "trait ", "fn "];
    let rest = kinds.iter().find_map(|kind| rest.strip_prefix(kind))?;
    rest.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next()
}
