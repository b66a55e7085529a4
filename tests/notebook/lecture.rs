use lossbook::notebook::claims::{Printed, PrintedNumber, read};
use lossbook::prelude::*;

use super::shown;

fn agrees(printed: &str, computed: f64) -> bool {
    PrintedNumber::parse(printed).expect("a printed number").agrees(computed)
}

#[test]
fn agreement_is_to_the_digits_printed() {
    assert!(agrees("1.322", 1.321_928_094_887_362_4));
    assert!(agrees("7.07", 7.071_067_811_865_475));
    assert!(agrees("0.000000", 3.4e-7) && !agrees("0.000000", 6e-7));
    assert!(!agrees("2.310", 2.725_469_955_3));
    assert!(!agrees("1.322", 1.3214) && !agrees("1.322", 1.3226));
    // An exact tie may be rounded either way: the binary fractions are a little off.
    assert!(agrees("2.73", 2.725) && agrees("2.72", 2.725));
    // The digits that are printed count, the zeros at the end as well.
    assert!(agrees("0.2", 0.21) && !agrees("0.20", 0.21));
}

#[test]
fn a_number_without_a_point_is_exact() {
    assert!(agrees("6", 6.0) && agrees("6", 6.0 + 1e-14));
    assert!(!agrees("6", 6.3) && !agrees("0", 0.4));
    assert!(agrees("-100", -100.0) && !agrees("-100", 100.0));
}

#[test]
fn about_and_fractions_are_understood() {
    assert!(agrees("~40", 43.478) && agrees("~40", 45.757) && !agrees("~40", 49.0));
    assert!(agrees("1/8", 0.125) && agrees("1/3", 1.0 / 3.0) && !agrees("1/3", 0.333));
}

#[test]
fn nan_and_infinity_agree_with_nothing() {
    for strange in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(!agrees("~40", strange) && !agrees("0.5", strange) && !agrees("6", strange));
    }
}

#[test]
fn only_printed_numbers_are_read() {
    for text in [
        "", "-", ".", "5.", ".5", "1e5", "NaN", "inf", "1.2.3", "--1", "1/0", "a", "1,5", "~", "/2",
    ] {
        assert!(PrintedNumber::parse(text).is_err(), "{text:?}");
    }
    assert!(Printed::parse("").is_err());
    assert!(Printed::parse("1 x").is_err());
    assert_eq!(Printed::parse("holds"), Ok(Printed::Holds(true)));
    assert_eq!(Printed::parse("9.5 4.5 0").expect("numbers").text(), "9.5 4.5 0");
}

#[test]
fn a_claim_that_agrees_says_so() {
    let check = lecture("residuals/table/rmse", 50_f64.sqrt());
    assert_eq!(check.outcome(), LectureOutcome::Agrees);
    assert_eq!(check.verdict(), Ok(()));
    assert_eq!(
        shown(&check, "text/plain"),
        "✓ RMSE of the residuals -10, -5, 0, 5, 10: computed 7.0711, lecture 7.07 (nn, dl): agrees"
    );
    let html = shown(&check, "text/html");
    assert!(
        html.contains(">✓<")
            && html.contains(">7.0711<")
            && html.contains(">7.07<")
            && html.contains(">agrees<")
    );
    assert!(html.contains("nn = Neural networks and loss functions (C.-S. Huang)"), "{html}");
    assert!(!html.contains("color"), "{html}");
}

#[test]
fn a_claim_that_does_not_agree_fails() {
    let check = lecture("residuals/table/rmse", 7.1);
    assert_eq!(check.outcome(), LectureOutcome::Differs);
    let fault = check.verdict().expect_err("it differs");
    assert!(fault.contains("computed 7.1, lecture 7.07 (nn, dl): differs"), "{fault}");
    assert!(shown(&check, "text/html").contains(">✗<"));
}

#[test]
fn an_erratum_says_what_is_right_and_why() {
    let bits: f64 = [0.7, 0.8, 0.9, 0.3].iter().map(|p: &f64| -p.log2()).sum();
    let check = lecture("cross-entropy/model-2/sum", bits);
    assert_eq!(check.outcome(), LectureOutcome::Erratum);
    assert_eq!(check.verdict(), Ok(()));
    let text = shown(&check, "text/plain");
    assert!(text.starts_with("✓ erratum cross-entropy of model 2, summed [bits]: computed 2.72547, lecture 2.310 (nn, dl): the lecture should say 2.725: "), "{text}");
    // Computing what the lecture wrongly prints is a fault: it means that we make its mistake.
    let repeated = lecture("cross-entropy/model-2/sum", 2.310);
    assert_eq!(repeated.outcome(), LectureOutcome::Differs);
    assert!(repeated.verdict().is_err());
}

