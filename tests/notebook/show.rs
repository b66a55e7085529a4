use lossbook::prelude::*;

use super::shown;

/// What a value writes to stdout and to stderr.
fn written(value: &impl Show) -> (String, String) {
    let (mut out, mut faults) = (Vec::new(), Vec::new());
    value.show_on(&mut out, &mut faults).expect("a Vec takes everything");
    (String::from_utf8(out).expect("UTF-8"), String::from_utf8(faults).expect("UTF-8"))
}

// The protocol is that of evcxr 0.22, `eval_context.rs`: a line that begins a MIME type, the
// content, a line that ends it.
#[test]
fn a_value_is_written_in_evcxrs_protocol() {
    let (out, faults) = written(&0.1);
    assert_eq!(out, "EVCXR_BEGIN_CONTENT text/plain\n0.1\nEVCXR_END_CONTENT\n");
    assert_eq!(faults, "");
}

#[test]
fn every_mime_type_is_written_one_after_the_other() {
    let frame = df!["n" => [1]].expect("a frame");
    let (out, faults) = written(&frame);
    let expected = "EVCXR_BEGIN_CONTENT text/html\n<table>\n\
        <thead><tr><th style=\"text-align:right\">n</th></tr></thead>\n<tbody>\n\
        <tr><td style=\"text-align:right\">1</td></tr>\n</tbody>\n</table>\nEVCXR_END_CONTENT\n\
        EVCXR_BEGIN_CONTENT text/plain\nshape: (1, 1)\n";
    assert!(out.starts_with(expected), "{out}");
    assert!(out.ends_with("\nEVCXR_END_CONTENT\n"), "{out}");
    assert_eq!(faults, "");
}

#[test]
fn what_cannot_be_shown_goes_to_stderr_alone() {
    let (out, faults) = written(&Chart::new("a line").line("up", &[1.0], &[3.0]).x("x"));
    assert_eq!(out, "");
    assert_eq!(faults, "chart \"a line\": its y axis has no name (say .y(\"…\"))\n");
}

#[test]
fn a_failed_check_is_shown_and_goes_to_stderr() {
    let (out, faults) = written(&lecture("residuals/table/mae", 3.0));
    assert!(out.contains("✗"), "{out}");
    assert!(faults.starts_with("lecture check \"residuals/table/mae\": ✗ MAE"), "{faults}");
}

#[test]
fn a_writer_that_fails_is_reported() {
    let mut closed: &mut [u8] = &mut [];
    assert!(1.0.show_on(&mut closed, &mut Vec::new()).is_err());
}

#[test]
fn plain_values_show_as_text() {
    assert_eq!(shown(&6.0, "text/plain"), "6.0");
    assert_eq!(shown(&1.321_928_094_887_362_4, "text/plain"), "1.3219280948873624");
    assert_eq!(shown(&1e-300, "text/plain"), "1e-300");
    assert_eq!(shown(&f64::NAN, "text/plain"), "NaN");
    assert_eq!(shown(&3_usize, "text/plain"), "3");
    assert_eq!(shown(&true, "text/plain"), "true");
    assert_eq!(shown(&"δ", "text/plain"), "δ");
    assert_eq!(shown(&String::from("two\nlines"), "text/plain"), "two\nlines");
    assert_eq!(shown(&Information::from_bits(0.971), "text/plain"), "0.971 bits");
}

#[test]
fn arrays_show_rounded_alike() {
    assert_eq!(shown(&array![9.5, 4.5, 0.0], "text/plain"), "[9.5, 4.5, 0.0]");
    assert_eq!(shown(&vec![0.4, 1.321_928_094_887], "text/plain"), "[0.400, 1.322]");
    assert_eq!(shown(&[1_usize, 20], "text/plain"), "[1, 20]");
    let matrix = array![[0.4, 10.0], [0.25, 2.0]];
    assert_eq!(shown(&matrix, "text/plain"), "[0.40, 10]\n[0.25,  2]");
    assert_eq!(shown(&matrix.column(1), "text/plain"), "[10, 2]");
    assert_eq!(shown(&Vec::<f64>::new(), "text/plain"), "[]");
}

#[test]
fn a_result_shows_its_value_or_its_error() {
    let good: Result<f64, LossError> = mae(&[1.0], &[3.0]);
    assert_eq!(written(&good).0, "EVCXR_BEGIN_CONTENT text/plain\n2.0\nEVCXR_END_CONTENT\n");
    let bad: Result<f64, LossError> = mae(&[1.0], &[1.0, 2.0]);
    let (out, faults) = written(&bad);
    assert_eq!(out, "");
    assert_eq!(faults, "target has 1 values and prediction 2 (they must be equal)\n");
}

/// evcxr calls a method of the trait on the expression as it stands, references and foreign types
/// included; which method makes no difference to whether it is found.
#[test]
fn the_method_is_found_on_everything_a_cell_may_end_with() {
    let frame = df!["n" => [1]].expect("a frame");
    let view = array![1.0];
    let (text, numbers) = ("text", [1.0, 2.0]);
    let compared: Vec<LectureCheck> = vec![lecture("residuals/table/mae", 6.0)];
    let borrowed = &view;
    let all = [
        (frame).representations(),
        (borrowed).representations(),
        (view.view()).representations(),
        (text).representations(),
        (numbers).representations(),
        (numbers[..1]).representations(),
        (1.5).representations(),
        ([lecture("residuals/table/mae", 6.0), lecture("residuals/table/rmse", 7.07)])
            .representations(),
        (compared).representations(),
        (rmse(&numbers, &numbers)).representations(),
    ];
    for shown in all {
        assert!(shown.is_ok_and(|all| {
            all.iter().any(|(mime, text)| *mime == "text/plain" && !text.is_empty())
        }));
    }
}
