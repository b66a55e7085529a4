//! Decisions, error rates, one-hot rows: the lectures' example and cases counted by hand.

use lossbook::prelude::*;
use ndarray_stats::QuantileExt;

/// The lectures' four samples, in the order male, female, other.
const LABELS: [usize; 4] = [0, 1, 0, 2];

#[test]
fn lecture_error_rates() -> Result<(), LossError> {
    // "Neural networks and loss functions" and "Machine and deep learning basics: loss function"
    // (C.-S. Huang): both models are wrong once in four, on data 4.
    let models = [
        array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]],
        array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]],
    ];
    for model in models {
        let decisions = decide(&model)?;
        assert_eq!(decisions, [0, 1, 0, 0]);
        assert_eq!(error_rate(&LABELS, &decisions)?, 0.25);
        assert_eq!(accuracy(&LABELS, &decisions)?, 0.75);
    }
    Ok(())
}

#[test]
fn lecture_one_hot_table() -> Result<(), LossError> {
    // The same lectures, "One hot encode".
    let table = array![[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    assert_eq!(one_hot(&LABELS, 3)?, table);
    assert_eq!(labels_of(&table)?, LABELS);
    Ok(())
}

#[test]
fn the_first_of_equal_scores_wins() -> Result<(), LossError> {
    let scores = array![[0.5, 0.5, 0.0], [0.0, 7.0, 7.0], [-1.0, -1.0, -1.0], [-0.0, 0.0, -1.0]];
    assert_eq!(decide(&scores)?, [0, 1, 0, 0]);
    // In whichever order memory holds them.
    let transposed = scores.t().as_standard_layout().into_owned();
    assert_eq!(decide(transposed.t())?, [0, 1, 0, 0]);
    Ok(())
}

#[test]
fn scores_may_be_logits() -> Result<(), LossError> {
    assert_eq!(decide(&array![[-1e300, -1.0, -2.0], [5e-324, 0.0, -0.0]])?, [1, 0]);
    Ok(())
}

#[test]
fn agrees_with_ndarray_stats_where_nothing_ties() -> Result<(), Box<dyn std::error::Error>> {
    let scores =
        Array2::from_shape_fn((50, 7), |(row, class)| ((row * 31 + class * 17) as f64).sin());
    let theirs = scores.rows().into_iter().map(|row| row.argmax());
    assert_eq!(decide(&scores)?, theirs.collect::<Result<Vec<_>, _>>()?);
    Ok(())
}

#[test]
fn all_right_and_all_wrong() -> Result<(), LossError> {
    assert_eq!(error_rate(&[0, 1, 2], &[0, 1, 2])?, 0.0);
    assert_eq!(error_rate(&[0, 1, 2], &[1, 2, 0])?, 1.0);
    assert_eq!(accuracy(&[0, 1, 2], &[1, 2, 0])?, 0.0);
    // A third is a third, not 1 minus two rounded thirds.
    assert_eq!(accuracy(&[0, 0, 0], &[0, 1, 1])?, 1.0 / 3.0);
    Ok(())
}

#[test]
fn a_table_too_large_is_refused() {
    for classes in [usize::MAX, usize::MAX / 2, 1 << 60] {
        let fault = one_hot(&[0, 1], classes).unwrap_err().to_string();
        assert_eq!(fault, format!("one_hot of shape [2, {classes}] does not fit into memory"));
    }
}

#[test]
fn play_tennis_is_quinlans_table() {
    // Mitchell, "Machine learning" (1997), table 3.2: 14 days; 9 yes, 5 no; days 1, 8 and 14 in full.
    let days = data::play_tennis();
    for column in days.questions().into_iter().chain([&days.play]) {
        assert_eq!((column.values.len(), column.labels.len()), (14, 14), "{}", column.name);
        let decoded = column.labels.iter().map(|&label| column.names[label]);
        assert!(decoded.eq(column.values.iter().copied()), "{}", column.name);
    }
    let day = |number: usize| days.questions().map(|column| column.values[number - 1]);
    assert_eq!(day(1), ["sunny", "hot", "high", "weak"]);
    assert_eq!(day(8), ["sunny", "mild", "high", "weak"]);
    assert_eq!(day(14), ["rain", "mild", "high", "strong"]);
    assert_eq!(days.play.values.iter().filter(|&&play| play == "yes").count(), 9);
    // Section 3.4.2: wind is weak on 8 days (6 yes, 2 no) and strong on 6 (3 yes, 3 no).
    let weak = days.wind.values.iter().zip(days.play.values).filter(|(wind, _)| **wind == "weak");
    let (yes, no): (Vec<_>, Vec<_>) = weak.partition(|(_, play)| **play == "yes");
    assert_eq!((yes.len(), no.len()), (6, 2));
}

#[test]
fn lines_follow_their_seed() -> Result<(), LossError> {
    let line = data::line_with_outliers(1, 1000, 100)?;
    assert_eq!(line, data::line_with_outliers(1, 1000, 100)?);
    assert_ne!(line, data::line_with_outliers(2, 1000, 100)?);
    assert_eq!((line.x[0], line.x[999]), (0.0, 10.0));
    assert_eq!(line.outlier.iter().filter(|&&outlier| outlier).count(), 100);
    // As documented: noise of deviation 0.5 (here at most 5 of them), outliers 15 to 25 above it.
    let noise = &line.y - &line.x.mapv(|x| 1.0 + 2.0 * x);
    for (&off, &outlier) in noise.iter().zip(&line.outlier) {
        let middle = if outlier { 20.0 } else { 0.0 };
        let reach = if outlier { 5.0 + 2.5 } else { 2.5 };
        assert!((off - middle).abs() <= reach, "{off}");
    }
    // Of 900 draws, the mean lies within 5 standard errors of 0: 5 * 0.5 / 30; the spread likewise.
    let plain: Vec<f64> = noise
        .iter()
        .zip(&line.outlier)
        .filter(|(_, outlier)| !**outlier)
        .map(|(off, _)| *off)
        .collect();
    let mean = plain.iter().sum::<f64>() / 900.0;
    assert!(mean.abs() < 5.0 * 0.5 / 30.0, "{mean}");
    let spread = rmse(&plain, vec![0.0; 900])?;
    assert!((spread - 0.5).abs() < 5.0 * 0.5 / (2.0_f64 * 900.0).sqrt(), "{spread}");
    Ok(())
}

#[test]
fn a_town_follows_its_seed() -> Result<(), LossError> {
    let town = data::pizza_town(1, 900, 90)?;
    assert_eq!(town, data::pizza_town(1, 900, 90)?);
    assert_ne!(town, data::pizza_town(2, 900, 90)?);
    // Flat tyres come on top: everything else is as it was on the evening without.
    let quiet = data::pizza_town(1, 900, 0)?;
    assert_eq!((&town.place, &town.told), (&quiet.place, &quiet.told));
    let lost = &town.minutes - &quiet.minutes;
    for (&lost, &flat) in lost.iter().zip(&town.flat_tyre) {
        assert!(if flat { (40.0..=60.0).contains(&lost) } else { lost == 0.0 }, "{lost}");
    }
    assert_eq!(town.flat_tyre.iter().filter(|&&flat| flat).count(), 90);
    // As documented: noise of deviation 3 min, and of 0.1 km; within 5 standard errors.
    let noise = &quiet.minutes - &quiet.distance.mapv(|km| 10.0 + 5.0 * km);
    let spread = rmse(&noise, vec![0.0; 900])?;
    assert!((spread - 3.0).abs() < 5.0 * 3.0 / (2.0_f64 * 900.0).sqrt(), "{spread}");
    for told in town.told.columns() {
        let spread = rmse(&town.distance, told)?;
        assert!((spread - 0.1).abs() < 5.0 * 0.1 / (2.0_f64 * 900.0).sqrt(), "{spread}");
    }
    for (place, distance) in town.place.rows().into_iter().zip(&town.distance) {
        assert!((place[0].hypot(place[1]) - distance).abs() < 1e-15);
    }
    Ok(())
}

#[test]
fn a_line_may_be_all_outliers_or_none() -> Result<(), LossError> {
    assert!(data::line_with_outliers(0, 5, 0)?.outlier.iter().all(|outlier| !outlier));
    assert!(data::line_with_outliers(0, 5, 5)?.outlier.iter().all(|outlier| *outlier));
    Ok(())
}
