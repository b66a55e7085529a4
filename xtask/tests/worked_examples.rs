//! The chapters' tests are as their notebooks, and each kind of mistake makes one of them fail.

mod support;

use std::path::Path;
use std::process::Command;

use support::Course;

/// The real course, not a stand-in.
#[test]
fn the_tests_of_this_course_are_as_its_notebooks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let said = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["chapters", "--check", "--course"])
        .arg(root)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

#[test]
fn a_chapter_becomes_tests_that_pass() {
    let course = Course::new("passing");
    course.xtask(&["chapters", "--check"]).is_well();
    course.chapter("01_halves", &[]).xtask(&["chapters"]).is_well();
    course.xtask(&["chapters", "--check"]).is_well();
    let written = course.read("tests/chapters/ch_01_halves.rs");
    for part in [
        "//! Written from notebooks/01_halves.ipynb by `cargo chapters`; edit the notebook.",
        "fn half_of_ten() -> crate::Worked {",
        "    // The number to halve.\n    let ten = 10.0;",
        "    crate::shown(&half(ten)?)?;",
        "fn double_it_is_not_yet_done() -> crate::Worked {",
        "fn double_it_solution() -> crate::Worked {",
    ] {
        assert!(written.contains(part), "{part} is not in\n{written}");
    }
    assert!(!written.contains("let four"), "what does not compile is no test:\n{written}");
    assert!(course.read("tests/chapters/main.rs").ends_with("\nmod ch_01_halves;\n"));
    let tests = course.cargo_test();
    assert!(tests.is_well().text.contains("5 passed"), "{}", tests.text);
}

#[test]
fn a_notebook_that_changed_after_its_tests_were_written_is_told() {
    let course = Course::new("stale");
    course.chapter("01_halves", &[]).chapter("02_more", &[]).xtask(&["chapters"]).is_well();

    course.chapter("01_halves", &[("let ten = 10.0;", "let ten = 11.0;")]);
    let said = course.xtask(&["chapters", "--check"]);
    said.fails_with(
        "ch_01_halves.rs: line 8 is `let ten = 10.0;`, and by the notebook `let ten = 11.0;`",
    );
    said.fails_with("run `cargo chapters`");
    assert!(!said.text.contains("ch_02_more"), "{}", said.text);

    course.xtask(&["chapters"]).is_well();
    course.change("tests/chapters/ch_01_halves.rs", "11.0", "12.0");
    course.xtask(&["chapters", "--check"]).fails_with("ch_01_halves.rs: line 8");

    course.xtask(&["chapters"]).is_well();
    std::fs::remove_file(course.root.join("notebooks/02_more.ipynb")).unwrap();
    course.xtask(&["chapters", "--check"]).fails_with("ch_02_more.rs: its notebook is gone");
    course.xtask(&["chapters"]).is_well();
    assert!(!course.root.join("tests/chapters/ch_02_more.rs").exists());
    course.xtask(&["chapters", "--check"]).is_well();

    std::fs::remove_file(course.root.join("tests/chapters/ch_01_halves.rs")).unwrap();
    course.xtask(&["chapters", "--check"]).fails_with("ch_01_halves.rs: it is missing");
}

/// Each mistake in a chapter of its own; `cargo test` must fail in the test of that section.
#[test]
fn every_mistake_that_compiles_fails_its_test() {
    let mistakes = [
        ("01_number", "half(3.0)?", "half(3.2)?", "half", "computed 1.6, lecture 1.5"),
        ("02_err", "half(ten)?", "half(f64::NAN)?", "half_of_ten", "NotFinite"),
        (
            "03_err_mid_cell",
            "let three = half(3.0)?;",
            "let three = 3.0 / 2.0;\nhalf(f64::NAN)?;",
            "half",
            "NotFinite",
        ),
        ("04_panic", "half(ten)?", "Vec::<f64>::new()[3]", "half_of_ten", "index out of bounds"),
        ("05_assert", "three > 1.0", "three > 2.0", "half", "assertion failed"),
        (
            "06_stub_is_right",
            "todo!(\"twice x\")",
            "// todo!(\n    2.0 * x",
            "double_it_is_not_yet_done",
            "should be not yet done, and is Passed",
        ),
        (
            "07_stub_is_wrong",
            "todo!(\"twice x\")",
            "// todo!(\n    x",
            "double_it_is_not_yet_done",
            "should be not yet done, and is Failed",
        ),
        (
            "08_solution_is_wrong",
            "2.0 * x",
            "3.0 * x",
            "double_it_solution",
            "the solution should pass, and is Failed",
        ),
        (
            "09_solution_is_a_stub",
            "2.0 * x",
            "todo!()",
            "double_it_solution",
            "the solution should pass, and is NotYet",
        ),
    ];
    let course = Course::new("mistakes");
    for (name, from, to, _, _) in mistakes {
        course.chapter(name, &[(from, to)]);
    }
    course.xtask(&["chapters"]).is_well();
    let said = course.cargo_test();
    for (name, _, _, test, why) in mistakes {
        let failed = format!("---- ch_{name}::{test} stdout ----");
        let report = said
            .text
            .split(&failed)
            .nth(1)
            .unwrap_or_else(|| panic!("{name}: {test} passed:\n{}", said.text));
        let report = report.split("----").next().unwrap();
        assert!(report.contains(why), "{name}: {report}");
    }
    said.fails_with(&format!("{} failed", mistakes.len()));
}

/// The kernel runs `half(ten);` without a word.
#[test]
fn a_result_that_is_dropped_does_not_compile() {
    let course = Course::new("dropped");
    course
        .chapter("01_dropped", &[("let ten = 10.0;", "let ten = 10.0;\nhalf(f64::NAN);")])
        .xtask(&["chapters"])
        .is_well();
    course.cargo_test().fails_with("unused `Result` that must be used");
}