#[test]
fn lists_are_compared_one_by_one() {
    let key = "huber/outlier/delta-1/each";
    assert!(lecture(key, [9.5, 4.5, 0.0, 4.5, 99.5]).verdict().is_ok());
    assert!(lecture(key, [9.5, 4.5, 0.0, 4.5, 99.6]).verdict().is_err());
    assert!(lecture(key, [9.5, 4.5, 0.0, 4.5]).verdict().is_err());
    assert!(lecture(key, [9.5, 4.5, 0.0, 4.5, 99.5, 0.0]).verdict().is_err());
    assert!(lecture(key, Vec::<f64>::new()).verdict().is_err());
    assert!(lecture(key, 9.5).verdict().is_err());
}

#[test]
fn whatever_holds_numbers_can_be_compared() {
    let (key, values) = ("residuals/cancel/each", array![-100.0, 100.0]);
    assert!(lecture(key, &values).verdict().is_ok());
    assert!(lecture(key, values.view()).verdict().is_ok());
    assert!(lecture(key, values.to_vec()).verdict().is_ok());
    assert!(lecture(key, values.as_slice().expect("a slice")).verdict().is_ok());
    assert!(lecture(key, [-100.0, 100.0]).verdict().is_ok());
    assert!(lecture("ctc/merge", [2_usize, 0, 2, 5]).verdict().is_ok());
    assert!(lecture("xor/or", vec![0_usize, 1, 1, 1]).verdict().is_ok());
    assert!(lecture("triplet/kinds-of-negative", 3_usize).verdict().is_ok());
    let codes = one_hot(&[0, 1, 0, 2], 3).expect("one-hot codes");
    assert!(lecture("one-hot/samples", &codes).verdict().is_ok());
}

#[test]
fn a_statement_holds_or_does_not() {
    assert_eq!(lecture("huber/two-forms", true).outcome(), LectureOutcome::Agrees);
    assert_eq!(lecture("huber/two-forms", false).outcome(), LectureOutcome::Differs);
    assert_eq!(lecture("huber/two-forms", 1.0).outcome(), LectureOutcome::Differs);
    assert_eq!(lecture("entropy/five/one-name", false).outcome(), LectureOutcome::Erratum);
    assert!(
        shown(&lecture("huber/two-forms", true), "text/plain")
            .contains("computed holds, lecture holds")
    );
}

#[test]
fn an_unknown_key_is_told_the_nearest() {
    let check = lecture("huber/outlier/delta-1/meen", 23.6);
    let fault = check.verdict().expect_err("no such key");
    assert!(fault.contains("no claim has the key \"huber/outlier/delta-1/meen\"; the nearest are \"huber/outlier/delta-1/mean\""), "{fault}");
    assert!(shown(&check, "text/html").contains("the nearest are"));
    assert!(lecture("", 1.0).verdict().is_err());
}

#[test]
fn several_checks_are_one_table() {
    let checks = [lecture("residuals/table/mae", 6.0), lecture("huber/plain/delta-1/mean", 5.6)];
    let html = shown(&checks, "text/html");
    assert_eq!(html.matches("<table>").count(), 1);
    assert_eq!(html.matches(">agrees<").count(), 2);
    assert_eq!(shown(&checks, "text/plain").lines().count(), 2);
    assert_eq!(checks.verdict(), Ok(()));
    assert!(
        [lecture("residuals/table/mae", 6.0), lecture("residuals/table/mae", 5.0)]
            .verdict()
            .is_err()
    );
}

#[test]
fn a_broken_claims_file_says_where() {
    let read = |line: &str| {
        let csv = format!("key,chapter,lectures,claim,unit,printed,correct,why\n{line}\n");
        read(&csv).map(|claims| claims.len())
    };
    assert_eq!(read("k,09_residuals,nn,c,,6,,"), Ok(1));
    let cases = [
        ("k,09_residuals,nn,c,,,,", "nothing is printed"),
        ("k,09_residuals,nn,c,,6x,,", "is not a printed number"),
        ("k,09_residuals,nn,c,,6,5,", "an erratum needs both"),
        ("k,09_residuals,nn,c,,6,,because", "an erratum needs both"),
        ("k,09_residuals,xx,c,,6,,", "no lecture is called \"xx\""),
        ("k,09_residuals,,c,,6,,", "at least one lecture"),
        (",09_residuals,nn,c,,6,,", "must not be empty"),
        ("k,09_residuals,nn,c,,6,", "8"),
        ("k,09_residuals,nn,c,,6,,\nk,09_residuals,nn,c,,6,,", "is there twice"),
    ];
    for (line, expected) in cases {
        let fault = read(line).expect_err(line);
        assert!(fault.contains(expected), "{line}: {fault}");
    }
}
