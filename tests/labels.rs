//! Tables of pairs of labels: scikit-learn's counts, cases counted by hand, laws, and what is refused.

mod common;
mod golden;

use common::assert_close;
use lossbook::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;

const GOLDEN: &str = include_str!("golden/labels.json");

#[test]
fn contingency_tables_are_scikit_learns() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "contingency") {
        let (first, second) = (case.list::<usize>("first"), case.list::<usize>("second"));
        let columns = case.number("columns") as usize;
        let counts = contingency_table(&first, &second)?;
        assert_eq!(counts.ncols(), columns);
        assert_eq!(counts.iter().copied().collect::<Vec<_>>(), case.list::<u64>("counts"));

        let joint = joint_distribution(&first, &second)?;
        let near = |amount: Information, key: &str| {
            // An entropy of nothing is 0 here, and a rounding or two of 1 there.
            let expected = case.number(key);
            if expected.abs() > 1e-12 {
                assert_close(amount.nats(), expected, key);
            } else {
                assert_eq!(amount, Information::ZERO, "{key}");
            }
        };
        near(mutual_information(&joint)?, "mutual");
        near(joint_entropy(&joint)?, "joint");
        near(conditional_entropy(&joint)?, "conditional");
    }
    Ok(())
}

#[test]
fn confusion_matrices_are_scikit_learns() -> Result<(), LossError> {
    for case in golden::cases(GOLDEN, "confusion") {
        let classes = case.number("classes") as usize;
        let counts =
            confusion_matrix(&case.list::<usize>("first"), &case.list::<usize>("second"), classes)?;
        assert_eq!(counts.dim(), (classes, classes));
        assert_eq!(counts.iter().copied().collect::<Vec<_>>(), case.list::<u64>("counts"));
    }
    Ok(())
}

#[test]
fn counted_by_hand() -> Result<(), LossError> {
    // Rows are what is true: two cats, one of them taken for a dog; no dog; a bird taken for a cat.
    let counts = confusion_matrix(&[0, 0, 2], &[0, 1, 0], 3)?;
    assert_eq!(counts, array![[1, 1, 0], [0, 0, 0], [1, 0, 0]]);
    // Any values, in ascending order, and only those that occur.
    let counts = contingency_table(&[usize::MAX, 3, 3], &[8, 8, 0])?;
    assert_eq!(counts, array![[1, 1], [0, 1]]);
    assert_eq!(joint_distribution(&[9, 9, 4, 9], &[1, 1, 1, 2])?, array![[0.25, 0.0], [0.5, 0.25]]);
    Ok(())
}

#[test]
fn refused() {
    // Labels, decisions, classes, and what is wrong with them.
    type Bad<'a> = (&'a [usize], &'a [usize], usize, &'a str);
    let bad: [Bad; 8] = [
        (&[], &[], 2, "labels is empty (at least 1 value is needed)"),
        (&[], &[0], 2, "labels is empty (at least 1 value is needed)"),
        (&[0], &[], 2, "decisions is empty (at least 1 value is needed)"),
        (&[0, 1], &[0], 2, "labels has 2 values and decisions 1 (they must be equal)"),
        (&[0, 2], &[0, 1], 2, "labels[1] = 2 is out of range (0 <= label < 2 classes)"),
        (&[0, 1], &[0, 7], 2, "decisions[1] = 7 is out of range (0 <= label < 2 classes)"),
        (&[0], &[0], 0, "labels[0] = 0 is out of range (0 <= label < 0 classes)"),
        (
            &[0],
            &[0],
            1 << 31,
            "confusion_matrix of shape [2147483648, 2147483648] does not fit into memory",
        ),
    ];
    for (labels, decisions, classes, text) in bad {
        let fault = confusion_matrix(labels, decisions, classes).unwrap_err();
        assert_eq!(fault.to_string(), text);
    }
    // Not even the number of cells can be told.
    assert!(confusion_matrix(&[0], &[0], usize::MAX).is_err());

    let bad: [(&[usize], &[usize], &str); 4] = [
        (&[], &[], "first is empty (at least 1 value is needed)"),
        (&[], &[0], "first is empty (at least 1 value is needed)"),
        (&[0], &[], "second is empty (at least 1 value is needed)"),
        (&[0, 1, 2], &[0, 1], "first has 3 values and second 2 (they must be equal)"),
    ];
    for (first, second, text) in bad {
        assert_eq!(contingency_table(first, second).unwrap_err().to_string(), text);
        assert_eq!(joint_distribution(first, second).unwrap_err().to_string(), text);
    }
}

/// Two lists of one length.
fn pairs() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
    vec((0..5_usize, 0..4_usize), 1..60).prop_map(|pairs| pairs.into_iter().unzip())
}

proptest! {
    #[test]
    fn confusions_hold_every_sample_once((labels, decisions) in pairs()) {
        let counts = confusion_matrix(&labels, &decisions, 6)?;
        prop_assert_eq!(counts.sum(), labels.len() as u64);
        let right = counts.diag().sum() as f64 / labels.len() as f64;
        prop_assert_eq!(right, accuracy(&labels, &decisions)?);
        // Who is true and who is decided changed places: so do rows and columns.
        prop_assert_eq!(confusion_matrix(&decisions, &labels, 6)?, counts.t());
        // The contingency table is what is left without the classes that never occur.
        let present = |lines: lossbook::ndarray::Axis| counts.axis_iter(lines).filter(|line| line.sum() > 0).count();
        let table = contingency_table(&labels, &decisions)?;
        prop_assert_eq!(table.dim(), (present(lossbook::ndarray::Axis(0)), present(lossbook::ndarray::Axis(1))));
        let nonzero = |cell: &&u64| **cell > 0;
        prop_assert!(table.iter().filter(nonzero).eq(counts.iter().filter(nonzero)));
    }

    #[test]
    fn tables_tell_what_splits_gain((labels, branches) in pairs(), shift in 0..usize::MAX - 5) {
        let joint = joint_distribution(&branches, &labels)?;
        let gain = information_gain(&labels, &branches)?.nats();
        // Both are sums of terms of that size that may cancel, from rounded shares.
        prop_assert!((mutual_information(&joint)?.nats() - gain).abs() <= 1e-14 * (1.0 + gain));
        let counts: Vec<u64> = contingency_table(&labels, &labels)?.diag().to_vec();
        let entropy = entropy_of_counts(&counts)?.nats();
        let left = conditional_entropy(&joint)?.nats();
        prop_assert!((entropy - left - gain).abs() <= 1e-14 * (1.0 + entropy));
        // Only the order of the values counts.
        let shifted: Vec<usize> = labels.iter().map(|label| label + shift).collect();
        prop_assert_eq!(contingency_table(&labels, &branches)?, contingency_table(&shifted, &branches)?);
    }

    #[test]
    fn nothing_panics(labels in vec(prop_oneof![any::<usize>(), 0..4_usize], 0..6), others in vec(0..4_usize, 0..6), classes in prop_oneof![0..6_usize, usize::MAX - 2..usize::MAX]) {
        let _ = (contingency_table(&labels, &others), joint_distribution(&others, &labels));
        let _ = (confusion_matrix(&labels, &others, classes), confusion_matrix(&others, &labels, classes));
    }
}
